"""Finished measurements, kept for every session of this process and, of data of this installation, on disk."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import TypeVar, cast

import streamlit as st

from recsys.data import Dataset
from recsys.evaluate.progress import Progress
from recsys.evaluate.shelf import Shelf
from recsys.evaluate.usual import Question
from recsys.text import reader

MAX_RESULTS = 48

Answer = TypeVar("Answer")


class Experiments:
    """Answers by data version and question; thread-safe; the ones unused longest go first, but not from the shelf.

    Not a cached function, because a cached function may not draw its progress.
    """

    def __init__(self, shelf: Shelf | None = None) -> None:
        self._lock = threading.Lock()
        self._running = threading.Lock()
        self._answers: OrderedDict[tuple[str, str, Hashable], object] = OrderedDict()
        self._shelf = shelf

    def found(self, data: Dataset, question: Question[Answer]) -> Answer | None:
        """The answer to ``question``, None when it has not been measured on this version of the data."""
        key = (data.version, reader().identity(data), question)
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                return cast("Answer", self._answers[key])
        kept = self._shelf.find(data, question) if self._shelf else None
        if kept is not None:
            self._remember(data, question, kept)
        return cast("Answer | None", kept)

    def ask(self, data: Dataset, question: Question[Answer], progress: Progress) -> Answer:
        """Measure ``question`` unless it is answered; one at a time, as each takes all processors."""
        with self._running:
            known = self.found(data, question)
            if known is not None:
                return known
            answer = question.ask(data, progress)
        self._remember(data, question, answer)
        if self._shelf:
            self._shelf.keep(data, question, answer)
        return answer

    def _remember(self, data: Dataset, question: Hashable, answer: object) -> None:
        with self._lock:
            self._answers[(data.version, reader().identity(data), question)] = answer
            while len(self._answers) > MAX_RESULTS:
                self._answers.popitem(last=False)


def experiments(data: Dataset) -> Experiments:
    """The experiments of the process, or of this session for a visitor's own data."""
    return _private() if data.private else _shared()


@st.cache_resource(show_spinner=False)
def _shared() -> Experiments:
    return Experiments(Shelf.usual())


@st.cache_resource(scope="session", max_entries=1, show_spinner=False)
def _private() -> Experiments:
    return Experiments()
