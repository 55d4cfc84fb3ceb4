"""One of a few: choices drawn as a row of buttons or as a list, and kept in the address so that a link shows the same.

What an address says and a choice does not offer is taken out of it, with a sentence.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, TypeVar

import streamlit as st

from recsys.plots.marks import cut
from recsys.ui.state import notice, rerun

T = TypeVar("T")

WIDE = 240
"""Pixels of a list that holds the name of a recommender."""


def known(key: str, words: Collection[str], what: str) -> None:
    """Take words that the control ``key`` does not offer out of the address, and say so."""
    said = st.query_params.get_all(key)
    wrong = [word for word in said if word not in words]
    if wrong:
        st.query_params[key] = [word for word in said if word in words]
        notice(f"“{cut(wrong[0], 40)}” in the link is no {what} here: it is left out.")


def understood(key: str, labels: Mapping[str, str], what: str) -> None:
    """Run once more where the address says a name, or a label in other letters, with the label; else :func:`known`."""
    said = st.query_params.get(key)
    if said and said not in labels.values():
        for name, label in labels.items():
            if said.casefold() in (name.casefold(), label.casefold()):
                st.query_params[key] = label
                rerun()
    known(key, labels.values(), what)


def one_of(label: str, names: Mapping[T, str], key: str, default: T | None = None, **more: Any) -> T:
    """Draw ``names`` as a row of buttons and return the chosen one; ``default``, or the first, until one is."""
    usual = next(iter(names)) if default is None else default
    chosen = st.segmented_control(
        label,
        list(names),
        format_func=lambda one: names.get(one, str(one)),
        default=usual,
        required=True,
        key=key,
        wrap=True,
        **more,
    )
    return next((one for one in names if one == chosen), usual)


def linked(label: str, names: Mapping[T, str], key: str, what: str, default: T | None = None, **more: Any) -> T:
    """:func:`one_of`, kept in the address as ``key``; ``what`` is one of them in a word."""
    known(key, names.values(), what)
    return one_of(label, names, key, default, bind="query-params", **more)


def view(names: Mapping[T, str], key: str) -> T:
    """Draw the choice of a part of the page, its first to begin with, and return the chosen one."""
    return linked("Show", names, key, "part of this page", label_visibility="collapsed")


def picked(
    label: str, names: Mapping[T, str], key: str, what: str, default: T | None = None, width: int = WIDE, **more: Any
) -> T:
    """:func:`linked`, drawn as a list that opens, ``width`` pixels wide."""
    known(key, names.values(), what)
    usual = next(iter(names)) if default is None or default not in names else default
    chosen = st.selectbox(
        label,
        list(names),
        index=list(names).index(usual),
        format_func=lambda one: names.get(one, str(one)),
        key=key,
        bind="query-params",
        width=width,
        **more,
    )
    return next((one for one in names if one == chosen), usual)
