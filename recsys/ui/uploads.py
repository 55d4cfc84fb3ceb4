"""Visitors' own data: in memory only, found by an id that only its session knows, forgotten first when many."""

from __future__ import annotations

import threading
from collections import OrderedDict

import streamlit as st

from recsys.data import Dataset
from recsys.text import reader

MAX_UPLOADS = 16
MINE = "Yours"
"""Start of the label of every upload, and so of its name in the address."""


class Uploads:
    """Datasets by secret name; thread-safe; the oldest go first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._datasets: OrderedDict[str, Dataset] = OrderedDict()

    def add(self, data: Dataset) -> str:
        """Keep ``data`` under its name, which must be unguessable, and return that name."""
        with self._lock:
            self._datasets[data.name] = data
            oldest = list(self._datasets)[:-MAX_UPLOADS]
        for name in oldest:
            self.remove(name)
        return data.name

    def find(self, name: str) -> Dataset | None:
        """Return the upload ``name``, None when it is unknown or forgotten."""
        with self._lock:
            return self._datasets.get(name)

    def remove(self, name: str) -> None:
        """Forget an upload and what the encoders made of it; unknown names are fine."""
        with self._lock:
            data = self._datasets.pop(name, None)
        if data is not None:
            reader().forget(data)


@st.cache_resource(show_spinner=False)
def uploads() -> Uploads:
    """Return the process's uploads."""
    return Uploads()
