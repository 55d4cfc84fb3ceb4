"""Metrics, how sure: every recommender against popularity, any two of them, and who beats whom."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from recsys.columns import Evaluation
from recsys.data import Dataset
from recsys.evaluate import Result
from recsys.evaluate.pairs import Pair, digits
from recsys.evaluate.standing import NOT_FOUND, best_first, ordered
from recsys.metrics import METRICS
from recsys.metrics.significance import LEVEL
from recsys.models import MODELS
from recsys.plots.significance import LOSES, NOTHING, WINS, Cell, significance_alt, significance_figure
from recsys.ui import frame
from recsys.ui.metrics_answer import HOW_SURE
from recsys.ui.metrics_question import View, metric_picker, model_picker

_FAMILY_HELP = (
    f"{HOW_SURE}  \nIn the square each row and each column is a family: a pair has to hold in both of its own."
)


ENDS = ("Difference", "From", "To")


def show(data: Dataset, result: Result) -> None:
    """Draw the table against popularity, any two in words, and the square of all."""
    judged = [m for m, spec in METRICS.items() if result.measured(m) and spec.higher_is_better is not None]
    metric = metric_picker(View.SIGNIFICANCE, judged)
    frame.section(f"{METRICS[metric].label}: against what is popular", HOW_SURE)
    _against_popular(result, metric)
    known, order = result.pairs(metric), ordered(result, metric)
    if len(order) < 2:
        return
    frame.section("Any two")
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        ours = model_picker(View.SIGNIFICANCE, order, "This one", "ours")
        theirs = model_picker(View.SIGNIFICANCE, (*order[1:], order[0]), "against", "theirs")
    if ours == theirs:
        frame.empty("These are the same recommender.", "Choose two different ones.")
    elif (ours, theirs) in known:
        pair = known[ours, theirs]
        st.markdown(f"**{frame.plain(pair.words)}**  \np {_p(pair.p_value)}; corrected {_p(pair.p_holm)}.")
    frame.section("Who beats whom", _FAMILY_HELP)
    st.caption(f"{WINS} the row is better, {LOSES} the row is worse, {NOTHING} {NOT_FOUND}. Highest first.")
    cells = {two: _cell(pair) for two, pair in known.items()}
    frame.chart(significance_figure(order, cells), f"square-{metric}", significance_alt(order, cells, metric))


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
            "p, corrected": rows[Evaluation.P_HOLM],
            "People": rows[Evaluation.N_USERS],
        }
    )
    fine = digits(metric) + 1
    # One digit more than elsewhere, as an end may lie close to zero; and no sign on zero.
    table[list(ENDS)] = table[list(ENDS)].where(table[list(ENDS)].abs() >= 0.5 * 10**-fine, 0.0)
    numbers = {name: st.column_config.NumberColumn(format=f"%+.{fine}f") for name in ENDS}
    chances = {name: st.column_config.NumberColumn(format="%.3f") for name in ("p", "p, corrected")}
    st.dataframe(
        table,
        hide_index=True,
        column_config={**numbers, **chances},
        alt=f"Differences from what is popular on {METRICS[metric].label}, with intervals and p-values",
    )


def _word(result: Result, model: str, metric: str) -> str:
    gap = result.difference(model, metric)
    if not gap.found or not result.p_holm(model, metric) < LEVEL:
        if gap.found:
            return NOT_FOUND
        return NOT_FOUND.split(",")[0]
    return "▲ better" if METRICS[metric].better(gap.value) else "▼ worse"


def _cell(pair: Pair) -> Cell:
    sign = NOTHING if pair.better is None else WINS if pair.better else LOSES
    return sign, pair.words


def _p(p: float) -> str:
    return "—" if p != p else f"{p:.3f}"
