"""Data: what the recommenders learn from, how clean it is, and room for your own."""

from recsys.ui import data_view, frame
from recsys.ui.controls import dataset_picker

frame.page("Data", "What the recommenders learn from, how clean it is, and room for your own.")
data = dataset_picker(read=False)
section = data_view.choose()
data_view.show(section, data)
frame.footer(data)
