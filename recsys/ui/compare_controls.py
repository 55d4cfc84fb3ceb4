"""Controls of the Compare page: whom the lists are for, and which recommenders make them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from recsys.data import Dataset, Persona
from recsys.errors import UnknownIdError
from recsys.live import query_from
from recsys.models import MODELS
from recsys.models.registry import offered
from recsys.models.setting import Setting
from recsys.types import Query
from recsys.ui import actions, frame, links
from recsys.ui.compare_model import events_per_user
from recsys.ui.controls import person_picker, seat
from recsys.ui.links import Linked
from recsys.ui.live_words import counted
from recsys.ui.ranker import RANKER
from recsys.ui.state import notice
from recsys.words.heard import heard

MAX_MODELS = 4
ON_LIVE = "live"
"""Stands for the recommender that ranks the Live page, whichever it is."""
DEFAULT_MODELS = ("popularity", "ease", "text_profile")
"""Shown beside it until somebody chooses."""
MAX_QUOTE = 40
"""Characters of a visitor's own words in a sentence."""
MODELS_KEY = "compare"
_KEPT = "_compared"
"""What was chosen before the newest choice."""
_REFUSED = "_one-too-many"


@dataclass(frozen=True, slots=True)
class Asker:
    """Whom the lists are for."""

    name: str
    known: str
    """What is known of them, in one sentence."""
    query: Query


def asker(data: Dataset) -> Asker:
    """Draw the choice of a person, or of a real user of ``data``, and return whom the lists are for."""
    person, real = someone(data)
    return _real(data, person) if real else _ready_made(data, person)


def someone(data: Dataset) -> tuple[Persona, bool]:
    """Draw the choice of a person, or of a real user of ``data``; the chosen one, and whether it is a real user."""
    linked = _user(data)
    user = linked.read(data.name)
    person = None if user else person_picker(data)
    if person is not None and data.user_ids:
        frame.beside("or")
    if data.user_ids:
        _user_picker(data, linked, user)
    if person is not None:
        return person, False
    events = data.history(user)
    line = f"a real user of {data.label}: {counted(len(events), 'event')}, all of them counted."
    return Persona(f"User {user}", line, events, follows=data.follows_of(user)), True


def _user(data: Dataset) -> Linked[str]:
    def known(word: str) -> str:
        if not data.history(word):
            raise UnknownIdError(f"{data.label} has no user “{word[:MAX_QUOTE]}”")
        return word

    return Linked("user", known, str, "", "The person in this link is not here")


def choices(data: Dataset) -> dict[str, Setting]:
    """Draw which recommenders; returns them in their order, the one in force on Live first, by model."""
    labels = {ON_LIVE: "On Live", **{name: MODELS[name].label for name in offered(data)}}
    links.only(MODELS_KEY, labels)
    _say_unknown(labels, st.query_params.get_all(MODELS_KEY))
    with st.popover("Choose recommenders"):
        st.caption(f"Choose up to {MAX_MODELS}. Each ranks the whole catalogue for the same person.")
        if st.session_state.get(_REFUSED):
            st.warning(f"{MAX_MODELS} fit side by side: take one out before you add “{st.session_state[_REFUSED]}”.")
        models = st.pills(
            "Recommenders",
            list(labels),
            selection_mode="multi",
            default=[ON_LIVE, *(name for name in DEFAULT_MODELS if name in MODELS)],
            format_func=lambda name: labels.get(name, name),
            key=MODELS_KEY,
            bind="query-params",
            on_change=_picked,
            args=(labels,),
            label_visibility="collapsed",
        )
    if len(models) > MAX_MODELS:
        notice(f"At most {MAX_MODELS} recommenders fit side by side: the first {MAX_MODELS} are shown.")
    st.session_state[_KEPT] = models = models[:MAX_MODELS]
    live = RANKER.read(data.name)
    first = {live.model: live} if ON_LIVE in models else {}
    return {**first, **{name: Setting(name) for name in models if name not in (ON_LIVE, *first)}}


def _picked(labels: Mapping[str, str]) -> None:
    """Leave out what does not fit beside the others, so that it does not light up as chosen."""
    chosen, before = list(st.session_state[MODELS_KEY]), list(st.session_state.get(_KEPT, ()))
    st.session_state[_REFUSED] = ""
    if len(chosen) > MAX_MODELS:
        extra = next((name for name in chosen if name not in before), chosen[-1])
        st.session_state[_REFUSED] = labels[extra]
        st.session_state[MODELS_KEY] = before


def _say_unknown(labels: Mapping[str, str], asked: list[str]) -> None:
    """Say which recommender of the address is none of this app."""
    for name in [name for name in asked if name and name not in labels.values()][:1]:
        notice(f"There is no recommender “{name[:MAX_QUOTE]}” here.")


def _user_picker(data: Dataset, linked: Linked[str], user: str) -> None:
    box, counts = f"_box-{linked.name(data.name)}", events_per_user(data)
    if st.session_state.get(box) != (user or None):
        st.session_state[box] = user or None
    st.selectbox(
        "A real user",
        sorted(data.user_ids, key=by_number),
        index=None,
        format_func=lambda one: f"User {one} · {counted(counts.get(one, 0), 'event')}",
        placeholder="any user of the data…",
        key=box,
        label_visibility="collapsed",
        width=230,
        on_change=lambda: linked.keep(st.session_state[box] or "", data.name),
    )


def by_number(user: str) -> list[tuple[bool, int, str]]:
    """Key that sorts ids as people count: 2 before 10, u2 before u10, numbers first.

    >>> sorted(["u10", "2", "10", "u2"], key=by_number)
    ['2', '10', 'u2', 'u10']
    """
    parts = filter(None, re.split(r"(\d+)", user))
    return [(False, int(part), "") if part.isdecimal() else (True, 0, part) for part in parts]


def _real(data: Dataset, person: Persona) -> Asker:
    edits = actions.steering(data, seat(data, person))
    return Asker(person.name, person.line, query_from(person.events, (), steering=edits, follows=person.follows))


def _ready_made(data: Dataset, person: Persona) -> Asker:
    """The person with what the visitor did in their place on the Live page."""
    query, session = actions.query(data, person), actions.session_events(data, person)
    known = person.line
    if session:
        known += f" You did {counted(len(session), 'more thing')} on the Live page."
    if query.typed:
        known += f" You typed “{' '.join(query.typed.split())[:MAX_QUOTE]}” there."
    bounds = heard(query, data).said
    if bounds:
        known += f" {bounds}."
    return Asker(person.name, known, query)
