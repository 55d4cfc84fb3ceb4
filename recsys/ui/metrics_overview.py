"""Metrics, the overview: who wins, how sure that is, and every metric as bars."""

from __future__ import annotations

from functools import partial

import streamlit as st

from recsys.data import Dataset
from recsys.evaluate import Result
from recsys.evaluate.config import YARDSTICK
from recsys.evaluate.pairs import Pair, shown
from recsys.evaluate.standing import MAIN, PLAIN, best_first, ordered, podium, said_against_popular, sentences, value
from recsys.metrics import ACCURACY, BEYOND, METRICS, STARS, signed
from recsys.models import MODELS
from recsys.models.setting import Setting
from recsys.plots.metrics import metric_alt, metric_figure
from recsys.ui import frame
from recsys.ui.metrics_answer import HOW_SURE, use_on_live, whom
from recsys.ui.metrics_question import View, metric_key, open_view
from recsys.ui.ranker import RANKER

FIRST = (PLAIN, MAIN, "recall", "coverage", "diversity", "novelty")
"""Metrics on the first screen; the others wait behind a click."""
GROUPS = {
    ACCURACY: "Do people go on to like what is in their list?",
    STARS: "How well are stars predicted?",
    BEYOND: "What else is in the lists?",
}


def show(data: Dataset, result: Result) -> None:
    """Draw the verdict and the charts."""
    live = RANKER.read(data.name).model
    verdict(data, result, live)
    st.caption("  \n".join(map(frame.plain, whom(result))))
    charts(result, FIRST, live)
    frame.hint("Click a bar to see the people behind it.")
    with st.expander("All other metrics", key="all-metrics", on_change="rerun") as others:
        if others.open:
            for group, heading in GROUPS.items():
                rest = [spec.name for spec in METRICS.values() if spec.group == group and spec.name not in FIRST]
                if any(result.measured(name) for name in rest):
                    frame.section(heading)
                    charts(result, rest, live)


def verdict(data: Dataset, result: Result, live: str) -> None:
    """Draw what the result says in plain words, then the numbers of the one on Live and of the one ahead."""
    names, caution = podium(result, MAIN), result.receipt.caution()
    _words(data, result, live, caution)
    if not names:
        frame.empty("Nothing could be measured.", "Choose another test above, or other data.")
        return
    mine = live if live in result.models else names[0]
    other = next((name for name in names if name != mine), "")
    pairs = ((mine, YARDSTICK), (names[0], mine) if names[0] != mine else (mine, other))
    with st.grid(4, min_column_width=150, gap="small", key="verdict") as grid:
        for name in filter(None, (mine, other)):
            with grid.cell():
                _number(result, name, live)
        for pair in dict.fromkeys(pairs):
            if pair in result.pairs(MAIN) and not caution:
                with grid.cell():
                    _against(result.pairs(MAIN)[pair], live)


def _words(data: Dataset, result: Result, live: str, caution: str) -> None:
    """Draw the plainest sentence as a heading, the others below it, and the way to Live for the one ahead."""
    said = sentences(result, live)
    if caution or not said:
        frame.section(caution or "Nothing could be measured")
        return
    frame.section(said[0].words, HOW_SURE)
    best = podium(result, MAIN)[0]
    left, right = st.columns([4, 1], vertical_alignment="center")
    lines = (f"**{frame.plain(one.words)}**" if one.nothing else frame.plain(one.words) for one in said[1:])
    left.markdown("  \n".join(lines))
    if best != live:
        with right:
            frame.hint(MODELS[best].label)
            use_on_live(data, Setting(best, dict(result.config.knobs).get(best, ())))


def _number(result: Result, model: str, live: str) -> None:
    """Draw the main metric of one model with its interval."""
    number = value(result, model, MAIN)
    st.metric(
        f"{METRICS[MAIN].label}, {'on Live' if model == live else MODELS[model].label}",
        shown(number.value, MAIN) if number.n else "—",
        f"{shown(number.low, MAIN)} to {shown(number.high, MAIN)}" if number.n else None,
        delta_color="off",
        delta_arrow="off",
        border=True,
    )


def _against(pair: Pair, live: str) -> None:
    """Draw one comparison: the difference, and whether it is one."""
    word = {True: "better", False: "worse", None: "no difference found"}[pair.better]
    st.metric(
        f"{_short(pair.ours, live)} − {_short(pair.theirs, live)}",
        signed(pair.difference.value),
        word,
        delta_color="off" if pair.better is None else "green" if pair.better else "red",
        delta_arrow="off" if pair.better is None else "up" if pair.better else "down",
        border=True,
    )


def _short(model: str, live: str) -> str:
    """What fits above a figure on a phone."""
    return "On Live" if model == live else MODELS[model].label


def charts(result: Result, metrics: tuple[str, ...] | list[str], live: str) -> None:
    """Draw one chart per metric that could be measured."""
    with st.grid(3, min_column_width=300, gap="medium", border=True) as grid:
        for name in metrics:
            if result.measured(name):
                with grid.cell():
                    chart(result, name, live)


def chart(result: Result, metric: str, live: str) -> None:
    """Draw one metric: name, one line of help, bars that open the people behind them, and who differs."""
    spec, rows = METRICS[metric], best_first(result.metric(metric), ordered(result, MAIN))
    st.markdown(f"**{spec.label}**", help=f"{spec.direction} Unit: {spec.unit}.")
    # More being better needs no words here; the help says it.
    st.caption(spec.line if spec.higher_is_better else f"{spec.line} {spec.direction}")
    key = f"chart-{metric}"
    frame.chart(
        metric_figure(rows, metric, live),
        key,
        metric_alt(rows, metric, live),
        on_select=partial(_open_people, key, metric) if spec.per_user else "ignore",
        selection_mode="points",
    )
    words = said_against_popular(result, metric)
    if words:
        st.caption(frame.plain(words))


def _open_people(key: str, metric: str) -> None:
    """Show the people behind the clicked bar."""
    points = st.session_state[key].selection.points
    if points:
        model = points[0]["customdata"][0]
        st.session_state[metric_key(View.PEOPLE)] = metric
        st.session_state[metric_key(View.PEOPLE, "model")] = model
        open_view(View.PEOPLE)
        # The pickers there are not drawn yet and do not write their address themselves.
        st.query_params[metric_key(View.PEOPLE)] = METRICS[metric].label
        st.query_params[metric_key(View.PEOPLE, "model")] = MODELS[model].label
