"""Metrics from other sides: by the length of the list, against a second metric, for parts of the people."""

from __future__ import annotations

import streamlit as st

from recsys.columns import Evaluation
from recsys.data import Dataset
from recsys.evaluate import Result
from recsys.metrics import METRICS
from recsys.metrics.slices import FAME, HISTORY, KINDS, WARMTH
from recsys.models import MODELS
from recsys.plots.by_k import by_k_alt, by_k_figure
from recsys.plots.frontier import frontier_alt, frontier_figure
from recsys.plots.slices import n_people, slices_alt, slices_figure
from recsys.ui import frame
from recsys.ui.metrics_answer import CHART
from recsys.ui.metrics_model import NO_OPINION, frontier, leaders, listed, sliced_metrics
from recsys.ui.metrics_question import View, metric_key, metric_picker

ACCURATE = ("ndcg", "recall", "precision", "hit_rate", "map", "mrr")
BESIDE = ("diversity", "category_diversity", "novelty", "coverage", "serendipity", "gini", "calibration")
"""What a list can be beside accurate; each knows which way is better."""
_PARTS = {
    HISTORY: "The same people, parted by how much the models knew of them.",
    WARMTH: "Only held-out likes of items that few or many people had liked before count as hits.",
    FAME: "Head: the few most liked items that hold half of all likes. Tail: all others.",
}
_FEW = 10


def by_length(data: Dataset, result: Result) -> None:
    """Draw one metric against the length of the list."""
    changing = [name for name in METRICS if (result.curve[Evaluation.METRIC] == name).any()]
    metric = metric_picker(View.LENGTH, changing)
    rows = result.curve[result.curve[Evaluation.METRIC] == metric]
    spec = METRICS[metric]
    st.markdown(frame.plain(f"{spec.line} {spec.direction}"))
    if spec.higher_is_better:
        runs = [f"{MODELS[name].label} at {_lengths(ks)}" for name, ks in leaders(rows[rows.model != NO_OPINION])]
        st.markdown(frame.plain(f"Highest: {', '.join(runs)}. Where bands overlap much, the order may be chance."))
    st.plotly_chart(
        by_k_figure(rows, metric, result.config.k),
        key=f"by-k-{metric}",
        config=CHART,
        alt=by_k_alt(rows, metric),
    )
    st.caption("Bands: 95% intervals. Dashed: the list length chosen above. Click a name to hide or show it.")


def trade_off(data: Dataset, result: Result) -> None:
    """Draw accuracy against something else a list can be, and say who is best at one without giving up the other."""
    with st.container(horizontal=True, gap="small"):
        y = metric_picker(View.TRADE_OFF, [m for m in ACCURATE if result.measured(m)], "Accurate", "up")
        x = metric_picker(View.TRADE_OFF, [m for m in BESIDE if result.measured(m)], "And also", "across")
    best = frontier(result, x, y)
    first, second = METRICS[y], METRICS[x]
    st.markdown(frame.plain(f"{second.label}: {second.line} {second.direction}"))
    if len(best) == 1:
        st.markdown(f"**{frame.plain(MODELS[best[0]].label)}** is best at both, so there is nothing to trade.")
    else:
        st.markdown(
            f"On the frontier: **{frame.plain(listed(best))}**. From one to the next you give up some {first.label} "
            f"for better {second.label.lower()}; every other one is beaten on both by one of these."
        )
    across, up = result.metric(x), result.metric(y)
    st.plotly_chart(
        frontier_figure(across, up, x, y, best),
        key=f"frontier-{x}-{y}",
        config=CHART,
        alt=frontier_alt(across, up, x, y, best),
    )
    st.caption("Whiskers: 95% intervals. Who is on the frontier goes by the estimates; near ones may swap by chance.")


def who_gains(data: Dataset, result: Result) -> None:
    """Draw one metric for parts of the people or of the items."""
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        metric = metric_picker(View.SLICES, list(sliced_metrics(result)))
        kind = st.segmented_control(
            "Part by",
            list(KINDS),
            format_func=lambda name: KINDS.get(name, name),
            default=HISTORY,
            required=True,
            key=metric_key(View.SLICES, "by"),
            bind="query-params",
            wrap=True,
        )
    kind = kind if kind in KINDS else HISTORY
    of_kind = result.slices[result.slices[Evaluation.SLICE_KIND] == kind]
    rows = of_kind[of_kind[Evaluation.METRIC] == metric]
    st.markdown(frame.plain(_PARTS[kind]))
    st.plotly_chart(
        slices_figure(rows, metric), key=f"slices-{kind}-{metric}", config=CHART, alt=slices_alt(rows, metric)
    )
    sizes = {str(part): n_people(ones) for part, ones in rows.groupby(Evaluation.SLICE, sort=False)}
    empty = [part for part, n in sizes.items() if not n]
    few = [f"{part} ({n})" for part, n in sizes.items() if 0 < n < _FEW]
    if empty:
        st.caption(frame.plain(f"Nobody to ask: {', '.join(empty)}."))
    if few:
        st.caption(frame.plain(f"Too few people to tell chance from a difference: {', '.join(few)}."))
    st.caption("Whiskers: 95% intervals. Somebody can be in several parts of the items, never in two of the people.")


def _lengths(ks: list[int]) -> str:
    if len(ks) == 1:
        return f"{ks[0]} item{'s' if ks[0] > 1 else ''}"
    return f"{ks[0]} to {ks[-1]} items"
