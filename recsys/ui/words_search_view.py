"""Drawing of what generated text does for retrieval, on the Words page: the same lists with it and without it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from recsys.columns import Evaluation
from recsys.data import Dataset
from recsys.evaluate.enriched import Comparison, Enriched, Enrichment
from recsys.live import movement, recommend
from recsys.models import build, shared
from recsys.types import Query
from recsys.ui import frame, words_model
from recsys.ui.live_words import coloured
from recsys.ui.metrics_answer import asked_for, table_proof
from recsys.ui.wording import Wording

_GIVES = (
    "Each item's own words and telling review sentences are put beside its description; then the same people get "
    "their lists with that text and without it. Do their later likes stand higher?"
)

_SAID_HELP = "Its own words and its telling review sentences go beside its description before the model reads it."
QUERY = "words-query"


def _number(label: str) -> Any:
    return st.column_config.NumberColumn(label, format="%.3f")


_COLUMNS: dict[str, Any] = {
    str(Evaluation.MODEL): "Recommender",
    str(Enriched.SPLIT): "Test",
    str(Enriched.WITHOUT): _number("Without"),
    str(Enriched.WITH): _number("With"),
    str(Evaluation.VALUE): _number("Difference"),
    str(Evaluation.LOW): _number("From"),
    str(Evaluation.HIGH): _number("To"),
    str(Evaluation.N_USERS): "People",
}


def does_it_help(data: Dataset) -> None:
    """Draw a search with and without generated text, then what it does to everybody's lists."""
    _try(data)
    _measured(data)


@frame.part("words-try")
def _try(data: Dataset) -> None:
    """Draw a search box and what it finds; with generated text beside it once that is switched on."""
    frame.section("Try it")
    st.text_input(
        "Search the texts",
        key=QUERY,
        type="search",
        live="250ms",
        placeholder="quiet mornings · 适合雨天",
        max_chars=500,
    )
    typed = str(st.session_state.get(QUERY) or "").strip()
    words = Wording.for_query(data, Query(typed=typed))
    left, right = st.columns(2, gap="medium")
    with right:
        on = st.toggle("With what people say of each item", key="words-said", help=_SAID_HELP)
    left.markdown("**By the descriptions alone**")
    if not typed:
        left.caption("Type something to search for.")
        return
    plain = _found(data, typed)
    left.markdown("\n".join(f"{rank}. {frame.plain(words.title(item))}" for rank, item in enumerate(plain, start=1)))
    if not on:
        return
    with right:
        with st.spinner("Reading what people say of each item, once"):
            other = words_model.with_reviews(data)
        if other is None:
            st.caption("Nobody wrote a review here, so there is nothing to add.")
            return
        found = _found(other, typed)
        moved = movement(plain, found)
        st.markdown(
            "\n".join(
                f"{rank}. {frame.plain(words.title(item))} {coloured(moved.badge(item))}"
                for rank, item in enumerate(found, start=1)
            )
        )


def _found(data: Dataset, typed: str) -> tuple[str, ...]:
    """Ids of the ten items that read most like ``typed``, best first."""
    return recommend(data, shared(build("text_profile"), data), Query(typed=typed)).item_ids


@frame.part("words-search")
def _measured(data: Dataset) -> None:
    """Draw whether lists ranked by text get better with generated text, measured once when asked for."""
    frame.section("Measured on everybody")
    question = Enrichment()
    table = asked_for(data, question, _GIVES)
    if table is None:
        return
    st.markdown("\n".join(f"- {frame.plain(sentence)}" for sentence in Comparison(table).words))
    st.dataframe(
        table,
        key="words-gain",
        hide_index=True,
        height="content",
        column_order=list(_COLUMNS),
        column_config=_COLUMNS,
        alt="For each recommender that reads texts and each test: the metric without and with generated text, and the "
        "difference with its 95% interval",
    )
    frame.hint("From and To are the ends of the 95% interval of the difference, paired by person.")
    table_proof(table, "generated-text", data, question.call(data.name))
