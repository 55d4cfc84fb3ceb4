"""Who teaches what holds for everybody: people whose events the sources have not seen, replayed as sessions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from recsys.columns import Events
from recsys.data import Dataset
from recsys.models.interest_features import GROUPS, N_FEATURES, ItemSide, answers
from recsys.models.logistic import Answers, Belief, Floats, population
from recsys.models.tried import opinionated
from recsys.types import Scorer

TEACHING_SHARE = 0.3
"""Share of the people from whom it is learned what holds for everybody."""
N_FOLDS = 3
"""Parts of these people: the chance is calibrated on each by what the other parts taught."""
ASKED_SHARE = 0.2
"""Share of all people held out to see how reliable the chance is."""
MAX_ASKED = 300
MAX_EVENTS = 100
"""First events of a person that are learned from or asked about."""
MIN_PEOPLE = 30
MIN_EACH = 50
"""With fewer likes, or fewer dislikes, of those people nothing is learned."""

BY_HAND = {"behaviour": 1.0, "text": 0.2, "popularity": 0.3, "share": 0.3}
"""Weights where nothing could be learned."""
_PEOPLE_DIFFER = {"constant": 0.3, "directions": 0.02}
_DIFFER = 0.02
"""Variance between people to start from: how much they like in general, and everything else."""
_UNKNOWN = {"directions": 0.02}
_WIDE = 1.0
"""Variance of what holds for everybody, before anybody is asked."""


def drawn(data: Dataset, share: float, most: int, seed: Sequence[int]) -> list[str]:
    """Some of the people who said what they like, in the order drawn."""
    users = np.unique(data.events.loc[opinionated(data), Events.USER].to_numpy(dtype=object).astype(str))
    n_drawn = min(most, int(share * len(users)))
    return [str(users[place]) for place in np.random.default_rng(seed).permutation(len(users))[:n_drawn]]


def events_of(data: Dataset, users: Sequence[str]) -> NDArray[np.bool_]:
    """(n_events,) bool: events of ``users``."""
    return np.asarray(data.events[Events.USER].isin(users))


def sessions(data: Dataset, users: Sequence[str], side: ItemSide, sources: Mapping[str, Scorer]) -> list[Answers]:
    """What ``users`` said, replayed from their first event; people and things without an opinion left out."""
    out = []
    for user in users:
        told = answers(data.history(user)[:MAX_EVENTS], data, side, sources)
        kept = told.weights > 0
        if kept.any():
            out.append(Answers(told.features[kept], told.liked[kept], told.weights[kept]))
    return out


def too_little(people: Sequence[Answers]) -> str:
    """Why nothing can be learned from ``people``, "" where it can."""
    n_likes = sum(float(one.liked.sum()) for one in people)
    n_answers = sum(len(one) for one in people)
    if len(people) >= MIN_PEOPLE and n_likes >= MIN_EACH > n_answers - n_likes:
        return "hardly anybody here says what they did not like, so no honest chance can be told"
    if len(people) < MIN_PEOPLE or min(n_likes, n_answers - n_likes) < MIN_EACH:
        return "too few people said what they like and what not, so no chance can be told"
    return ""


def everybody(people: Sequence[Answers]) -> Belief:
    """What ``people`` teach of everybody's weights."""
    return population(people, Belief(_hand_weights(), _diagonal(_UNKNOWN, _WIDE)), _between())


def by_hand() -> Belief:
    """What is believed of everybody where nothing could be learned."""
    return Belief(_hand_weights(), _between())


def _hand_weights() -> Floats:
    weights = np.zeros(N_FEATURES)
    for name, part in GROUPS:
        weights[part] = BY_HAND.get(name, 0.0)
    return weights


def _between() -> Floats:
    return _diagonal(_PEOPLE_DIFFER, _DIFFER)


def _diagonal(by_name: Mapping[str, float], otherwise: float) -> Floats:
    out = np.zeros(N_FEATURES)
    for name, part in GROUPS:
        out[part] = by_name.get(name, otherwise)
    return np.diag(out)
