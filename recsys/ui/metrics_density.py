"""Metrics, when text pays: what texts add, against how much is known of each item."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from recsys.columns import Evaluation
from recsys.data import Dataset
from recsys.evaluate import Experiment
from recsys.evaluate.density import PAIRS, SHARES, density_curve, expected_gain, standing
from recsys.models import MODELS
from recsys.plots.density import density_alt, density_figure
from recsys.ui import frame
from recsys.ui.experiments import Progress
from recsys.ui.metrics_answer import CHART, asked_for, liked_as, table_proof

MAX_PEOPLE = 300
SECONDS = 5.0
"""Seconds on a sample dataset; larger catalogues take longer."""


@dataclass(frozen=True, slots=True)
class TextPays:
    """One density curve: everything its numbers depend on."""

    k: int
    seed: int
    liked_from: float
    max_users: int

    def ask(self, data: Dataset, progress: Progress) -> pd.DataFrame:
        """The table of ``density_curve``; DataError when nobody can be asked."""
        return density_curve(
            liked_as(data, self.liked_from), k=self.k, seed=self.seed, max_users=self.max_users, progress=progress
        )

    def call(self, dataset: str) -> str:
        """Lines of Python that give the same table."""
        return (
            "from recsys.data import catalogue\nfrom recsys.evaluate.density import density_curve\n\n"
            f"data = catalogue.load({dataset!r}).liked_from({self.liked_from:g})\n"
            f"table = density_curve(data, k={self.k}, seed={self.seed}, max_users={self.max_users})"
        )


def show(data: Dataset, config: Experiment) -> None:
    """Draw the gain from texts as the data are thinned, where these data stand, and what to expect there."""
    known = [f"{MODELS[a].label} over {MODELS[b].label}" for a, b in PAIRS if a in MODELS and b in MODELS]
    if not known:
        frame.empty("No recommender here has a twin without texts.", "Choose another view above.")
        return
    st.markdown(
        "The less is known of each item, the more its text helps. The training part is thinned step by step, and each "
        "recommender that reads texts is compared with the same one that does not."
    )
    here = standing(data)
    st.markdown(f"These data have **{here:.1f} likes per item**.")
    st.caption(frame.plain(f"Compared: {', '.join(known)}. A random fifth is asked about, at most 300 people."))
    people = min(MAX_PEOPLE, config.max_users or MAX_PEOPLE)
    question = TextPays(config.k, config.seed, config.liked_from, people)
    table = asked_for(data, question, SECONDS * max(1.0, data.n_items / 500))
    if table is None:
        return
    for model in dict.fromkeys(table[Evaluation.MODEL]):
        st.markdown(f"- {frame.plain(_expected(table, here, str(model)))}")
    st.plotly_chart(density_figure(table, here), key="density", config=CHART, alt=density_alt(table, here))
    st.caption(
        f"From right to left: all events, then {', '.join(f'{share:.2g}' for share in SHARES[1:])} of them. "
        "Bands: 95% intervals. To see where your own data stand, bring them on the Data page and open this view."
    )
    table_proof(table, "when-text-pays", data, question.call(data.name))


def _expected(table: pd.DataFrame, here: float, model: str) -> str:
    label, found = MODELS[model].label, expected_gain(table, here, model)
    if found is None:
        return f"{label}: these data are outside of what was measured."
    gain, low, high = found
    numbers = f"{gain:+.0%} [{low:+.0%}, {high:+.0%}]"
    if low <= 0 <= high:
        return f"{label}: no gain found at this density ({numbers})."
    return f"{label}: expect {numbers} from texts at this density."
