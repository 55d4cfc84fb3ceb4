"""Metrics, a closer look: against a second metric, by the length of the list, for parts of the people."""

from __future__ import annotations

import streamlit as st

from recsys.columns import Evaluation
from recsys.data import Dataset
from recsys.evaluate import Result
from recsys.evaluate.standing import NO_OPINION, frontier, leaders, listed, sliced_metrics
from recsys.metrics import METRICS
from recsys.metrics.slices import FAME, HISTORY, KINDS, WARMTH
from recsys.models import MODELS
from recsys.plots.by_k import by_k_alt, by_k_figure
from recsys.plots.frontier import frontier_alt, frontier_figure
from recsys.plots.slices import n_people, slices_alt, slices_figure
from recsys.ui import frame
from recsys.ui.choices import linked
from recsys.ui.metrics_question import View, metric_key, metric_picker

ACCURATE = ("ndcg", "recall", "precision", "hit_rate", "map", "mrr")
BESIDE = ("diversity", "category_diversity", "novelty", "coverage", "serendipity", "gini", "calibration")
"""What a list can be beside accurate; each knows which way is better."""
_PARTS = {
    HISTORY: "The same people, grouped by how much the recommenders knew of them.",
    WARMTH: "Only held-out likes of items that few or many people had liked before count as hits.",
    FAME: "Head: the few most liked items that hold half of all likes. Tail: all others.",
}
_FEW = 10


def show(data: Dataset, result: Result) -> None:
    """Draw the three closer looks, one below the other."""
    frame.section("What do you give up for what?")
    trade_off(result)
    frame.section("How long should the list be?")
    by_length(result)
    frame.section("Who gains?")
    who_gains(result)


def by_length(result: Result) -> None:
    """Draw one metric against the length of the list."""
    changing = [name for name in METRICS if (result.curve[Evaluation.METRIC] == name).any()]
    metric = metric_picker(View.SIDES, changing, key="length", usual="ndcg")
    rows = result.curve[result.curve[Evaluation.METRIC] == metric]
    spec = METRICS[metric]
    st.markdown(frame.plain(f"{spec.line} {spec.direction}"))
    if spec.higher_is_better:
        runs = [f"{MODELS[name].label} at {_lengths(ks)}" for name, ks in leaders(rows[rows.model != NO_OPINION])]
        st.markdown(frame.plain(f"Ahead: {', '.join(runs)}. Where bands overlap much, the order may be chance."))
    frame.chart(by_k_figure(rows, metric, result.config.k), f"by-k-{metric}", by_k_alt(rows, metric))
    frame.hint("Bands are 95% intervals; dashed, the list length chosen above. Click a name to hide or show its line.")


def trade_off(result: Result) -> None:
    """Draw accuracy against something else a list can be, and say who is best at one without giving up the other."""
    with st.container(horizontal=True, gap="small"):
        y = metric_picker(
            View.SIDES, [m for m in ACCURATE if result.measured(m)], "How well it hits", "up", usual="ndcg"
        )
        x = metric_picker(View.SIDES, [m for m in BESIDE if result.measured(m)], "And also", "across")
    best = frontier(result, x, y)
    first, second = METRICS[y], METRICS[x]
    st.markdown(frame.plain(f"{second.label}: {second.line} {second.direction}"))
    if len(best) == 1:
        st.markdown(f"**{frame.plain(MODELS[best[0]].label)}** is ahead in both, so there is nothing to trade.")
    else:
        st.markdown(
            f"**{frame.plain(listed(best))}**: from one to the next you give up some {first.label} for better "
            f"{second.label.lower()}. Every other one is beaten on both by one of these; Random is left aside, as its "
            "lists are no answer to anybody."
        )
    across, up = result.metric(x), result.metric(y)
    frame.chart(frontier_figure(across, up, x, y, best), f"frontier-{x}-{y}", frontier_alt(across, up, x, y, best))
    frame.hint("The thin lines are 95% intervals. The dotted line goes by the estimates; near ones may swap by chance.")


def who_gains(result: Result) -> None:
    """Draw one metric for parts of the people or of the items."""
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        metric = metric_picker(View.SIDES, list(sliced_metrics(result)), usual="ndcg")
        kind = linked("Compare groups by", KINDS, metric_key(View.SIDES, "by"), "way to group", HISTORY)
    of_kind = result.slices[result.slices[Evaluation.SLICE_KIND] == kind]
    rows = of_kind[of_kind[Evaluation.METRIC] == metric]
    st.markdown(frame.plain(_PARTS[kind]))
    frame.chart(slices_figure(rows, metric), f"slices-{kind}-{metric}", slices_alt(rows, metric))
    sizes = {str(part): n_people(ones) for part, ones in rows.groupby(Evaluation.SLICE, sort=False)}
    empty = [part for part, n in sizes.items() if not n]
    few = [f"{part} ({n})" for part, n in sizes.items() if 0 < n < _FEW]
    lines = (
        f"Nobody to ask: {', '.join(empty)}." if empty else "",
        f"Too few people to tell chance from a difference: {', '.join(few)}." if few else "",
        "The thin lines are 95% intervals. Somebody can be in several groups of items, never in two of people.",
    )
    st.caption("  \n".join(frame.plain(line) for line in lines if line))


def _lengths(ks: list[int]) -> str:
    if len(ks) == 1:
        return f"{ks[0]} item{'s' if ks[0] > 1 else ''}"
    return f"{ks[0]} to {ks[-1]} items"
