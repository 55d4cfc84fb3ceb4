"""Compress: smaller and faster encoders and vectors, and what is lost."""

from recsys.ui import compress_view, frame
from recsys.ui.controls import dataset_picker

frame.page("Compress", "Make the model smaller and faster, and see what is lost.")
data = dataset_picker(as_usual=True)
view = compress_view.choose()
compress_view.show(view, data)
frame.footer(data)
