"""Live: type or click, and the list follows."""

from recsys.ui import frame
from recsys.ui.controls import dataset_picker, person_picker, pickers
from recsys.ui.live_view import live

frame.page("Type what you feel like, or click. The list follows.")
with pickers():
    data = dataset_picker()
    person = person_picker(data)
live(data, person)
frame.footer(data)
