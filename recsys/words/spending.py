"""What the language model has cost since the app started, and what a batch would cost."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace

from recsys.settings import settings
from recsys.words import answers
from recsys.words.contract import Job
from recsys.words.messages import n_tokens, prompt

TOKENS_EXPECTED = 45
"""Tokens of one sentence with its sources, as a rule."""
OVERHEAD = 90
"""Tokens that services add for the form of the answer and the marks between messages, as a rule."""


@dataclass(frozen=True, slots=True)
class Spent:
    """Sums since the app started, over all sessions."""

    calls: int = 0
    """Requests sent, repeated ones too."""
    tokens_in: int = 0
    tokens_out: int = 0
    """As the service counts them, for answers that were of no use too."""
    cached: int = 0
    """Answers that were kept from before: nothing was sent for them."""
    failures: int = 0
    """Texts that were asked for and did not come."""

    @property
    def dollars(self) -> float | None:
        """At the price that is set now; None where none is set."""
        return priced(self.tokens_in, self.tokens_out)


@dataclass(frozen=True, slots=True)
class Estimate:
    """What some jobs would take, about."""

    calls: int
    cached: int
    """Jobs whose answers are kept: they cost nothing."""
    tokens_in: int
    tokens_out: int

    @property
    def dollars(self) -> float | None:
        """At the price that is set now; None where none is set."""
        return priced(self.tokens_in, self.tokens_out)


class Meter:
    """Adds up; thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._spent = Spent()

    def add(self, calls: int = 0, tokens_in: int = 0, tokens_out: int = 0, cached: int = 0, failures: int = 0) -> None:
        """Add to the sums."""
        with self._lock:
            old = self._spent
            self._spent = Spent(
                old.calls + calls,
                old.tokens_in + tokens_in,
                old.tokens_out + tokens_out,
                old.cached + cached,
                old.failures + failures,
            )

    def spent(self) -> Spent:
        """The sums now, all of one moment."""
        with self._lock:
            return replace(self._spent)

    def forget(self) -> None:
        """Start again from 0."""
        with self._lock:
            self._spent = Spent()


METER = Meter()


def priced(tokens_in: int, tokens_out: int) -> float | None:
    """Dollars for so many tokens (RECSYS_LLM_PRICE); None where no price is set."""
    price = settings().llm_price
    return None if price is None else (tokens_in * price[0] + tokens_out * price[1]) / 1e6


def estimate(jobs: Iterable[Job]) -> Estimate:
    """What writing ``jobs`` would take, without what is kept; all 0 for no jobs."""
    calls = cached = tokens_in = tokens_out = 0
    for job in jobs:
        messages = prompt(job)
        if answers.kept(messages):
            cached += 1
            continue
        calls += 1
        tokens_in += OVERHEAD + sum(n_tokens(message["content"]) for message in messages)
        tokens_out += 10 + TOKENS_EXPECTED * job.n_claims
    return Estimate(calls, cached, tokens_in, tokens_out)
