"""What re-ranking is worth on people whose later likes were held out, measured when somebody asks for it."""

from __future__ import annotations

import streamlit as st

from recsys.data import Dataset
from recsys.evaluate.rerank_effect import Worth
from recsys.evaluate.rerank_frontier import Everybody
from recsys.models.setting import Setting
from recsys.plots.objective import trade_alt, trade_figure
from recsys.rerank import RERANKERS
from recsys.rerank.objective import Objective
from recsys.rerank.setting import ChainSetting
from recsys.ui import frame
from recsys.ui.metrics_answer import CHART, asked_for

WHOLE = "all"


def worth(data: Dataset, ranker: Setting, setting: ChainSetting, k: int, pool: int) -> None:
    """Draw the choice of what to measure, and the verdict in words once it is measured."""
    st.header("Is it worth it?", anchor=False)
    st.caption(
        "People whose newest likes were hidden get their list with and without it: does it find more of those likes?"
    )
    if not setting.steps:
        frame.hint("Switch a strategy on to measure it.")
        return
    options = [WHOLE, *(setting.names if len(setting.names) > 1 else ())]
    chosen = st.pills(
        "Measure",
        options,
        default=WHOLE,
        required=True,
        format_func=lambda name: "The whole chain" if name == WHOLE else RERANKERS[name].label,
        key="worth",
        label_visibility="collapsed",
    )
    chain = setting if chosen not in setting.names else ChainSetting.of({chosen: setting.knobs(chosen)})
    found = asked_for(data, Worth(ranker, chain, k, pool))
    if found is not None:
        sign = {True: "▲", False: "▼", None: "="}[found.worth_it]
        st.markdown(f"**{sign} {frame.plain(chain.label)}**  \n{frame.plain(found.words)}")


def everybody(data: Dataset, ranker: Setting, k: int, chosen: Objective | None) -> None:
    """Draw the trade for the average of many people once it is measured."""
    table = asked_for(data, Everybody(ranker, k))
    if table is None:
        return
    label = f"NDCG@{k}"
    figure = trade_figure(table, chosen, label)
    st.plotly_chart(figure, key="trade-everybody", config=CHART, alt=trade_alt(table, label))
