"""Everything heavy, made once per process and shared by all sessions: datasets, fitted models, the event log."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from recsys import models
from recsys.data import Dataset, catalogue
from recsys.live import IN_MEMORY, EventLog
from recsys.models.setting import Setting
from recsys.models.shared import learned_key, ready, turned
from recsys.settings import settings
from recsys.text import reader
from recsys.types import GivesChances, Scorer
from recsys.ui.cores import learn_by_all
from recsys.ui.uploads import uploads

MAX_DATASETS = 16
MAX_TRIALS = 4
"""Models with turned knobs kept per dataset: sliders and links name many values, and one model can take 50 MB."""

MAX_READERS = 2
"""Encoders beside the usual one that a dataset is kept for: each learns its own models."""

AT_ONCE = 30_000
"""Events up to which chances are learned while the first page waits: under a second."""

_logger = logging.getLogger("recsys.ui")
_trying = threading.Lock()


def dataset(name: str) -> Dataset:
    """Return the dataset ``name``: one of the catalogue, or an upload of this process by its id."""
    own = uploads().find(name)
    return own if own is not None else _dataset(name)


@st.cache_resource(max_entries=MAX_DATASETS, show_spinner=False)
def _dataset(name: str) -> Dataset:
    return catalogue.load(name)


def read_by(data: Dataset, encoder: str) -> Dataset:
    """``data`` as read by the encoder of that name ("" for the usual one), with all that is learned from it so.

    Few are kept per dataset, the last used ones.
    """
    if encoder == data.encoder:
        return data
    kept = cast("OrderedDict[tuple[str, str], Dataset]", data.memo.setdefault("read_by", OrderedDict()))
    key = encoder, reader().fresh(encoder)
    with _trying:
        kept[key] = kept.get(key) or data.read_by(encoder)
        kept.move_to_end(key)
        while len(kept) > MAX_READERS:
            kept.popitem(last=False)
        return kept[key]


def scorer(data: Dataset, model: str) -> Scorer:
    """Return ``model`` with its default knobs, fitted on ``data`` once and kept as long as it."""
    return _shared(models.build(model), data)


def _shared(wanted: Scorer, data: Dataset) -> Scorer:
    """What is fitted already, at once; what is not, by all processors."""
    found = ready(wanted, data)
    if found is None:
        with _learning(data), learn_by_all():
            found = models.shared(wanted, data)
    return found


@contextmanager
def _learning(data: Dataset) -> Iterator[None]:
    """Tell a visitor who has to wait what for; nobody waits while the app starts, or beside a page."""
    if get_script_run_ctx(suppress_warning=True) is None:
        yield
    else:
        with st.spinner(f"Learning from {len(data.events):,} events, the first time only", show_time=True):
            yield


def fitted(data: Dataset, setting: Setting) -> Scorer:
    """Return the model of ``setting`` fitted on ``data``; few with turned knobs are kept, the last used ones.

    Knobs that work on the query alone need no new fit: what was learned is shared.
    """
    wanted = setting.build()
    key = learned_key(wanted)
    if key == learned_key(models.build(setting.model)):
        return _shared(wanted, data)
    kept = cast("OrderedDict[object, Scorer]", data.memo.setdefault("trials", OrderedDict()))
    with _trying:
        if key not in kept:
            with _learning(data), learn_by_all():
                kept[key] = wanted.fit(data)
        kept.move_to_end(key)
        while len(kept) > MAX_TRIALS:
            kept.popitem(last=False)
        return turned(kept[key], wanted)


def interest(data: Dataset) -> GivesChances | None:
    """Return the model that tells how likely somebody is to like an item of ``data``; None while it still learns.

    It learns aside on large data: a list need not wait seconds for its chances.
    """
    wanted = models.build("interest")
    found = ready(wanted, data)
    if found is None and len(data.events) <= AT_ONCE:
        found = _shared(wanted, data)
    if found is None and "learning" not in data.memo:
        data.memo["learning"] = True
        threading.Thread(target=_learn_aside, args=(wanted, data), name="interest", daemon=True).start()
    return cast("GivesChances | None", found)


def _learn_aside(wanted: Scorer, data: Dataset) -> None:
    try:
        _shared(wanted, data)
    except Exception:  # of a thread nobody waits for: the page goes on without chances
        _logger.exception("the chances of %s could not be learned", data.label)


def event_log(private: bool = False) -> EventLog:
    """Return the log: on disk, or in memory for events on a visitor's own data."""
    return _private_log() if private else _log()


@st.cache_resource(show_spinner=False)
def _log() -> EventLog:
    return EventLog(settings().database_url)


@st.cache_resource(show_spinner=False)
def _private_log() -> EventLog:
    return EventLog(IN_MEMORY)
