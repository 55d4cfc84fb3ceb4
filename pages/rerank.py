"""Re-rank: what happens to the list after the recommender has spoken."""

from recsys.ui import frame, rerank_view
from recsys.ui.controls import dataset_picker, person_picker, pickers

frame.page(
    "Re-rank",
    "The recommender proposes; strategies you switch on make a list of it. Every place won or lost has a name.",
)
with pickers():
    data = dataset_picker()
    person = person_picker(data)
rerank_view.reranked(data, person)
frame.footer(data)
