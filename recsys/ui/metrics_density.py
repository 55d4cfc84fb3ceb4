"""Metrics, when text pays: what texts add, against how much is known of each item."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from recsys.columns import Evaluation
from recsys.data import Dataset
from recsys.evaluate import Experiment
from recsys.evaluate.density import PAIRS, SHARES, expected_gain, gain_in_words, standing, trend_in_words
from recsys.evaluate.usual import MAX_PEOPLE, text_pays
from recsys.models import MODELS
from recsys.plots.density import density_alt, density_figure
from recsys.ui import frame
from recsys.ui.metrics_answer import asked_for, table_proof


def show(data: Dataset, config: Experiment) -> None:
    """Draw the gain from texts as the data are thinned, where these data stand, and what to expect there."""
    frame.section("Do texts help more where less is known of each item?")
    here = standing(data)
    twins = ", ".join(f"{MODELS[a].label} against {MODELS[b].label}" for a, b in PAIRS)
    question = text_pays(config)
    table = asked_for(
        data,
        question,
        "One press thins what the recommenders learn from step by step, and compares each one that reads texts with "
        f"the same one that does not: {twins}.",
    )
    if table is None:
        return
    models = [str(model) for model in dict.fromkeys(table[Evaluation.MODEL])]
    st.markdown(f"**{frame.plain(trend_in_words(table))}**")
    st.markdown("\n".join(f"- {frame.plain(gain_in_words(table, model))}" for model in models))
    frame.chart(density_figure(table, here), "density", density_alt(table, here))
    n_people = int(table[Evaluation.N_USERS].max())
    lines = (
        f"These data have {here:.1f} likes per item. {' '.join(_expected(table, here, model) for model in models)}",
        f"A random fifth of the likes of {n_people:,} people (at most {MAX_PEOPLE}) is asked about. From right to "
        f"left: all events, then {', '.join(f'{share:.2g}' for share in SHARES[1:])} of them. Bands are 95% intervals, "
        f"{len(table)} in all without a correction for their number: one of twenty is off by chance.",
        "To see where your own data stand, bring them on the Data page and open this view.",
    )
    st.caption("  \n".join(frame.plain(line) for line in lines))
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
