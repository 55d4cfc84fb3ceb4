"""Metrics, how sure: every recommender against popularity, any two of them, and who beats whom."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from recsys.columns import Evaluation
from recsys.data import Dataset
from recsys.evaluate import Result
from recsys.evaluate.pairs import Pair, digits
from recsys.metrics import METRICS
from recsys.metrics.significance import LEVEL
from recsys.models import MODELS
from recsys.plots.significance import LOSES, NOTHING, WINS, Cell, significance_alt, significance_figure
from recsys.ui import frame
from recsys.ui.metrics_answer import CHART
from recsys.ui.metrics_model import best_first, ordered
from recsys.ui.metrics_question import View, metric_picker, model_picker

_FAMILY_HELP = (
    "p: how often chance alone gives a difference as large. Holm's p is stricter, as several recommenders are compared "
    f"at once. A difference is claimed when Holm's p is below {LEVEL:g} and the 95% interval leaves zero out. In the "
    "square each row and each column is a family, and a pair has to hold in both of its families."
)


def show(data: Dataset, result: Result) -> None:
    """Draw the table against popularity, any two in words, and the square of all."""
    judged = [m for m, spec in METRICS.items() if result.measured(m) and spec.higher_is_better is not None]
    metric = metric_picker(View.SIGNIFICANCE, judged)
    st.header(f"{METRICS[metric].label}: against what is popular", anchor=False, help=_FAMILY_HELP)
    _against_popular(result, metric)
    known, order = result.pairs(metric), ordered(result, metric)
    if len(order) < 2:
        return
    st.header("Any two", anchor=False)
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        ours = model_picker(View.SIGNIFICANCE, order, "This one", "ours")
        theirs = model_picker(View.SIGNIFICANCE, (*order[1:], order[0]), "against", "theirs")
    if ours == theirs:
        st.markdown("Choose two different recommenders.")
    elif (ours, theirs) in known:
        pair = known[ours, theirs]
        st.markdown(f"**{frame.plain(pair.words)}**  \nHolm's p {_p(pair.p_holm)}, p {_p(pair.p_value)}.")
    st.header("Who beats whom", anchor=False, help=_FAMILY_HELP)
    st.caption(f"{WINS} the row is better, {LOSES} the row is worse, {NOTHING} no difference found. Best first.")
    cells = {two: _cell(pair) for two, pair in known.items()}
    st.plotly_chart(
        significance_figure(order, cells),
        key=f"square-{metric}",
        config=CHART,
        alt=significance_alt(order, cells, metric),
    )


def _against_popular(result: Result, metric: str) -> None:
    known = result.differences[result.differences[Evaluation.N_USERS] > 0]
    rows = best_first(known[known[Evaluation.METRIC] == metric], ordered(result, metric))
    if rows.empty:
        frame.empty("There is nothing to compare with what is popular.", "Choose a recommender above.")
        return
    table = pd.DataFrame(
        {
            "Recommender": [MODELS[str(name)].label for name in rows[Evaluation.MODEL]],
            "In words": [_word(result, str(name), metric) for name in rows[Evaluation.MODEL]],
            "Difference": rows[Evaluation.VALUE],
            "From": rows[Evaluation.LOW],
            "To": rows[Evaluation.HIGH],
            "p": rows[Evaluation.P_VALUE],
            "Holm's p": rows[Evaluation.P_HOLM],
            "People": rows[Evaluation.N_USERS],
        }
    )
    signed = f"%+.{digits(metric)}f"
    numbers = {name: st.column_config.NumberColumn(format=signed) for name in ("Difference", "From", "To")}
    chances = {name: st.column_config.NumberColumn(format="%.3f") for name in ("p", "Holm's p")}
    st.dataframe(
        table,
        hide_index=True,
        column_config={**numbers, **chances},
        alt=f"Differences from what is popular on {METRICS[metric].label}, with intervals and p-values",
    )


def _word(result: Result, model: str, metric: str) -> str:
    gap = result.difference(model, metric)
    if not gap.found or not result.p_holm(model, metric) < LEVEL:
        return "no difference found"
    return "▲ better" if METRICS[metric].better(gap.value) else "▼ worse"


def _cell(pair: Pair) -> Cell:
    sign = NOTHING if pair.better is None else WINS if pair.better else LOSES
    return sign, pair.words


def _p(p: float) -> str:
    return "—" if p != p else f"{p:.3f}"
