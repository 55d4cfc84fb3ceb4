"""What a list gives up for what: every point between accuracy, variety and discovery, for this person and for all."""

from __future__ import annotations

from collections import OrderedDict
from typing import cast

import pandas as pd
import streamlit as st

from recsys.data import Dataset
from recsys.models.setting import Setting
from recsys.plots.objective import trade_alt, trade_figure, triangle_alt, triangle_figure
from recsys.rerank.objective import frontier
from recsys.rerank.setting import ChainSetting
from recsys.ui import frame
from recsys.ui.rerank_aim import aim_of, chain_for
from recsys.ui.rerank_controls import keep
from recsys.ui.rerank_model import Reordering
from recsys.ui.rerank_worth import everybody

MAX_FRONTIERS = 16
_TRIANGLE = "triangle"


def trade(data: Dataset, shown: Reordering, setting: ChainSetting, by: Setting) -> None:
    """Draw the triangle of aims and what each would give, for this person and on average."""
    frame.section(
        "What an aim gives and what it costs",
        "Each aim is a mix of fit, variety and discovery. The list of each is made, and measured in all three.",
    )
    chosen = aim_of(setting)
    label = "estimated accuracy" if shown.chain.start.chance is None else "chance of a like"
    table = _frontier(data, shown)
    left, right = st.columns(2, gap="medium")
    with left:
        st.caption(f"Each dot is an aim; its colour is the {label} of its list. Click one to aim there.")
        frame.chart(
            triangle_figure(table, chosen, label),
            _TRIANGLE,
            triangle_alt(table, chosen, label),
            on_select=lambda: _picked(data.name),
            selection_mode="points",
        )
    with right:
        st.caption("Larger dots: lesser known items. Filled dots: no other aim is better in everything.")
        frame.chart(trade_figure(table, chosen, label), "trade", trade_alt(table, label))
    if chosen is None:
        frame.hint("Your strategies were chosen by hand, so they have no point in the triangle.")
    everybody(data, by, shown.chain.k, chosen)


def _picked(data_name: str) -> None:
    """Take the aim of the dot that was clicked."""
    for point in st.session_state[_TRIANGLE]["selection"]["points"][:1]:
        accuracy, variety, discovery = point.get("customdata") or (0.0, 0.0, 0.0)
        if accuracy or variety or discovery:
            keep(chain_for((accuracy, variety, discovery)), data_name)


def _frontier(data: Dataset, shown: Reordering) -> pd.DataFrame:
    """What each aim would give, kept beside the data while it is the newest of few."""
    start, k = shown.chain.start, shown.chain.k
    chance = b"" if start.chance is None else start.chance.tobytes()
    key = (start.rows.tobytes(), start.scores.tobytes(), chance, k)
    kept = cast("OrderedDict[object, pd.DataFrame]", data.memo.setdefault("frontiers", OrderedDict()))
    table = kept.get(key)
    if table is None:
        table = kept[key] = frontier(start, k=k)
        while len(kept) > MAX_FRONTIERS:
            kept.popitem(last=False)
    return table
