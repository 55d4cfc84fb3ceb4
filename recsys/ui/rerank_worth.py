"""What re-ranking is worth on people whose later likes were held out, measured when somebody asks for it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from recsys.data import Dataset
from recsys.data.splits import cuts
from recsys.evaluate.lists import asked
from recsys.evaluate.rerank_effect import MAX_PEOPLE, Effect, effect_of
from recsys.evaluate.rerank_frontier import population_frontier
from recsys.models import MODELS, build, shared
from recsys.models.setting import Setting
from recsys.plots.objective import trade_alt, trade_figure
from recsys.rerank import RERANKERS
from recsys.rerank.objective import Objective
from recsys.rerank.setting import ChainSetting
from recsys.types import GivesChances
from recsys.ui import frame
from recsys.ui.experiments import Progress
from recsys.ui.metrics_answer import CHART, asked_for
from recsys.ui.rerank_model import INTEREST, WHEN_SILENT

SPLIT = "per_user_time"
WHOLE = "all"
SECONDS = 8.0
"""A measurement of one chain takes about so long on a sample dataset; larger catalogues take longer."""


@dataclass(frozen=True, slots=True)
class Worth:
    """Whether a chain finds more of what people went on to like."""

    ranker: Setting
    chain: ChainSetting
    k: int
    pool: int

    def ask(self, data: Dataset, progress: Progress) -> Effect:
        """Lists with and without it, for the same people; DataError when nobody has likes to hold out."""
        chances = build(INTEREST) if INTEREST in MODELS else None
        return effect_of(
            self.chain.build(),
            data,
            self.ranker.build(),
            k=self.k,
            pool=self.pool,
            interest=chances if isinstance(chances, GivesChances) else None,
            progress=progress,
        )


@dataclass(frozen=True, slots=True)
class Everybody:
    """What each aim gives on average."""

    ranker: Setting
    k: int

    def ask(self, data: Dataset, progress: Progress) -> pd.DataFrame:
        """A row per aim; DataError when nobody has likes to hold out."""
        cut = cuts(data, SPLIT, 0, MAX_PEOPLE)[0]
        ranker, popular = (shared(one, cut.train) for one in (self.ranker.build(), build(WHEN_SILENT)))
        return population_frontier(cut.train, ranker, asked(cut), k=self.k, when_silent=popular, progress=progress)


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
    found = asked_for(data, Worth(ranker, chain, k, pool), _seconds(data))
    if found is not None:
        sign = {True: "▲", False: "▼", None: "="}[found.worth_it]
        st.markdown(f"**{sign} {frame.plain(chain.label)}**  \n{frame.plain(found.words)}")


def everybody(data: Dataset, ranker: Setting, k: int, chosen: Objective | None) -> None:
    """Draw the trade for the average of many people once it is measured."""
    table = asked_for(data, Everybody(ranker, k), 2 * _seconds(data))
    if table is None:
        return
    label = f"NDCG@{k}"
    figure = trade_figure(table, chosen, label)
    st.plotly_chart(figure, key="trade-everybody", config=CHART, alt=trade_alt(table, label))


def _seconds(data: Dataset) -> float:
    return SECONDS * max(1.0, data.n_items / 500)
