"""What strategies share that ask a model to read the first candidates: the question, a time limit, and a memory."""

from __future__ import annotations

import threading
import time
from abc import abstractmethod
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from recsys.columns import Items
from recsys.data import Dataset
from recsys.ranking import top_k
from recsys.rerank.adjuster import Adjuster
from recsys.rerank.candidates import Candidates
from recsys.rerank.posterior import NO_CATALOGUE
from recsys.rerank.strength import Floats, leaned
from recsys.text.scripts import HAN, script_of
from recsys.types import Rows, Vector

MAX_LIKED = 5
"""Newest liked titles that stand for a person."""
MAX_TITLE, MAX_ABOUT, MAX_TYPED = 120, 300, 500
"""Characters of each text that are read."""
MAX_VERDICTS = 256
FAILURE_SECONDS = 15.0
"""A failure is not tried again for so long: pages draw often, and a note asks after the list."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Question:
    """Whom the items should suit, and the items in the order they came in."""

    typed: str
    liked: tuple[str, ...]
    """Titles, the newest like first."""
    items: tuple[tuple[str, str], ...]
    """Title and what is written about it."""

    @classmethod
    def of(cls, candidates: Candidates, data: Dataset, positions: Rows) -> Question:
        """Ask about the candidates at ``positions``, in the language of the person's words."""
        typed = candidates.query.typed.strip()[:MAX_TYPED]
        liked = [data.item_ids[row] for row in candidates.liked.rows[::-1][:MAX_LIKED]]
        titles = tuple(data.title(item_id)[:MAX_TITLE] for item_id in liked)
        in_chinese = script_of(typed or " ".join(titles)) == HAN
        return cls(typed, titles, tuple(_texts(data, int(row), in_chinese) for row in candidates.rows[positions]))

    @property
    def empty(self) -> bool:
        """Whether there is nobody to suit, or nothing to judge."""
        return not (self.typed or self.liked) or not self.items


def _texts(data: Dataset, row: int, in_chinese: bool) -> tuple[str, str]:
    names = ((Items.TITLE_ZH, Items.TITLE), (Items.DESCRIPTION_ZH, Items.DESCRIPTION))
    title, about = (
        (in_chinese and data.field(row, chinese)) or data.field(row, first) or data.field(row, chinese)
        for chinese, first in names
    )
    return str(title)[:MAX_TITLE], str(about)[:MAX_ABOUT]


@dataclass(frozen=True, eq=False, slots=True)
class Verdict:
    """What a model made of a question."""

    opinion: Floats | None
    """(n,) of any scale, higher is better; None when there is none, and ``note`` says why."""
    note: str


class Verdicts:
    """The latest verdicts by question, so that a page drawn again asks nobody; thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, tuple[float, Verdict]] = OrderedDict()

    def of(self, key: Hashable, ask: Callable[[], Verdict]) -> Verdict:
        """The verdict kept for ``key``, or the one ``ask`` gives now; failures are asked again after a while."""
        with self._lock:
            at, kept = self._kept.get(key, (0.0, None))
            if kept and (kept.opinion is not None or time.monotonic() - at < FAILURE_SECONDS):
                self._kept.move_to_end(key)
                return kept
        verdict = ask()
        with self._lock:
            self._kept[key] = (time.monotonic(), verdict)
            self._kept.move_to_end(key)
            while len(self._kept) > MAX_VERDICTS:
                self._kept.popitem(last=False)
        return verdict

    def forget(self) -> None:
        """Drop them all."""
        with self._lock:
            self._kept.clear()


VERDICTS = Verdicts()


class Desk:
    """Work that may hang: done aside, waited for so long and no longer, and never more than ``n_at_once``."""

    def __init__(self, n_at_once: int) -> None:
        self._free = threading.BoundedSemaphore(n_at_once)

    def within(self, seconds: float, work: Callable[[], T]) -> T:
        """What ``work`` returns or raises; TimeoutError when it takes longer, or when earlier work is still hanging."""
        if not self._free.acquire(blocking=False):
            raise TimeoutError("earlier requests have not ended yet")
        results: list[T] = []
        errors: list[BaseException] = []

        def run() -> None:
            try:
                results.append(work())
            except BaseException as error:  # it belongs to whoever waits
                errors.append(error)
            finally:
                self._free.release()

        # A daemon: work that hangs must not keep the process from ending.
        worker = threading.Thread(target=run, daemon=True)
        worker.start()
        worker.join(seconds)
        if errors:
            raise errors[0]
        if not results:
            raise TimeoutError(f"nothing came within {seconds:g} seconds")
        return results[0]


@dataclass(frozen=True)
class Judge(Adjuster):
    """Lets a model read the first ``n`` candidates; whatever goes wrong, the order stays and the note says why."""

    strength: float = 0.5
    n: int = 20

    def __post_init__(self) -> None:
        if not 0 <= self.strength <= 1:
            raise ValueError(f"strength should be from 0 to 1, is now {self.strength}")
        if self.n < 1:
            raise ValueError(f"n should be at least 1 item, is now {self.n}")

    @abstractmethod
    def missing(self, data: Dataset) -> str:
        """Why this cannot work here, and what to do; "" when it can."""

    @abstractmethod
    def model(self) -> Hashable:
        """What else than the question a verdict depends on."""

    @abstractmethod
    def asked(self, question: Question) -> Verdict:
        """Ask now; never raises."""

    def adjusted(self, candidates: Candidates) -> Vector:
        """(n,) float32; the ``n`` first by relevance change places among themselves."""
        positions = self._positions(candidates)
        opinion = np.full(len(candidates), np.nan)
        verdict = self._verdict(candidates, positions)
        if verdict.opinion is not None:
            opinion[positions] = verdict.opinion
        return leaned(candidates.relevance, opinion, self.strength)

    def note(self, candidates: Candidates) -> str:
        return self._verdict(candidates, self._positions(candidates)).note

    def _positions(self, candidates: Candidates) -> Rows:
        return top_k(candidates.relevance.astype(np.float32), self.n)

    def _verdict(self, candidates: Candidates, positions: Rows) -> Verdict:
        data = candidates.data
        if data is None:
            return Verdict(None, NO_CATALOGUE)
        reason = self.missing(data) if self.strength else "The strength is 0, so nobody was asked."
        if reason:
            return Verdict(None, reason)
        question = Question.of(candidates, data, positions)
        if question.empty:
            return Verdict(None, "Nothing is typed or liked yet, so there is nothing to judge by.")
        return VERDICTS.of((type(self), self.model(), question), lambda: self.asked(question))
