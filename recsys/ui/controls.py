"""Controls that several pages share: which data, which person."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from recsys.data import Dataset, Persona, catalogue
from recsys.data.people import people
from recsys.ui import cache
from recsys.ui.state import Key, person_key
from recsys.ui.uploads import uploads

OWN = "yours"
"""URL name of the visitor's upload, whatever its secret name is."""


@contextmanager
def pickers() -> Iterator[None]:
    """Lay the pickers drawn inside in one row that wraps on narrow screens."""
    with st.container(horizontal=True, gap="medium"):
        yield


def dataset_picker(label: str = "Data") -> Dataset:
    """Draw the choice of a dataset, bound to the URL, and return the chosen one."""
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
        help="Everything on this page follows this choice. Add your own data on the Data page.",
    )
    if name == OWN and own is not None:
        return own
    return cache.dataset(name if name in labels else next(iter(labels)))


def person_picker(data: Dataset) -> Persona:
    """Draw the choice of a person of ``data``, bound to the URL, and return the chosen one."""
    by_slug = {slug(person.name): person for person in people(data)}
    chosen = st.pills(
        "Person",
        list(by_slug),
        format_func=lambda name: by_slug[name].name if name in by_slug else name,
        default=next(iter(by_slug)),
        required=True,
        key=person_key(data.name),
        bind="query-params",
        help="Whose place you take. Each has a history; your own clicks come on top of it.",
    )
    return by_slug.get(str(chosen)) or next(iter(by_slug.values()))


def slug(name: str) -> str:
    """Turn a name into a short URL word.

    >>> slug("Rain runner"), slug("雨桐 (writes Chinese)")
    ('rain-runner', '雨桐-writes-chinese')
    """
    return "-".join("".join(c if c.isalnum() else " " for c in name.lower()).split())
