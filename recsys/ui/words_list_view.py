"""Drawing of why these ten, on the Words page: what the person's list shares, and what it rests on."""

from __future__ import annotations

import streamlit as st

from recsys.data import Dataset, Persona
from recsys.live import recommend
from recsys.types import Query, Ranked
from recsys.ui import actions, cache, frame, live_model, words_controls, words_model, words_text
from recsys.ui.controls import person_picker
from recsys.ui.proof import wanted_on_live
from recsys.words.evidence import is_record
from recsys.words.shortlist import why_these


def your_list(data: Dataset) -> None:
    """Draw whose list it is, and why its items are on it."""
    _why(data, person_picker(data))


def _why(data: Dataset, person: Persona) -> None:
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        language = words_controls.language(data)
        writer = words_controls.writer(data)
    query, ranked = _list_on_live(data, person)
    wanted = why_these(data, ranked, query, language)
    left, right = words_text.halves()
    with right.container(border=True, key="words-text"):
        st.markdown("**Why these**")
        place, asked = st.empty(), writer == "endpoint"
        written = words_text.by_model(data, wanted, place) if asked else words_model.filled(wanted)
        words_text.text(wanted, written, place, words_model.QUOTED if asked else words_model.FILLED)
        if asked:
            words_text.again(data, wanted, written)
    used = words_text.in_use(written)
    with right, st.container(border=True, key="words-facts"):
        facts = [one for one in wanted.evidence if is_record(one) and not one.evidence_id.startswith("i")]
        words_text.pieces(facts, used, "fact", "c: what they share, p: what you did, o: what stands out.")
    with left.container(border=True, key="words-sources"):
        st.markdown(f"**Your list on Live**, ranked by {frame.plain(ranked.receipt.model)}")
        items = [one for one in wanted.evidence if one not in facts]
        st.markdown("  \n".join(words_text.piece(one, used) for one in items))
    words_controls.missing_hint(data)


def _list_on_live(data: Dataset, person: Persona) -> tuple[Query, Ranked]:
    """What is known of the person, and the list that Live shows for it."""
    wanted = wanted_on_live(data)
    now = live_model.situation(data, actions.known(data, person), wanted)
    ranking = now.ranking
    return now.query, recommend(
        data,
        ranking.scorer,
        now.query,
        ranking.k,
        model=wanted.ranker.label,
        when_silent=ranking.when_silent,
        rerank=ranking.rerank,
        interest=cache.interest(data),
    )
