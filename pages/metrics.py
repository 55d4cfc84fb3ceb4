"""Metrics: how good is each recommender, on what, and how sure are we."""

from recsys.ui import frame, metrics_question, metrics_view
from recsys.ui.controls import dataset_picker

frame.page("Metrics", "Which recommender gives better lists, and how sure that is.")
data = dataset_picker()
config = metrics_question.question(data)
view = metrics_question.view()
metrics_view.show(view, data, config)
frame.footer(data)
