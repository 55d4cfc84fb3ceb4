"""Controls that several pages share: which data, which person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import streamlit as st

from recsys.data import Dataset, Persona, catalogue
from recsys.data.people import people
from recsys.live import Seat
from recsys.text import reader
from recsys.ui import cache, choices, engine, frame, links
from recsys.ui.frame import plain
from recsys.ui.state import Key, person_key, session_id
from recsys.ui.uploads import uploads

OWN = "yours"
"""URL name of the visitor's upload, whatever its secret name is."""


@contextmanager
def pickers() -> Iterator[None]:
    """Lay the pickers drawn inside in one row that wraps on narrow screens."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        yield


def dataset_picker(label: str = "Catalogue", *, read: bool = True, as_usual: bool = False) -> Dataset:
    """Draw the choice of a dataset, bound to the URL, and return the chosen one, read by the encoders if ``read``.

    It is read by the encoder that the session chose, unless ``as_usual``.
    """
    labels = {ref.name: ref.label for ref in catalogue.available()}
    own = uploads().find(st.session_state.get(Key.UPLOAD, ""))
    if own is not None:
        labels[OWN] = own.label
    name = _pick(label, labels, Key.DATA, "catalogue")
    if name == OWN and own is not None:
        data = own
    else:
        known = name
        with st.spinner(f"Opening {labels[known]}…"):
            data = cache.dataset(known)
    if read and not as_usual:
        data = cache.read_by(data, engine.chosen())
        engine.said()
    if read:
        let_read(data)
    return data


def let_read(data: Dataset) -> None:
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
    person = by_name[_pick("You are", {name: name for name in by_name}, person_key(data.name), "person")]
    links.follow(seat(data, person))
    return person


def seat(data: Dataset, person: Persona) -> Seat:
    """Where this session's events for ``person`` of ``data`` are kept."""
    return Seat(session_id(), data.name, slug(person.name), data.private)


def _pick(label: str, labels: Mapping[str, str], key: str, what: str) -> str:
    """Draw ``labels`` by name as pills bound to the address, the first one being usual; the picked name.

    ``what`` is one of them in a word.
    """
    if key not in st.session_state:  # once the pills are bound to it, the address follows them
        choices.understood(key, labels, what)
    kept, usual = f"_kept-{key}", next(iter(labels))
    before = st.session_state.get(kept, usual)
    if before in labels:
        links.filled_in(key, before, usual)
        links.lacks(key, usual=before == usual)
    with st.container(horizontal=True, gap="small", vertical_alignment="center", wrap=False, width="content"):
        frame.beside(label)
        chosen = st.pills(
            label,
            list(labels),
            format_func=lambda name: labels.get(name, name),
            default=usual,
            required=True,
            key=key,
            bind="query-params",
            label_visibility="collapsed",
            on_change=_forget_words,
        )
    name = str(chosen) if chosen in labels else usual
    st.session_state[kept] = name
    links.written(key, name, usual)
    return name


def choose_data(name: str) -> None:
    """Pick a dataset from elsewhere than the pills: before they are drawn, so only in callbacks."""
    st.session_state[Key.DATA] = st.session_state[f"_kept-{Key.DATA}"] = name


def choose_person(data: Dataset, person: Persona) -> None:
    """Pick a person of ``data`` from elsewhere than the pills: before they are drawn, so only in callbacks."""
    key = person_key(data.name)
    st.session_state[key] = st.session_state[f"_kept-{key}"] = person.name


def _forget_words() -> None:
    """Words typed for somebody else or for other data do not go along."""
    st.session_state[Key.TYPED] = ""


def slug(name: str) -> str:
    """Turn a name into a short URL word.

    >>> slug("Rain runner"), slug("雨桐 (writes Chinese)")
    ('rain-runner', '雨桐-writes-chinese')
    """
    return "-".join("".join(c if c.isalnum() else " " for c in name.lower()).split())
