"""Metrics, cold start: lists after a person's first events, and after an item's first likes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import pandas as pd
import streamlit as st

from recsys.data import Dataset
from recsys.evaluate import Experiment
from recsys.evaluate.cold_start import crossover_in_words, item_curve, user_curve
from recsys.evaluate.config import YARDSTICK
from recsys.plots.cold_start import ITEMS, PEOPLE, cold_start_alt, cold_start_figure
from recsys.ui import frame
from recsys.ui.experiments import Progress
from recsys.ui.metrics_answer import CHART, asked_for, liked_as, table_proof
from recsys.ui.metrics_question import View, metric_key

MAX_PEOPLE = 300
SECONDS = {"people": 0.5, "items": 2.0}
"""Seconds per model on a sample dataset; larger catalogues take longer."""


class Whom(StrEnum):
    """What is new: the person or the item."""

    PEOPLE = "people"
    ITEMS = "items"


_LABELS = {Whom.PEOPLE: "New people", Whom.ITEMS: "New items"}
_LINES = {
    Whom.PEOPLE: "People the models never saw, each shown only by their first events: how soon do the lists fit them?",
    Whom.ITEMS: "Items with only their first few likes, ranked among themselves: how soon is it clear whom they suit?",
}
_UNITS = {Whom.PEOPLE: (PEOPLE, "events"), Whom.ITEMS: (ITEMS, "likes")}


@dataclass(frozen=True, slots=True)
class ColdStart:
    """One curve: everything its numbers depend on."""

    whom: Whom
    models: tuple[str, ...]
    k: int
    seed: int
    liked_from: float
    max_users: int

    def ask(self, data: Dataset, progress: Progress) -> pd.DataFrame:
        """The table of ``user_curve`` or ``item_curve``; DataError for data too small for it."""
        curve = user_curve if self.whom == Whom.PEOPLE else item_curve
        return curve(
            liked_as(data, self.liked_from),
            self.models,
            k=self.k,
            seed=self.seed,
            max_users=self.max_users,
            progress=progress,
        )

    def call(self, dataset: str) -> str:
        """Lines of Python that give the same table."""
        name = "user_curve" if self.whom == Whom.PEOPLE else "item_curve"
        return (
            f"from recsys.data import catalogue\nfrom recsys.evaluate.cold_start import {name}\n\n"
            f"data = catalogue.load({dataset!r}).liked_from({self.liked_from:g})\n"
            f"table = {name}(data, {self.models!r}, k={self.k}, seed={self.seed}, max_users={self.max_users})"
        )


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
    people = min(MAX_PEOPLE, config.max_users or MAX_PEOPLE)
    question = ColdStart(whom, (YARDSTICK, *config.models), config.k, config.seed, config.liked_from, people)
    st.caption("The test chosen above does not matter here: it has a rule of its own, and at most 300 people.")
    table = asked_for(data, question, SECONDS[whom] * len(question.models) * max(1.0, data.n_items / 500))
    if table is None:
        return
    axis, unit = _UNITS[whom]
    st.plotly_chart(cold_start_figure(table, axis), key=f"cold-{whom}", config=CHART, alt=cold_start_alt(table, axis))
    for model in config.models:
        st.markdown(f"- {frame.plain(crossover_in_words(table, YARDSTICK, model, unit))}")
    st.caption("Bands: 95% intervals. “Better” is said only beyond the interval of the difference.")
    table_proof(table, f"cold-start-{whom}", data, question.call(data.name))
