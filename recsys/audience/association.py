"""Who takes this also takes that: association rules that chance, fame and busy people do not explain."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import numpy as np
import pandas as pd
import scipy.sparse as sp
from scipy.stats import binom, hypergeom

from recsys.audience.baskets import Baskets, Floats, Level, Places, Together, usual
from recsys.audience.finding import SURE
from recsys.audience.strength import benjamini_hochberg, share
from recsys.data import Dataset
from recsys.errors import MissingDependencyError
from recsys.metrics.significance import Interval

MIN_BASKETS = 10
"""A rule that held less often is left to chance."""
MAX_PAIRS, MAX_TRIPLES = 1_500, 4_000
"""Pairs that are looked at, those taken together most often; with more triples than this only pairs are."""

Sets = Mapping[frozenset[int], int]
"""How many baskets hold each set of columns."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Baskets with all of ``left`` hold ``right`` more often than others."""

    left: tuple[str, ...]
    """One or two names (``Baskets.names``)."""
    right: str
    n: int
    """Baskets with all of them."""
    n_left: int
    n_right: int
    n_baskets: int
    p: float
    """After correction for all rules that were possible; see :func:`find`."""

    @property
    def support(self) -> float:
        """Share of all baskets with all of them, 0..1."""
        return self.n / self.n_baskets

    @property
    def confidence(self) -> Interval:
        """Share of the baskets with ``left`` that hold ``right``, with its interval (Wilson)."""
        return share(self.n, self.n_left)

    @property
    def lift(self) -> float:
        """How many times as often as ``right`` is taken anyway."""
        return self.n * self.n_baskets / (self.n_left * self.n_right)

    @property
    def lift_low(self) -> float:
        """The same at the lower end of the confidence's interval: which orders rules: few baskets prove little."""
        return self.confidence.low * self.n_baskets / self.n_right


@dataclass(frozen=True, eq=False)
class Rules:
    """The rules of a dataset that hold."""

    together: Together
    level: Level
    baskets: Baskets
    rules: tuple[Rule, ...]
    """The highest ``lift_low`` first."""
    min_baskets: int
    """Baskets a set had to be in to be looked at."""
    n_tested: int
    """Rules that were possible among the things taken often enough: what p is corrected for."""
    longest: int
    """Things in a rule, at most: 3, or 2 where there are too many sets of three."""

    @cached_property
    def one_way(self) -> tuple[Rule, ...]:
        """The same with only the first of the two directions of each pair."""
        kept: dict[frozenset[str], Rule] = {}
        for rule in self.rules:
            key = frozenset((*rule.left, rule.right)) if len(rule.left) == 1 else frozenset((str(id(rule)),))
            kept.setdefault(key, rule)
        return tuple(kept.values())

    @cached_property
    def by_right(self) -> Mapping[str, tuple[Rule, ...]]:
        """The rules that speak for each thing."""
        found: dict[str, list[Rule]] = {}
        for rule in self.rules:
            found.setdefault(rule.right, []).append(rule)
        return {right: tuple(rules) for right, rules in found.items()}

    def owners(self, rule: Rule, data: Dataset) -> tuple[str, ...]:
        """Ids of the people with a basket in which ``rule`` held, sorted."""
        place = {name: at for at, name in enumerate(self.baskets.names)}
        columns = [place[name] for name in (*rule.left, rule.right)]
        held = np.asarray(self.baskets.taken[:, columns].sum(axis=1)).ravel() == len(columns)
        return tuple(sorted({data.user_ids[at] for at in self.baskets.owners[held]}))


def rules_of(data: Dataset, together: Together, level: Level = Level.ITEM) -> Rules:
    """The rules of ``data``, looked for once and kept as long as ``data`` is; see :func:`find`."""
    return data.once((Rules, together, level), lambda: find(Baskets.of(data, together, level), together, level))


def rules_that_fired(data: Dataset, liked_rows: Collection[int], shown_row: int) -> tuple[Rule, ...] | None:
    """Rules between items whose left side is among ``liked_rows`` and whose right is ``shown_row``, best first.

    None as long as nobody has looked for them (:func:`rules_of` with ``baskets.usual``): nothing is computed here.
    """
    found = cast("Rules | None", data.memo.get((Rules, usual(data), Level.ITEM)))
    if found is None:
        return None
    liked = {data.item_ids[row] for row in liked_rows}
    return tuple(rule for rule in found.by_right.get(data.item_ids[shown_row], ()) if liked.issuperset(rule.left))


