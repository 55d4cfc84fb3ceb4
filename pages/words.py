"""Words: descriptions that name their sources, and what would be sent to whom."""

from recsys.ui import frame, words_controls, words_view
from recsys.ui.controls import dataset_picker

frame.page("Words", "Descriptions that name their sources. What the sources do not say is struck out.")
data = dataset_picker()
view = words_controls.choose()
words_view.show(view, data)
frame.footer(data)
