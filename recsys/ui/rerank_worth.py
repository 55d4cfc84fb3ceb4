"""What re-ranking is worth on people whose later likes were held out, measured when somebody asks for it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from recsys.data import Dataset, catalogue
from recsys.evaluate.rerank_effect import LANGUAGE_MODEL, MAX_ASKED, MAX_PEOPLE, Effect, Worth
from recsys.evaluate.rerank_frontier import Everybody
from recsys.metrics.significance import N_BOOT
from recsys.models.setting import Setting
from recsys.plots.objective import trade_alt, trade_figure
from recsys.rerank import RERANKERS
from recsys.rerank.objective import Objective
from recsys.rerank.setting import ChainSetting
from recsys.ui import frame, proof, save
from recsys.ui.metrics_answer import asked_for

WHOLE = "all"
_NDCG_HELP = (
    "Of what people went on to like, how much stands in the list, and how high up: 1 is all of it at the top. "
    "The term of the trade is NDCG."
)
_DIFFERENCE_HELP = f"The difference, and where it lies in 95% of {N_BOOT:,} draws of other people."


def worth(data: Dataset, ranker: Setting, setting: ChainSetting, k: int, pool: int) -> None:
    """Draw the choice of what to measure and, once it is measured, the verdict with all that it rests on."""
    frame.section("Is it worth it?")
    if not setting.steps:
        frame.empty("No strategy is on, so there is nothing to measure.", "Choose an aim above.")
        return
    frame.hint(
        f"One press hides the newest likes of {MAX_PEOPLE} people or fewer ({MAX_ASKED} where a language model is "
        "asked, twice for each), makes their lists with and without "
        "re-ranking, and says which finds more of the hidden likes."
    )
    options = [WHOLE, *(setting.names if len(setting.names) > 1 else ())]
    chosen = st.pills(
        "Measure",
        options,
        default=WHOLE,
        required=True,
        format_func=lambda name: RERANKERS[name].label if name in RERANKERS else "All strategies together",
        key="worth",
        label_visibility="collapsed",
    )
    chain = setting if chosen not in setting.names else ChainSetting.of({chosen: setting.knobs(chosen)})
    question = proof.question(ranker, chain, k, pool)
    found = asked_for(data, question)
    if found is not None:
        _verdict(data, question, found)


def _verdict(data: Dataset, question: Worth, found: Effect) -> None:
    sign = {True: "▲", False: "▼", None: "="}[found.worth_it]
    st.markdown(f"**{sign} {frame.plain(question.chain.label)}**  \n{frame.plain(found.words)}")
    if question.chain.names == (LANGUAGE_MODEL,) and not found.worth_it:
        st.caption("So it stays off on the Live page, which offers to use it all the same.")
    gain, low, high = found.difference.value, found.difference.low, found.difference.high
    figures = (
        ("Hidden likes found", f"{found.before:.3f} → {found.after:.3f}", None, _NDCG_HELP),
        ("Difference", f"{gain:+.3f}", f"{low:+.3f} to {high:+.3f}", _DIFFERENCE_HELP),
        ("Lists that changed", f"{found.n_changed} of {found.difference.n}", None, None),
    )
    with st.grid(len(figures), min_column_width=150, gap="small", key="worth-figures"):
        for label, value, delta, told in figures:
            look: dict[str, Any] = {"delta_color": "off", "delta_arrow": "off", "border": True, "height": "stretch"}
            st.metric(label, value, delta, help=told, **look)
    frame.hint(
        f"{found.difference.n} people of {data.label}, the newest fifth of each one's likes hidden; lists of {found.k} "
        f"out of {question.pool} candidates by {question.ranker.label}; seed 0. What people may like without ever "
        "having tried it counts for nothing here, so variety and discovery are judged severely."
    )
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        save.download("Save these numbers", [_row(data, question, found)], "re-ranking-worth", "save-worth")
        if data.name in {ref.name for ref in catalogue.available()}:
            save.code("The same numbers in Python", lambda: as_python(data.name, question), "code-worth")


def _row(data: Dataset, question: Worth, found: Effect) -> dict[str, Any]:
    """The measurement as one line of a table."""
    return {
        "dataset": data.label,
        "data_version": data.version,
        "recommender": question.ranker.word,
        "strategies": question.chain.word,
        "k": found.k,
        "candidates": question.pool,
        "split": "per_user_time",
        "seed": 0,
        "people": found.difference.n,
        "lists_changed": found.n_changed,
        "ndcg_without": found.before,
        "ndcg_with": found.after,
        "difference": found.difference.value,
        "low": found.difference.low,
        "high": found.difference.high,
    }


def as_python(dataset: str, question: Worth) -> str:
    """Lines of Python that measure ``question`` again."""
    return f"""from recsys import ChainSetting, load
from recsys.evaluate.rerank_effect import Worth
from recsys.models.setting import Setting

ranker = Setting.parse({question.ranker.word!r})
chain = ChainSetting.parse({question.chain.word!r})
effect = Worth(ranker, chain, k={question.k}, pool={question.pool}).ask(load({dataset!r}))
print(effect.words)
"""


def everybody(data: Dataset, ranker: Setting, k: int, chosen: Objective | None) -> None:
    """Draw the trade for the average of many people once it is measured."""
    frame.section("The same for everybody")
    frame.hint(
        f"One press makes the lists of 15 aims for {MAX_PEOPLE} people or fewer and counts which of their hidden likes "
        "are found: the chart above, on average and with its margins."
    )
    table = asked_for(data, Everybody(ranker, k))
    if table is None:
        return
    label = f"hidden likes found (NDCG@{k})"
    frame.chart(trade_figure(table, chosen, label), "trade-everybody", trade_alt(table, label))
    save.download("Save these numbers", table.to_dict("records"), "re-ranking-aims", "save-everybody")
