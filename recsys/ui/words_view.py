"""Drawing of the Words page: the record and its sentences beside the text, both writers, and what would be sent.

Where a language model may be waited for, the page is not cut into parts: a click in a part waits until the part is
drawn, a click on the page ends the waiting.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import streamlit as st

from recsys.columns import Items
from recsys.data import Dataset
from recsys.settings import settings
from recsys.ui import (
    frame,
    words_batch_view,
    words_controls,
    words_list_view,
    words_model,
    words_search_view,
    words_text,
)
from recsys.ui.live_words import counted
from recsys.ui.words_controls import View
from recsys.words.contract import Job, Language, Written
from recsys.words.endpoint import endpoint_missing
from recsys.words.evidence import field_id, is_record
from recsys.words.labels import Labeller
from recsys.words.messages import chosen, n_tokens, prompt
from recsys.words.slots import described
from recsys.words.tags import distinctive

N_TERMS = 8
LONGEST_S = 300.0
"""Seconds that a category is waited for; thousands of texts are read for it, the first time."""
_LEARNING = "Learning the categories from all texts, the first time only …"
_IDS = "d2 is the second sentence of the description, r3.1 the first one of the third review, f.price a field."


def show(view: View, data: Dataset) -> None:
    """Draw one view of the page, and above it what the address got wrong; nothing is written for the others."""
    draw = {
        View.ITEM: one_item,
        View.BOTH: side_by_side,
        View.PROMPT: what_is_sent,
        View.LIST: words_list_view.your_list,
        View.BATCH: words_batch_view.many,
        View.SEARCH: words_search_view.does_it_help,
    }
    trouble = st.container()
    draw[view](data)
    with trouble:
        frame.notices()


def one_item(data: Dataset) -> None:
    """Draw one item: its record and sentences on the left, its description with sources and receipt on the right."""
    with _row():
        row, language = _item(data)
        writer = words_controls.writer(data)
    wanted = words_model.job(data, row, language)
    left, right = words_text.halves()
    with right:
        with st.container(border=True, key="words-text"):
            st.markdown("**Description**")
            place, asked = st.empty(), writer == "endpoint"
            written = words_text.by_model(data, wanted, place) if asked else words_model.quoted(wanted)
            words_text.text(wanted, written, place)
            if asked:
                words_text.again(data, wanted, written)
        _in_short(data, row, language, wanted)
        _category(data, row)
    with left:
        _sources(wanted, written)
    words_controls.missing_hint(data)


def side_by_side(data: Dataset) -> None:
    """Draw the same item by both writers, each with its receipt."""
    with _row():
        row, language = _item(data)
    wanted, missing = words_model.job(data, row, language), endpoint_missing(data)
    left, right = st.columns(2, gap="medium")
    with left.container(border=True, key="words-quoted", height="stretch"):
        st.markdown("**Quoted**, word by word")
        quoted = words_model.quoted(wanted)
        words_text.text(wanted, quoted, st.empty())
    with right.container(border=True, key="words-model", height="stretch"):
        if missing:
            st.markdown("**Language model**")
            frame.empty(missing, "It then writes here from the same sentences, and what they do not say is struck out.")
        else:
            st.markdown(f"**Language model** {frame.plain(settings().llm_model)}")
            place = st.empty()
            written = words_text.by_model(data, wanted, place)
            words_text.text(wanted, written, place)
            words_text.again(data, wanted, written)
    _sources(wanted, quoted)


@frame.part("words-prompt")
def what_is_sent(data: Dataset) -> None:
    """Draw word for word what a language model would be sent about an item, and nothing else."""
    with _row():
        row, language = _item(data)
    wanted = words_model.job(data, row, language)
    messages, n_kept_back = prompt(wanted), len(wanted.evidence) - len(chosen(wanted))
    tokens = sum(n_tokens(message["content"]) for message in messages)
    left_out = f" {counted(n_kept_back, 'piece')} of evidence did not fit." if n_kept_back else ""
    st.markdown(f"**About {tokens:,} tokens**: all that a language model gets to describe this item.{left_out}")
    host = urlsplit(settings().llm_base_url).hostname
    frame.hint(endpoint_missing(data) or f"Sent to {host}, once you choose the language model.")
    for message, (heading, kind) in zip(messages, (("The task", None), ("The data", "json")), strict=True):
        frame.section(heading)
        st.code(message["content"], language=kind, wrap_lines=True)


def _row() -> st.delta_generator.DeltaGenerator:
    return st.container(horizontal=True, gap="small", vertical_alignment="bottom")


def _item(data: Dataset) -> tuple[int, Language]:
    """Draw the choice of an item and, after it, of the language its title is in."""
    place = st.container(width="content")
    language = words_controls.language(data)
    with place:
        return words_controls.item(data, language), language


def _sources(wanted: Job, written: Written) -> None:
    """Draw the record, and every sentence that may be quoted."""
    used = words_text.in_use(written)
    record = [one for one in wanted.evidence if is_record(one) and one.evidence_id != field_id(Items.TITLE)]
    others = [one for one in wanted.evidence if not is_record(one)]
    with st.container(border=True, key="words-sources"):
        st.markdown(f"**{frame.plain(wanted.subject)}**")
        if record:
            st.markdown("  \n".join(words_text.piece(one, used) for one in record))
        if others:
            words_text.pieces(others, used, "sentence", _IDS)
        elif not record:
            st.caption("Nothing but this title is known.")


def _in_short(data: Dataset, row: int, language: Language, wanted: Job) -> None:
    """Draw the description that is filled in from the record, and the words that set the item apart."""
    filled, terms = described(data, row, language), distinctive(data, [row], N_TERMS, language)
    if not filled and not terms:
        return
    known = {one.evidence_id: one for one in wanted.evidence}
    with st.container(border=True, key="words-short"):
        if filled:
            st.markdown("**In short**, filled in from the record")
            for claim in filled:
                words_text.draw_claim(claim, known)
        if terms:
            st.markdown(
                "**Its own words** " + " ".join(f":gray-badge[{frame.plain(one.term)}]" for one in terms),
                help="Words that its texts have more often than those of other items, the surest first (log-odds).",
            )


@frame.part("words-category")
def _category(data: Dataset, row: int) -> None:
    """Draw, folded away because it takes a while to learn, the category that an item's text suggests."""
    with st.expander("Which category does its text suggest?", key="words-guess", on_change="rerun") as box:
        if not box.open:
            return
        missing = Labeller.of(data).missing
        found = (
            None if missing else words_text.awaited(words_model.category(data, row), _LEARNING, LONGEST_S, st.empty())
        )
        if found is None:
            frame.hint(missing or "Still learning: open this again in a moment.")
            return
        label, quality = found
        sure = "" if label.sure else ", not surely"
        own = data.field(row, Items.CATEGORY) or "none"
        st.markdown(f"**{frame.plain(label.name)}** ({label.score:.0%}{sure}). Recorded: {frame.plain(own)}.")
        if quality is not None:
            st.caption(
                f"F1 {quality.learned:.2f} over {quality.n_categories} categories of {quality.n_items:,} items, each "
                f"judged unseen. By the names alone: {quality.zero_shot:.2f}. Always the commonest: "
                f"{quality.majority:.2f}.",
                help="1 is perfect. The mean over all categories of the harmonic mean of precision and recall, by "
                "cross-validation: learned from title and description, without category and tags.",
            )
