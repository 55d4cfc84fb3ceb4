"""Finished experiments, kept for every session of this process."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

import streamlit as st

from recsys.data import Dataset
from recsys.evaluate import Experiment, Result, run

MAX_RESULTS = 48


class Experiments:
    """Results by data version and question; thread-safe; the ones unused longest go first.

    Not a cached function, because a cached function may not draw its progress.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running = threading.Lock()
        self._results: OrderedDict[tuple[str, Experiment], Result] = OrderedDict()

    def find(self, data: Dataset, config: Experiment) -> Result | None:
        """Return the finished experiment, None when it has not been run on this version of the data."""
        key = (data.version, config)
        with self._lock:
            if key in self._results:
                self._results.move_to_end(key)
            return self._results.get(key)

    def run(self, data: Dataset, config: Experiment, progress: Callable[[float, str], None]) -> Result:
        """Run ``config`` unless it is finished; one at a time, as each takes all processors."""
        with self._running:
            found = self.find(data, config)
            if found is not None:
                return found
            result = run(data, config, progress)
        with self._lock:
            self._results[(data.version, config)] = result
            while len(self._results) > MAX_RESULTS:
                self._results.popitem(last=False)
        return result


def experiments(data: Dataset) -> Experiments:
    """Return the experiments of the process, or of this session for a visitor's own data."""
    return _private() if data.private else _shared()


@st.cache_resource(show_spinner=False)
def _shared() -> Experiments:
    return Experiments()


@st.cache_resource(scope="session", max_entries=1, show_spinner=False)
def _private() -> Experiments:
    return Experiments()
