"""Portrait: what the app thinks of a person, each line with what it rests on, and the list that follows an edit."""

from recsys.ui import frame, portrait_view
from recsys.ui.controls import dataset_picker, pickers

frame.page("Portrait", "What the app thinks of you, and why. Change a line and the list follows.")
with pickers():
    data = dataset_picker()
    person, real = portrait_view.pick(data)
portrait_view.portrait_of(data, person, real)
frame.footer(data)
