"""Drawing of a batch on the Words page: what it will take, start, pause and resume, and the table to take along."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd
import streamlit as st

from recsys.columns import Items
from recsys.data import Dataset
from recsys.ui import frame, save, words_controls, words_model
from recsys.ui.choices import picked
from recsys.ui.live_words import counted
from recsys.ui.metrics_answer import said_seconds
from recsys.ui.words_controls import Key, Writer
from recsys.words.batch import Batch, State
from recsys.words.contract import Language, Written
from recsys.words.spending import Estimate, estimate

LOOK_S = 0.5
"""Seconds between two looks at a running batch."""
SIZES = (10, 25, 50, 100, 250)
USUAL = 25
SAMPLE = 12
"""Jobs whose cost is counted; the others are taken to be like them."""
HEIGHT, N_ROWS = 400, 6
ROW = 62
"""Pixels of a row: two lines of a description."""
_WRITERS = {"extractive": "quoted", "endpoint": "language model"}
_COLUMNS = ("item_id", "title", "text", "sources", "struck", "written_by", "model", "tokens", "ms", "why")
_CONFIG = {
    "title": st.column_config.TextColumn("Title", width=220),
    "text": st.column_config.TextColumn("Description", width=560),
    "sources": st.column_config.TextColumn("Sources", width=100),
    "struck": st.column_config.NumberColumn("Struck out", width=80, help="Sentences that did not stand."),
    "written_by": st.column_config.TextColumn("Written by", width=90),
    "why": st.column_config.TextColumn("Why quoted instead", width=200),
} | dict.fromkeys(("item_id", "model", "tokens", "ms"))


@frame.part("words-batch")
def many(data: Dataset) -> None:
    """Draw the descriptions of many items: the choice, the cost, the progress, the table."""
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        rows = words_controls.talked_about(data, _size(data))
        language = words_controls.language(data)
        writer = words_controls.writer(data)
    one = words_model.batch(data, writer, language)
    if not one.running:
        st.caption(frame.plain(_cost(data, rows, language, writer, one)))
    _buttons(one, rows)
    if one.running:
        _watch(LOOK_S)(data, language, one)
    else:
        _standing(one.state())
        _table(data, language, rows, one.written())
    words_controls.missing_hint(data)


def _size(data: Dataset) -> int:
    sizes = {n: str(n) for n in SIZES if n < data.n_items} | {data.n_items: f"all {data.n_items:,}"}
    usual = min(USUAL, data.n_items)
    return picked(
        "How many items",
        sizes,
        Key.N_ITEMS,
        "number of items",
        usual,
        width=150,
        help="Those with the most reviews first.",
    )


def _cost(data: Dataset, rows: list[int], language: Language, writer: Writer, one: Batch) -> str:
    """What the missing texts will take, in one line; "" when none is missing."""
    missing = [row for row in rows if not one.has(row)]
    if not missing:
        return ""
    todo = f"{counted(len(missing), 'description')} to write"
    if writer == "extractive":
        return f"{todo}, quoted on this computer: nothing is sent, nothing costs."
    sample = missing[:: max(1, len(missing) // SAMPLE)][:SAMPLE]
    about = estimate(words_model.job(data, row, language) for row in sample)
    return f"{todo}: {_priced(about, len(missing) / len(sample))}"


def _priced(about: Estimate, times: float) -> str:
    """An estimate for ``times`` as many texts, in words."""
    n_kept = round(about.cached * times)
    kept = f" {n_kept:,} of them kept from before, for nothing." if n_kept else ""
    if not about.calls:
        return f"nothing to send.{kept}"
    tokens = round((about.tokens_in + about.tokens_out) * times, -2)
    return f"about {tokens:,.0f} tokens, {dollars(about.dollars, times)}.{kept}"


def dollars(one: float | None, times: float = 1.0) -> str:
    """A price in words.

    >>> dollars(0.002), dollars(0.1, 3), dollars(None)
    ('less than a cent', 'about $0.30', 'no price is set (RECSYS_LLM_PRICE)')
    """
    if one is None:
        return "no price is set (RECSYS_LLM_PRICE)"
    return f"about ${one * times:.2f}" if one * times >= 0.01 else "less than a cent"


def _buttons(one: Batch, rows: list[int]) -> None:
    if one.running:
        st.button("Pause", key="pause", icon=":material/pause:", on_click=one.pause)
        return
    n_missing = sum(not one.has(row) for row in rows)
    if not n_missing:
        one.start(rows)  # nothing is written: the table shows these rows
        return
    begun = n_missing < len(rows)
    label = f"Resume: {n_missing:,} left" if begun else f"Write {counted(n_missing, 'description')}"
    st.button(label, key="start", icon=":material/play_arrow:", on_click=partial(one.start, rows))


def _watch(every_s: float) -> Callable[[Dataset, Language, Batch], None]:
    """Draws a running batch again every so many seconds, alone; once it stands, what is around it too."""

    def look(data: Dataset, language: Language, one: Batch) -> None:
        with frame.friendly_errors():
            state = one.state()
            _progress(state)
            newest = list(one.written().items())[-1:]
            for row, written in newest:
                st.markdown(f"**{frame.plain(words_model.title(data, row, language))}**")
                st.markdown(frame.plain(written.text))
        if not state.running:
            st.rerun()

    return st.fragment(run_every=every_s)(look)


def _progress(state: State) -> None:
    left = f", about {said_seconds(state.seconds_left)} left" if state.seconds_left > 1 else ""
    st.progress(state.n_done / max(1, state.n_asked), f"{state.n_done:,} of {state.n_asked:,} written{left}")


def _standing(state: State) -> None:
    """Say where a batch stands that does not run; nothing before its first start."""
    if state.paused:
        st.warning(frame.plain(f"Paused at {state.n_done:,} of {state.n_asked:,}. {state.paused}"))
    elif state.n_asked and not state.finished:
        _progress(state)


def _table(data: Dataset, language: Language, rows: list[int], written: dict[int, Written]) -> None:
    """Draw what is written, and below it the titles of what is not; only what is written can be taken along."""
    lines = [_line(data, language, row, one) for row, one in written.items()]
    titles = [{str(Items.TITLE): words_model.title(data, row, language)} for row in rows if row not in written]
    st.dataframe(
        pd.DataFrame([*lines, *titles], columns=_COLUMNS),
        key="words-table",
        hide_index=True,
        row_height=ROW,
        height=HEIGHT if len(lines) + len(titles) > N_ROWS else "content",
        column_config=_CONFIG,
        placeholder="",
        alt=f"{counted(len(lines), 'description')} of items of {data.label}, with sources and who wrote them",
    )
    if lines:
        save.download(f"Save {counted(len(lines), 'description')}", lines, f"descriptions-{language}", "save-words")


def _line(data: Dataset, language: Language, row: int, one: Written) -> dict[str, str | int | float]:
    standing = [claim for claim in one.claims if not claim.struck]
    return {
        str(Items.ID): data.item_ids[row],
        str(Items.TITLE): words_model.title(data, row, language),
        "text": one.text,
        "sources": " ".join(dict.fromkeys(cite for claim in standing for cite in claim.cites)),
        "struck": len(one.claims) - len(standing),
        "written_by": _WRITERS.get(one.wrote.engine, one.wrote.engine),
        "model": one.wrote.model,
        "tokens": one.wrote.tokens_in + one.wrote.tokens_out,
        "ms": round(one.wrote.ms, 1),
        "why": one.wrote.fallback,
    }
