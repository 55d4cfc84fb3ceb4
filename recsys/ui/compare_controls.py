"""Controls of the Compare page: whom the lists are for, which recommenders, and how long the lists are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import streamlit as st

from recsys.data import Dataset, Persona
from recsys.live import query_from
from recsys.models import MODELS
from recsys.types import Query
from recsys.ui import actions, frame
from recsys.ui.compare_model import events_per_user
from recsys.ui.controls import person_picker

MAX_MODELS = 4
DEFAULT_MODELS = ("popularity", "ease", "text_profile", "weighted")
LENGTHS = (5, 10, 20)
MAX_QUOTE = 40
"""Characters of a visitor's own words in a sentence."""


class Control(StrEnum):
    """Controls of this page in the URL."""

    MODELS = "compare"
    LENGTH = "length"


@dataclass(frozen=True, slots=True)
class Asker:
    """Whom the lists are for."""

    name: str
    known: str
    """What is known of them, in one sentence."""
    query: Query
    notes: tuple[str, ...] = ()
    """Sentences on what a link asked for and cannot have."""


def asker(data: Dataset) -> Asker:
    """Draw the choice of a person, or of a real user of ``data``, and return whom the lists are for."""
    key = f"user-{data.name}"
    wanted = str(st.query_params.get(key) or st.session_state.get(f"_{key}") or "")
    user = wanted if data.history(wanted) else ""
    _remember(key, user)
    person = None if user else person_picker(data)
    if person is not None and data.user_ids:
        frame.beside("or")
    if data.user_ids:
        _user_picker(data, key, user)
    notes = (f"{data.label} has no user “{wanted[:MAX_QUOTE]}”.",) if wanted and not user else ()
    return _real(data, user) if person is None else _ready_made(data, person, notes)


def choices() -> tuple[tuple[str, ...], int, tuple[str, ...]]:
    """Draw which recommenders and how many items; returns both, and sentences on what a link cannot have."""
    labels = {name: spec.label for name, spec in MODELS.items()}
    notes = _unknown(labels, st.query_params.get_all(Control.MODELS))
    start = [name for name in DEFAULT_MODELS if name in labels]
    with st.popover("Choose recommenders"):
        st.caption(f"Choose up to {MAX_MODELS}. Each ranks the whole catalogue for the same person.")
        models = st.pills(
            "Recommenders",
            list(labels),
            selection_mode="multi",
            default=start,
            format_func=lambda name: labels.get(name, name),
            key=Control.MODELS,
            bind="query-params",
            label_visibility="collapsed",
        )
    length = st.segmented_control(
        "Items in a list",
        LENGTHS,
        default=LENGTHS[1],
        required=True,
        format_func=lambda n: f"Top {n}",
        key=Control.LENGTH,
        bind="query-params",
        label_visibility="collapsed",
    )
    if len(models) > MAX_MODELS:
        notes += (f"At most {MAX_MODELS} recommenders fit side by side: the first {MAX_MODELS} are shown.",)
    return tuple(models[:MAX_MODELS]), int(length or LENGTHS[1]), notes


def _unknown(labels: Mapping[str, str], asked: list[str]) -> tuple[str, ...]:
    """Say which recommender of the address is none of this app."""
    unknown = [name for name in asked if name and name not in labels.values()]
    return tuple(f"There is no recommender “{name[:MAX_QUOTE]}” here." for name in unknown[:1])


def _user_picker(data: Dataset, key: str, user: str) -> None:
    box, counts = f"_box-{key}", events_per_user(data)
    if st.session_state.get(box) != (user or None):
        st.session_state[box] = user or None
    st.selectbox(
        "A real user",
        data.user_ids,
        index=None,
        format_func=lambda one: f"User {one} · {counts.get(one, 0)} events",
        placeholder="any user of the data…",
        key=box,
        label_visibility="collapsed",
        width=230,
        on_change=lambda: _remember(key, st.session_state[box]),
    )


def _remember(key: str, user: str | None) -> None:
    """Put the chosen user into the address, and into the session for the way back from other pages."""
    st.session_state[f"_{key}"] = user or ""
    if user and st.query_params.get(key) != user:
        st.query_params[key] = user
    elif not user:
        st.query_params.pop(key, None)


def _real(data: Dataset, user: str) -> Asker:
    events = data.history(user)
    known = f"a real user of {data.label}: {len(events)} events, all of them counted."
    return Asker(f"User {user}", known, query_from(events, ()))


def _ready_made(data: Dataset, person: Persona, notes: tuple[str, ...]) -> Asker:
    """The person with what the visitor did in their place on the Live page."""
    query, session = actions.query(data, person), actions.session_events(data, person)
    known = person.line
    if session:
        known += f" You did {len(session)} more thing{'s' if len(session) > 1 else ''} on the Live page."
    if query.typed:
        known += f" You typed “{' '.join(query.typed.split())[:MAX_QUOTE]}” there."
    return Asker(person.name, known, query, notes)
