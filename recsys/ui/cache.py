"""Everything heavy, made once per process and shared by all sessions: datasets, fitted models, the event log."""

from __future__ import annotations

from typing import Any

import streamlit as st

from recsys import models
from recsys.data import Dataset, catalogue
from recsys.live import IN_MEMORY, EventLog
from recsys.settings import settings
from recsys.types import Scorer
from recsys.ui.uploads import uploads

MAX_DATASETS = 8


def dataset(name: str) -> Dataset:
    """Return the dataset ``name``: one of the catalogue, or an upload of this process by its id."""
    own = uploads().find(name)
    return own if own is not None else _dataset(name)


@st.cache_resource(max_entries=MAX_DATASETS, show_spinner=False)
def _dataset(name: str) -> Dataset:
    return catalogue.load(name)


def scorer(data: Dataset, model: str, **knobs: Any) -> Scorer:
    """Return ``model`` fitted on ``data``; fitted once per dataset and setting of the knobs, kept as long as it."""
    return models.shared(models.build(model, **knobs), data)


def event_log(private: bool = False) -> EventLog:
    """Return the log: on disk, or in memory for events on a visitor's own data."""
    return _private_log() if private else _log()


@st.cache_resource(show_spinner=False)
def _log() -> EventLog:
    return EventLog(settings().database_url)


@st.cache_resource(show_spinner=False)
def _private_log() -> EventLog:
    return EventLog(IN_MEMORY)
