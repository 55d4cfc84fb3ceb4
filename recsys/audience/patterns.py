"""Sequences of categories that many people pass in the same order."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import numpy as np
import pandas as pd
from scipy.stats import binom

from recsys.audience.strength import benjamini_hochberg, share
from recsys.audience.walks import Sequences, Walks
from recsys.data import Dataset
from recsys.metrics.significance import FEW_USERS

MAX_LENGTH = 4
MAX_FOUND = 60
MIN_SHARE = 0.05
"""A sequence counts as frequent where this share of the people shows it, and at least FEW_USERS of them."""


class Pattern(StrEnum):
    """Columns of the table of :func:`frequent`."""

    SEQUENCE = "sequence"
    LENGTH = "length"
    N_PEOPLE = "n_people"
    SHARE = "share"  # of all people with a session, and the ends of its 95% interval
    LOW = "low"
    HIGH = "high"
    N_OTHER_WAY = "n_other_way"  # people who show the same categories in the opposite order
    P = "p"


def frequent(data: Dataset) -> pd.DataFrame:
    """Categories that people pass in an order within one session, others between allowed: 2 to ``MAX_LENGTH`` of them.

    Found by growing prefixes (PrefixSpan, Pei et al. 2001), counted by people, the commonest first, at most
    ``MAX_FOUND``. Columns ``SEQUENCE`` (tuple of names), ``LENGTH``, ``N_PEOPLE``, ``SHARE``, ``LOW``, ``HIGH``,
    ``N_OTHER_WAY`` and ``P``: of those who show only one of the two orders, do as many show the other one? Exact sign
    test (McNemar 1947), after Benjamini and Hochberg's correction; NaN where both orders are the same.
    """
    return data.once(frequent, lambda: _frequent(Walks.of(data)))


def _frequent(walks: Walks) -> pd.DataFrame:
    sessions = walks.sequences()
    n_all = len({int(user) for user in walks.user})
    least = max(FEW_USERS, int(np.ceil(MIN_SHARE * n_all)))
    found = sorted(grown(sessions, least, MAX_LENGTH).items(), key=lambda one: (-len(one[1]), len(one[0]), one[0]))
    rows, p_values = [], []
    known = dict(found)
    for sequence, users in found[:MAX_FOUND]:
        other = known.get(sequence[::-1])
        other = _who_shows(sessions, sequence[::-1]) if other is None else other
        interval = share(len(users), n_all)
        n_other = np.nan if sequence == sequence[::-1] else len(other)
        names = tuple(walks.names[place] for place in sequence)
        rows.append((names, len(names), len(users), interval.value, interval.low, interval.high, n_other))
        p_values.append(_sign_test(len(users - other), len(other - users)) if n_other == n_other else np.nan)
    table = pd.DataFrame(rows, columns=[str(column) for column in Pattern if column != Pattern.P])
    return table.assign(**{str(Pattern.P): benjamini_hochberg(np.array(p_values, dtype=np.float64))})


def grown(sessions: Sequences, least: int, longest: int) -> dict[tuple[int, ...], frozenset[int]]:
    """Every sequence of 2 to ``longest`` places that at least ``least`` people show, and who: (person, places) each.

    A person shows a sequence where one of their sessions has its places in that order, others between allowed.
    """
    found: dict[tuple[int, ...], frozenset[int]] = {}

    def grow(prefix: tuple[int, ...], ends: list[tuple[int, int]]) -> None:
        """``ends``: number of the session, and the place after its earliest match of ``prefix``."""
        after: dict[int, list[tuple[int, int]]] = {}
        for number, start in ends:
            places, seen = sessions[number][1], set()
            for position in range(start, len(places)):
                place = places[position]
                if place not in seen:
                    seen.add(place)
                    after.setdefault(place, []).append((number, position + 1))
        for place, matched in after.items():
            users = frozenset(sessions[number][0] for number, _ in matched)
            if len(users) >= least:
                longer = (*prefix, place)
                if len(longer) > 1:
                    found[longer] = users
                if len(longer) < longest:
                    grow(longer, matched)

    grow((), [(number, 0) for number in range(len(sessions))])
    return found


def _who_shows(sessions: Sequences, sequence: tuple[int, ...]) -> frozenset[int]:
    found = set()
    for user, places in sessions:
        rest = iter(places)
        if user not in found and all(place in rest for place in sequence):
            found.add(user)
    return frozenset(found)


def _sign_test(n_one: int, n_other: int) -> float:
    """Two-sided p-value of ``n_one`` against ``n_other`` where both are equally likely."""
    return float(min(1.0, 2 * binom.cdf(min(n_one, n_other), n_one + n_other, 0.5)))


def who_shows(data: Dataset, sequence: Sequence[str]) -> tuple[str, ...]:
    """Ids of the people who pass these categories in this order within a session, sorted."""
    walks = Walks.of(data)
    places = tuple(walks.names.index(name) for name in sequence)
    users = _who_shows(walks.sequences(), places)
    return tuple(walks.data.user_ids[user] for user in sorted(users))
