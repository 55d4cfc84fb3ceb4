"""Drawing of one text: its claims with their sources, what was struck out, its receipt, and what could be quoted."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from recsys.data import Dataset
from recsys.settings import settings
from recsys.ui import frame, words_model
from recsys.ui.live_words import counted
from recsys.ui.moment import moment
from recsys.words.batch import Aside
from recsys.words.contract import Claim, Evidence, Job, Written
from recsys.words.evidence import is_record

T = TypeVar("T")
TICK_S = 0.1
"""Seconds between two looks at a text that is being written."""
MANY = 10
"""Pieces of evidence that are not folded away, beside those in use."""


def halves() -> Sequence[DeltaGenerator]:
    """Left and right; on a phone, where one comes under the other, the right one first."""
    columns = st.columns(2, gap="medium")
    return columns[::-1] if moment().get("device") == "phone" else columns


def by_model(data: Dataset, wanted: Job, place: DeltaGenerator) -> Written:
    """What the language model writes, drawn in ``place`` while it grows; quoted instead once its time is over."""
    waiting = f"{settings().llm_model} is writing …"
    found = awaited(words_model.aside(data, wanted), waiting, settings().llm_timeout + words_model.GRACE, place)
    return found or words_model.too_late(wanted)


def awaited(work: Aside[T], waiting: str, seconds: float, place: DeltaGenerator) -> T | None:
    """What comes of ``work`` within ``seconds``, drawn in ``place`` while it grows; None where it does not come.

    Every look is drawn, and so a place where a click of the visitor ends this run: nobody waits for it. ``place`` is an
    ``st.empty``: what stood in it goes at once.
    """
    until = time.monotonic() + seconds
    found = work.wait(0)
    while found is None and time.monotonic() < until:
        place.markdown(frame.plain(work.text) or f":shimmer[{frame.plain(waiting)}]")
        found = work.wait(TICK_S)
    place.empty()
    return found


def again(data: Dataset, wanted: Job, written: Written) -> None:
    """Offer to ask once more where the language model was asked and did not write."""
    if written.wrote.fallback:
        st.button("Ask again", key="ask-again", on_click=partial(words_model.forget, data, wanted))


def text(wanted: Job, written: Written, place: DeltaGenerator, without: str = words_model.QUOTED) -> None:
    """Draw the claims with their sources, those that do not stand struck out with the reason, and the receipt.

    ``without`` says in the receipt how it is written where no language model did.
    """
    known = {one.evidence_id: one for one in wanted.evidence}
    with place.container():
        if written.wrote.fallback:
            st.warning(frame.plain(written.wrote.fallback), title="Quoted instead")
        for claim in written.claims:
            draw_claim(claim, known)
        if not written.text:
            frame.empty("Nobody has written anything that could be quoted here.", "Choose another item above.")
        st.caption(frame.plain(words_model.receipt(written.wrote, without)))


def draw_claim(claim: Claim, known: Mapping[str, Evidence]) -> None:
    """Draw one sentence with the ids of its sources; what they say opens beside it."""
    colour, words = "orange" if claim.struck else "blue", frame.plain(claim.text)
    marks = " ".join(f":{colour}-badge[{frame.plain(cite)}]" for cite in claim.cites)
    cited = [known[cite] for cite in claim.cites if cite in known]
    sources = "  \n".join(f"**{frame.plain(one.source)}** {frame.plain(one.text)}" for one in cited)
    line = f"{words} {marks}"
    if claim.struck:
        line = f":gray[~~{words}~~] {marks}  \n:small[:orange[Struck out.] {frame.plain(claim.struck)}]"
    st.markdown(line, help=sources or None)


def pieces(shown: Sequence[Evidence], used: Collection[str], what: str, help_text: str) -> None:
    """Draw sentences that may be quoted, with their ids, those in ``used`` coloured; many are folded away."""
    st.caption(f"{counted(len(shown), what)}, coloured where in use", help=help_text)
    open_ones = [one for place, one in enumerate(shown) if place < MANY or one.evidence_id in used]
    st.markdown("  \n".join(piece(one, used) for one in open_ones))
    others = [one for one in shown if one not in open_ones]
    if others:
        with st.expander(f"{len(others)} more"):
            st.markdown("  \n".join(piece(one, used) for one in others))


def piece(one: Evidence, used: Collection[str]) -> str:
    """One piece of evidence in Markdown: its id, what it says, and where it is from unless it is the record."""
    colour = "blue" if one.evidence_id in used else "gray"
    told = "" if is_record(one) else f" :small[:gray[{frame.plain(one.source)}]]"
    return f":{colour}-badge[{frame.plain(one.evidence_id)}] {frame.plain(one.text)}{told}"


def in_use(written: Written) -> frozenset[str]:
    """Ids of the evidence that standing claims cite."""
    return frozenset(cite for claim in written.claims if not claim.struck for cite in claim.cites)
