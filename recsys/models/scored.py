"""Scoring the catalogue once for one query, with the reasons at hand and somebody to step in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from recsys.types import Contributions, Explains, Query, Rows, Scorer, Vector


@dataclass(frozen=True, eq=False)
class Told:
    """What a scorer says of one query."""

    scores: Vector
    """(n_items,) float32, higher is better; NaN where it cannot tell."""
    reasons: Callable[[Rows], Contributions]
    """The scores of some rows taken apart; no parts where the scorer cannot."""


class TellsOnce(ABC):
    """A scorer made of others, whose scores and reasons of one query come from asking them once."""

    @abstractmethod
    def told(self, query: Query) -> Told:
        """Scores and reasons."""

    def score(self, query: Query) -> Vector:
        """(n_items,) float32, higher is better; NaN where it cannot tell."""
        return self.told(query).scores

    def contributions(self, query: Query, rows: Rows) -> Contributions:
        """Parts that sum to the scores of ``rows``."""
        return self.told(query).reasons(rows)


@dataclass(frozen=True, eq=False)
class Scored(Told):
    """What was said, and by whom."""

    scorer: Scorer
    """Who really scored: the one that was asked, or the one that stepped in."""
    stood_in: bool
    """Whether another stepped in since the one that was asked had nothing to go on."""


def scored(scorer: Scorer, query: Query, when_silent: Scorer | None = None) -> Scored:
    """Score the catalogue once by ``scorer``; where it can score nothing, by ``when_silent`` if there is one."""
    told = _told(scorer, query)
    if when_silent is None or not np.isnan(told.scores).all():
        return Scored(told.scores, told.reasons, scorer, False)
    told = _told(when_silent, query)
    return Scored(told.scores, told.reasons, when_silent, True)


def silence(label: str) -> str:
    """The sentence for a visitor where another stepped in for the model of that ``label``."""
    return f"{label} has nothing to go on yet: showing what is popular"


def _told(scorer: Scorer, query: Query) -> Told:
    if isinstance(scorer, TellsOnce):
        return scorer.told(query)
    reasons = partial(scorer.contributions, query) if isinstance(scorer, Explains) else _no_reasons
    return Told(scorer.score(query), reasons)


def _no_reasons(rows: Rows) -> Contributions:
    return Contributions((), np.zeros((len(rows), 0), dtype=np.float32))
