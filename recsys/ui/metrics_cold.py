"""Metrics, cold start: lists after a person's first events, and after an item's first likes."""

from __future__ import annotations

import streamlit as st

from recsys.data import Dataset
from recsys.evaluate import Experiment
from recsys.evaluate.cold_start import ColdStart, Whom, crossover_in_words
from recsys.evaluate.config import YARDSTICK
from recsys.plots.cold_start import ITEMS, PEOPLE, cold_start_alt, cold_start_figure
from recsys.ui import frame
from recsys.ui.metrics_answer import CHART, MAX_PEOPLE, asked_for, few_people, table_proof
from recsys.ui.metrics_question import View, metric_key

_LABELS = {Whom.PEOPLE: "New people", Whom.ITEMS: "New items"}
_LINES = {
    Whom.PEOPLE: "People the models never saw, each shown only by their first events: how soon do the lists fit them?",
    Whom.ITEMS: "Items with only their first few likes, ranked among themselves: how soon is it clear whom they suit?",
}
_UNITS = {Whom.PEOPLE: (PEOPLE, "events"), Whom.ITEMS: (ITEMS, "likes")}


def show(data: Dataset, config: Experiment) -> None:
    """Draw the choice of what is new, the curve, and from where on one recommender beats another."""
    name = st.segmented_control(
        "What is new",
        list(Whom),
        format_func=lambda name: _LABELS.get(name, name),
        default=Whom.PEOPLE,
        required=True,
        key=metric_key(View.COLD, "whom"),
        bind="query-params",
        label_visibility="collapsed",
    )
    whom = Whom(name) if name in list(Whom) else Whom.PEOPLE
    st.markdown(frame.plain(_LINES[whom]))
    question = ColdStart(whom, (YARDSTICK, *config.models), config.liked_from, few_people(config))
    st.caption(
        f"The test chosen above does not matter here: it has a rule of its own, and at most {MAX_PEOPLE} people."
    )
    table = asked_for(data, question)
    if table is None:
        return
    axis, unit = _UNITS[whom]
    st.plotly_chart(cold_start_figure(table, axis), key=f"cold-{whom}", config=CHART, alt=cold_start_alt(table, axis))
    for model in config.models:
        st.markdown(f"- {frame.plain(crossover_in_words(table, YARDSTICK, model, unit))}")
    st.caption("Bands: 95% intervals. “Better” is said only beyond the interval of the difference.")
    table_proof(table, f"cold-start-{whom}", data, question.call(data.name))