def find(baskets: Baskets, together: Together, level: Level) -> Rules:
    """Every rule of one or two things on the left and one on the right that holds, by FP-Growth (Han et al. 2000).

    A rule has to beat two doubts; its p value is the largest of theirs:

    * Fisher's exact test, one-sided, against every rule that says less (Webb 2007): "a, b, so c" has to hold more often
      among baskets with a, and among those with b, than c does there; "a, so c" among all baskets.
    * Large baskets hold everything together. The expected number of baskets with left and right is the sum of
      ``Baskets.chances`` of the right over those with the left; the tail beyond it is taken from a binomial with this
      mean, which is no lighter than the true one (Hoeffding 1956).

    p values are then corrected (Benjamini and Hochberg 1995) among all rules of the same length that the things taken
    often enough could form, whether or not they were ever taken together. Kept are those below ``SURE``. Baskets count
    as independent of one another, also those of one person. MissingDependencyError without mlxtend.
    """
    columns, least, longest = _often(baskets.taken)
    n_baskets = baskets.taken.shape[0]
    sets = _frequent(baskets.taken, columns, least, longest) if len(columns) > 1 else {}
    chances = baskets.chances(columns) if sets else np.zeros((n_baskets, 0))
    table = sp.csc_matrix(baskets.taken[:, columns])
    found: list[Rule] = []
    n_tested = 0
    for length in range(2, longest + 1):
        possible = _possible(len(columns), length)
        n_tested += possible
        splits = [(one - {right}, right) for one in sets if len(one) == length for right in sorted(one)]
        if splits:
            p = np.maximum(_fisher(splits, sets, n_baskets), _crowded(splits, sets, table, chances))
            corrected = np.minimum(1.0, benjamini_hochberg(p) * possible / len(p))
            names = [baskets.names[at] for at in columns]
            found += [
                Rule(_named(left, names), names[right], *_counts(left, right, sets), n_baskets, float(one))
                for (left, right), one in zip(splits, corrected, strict=True)
                if one < SURE
            ]
    found.sort(key=lambda rule: (-rule.lift_low, rule.p, rule.left, rule.right))
    return Rules(together, level, baskets, tuple(found), least, n_tested, longest)


def _often(taken: sp.csr_matrix) -> tuple[Places, int, int]:
    """Columns in enough baskets, how many are enough, and the most things of a rule.

    Enough is ``MIN_BASKETS`` or, where more than ``MAX_PAIRS`` pairs are together that often, as many as keeps to that.
    """
    together = sp.triu(taken.T @ taken, k=1).tocsr()
    counts = np.sort(together.data[together.data >= MIN_BASKETS])[::-1]
    least = int(counts[MAX_PAIRS]) + 1 if len(counts) > MAX_PAIRS else MIN_BASKETS
    columns = np.flatnonzero(np.asarray(taken.sum(axis=0)).ravel() >= least)
    pairs = (together[columns][:, columns] >= least).astype(np.float64)
    n_triangles = (pairs @ pairs).multiply(pairs).sum()
    return columns, least, 3 if n_triangles <= MAX_TRIPLES else 2


def _frequent(taken: sp.csr_matrix, columns: Places, least: int, longest: int) -> Sets:
    """Every set of at most ``longest`` of the columns that ``least`` baskets or more hold, by their places."""
    try:
        from mlxtend.frequent_patterns import fpgrowth  # here: it is slow to import
    except ImportError as error:
        raise MissingDependencyError("mlxtend", "Looking for rules") from error
    n_baskets = taken.shape[0]
    table = pd.DataFrame(taken[:, columns].toarray().astype(bool))
    found = fpgrowth(table, min_support=(least - 0.5) / n_baskets, max_len=longest)
    counts = (found["support"].to_numpy() * n_baskets).round().astype(int)
    return {frozenset(map(int, one)): int(n) for one, n in zip(found["itemsets"], counts, strict=True)}


def _possible(n: int, length: int) -> int:
    """Rules of ``length`` things among ``n``: one is the right side, the others the left."""
    return n * (n - 1) if length == 2 else n * (n - 1) * (n - 2) // 2


Splits = list[tuple[frozenset[int], int]]


def _counts(left: frozenset[int], right: int, sets: Sets) -> tuple[int, int, int]:
    """Baskets with all, with the left, with the right."""
    return sets[left | {right}], sets[left], sets[frozenset((right,))]


def _fisher(splits: Splits, sets: Sets, n_baskets: int) -> Floats:
    """(n_splits,) the largest p of Fisher's exact test of each rule against those with one thing less on the left."""
    rows = []
    for at, (left, right) in enumerate(splits):
        for one in left:
            rest = left - {one}
            among = sets[rest] if rest else n_baskets
            rows.append((at, sets[left | {right}], among, sets[left], sets[rest | {right}]))
    place, n, among, n_left, n_right = np.array(rows).T
    p = hypergeom.sf(n - 1, among, n_left, n_right)
    out = np.zeros(len(splits))
    np.maximum.at(out, place, p)
    return out


def _crowded(splits: Splits, sets: Sets, table: sp.csc_matrix, chances: Floats) -> Floats:
    """(n_splits,) p of each rule where baskets differ in size and things in fame, from above."""
    holders = {left: _holders(left, table) for left in {left for left, _ in splits}}
    expected = np.array([chances[holders[left], right].sum() for left, right in splits])
    n, n_left, _ = np.array([_counts(left, right, sets) for left, right in splits]).T
    p = binom.sf(n - 1, n_left, np.minimum(expected / n_left, 1.0))
    return np.where(n > expected + 1, p, 1.0)


def _holders(left: frozenset[int], table: sp.csc_matrix) -> Places:
    """Rows of ``table`` with all of ``left``."""
    held = np.bincount(table[:, sorted(left)].indices, minlength=table.shape[0])
    return np.flatnonzero(held == len(left))


def _named(left: frozenset[int], names: list[str]) -> tuple[str, ...]:
    return tuple(sorted(names[at] for at in left))
