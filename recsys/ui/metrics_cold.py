"""Metrics, cold start: lists after a person's first events, and after an item's first likes."""

from __future__ import annotations

import streamlit as st

from recsys.columns import Evaluation
from recsys.data import Dataset
from recsys.evaluate import Experiment
from recsys.evaluate.cold_start import Curve, Whom, crossover_in_words
from recsys.evaluate.config import YARDSTICK
from recsys.evaluate.result import FEW_PEOPLE
from recsys.evaluate.usual import MAX_PEOPLE, cold_start
from recsys.models import MODELS
from recsys.plots.cold_start import ITEMS, PEOPLE, cold_start_alt, cold_start_figure
from recsys.ui import frame
from recsys.ui.choices import linked
from recsys.ui.metrics_answer import asked_for, table_proof
from recsys.ui.metrics_question import View, metric_key

_LABELS = {Whom.PEOPLE: "New people", Whom.ITEMS: "New items"}
_LINES = {
    Whom.PEOPLE: "People the models never saw, each shown only by their first events: how soon do the lists fit them?",
    Whom.ITEMS: "Items with only their first few likes, ranked among themselves: how soon is it clear whom they suit?",
}
_GIVES = {
    Whom.PEOPLE: "One press hides everything about some people, shows their events one by one, and draws from which on "
    "each recommender beats what is popular.",
    Whom.ITEMS: "One press takes the likes of some items away, gives them back a few at a time, and draws from which "
    "on each recommender knows whom they suit.",
}
_RULES = {
    Whom.PEOPLE: "people are held out whole, and all items but those they were shown compete.",
    Whom.ITEMS: "a random fifth of the likes is held out, and only the new items compete.",
}
_UNITS = {Whom.PEOPLE: (PEOPLE, "events"), Whom.ITEMS: (ITEMS, "likes")}


def show(data: Dataset, config: Experiment) -> None:
    """Draw the choice of what is new, the curve, and from where on one recommender beats another."""
    whom = linked(
        "What is new", _LABELS, metric_key(View.COLD, "whom"), "kind of newness", label_visibility="collapsed"
    )
    st.markdown(frame.plain(_LINES[whom]))
    question = cold_start(config, whom)
    table = asked_for(data, question, _GIVES[whom])
    if table is None:
        return
    axis, unit = _UNITS[whom]
    frame.chart(cold_start_figure(table, axis), f"cold-{whom}", cold_start_alt(table, axis))
    n_people, n_points = int(table[Evaluation.N_USERS].max()), table[Curve.N_EVENTS].nunique()
    if n_people < FEW_PEOPLE:
        st.markdown(f"**Only {n_people} people can be asked: take what follows as a hint.**")
    said = (crossover_in_words(table, YARDSTICK, model, unit) for model in config.models)
    st.markdown("\n".join(f"- {frame.plain(line)}" for line in said))
    lines = (
        f"{n_people:,} people (at most {MAX_PEOPLE}), the same at every point. The test chosen above does not matter "
        f"here: {_RULES[whom]} So the numbers differ from those on Overview, also for {MODELS[YARDSTICK].label}.",
        f"Bands are 95% intervals. “Better” is said beyond the interval of the difference; {n_points} points for each "
        "recommender are compared without a correction for their number, so a single point may be chance.",
    )
    st.caption("  \n".join(frame.plain(line) for line in lines))
    table_proof(table, f"cold-start-{whom}", data, question.call(data.name))
