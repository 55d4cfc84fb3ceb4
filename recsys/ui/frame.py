"""The frame around every page: title, promise, footer, and text made safe to draw."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, cast

import plotly.graph_objects as go
import streamlit as st
from streamlit.typing import PlotlyState

from recsys.data import Dataset
from recsys.errors import RecsysError
from recsys.plots.marks import cut
from recsys.text import reader
from recsys.ui.state import Key

P = ParamSpec("P")

_log = logging.getLogger("recsys.ui")

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+!|~$:^=-])")


def page(title: str, line: str = "") -> None:
    """Draw a page's title and its promise in one sentence."""
    st.title(title, anchor=False)
    if line:
        st.caption(line)
    st.session_state.pop(Key.SAID, None)
    notices()


def part(key: str) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """Let a function draw a part of a page that runs again alone; what goes wrong in it stays a sentence in it.

    An error inside a fragment never reaches the page around it, so every part catches its own.
    """

    def decorate(draw: Callable[P, None]) -> Callable[P, None]:
        @wraps(draw)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
            with friendly_errors():
                draw(*args, **kwargs)

        return st.fragment(key=key)(guarded)

    return decorate


def chart(figure: go.Figure, key: str, alt: str, **more: Any) -> PlotlyState:
    """Draw a chart without Plotly's bar of tools; ``more`` goes to Streamlit. Returns what is selected in it."""
    drawn = st.plotly_chart(figure, key=key, alt=alt, config={"displayModeBar": False}, **more)
    return cast(PlotlyState, drawn)


def notices(*more: str) -> None:
    """Draw the sentences that wait for the visitor, and ``more``, each in its own box."""
    waiting = st.session_state.pop(Key.NOTICE, ())
    if waiting:
        st.session_state[Key.SAID] = [*st.session_state.get(Key.SAID, ()), *waiting]
    for sentence in dict.fromkeys((*waiting, *more)):
        if sentence:
            st.warning(plain(sentence))


def section(words: str, help_text: str | None = None) -> None:
    """Draw the heading of a part of a page."""
    st.header(words, anchor=False, help=help_text)


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


def footer(data: Dataset) -> None:
    """Draw the last line of a page: which data, whether synthetic, and whether a reader of texts is missing."""
    kind = "Synthetic sample data" if data.synthetic else "Data"
    without = reader().choice(data).fallback
    parts = [f"{kind}: {plain(data.label)}, {data.n_items:,} items", plain(data.source), plain(without)]
    st.caption(" · ".join(part for part in parts if part))


def empty(sentence: str, action: str = "") -> None:
    """Draw the state of nothing to show: one sentence, and one thing to do."""
    with st.container(border=True):
        st.markdown(plain(sentence))
        if action:
            st.caption(plain(action))


@contextmanager
def friendly_errors() -> Iterator[None]:
    """Turn an error into one sentence on the page and a full trace in the log; Streamlit's own signals pass."""
    try:
        yield
    except RecsysError as error:
        _log.exception("shown to the visitor as a sentence")
        st.error(plain(str(error)), title="That did not work")
    except Exception:
        _log.exception("a fault of the app, shown to the visitor as one")
        st.error("Something of ours broke. It is in the log; try again or start over.", title="That did not work")
