"""What a list gives up for what: every point between accuracy, variety and discovery, for this person and for all."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from recsys.data import Dataset
from recsys.models.setting import Setting
from recsys.plots.objective import trade_alt, trade_figure, triangle_alt, triangle_figure
from recsys.rerank import Candidates
from recsys.rerank.objective import Objective, frontier
from recsys.rerank.setting import ChainSetting
from recsys.ui import frame, rerank_aim
from recsys.ui.rerank_model import Reordering
from recsys.ui.rerank_worth import everybody

CHART = {"displayModeBar": False}
MAX_FRONTIERS = 64
_TRIANGLE = "triangle"


def trade(data: Dataset, shown: Reordering, setting: ChainSetting, by: Setting) -> None:
    """Draw the triangle of aims and what each would give."""
    st.header("What an aim gives and what it costs", anchor=False)
    weights = rerank_aim.weights_of(setting)
    chosen = None if weights is None else Objective(*weights)
    start = shown.chain.start
    label = "estimated accuracy" if start.chance is None else "chance of a like"
    table = _frontier(_fingerprint(data, start), shown.chain.k, start)
    left, right = st.columns(2, gap="medium")
    with left:
        st.caption("Each dot is an aim, its colour tells how accurate its list is. Click one to aim there.")
        figure = triangle_figure(table, chosen, label)
        corners = [list(zip(dots.a, dots.b, dots.c, strict=True)) for dots in figure.data]
        st.plotly_chart(
            figure,
            key=_TRIANGLE,
            config=CHART,
            alt=triangle_alt(table, chosen, label),
            on_select=lambda: _picked(corners),
            selection_mode="points",
        )
    with right:
        st.caption("The same aims by what their lists are like. Filled dots are beaten by no other in everything.")
        st.plotly_chart(trade_figure(table, chosen, label), key="trade", config=CHART, alt=trade_alt(table, label))
    if chosen is None:
        frame.hint("Your strategies were chosen by hand, so they have no point in the triangle.")
    st.markdown("**The same on average over many people**, on likes that were held out")
    everybody(data, by, shown.chain.k, chosen)


def _picked(corners: Sequence[Sequence[rerank_aim.Weights]]) -> None:
    """Take the aim of the dot that was clicked; ``corners`` holds those of every trace."""
    for point in st.session_state[_TRIANGLE]["selection"]["points"][:1]:
        rerank_aim.choose(corners[point["curve_number"]][point["point_index"]])


def _fingerprint(data: Dataset, start: Candidates) -> tuple[str, bytes, bytes, bytes]:
    """All that a frontier depends on: which candidates, their scores and chances, in which data."""
    chance = b"" if start.chance is None else start.chance.tobytes()
    return data.version, start.rows.tobytes(), start.scores.tobytes(), chance


@st.cache_data(max_entries=MAX_FRONTIERS, show_spinner=False)
def _frontier(key: tuple[str, bytes, bytes, bytes], k: int, _candidates: Candidates) -> pd.DataFrame:
    return frontier(_candidates, k=k)
