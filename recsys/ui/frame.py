"""The frame around every page: title, promise, footer, and text made safe to draw."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from recsys.data import Dataset
from recsys.errors import RecsysError
from recsys.plots.marks import cut

_log = logging.getLogger("recsys.ui")

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+!|~$:^=-])")


def page(title: str, line: str = "") -> None:
    """Draw a page's title and its promise in one sentence."""
    st.title(title, anchor=False)
    if line:
        st.caption(line)


def hint(sentence: str) -> None:
    """Draw one quiet sentence."""
    st.caption(plain(sentence))


def beside(word: str) -> None:
    """Draw one quiet word between two controls of a row."""
    st.caption(plain(word), width="content")


def plain(text: str, limit: int | None = None) -> str:
    r"""Escape ``text`` so that Markdown draws exactly these characters on one line, cut after ``limit``.

    >>> print(plain("*bold* :red[x]"))
    \*bold\* \:red\[x\]
    """
    return _MARKDOWN.sub(r"\\\1", cut(text, limit or len(text)))


def footer(data: Dataset, *notes: str) -> None:
    """Draw the last line of a page: which data, whether synthetic, and what the page wants to add."""
    kind = "Synthetic sample data" if data.synthetic else "Data"
    parts = [f"{kind}: {plain(data.label)}, {data.n_items:,} items", plain(data.source), *map(plain, notes)]
    st.caption(" · ".join(part for part in parts if part))


def empty(sentence: str, action: str = "") -> None:
    """Draw the state of nothing to show: one sentence, and one thing to do."""
    with st.container(border=True):
        st.markdown(plain(sentence))
        if action:
            st.caption(plain(action))


@contextmanager
def friendly_errors() -> Iterator[None]:
    """Turn an error of the domain into one sentence on the page and a full trace in the log."""
    try:
        yield
    except RecsysError as error:
        _log.exception("shown to the visitor as a sentence")
        st.error(plain(str(error)), title="That did not work")
