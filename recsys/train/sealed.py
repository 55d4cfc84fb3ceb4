"""The sealed test set: opened once it tells what a choice is worth; each further time it tells a little less.

Whoever tries ten settings on the test part and keeps the best has chosen by luck that comes with that part, and its
number is too good. So every opening is written down, for everybody who uses this installation.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

from recsys.data import Dataset, splits
from recsys.data.splits import SPLITS
from recsys.errors import StorageError
from recsys.evaluate.config import USUAL_PEOPLE
from recsys.evaluate.lists import asked, require_hit_metric
from recsys.metrics import METRICS
from recsys.models import MODELS
from recsys.models.setting import Setting
from recsys.settings import settings
from recsys.train.job import Desk
from recsys.train.worth import worth

FILE = "sealed.sqlite"
PATIENCE = 30.0
"""Seconds to wait for another process that writes an opening down."""


@dataclass(frozen=True, slots=True)
class Opening:
    """One look at a test part."""

    by: str
    """What was measured, in words."""
    at: float
    """Seconds since 1970."""


@dataclass(frozen=True)
class OpenTest:
    """Measure one chosen setting on the test part: once, and it is written down."""

    kind: ClassVar[str] = "open_test"
    model: str
    knobs: tuple[tuple[str, Any], ...] = ()
    metric: str = "ndcg"
    split: str = "global_time"
    k: int = 10
    seed: int = 0
    max_users: int | None = USUAL_PEOPLE

    def __post_init__(self) -> None:
        require_hit_metric(self.metric)
        Setting.of(self.model, dict(self.knobs))

    @property
    def title(self) -> str:
        """What a visitor reads."""
        return f"Test {MODELS[self.model].label}"

    @property
    def by(self) -> str:
        """What is measured, in words."""
        return f"{Setting.of(self.model, dict(self.knobs)).label} by {METRICS[self.metric].label}"

    def run(self, data: Dataset, desk: Desk) -> Mapping[str, Any]:
        """Open the test part and measure; the same job that goes on after a stop opens nothing again."""
        desk.say(0.1, f"Opening the test set: {SPLITS[self.split].label.lower()}")
        looks = opened(data, self.split, self.seed, self.by, desk.folder.name)
        cut = splits.split(data, self.split, self.seed, self.max_users)
        said = worth(cut, asked(cut), self.model, dict(self.knobs), self.metric, self.k, self.seed)
        return {"worth": said, "n_people": cut.n_users, "n_opened": looks}


def opened(data: Dataset, split: str, seed: int, by: str, ticket: str) -> int:
    """Write down that the test part was opened, once per ``ticket``; which opening of this part that was, from 1.

    Safe in any number of processes at once. StorageError when the count cannot be kept: then nothing may be opened.
    """
    with _book() as book:
        book.execute("BEGIN IMMEDIATE")
        part = _part(data, split, seed)
        book.execute("INSERT OR IGNORE INTO openings VALUES (?, ?, ?, ?)", (part, ticket, by, time.time()))
        order = (
            "SELECT COUNT(*) FROM openings WHERE part = ? AND rowid <= (SELECT rowid FROM openings WHERE ticket = ?)"
        )
        count = book.execute(order, (part, ticket)).fetchone()[0]
        book.execute("COMMIT")
    return int(count)


def openings(data: Dataset, split: str, seed: int) -> tuple[Opening, ...]:
    """Every look at the test part of this version of ``data``, oldest first, whichever encoder read it."""
    with _book() as book:
        found = book.execute(
            "SELECT happened_by, happened_at FROM openings WHERE part = ? ORDER BY rowid", (_part(data, split, seed),)
        ).fetchall()
    return tuple(Opening(str(by), float(at)) for by, at in found)


def caution(n_before: int) -> str:
    """What to think of a number of a test set that was opened ``n_before`` times before; "" for the first time.

    >>> caution(0)
    ''
    """
    if not n_before:
        return ""
    times = "once" if n_before == 1 else f"{n_before} times"
    return f"This test set was opened {times} before: choosing by what it says makes its numbers too good."


def _part(data: Dataset, split: str, seed: int) -> str:
    """Which likes are held out; the same ones whatever reads the texts."""
    return f"{data.read_by('').version} {split} {seed}"


@contextmanager
def _book() -> Iterator[sqlite3.Connection]:
    path = settings().state_dir / FILE
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)) as book:
            book.execute(
                "CREATE TABLE IF NOT EXISTS openings "
                "(part TEXT NOT NULL, ticket TEXT PRIMARY KEY, happened_by TEXT NOT NULL, happened_at REAL NOT NULL)"
            )
            yield book
    except (OSError, sqlite3.Error) as error:
        raise StorageError(
            f"The count of openings of the test set cannot be kept ({error}): see whether {path} can be written"
        ) from error
