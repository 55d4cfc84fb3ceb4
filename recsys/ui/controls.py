"""Controls that several pages share: which data, which person."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from recsys.data import Dataset, Persona, catalogue
from recsys.data.people import people
from recsys.text import reader
from recsys.ui import cache
from recsys.ui.frame import plain
from recsys.ui.state import Key, person_key
from recsys.ui.uploads import uploads

OWN = "yours"
"""URL name of the visitor's upload, whatever its secret name is."""


@contextmanager
def pickers() -> Iterator[None]:
    """Lay the pickers drawn inside in one row that wraps on narrow screens."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        yield


def dataset_picker(label: str = "Data", *, read: bool = True) -> Dataset:
    """Draw the choice of a dataset, bound to the URL, and return the chosen one, read by the encoders if ``read``."""
    labels = {ref.name: ref.label for ref in catalogue.available()}
    own = uploads().find(st.session_state.get(Key.UPLOAD, ""))
    if own is not None:
        labels[OWN] = own.label
    name = st.pills(
        label,
        list(labels),
        format_func=lambda name: labels.get(name, name),
        default=next(iter(labels)),
        required=True,
        key=Key.DATA,
        bind="query-params",
        label_visibility="collapsed",
    )
    if name == OWN and own is not None:
        data = own
    else:
        known = str(name) if name in labels else next(iter(labels))
        with st.spinner(f"Opening {labels[known]}…"):
            data = cache.dataset(known)
    if read:
        _read(data)
    return data


def _read(data: Dataset) -> None:
    """Let the encoders read a catalogue they have not seen, with a bar that moves."""
    unread = reader().unread(data)
    if unread:
        line = f"Reading {data.n_items:,} items of {plain(data.label)}: only the first time"
        bar = st.progress(0.0, text=line)
        for name in unread:
            reader().space(data, name, lambda share: bar.progress(share, text=line))
        bar.empty()


def person_picker(data: Dataset) -> Persona:
    """Draw the choice of a person of ``data``, bound to the URL, and return the chosen one."""
    by_name = {person.name: person for person in people(data)}
    chosen = st.pills(
        "Person",
        list(by_name),
        default=next(iter(by_name)),
        required=True,
        key=person_key(data.name),
        bind="query-params",
        label_visibility="collapsed",
    )
    return by_name.get(str(chosen)) or next(iter(by_name.values()))


def slug(name: str) -> str:
    """Turn a name into a short URL word.

    >>> slug("Rain runner"), slug("雨桐 (writes Chinese)")
    ('rain-runner', '雨桐-writes-chinese')
    """
    return "-".join("".join(c if c.isalnum() else " " for c in name.lower()).split())
