"""Which encoder reads the data in this session: the usual one, or another that is here or was made here."""

from __future__ import annotations

import streamlit as st

from recsys.data import Dataset
from recsys.errors import UnknownIdError
from recsys.text import ENCODERS, LEXICAL, MINILM, made, reader
from recsys.text.registry import WORDLLAMA, selectable
from recsys.ui import frame
from recsys.ui.links import Linked
from recsys.ui.state import notice

USUAL = ""
"""The encoder of this installation."""
_LABELS = {MINILM: "MiniLM", WORDLLAMA: "WordLlama", LEXICAL: "words alone"}


def _parse(word: str) -> str:
    if word not in selectable():
        raise UnknownIdError(f"{word[:40]!r} is not an encoder here, it can be made on the Compress or Train page")
    return word


ENGINE = Linked("encoder", _parse, str, USUAL, "The usual encoder reads the texts")


def chosen() -> str:
    """Name of the encoder that this session chose; "" for the usual one."""
    name = ENGINE.read()
    if name and name == reader().default().name:
        ENGINE.keep(USUAL)
        return USUAL
    return name


def label_of(name: str) -> str:
    """What a visitor reads for the encoder ``name``; "" is the usual one."""
    wanted = name or reader().default().name
    one = made.find(wanted) if wanted not in ENCODERS else None
    if one is not None:
        return one.label
    return _LABELS.get(wanted, wanted)


def use(data: Dataset, name: str, label: str) -> None:
    """Draw the button that lets the encoder ``name`` read for this session on every page, or say that it does."""
    in_force = name in (chosen() or reader().default().name, chosen())
    st.button(
        "In use on Live" if in_force else "Use on Live",
        key=f"engine-{data.name}-{name or 'usual'}",
        disabled=in_force,
        help=f"{label} then reads what you type and all items, on every page of this session.",
        on_click=_take,
        args=(name, label),
    )


def said() -> None:
    """Draw which encoder reads, and the way back, where it is not the usual one."""
    name = chosen()
    if name:
        st.button(
            f"Read by {frame.plain(label_of(name))} ✕",
            key="engine-back",
            type="tertiary",
            help="Go back to the usual encoder.",
            on_click=_take,
            args=(USUAL, ""),
        )


def _take(name: str, label: str) -> None:
    ENGINE.keep(name)
    if name:
        notice(f"{label} reads for you now, on every page. Open Live to see the list it makes.")
