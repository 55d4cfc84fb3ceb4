"""Metrics, when text pays: what texts add, against how much is known of each item."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from recsys.columns import Evaluation
from recsys.data import Dataset
from recsys.evaluate import Experiment
from recsys.evaluate.density import PAIRS, SHARES, TextPays, expected_gain, standing
from recsys.models import MODELS
from recsys.plots.density import density_alt, density_figure
from recsys.ui import frame
from recsys.ui.metrics_answer import CHART, MAX_PEOPLE, asked_for, few_people, table_proof


def show(data: Dataset, config: Experiment) -> None:
    """Draw the gain from texts as the data are thinned, where these data stand, and what to expect there."""
    st.markdown(
        "The less is known of each item, the more its text helps. The training part is thinned step by step, and each "
        "recommender that reads texts is compared with the same one that does not."
    )
    here = standing(data)
    st.markdown(f"These data have **{here:.1f} likes per item**.")
    twins = ", ".join(f"{MODELS[a].label} over {MODELS[b].label}" for a, b in PAIRS)
    st.caption(frame.plain(f"Compared: {twins}. A random fifth is asked about, at most {MAX_PEOPLE} people."))
    question = TextPays(config.liked_from, few_people(config))
    table = asked_for(data, question)
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
