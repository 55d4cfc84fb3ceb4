"""Metrics, the overview: who wins, how sure that is, and every metric as bars."""

from __future__ import annotations

from functools import partial

import streamlit as st

from recsys.data import Dataset
from recsys.evaluate import Result
from recsys.evaluate.config import YARDSTICK
from recsys.evaluate.pairs import Pair
from recsys.metrics import ACCURACY, BEYOND, METRICS, STARS
from recsys.models import MODELS
from recsys.models.setting import Setting
from recsys.plots.metrics import metric_alt, metric_figure
from recsys.ui import frame
from recsys.ui.metrics_answer import CHART, use_on_live
from recsys.ui.metrics_model import (
    best_first,
    in_words,
    ordered,
    podium,
    said_against_popular,
    value,
    with_ends,
)
from recsys.ui.metrics_question import View, metric_key, open_view

MAIN = "ndcg"
FIRST = (MAIN, "recall", "hit_rate", "coverage", "diversity", "novelty")
"""Metrics on the first screen; the others wait behind a click."""
GROUPS = {
    ACCURACY: "Do people go on to like what is in their list?",
    STARS: "How well are stars predicted?",
    BEYOND: "What else is in the lists?",
}
_HOLM_HELP = (
    "Whiskers and brackets are 95% intervals from resampling the people. A difference is claimed only when its "
    "interval leaves zero out and it also holds after Holm's correction: the more recommenders are compared, the "
    "easier one of them looks better by luck, so each has to clear a higher bar."
)


def show(data: Dataset, result: Result) -> None:
    """Draw the verdict and the charts."""
    verdict(data, result)
    st.caption("Click a bar to see the people behind it.")
    charts(result, FIRST)
    with st.expander("All other metrics", key="all-metrics", on_change="rerun") as others:
        if others.open:
            for group, heading in GROUPS.items():
                rest = [spec.name for spec in METRICS.values() if spec.group == group and spec.name not in FIRST]
                if any(result.measured(name) for name in rest):
                    st.header(heading, anchor=False)
                    charts(result, rest)


def verdict(data: Dataset, result: Result) -> None:
    """Draw the best recommender, how it compares with what is popular and with the runner-up."""
    names = podium(result, MAIN)
    if not names:
        frame.empty("Nothing could be measured.", "Choose another test above, or other data.")
        return
    best, known = names[0], result.pairs(MAIN)
    with st.grid(3, min_column_width=260, gap="medium", border=True, key="verdict") as grid:
        with grid.cell(), st.container(horizontal=True, gap="medium", vertical_alignment="center"):
            st.metric(
                f"Best lists, by {METRICS[MAIN].label}",
                MODELS[best].label,
                with_ends(value(result, best, MAIN), MAIN),
                delta_color="off",
                delta_arrow="off",
                help=f"{METRICS[MAIN].line} {_HOLM_HELP}",
                width="content",
            )
            use_on_live(data, Setting(best), "best")
        for other, name in ((YARDSTICK, "what is popular"), (names[1] if len(names) > 1 else "", "the runner-up")):
            if other and (best, other) in known and not (name == "the runner-up" and other == YARDSTICK):
                with grid.cell():
                    _against(known[best, other], name)
    if best == YARDSTICK:
        st.caption("What is popular does best here: no recommender chosen above has beaten it.")
    if not result.config.models:
        st.caption("Choose a recommender above to compare it with what is popular.")


def _against(pair: Pair, name: str) -> None:
    """Draw one comparison: found or not, and the numbers."""
    label = name if pair.theirs == YARDSTICK else f"{name}, {MODELS[pair.theirs].label}"
    st.metric(
        f"Against {label}",
        "better" if pair.found else "no difference found",
        in_words(pair.difference, pair.metric),
        delta_color="green" if pair.found else "off",
        delta_arrow="up" if pair.found else "off",
        help=_HOLM_HELP,
    )


def charts(result: Result, metrics: tuple[str, ...] | list[str]) -> None:
    """Draw one chart per metric that could be measured."""
    with st.grid(3, min_column_width=300, gap="medium", border=True) as grid:
        for name in metrics:
            if result.measured(name):
                with grid.cell():
                    chart(result, name)


def chart(result: Result, metric: str) -> None:
    """Draw one metric: name, one line of help, bars that open the people behind them, and who differs."""
    spec, rows = METRICS[metric], best_first(result.metric(metric), ordered(result, MAIN))
    st.markdown(f"**{spec.label}**", help=f"{spec.direction} Unit: {spec.unit}.")
    st.caption(f"{spec.line} {spec.direction}")
    key = f"chart-{metric}"
    st.plotly_chart(
        metric_figure(rows, metric),
        key=key,
        config=CHART,
        alt=metric_alt(rows, metric),
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
