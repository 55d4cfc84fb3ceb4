"""Controls of the Words page: what to show, which item, in which language, and who writes."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import Literal

import streamlit as st

from recsys.columns import Items
from recsys.data import Dataset
from recsys.errors import UnknownIdError
from recsys.ranking import top_k
from recsys.settings import settings
from recsys.text import script_of
from recsys.text.scripts import HAN
from recsys.ui import choices, frame
from recsys.ui.choices import linked
from recsys.ui.links import Linked
from recsys.ui.wording import Wording
from recsys.words.contract import Language
from recsys.words.endpoint import endpoint_missing

ITEM = "item"
"""Name of the chosen item in the address, before the data it is of."""
Writer = Literal["extractive", "endpoint"]


class View(StrEnum):
    """What the page shows; also its name in the session."""

    ITEM = "item"
    BOTH = "both"
    PROMPT = "prompt"
    LIST = "list"
    BATCH = "batch"
    SEARCH = "search"


class Key(StrEnum):
    """Controls of this page in the URL."""

    VIEW = "view"
    LANGUAGE = "lang"
    WRITER = "writer"
    N_ITEMS = "n"


_LABELS = {
    View.ITEM: "One item",
    View.BOTH: "Side by side",
    View.PROMPT: "What is sent",
    View.LIST: "Your list",
    View.BATCH: "Many items",
    View.SEARCH: "Does it help search?",
}
_LANGUAGES: dict[Language, str] = {"en": "English", "zh": "中文"}


def choose() -> View:
    """Draw the choice of a view and return the chosen one."""
    return choices.view(_LABELS, Key.VIEW)


def item(data: Dataset, language: Language) -> int:
    """Draw the choice of an item by its title, and return its row; the one most written about to begin with."""
    labels = _labels(data, language)
    link = _link(data)
    now, box = link.read(data.name), f"words-item-{data.name}"
    st.session_state[box] = now
    st.selectbox(
        "Item",
        list(labels),
        format_func=lambda item_id: labels.get(item_id, item_id),
        key=box,
        on_change=lambda: link.keep(str(st.session_state[box]), data.name),
        help="Type a part of a title to find it.",
        width=380,
    )
    return data.row(now)


def _link(data: Dataset) -> Linked[str]:
    def parse(word: str) -> str:
        if word not in data.row_of:
            raise UnknownIdError(f"“{word[:40]}” is not an item of {data.label}")
        return word

    usual = data.item_ids[talked_about(data, 1)[0]]
    return Linked(ITEM, parse, str, usual, "The item in this link cannot be shown, the usual one is")


def talked_about(data: Dataset, n: int) -> list[int]:
    """Rows of the ``n`` items with the most reviews, those liked by more people first among equals."""
    return data.once(talked_about, lambda: _most_reviews_first(data))[:n]


def _most_reviews_first(data: Dataset) -> list[int]:
    reviews = [len(data.reviews(row)) for row in range(data.n_items)]
    scores = (data.like_counts / (data.like_counts.max() + 1) + reviews).astype("float32")
    return [int(row) for row in top_k(scores, data.n_items)]


def _labels(data: Dataset, language: Language) -> dict[str, str]:
    """A name of its own for each item id: a box finds its choice by the name."""
    return data.once((_labels, language), lambda: _told_apart(Wording(data, language == "zh")))


def _told_apart(words: Wording) -> dict[str, str]:
    twins, labels = Counter[str](), {}
    for row, item_id in enumerate(words.data.item_ids):
        title = words.field(row, Items.TITLE)
        twins[title] += 1
        labels[item_id] = f"{title} ({twins[title]})" if twins[title] > 1 else title
    return labels


def language(data: Dataset) -> Language:
    """Draw the choice of a language where the data has two, and return it; else the one the titles are in."""
    if Items.TITLE_ZH not in data.items.columns or not (data.items[Items.TITLE_ZH] != "").any():
        some = " ".join(data.field(row, Items.TITLE) for row in range(min(data.n_items, 50)))
        return "zh" if script_of(some) == HAN else "en"
    return linked("Texts", _LANGUAGES, Key.LANGUAGE, "language", width="content")


def writer(data: Dataset) -> Writer:
    """Draw the choice of who writes where a language model may be asked; quoting otherwise."""
    if endpoint_missing(data):
        return "extractive"
    labels: dict[Writer, str] = {"extractive": "Quoted", "endpoint": f"Language model: {settings().llm_model}"}
    return linked(
        "Written by",
        labels,
        Key.WRITER,
        "writer",
        width="content",
        help="Quoted: sentences chosen from what others wrote, word by word, on this computer. Language model: its own "
        "words, checked against the same sentences.",
    )


def missing_hint(data: Dataset) -> None:
    """Say in one quiet line why no language model writes; nothing where one may."""
    missing = endpoint_missing(data)
    if missing:
        frame.hint(f"Quoted word by word on this computer. {missing}")
