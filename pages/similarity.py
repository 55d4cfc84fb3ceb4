"""Similarity: which texts are alike, and which are like you."""

from recsys.ui import frame, map_view, similarity_view
from recsys.ui.controls import dataset_picker, person_picker, pickers
from recsys.ui.similarity_view import View

frame.page("Similarity", "Which texts are alike, and which are like you.")
with pickers():
    data = dataset_picker()
    person = person_picker(data)
view = similarity_view.choose()
if view == View.MAP:
    map_view.catalogue_on_map(data, person)
else:
    similarity_view.grid(data, person, view)
frame.footer(data)
