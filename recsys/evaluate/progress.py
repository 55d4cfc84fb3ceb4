"""How long work says how far it is."""

from __future__ import annotations

import time
from collections.abc import Callable

Progress = Callable[[float, str], None]
"""Gets the share done, in [0, 1], and what is being done."""

TICK_SECONDS = 0.5


def silent(_share: float, _line: str) -> None:
    """Say nothing."""


class Ticker:
    """Says how many people are done: after every ``every`` of them, and every TICK_SECONDS where they take long."""

    def __init__(self, progress: Progress, n_people: int, every: int) -> None:
        self._progress, self._n_people, self._every = progress, n_people, every
        self._told = time.monotonic()

    def at(self, position: int) -> None:
        """The person at ``position`` comes next."""
        now = time.monotonic()
        if position % self._every == 0 or now - self._told > TICK_SECONDS:
            self._progress(position / self._n_people, f"{position} of {self._n_people} people")
            self._told = now
