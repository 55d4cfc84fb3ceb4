"""Finished measurements, kept for every session of this process: experiments, curves, lenses, tuning."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Protocol, TypeVar, cast

import streamlit as st

from recsys.data import Dataset
from recsys.evaluate.progress import Progress

MAX_RESULTS = 48

Answer = TypeVar("Answer", covariant=True)


class Question(Protocol[Answer]):
    """Something that takes long to measure; equal questions about equal data have equal answers."""

    def __hash__(self) -> int: ...

    def ask(self, data: Dataset, progress: Progress) -> Answer:
        """Measure it on ``data``; DataError when that cannot be done."""
        ...


class Study(Question[Answer], Protocol[Answer]):
    """A question that somebody has to ask for, as it takes long."""

    def seconds(self, data: Dataset) -> float:
        """About how long it takes on ``data``."""
        ...


class Experiments:
    """Answers by data version and question; thread-safe; the ones unused longest go first.

    Not a cached function, because a cached function may not draw its progress.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running = threading.Lock()
        self._answers: OrderedDict[tuple[str, Hashable], object] = OrderedDict()

    def found(self, data: Dataset, question: Question[Answer]) -> Answer | None:
        """Return the answer to ``question``, None when it has not been measured on this version of the data."""
        key = (data.version, question)
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
            return cast("Answer | None", self._answers.get(key))

    def ask(self, data: Dataset, question: Question[Answer], progress: Progress) -> Answer:
        """Measure ``question`` unless it is answered; one at a time, as each takes all processors."""
        with self._running:
            known = self.found(data, question)
            if known is not None:
                return known
            answer = question.ask(data, progress)
        with self._lock:
            self._answers[(data.version, question)] = answer
            while len(self._answers) > MAX_RESULTS:
                self._answers.popitem(last=False)
        return answer


def experiments(data: Dataset) -> Experiments:
    """Return the experiments of the process, or of this session for a visitor's own data."""
    return _private() if data.private else _shared()


@st.cache_resource(show_spinner=False)
def _shared() -> Experiments:
    return Experiments()


@st.cache_resource(scope="session", max_entries=1, show_spinner=False)
def _private() -> Experiments:
    return Experiments()
