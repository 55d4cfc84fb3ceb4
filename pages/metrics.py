"""Metrics: how good is each recommender, on what, and how sure are we."""

import streamlit as st

from recsys.metrics import ACCURACY, BEYOND
from recsys.ui import frame, metrics_view
from recsys.ui.controls import dataset_picker

frame.page("Metrics", "Which recommender gives better lists, and how sure that is.")
data = dataset_picker()
config = metrics_view.question(data)
result = metrics_view.answer(data, config)
if result is not None:
    metrics_view.verdict(result)
    st.header("Do people go on to like what is in their list?", anchor=False)
    metrics_view.charts(result, ACCURACY)
    st.header("What else is in the lists?", anchor=False)
    metrics_view.charts(result, BEYOND)
    metrics_view.proof(result, data, config)
frame.footer(data)
