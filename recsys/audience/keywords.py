"""Keywords: what some people say, and like, more than everybody else does, and what they leave to the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.stats import norm

from recsys.audience.corpus import SCRIPT, reviews
from recsys.audience.finding import Finding, Segment
from recsys.audience.strength import benjamini_hochberg
from recsys.columns import Events
from recsys.data import Dataset
from recsys.ranking import top_k
from recsys.text.scripts import HAN, LATIN, OTHER
from recsys.words.tags import log_odds, terms

LIKES = "likes"
"""Beside the scripts of reviews: what the items are called that people like."""
SPOKEN = {LATIN: "English", HAN: "中文", OTHER: "Other scripts"}
"""Scripts by the name of the language that is meant."""
Floats = NDArray[np.float64]

PRIOR = 0.1
"""Words that each side is taken to have had before, as a share of all that were said: with much less, a word that the
others never say has no z to speak of; with more than are said, few words have."""
MIN_PEOPLE = 5
"""A word of fewer people, on both sides together, is not looked at."""
MAX_REVIEWS = 20_000
"""Newest reviews that are read."""


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word, or a tag, that more of some people have than of the others (or fewer)."""

    term: str
    per_thousand: tuple[float, float]
    """Of a thousand words (or tags) that these people have, and that everybody else has, how many are this one."""
    finding: Finding
    """``value`` is the z of :func:`recsys.words.tags.log_odds`, below 0 for what the others have more of; ``n`` the
    people of the side that has it, who are also in ``user_ids``."""


@dataclass(frozen=True, eq=False, slots=True)
class Said:
    """Who says (or likes) what: each word once per person, so that nobody gains by repeating."""

    terms: tuple[str, ...]
    table: sp.csr_matrix
    """(n_people, n_terms) float64 of 0/1."""
    user_ids: tuple[str, ...]
    """(n_people,) who says or likes anything."""
    n_texts: int
    """How many reviews, or likes, were read."""

    @classmethod
    def of(cls, data: Dataset, what: str) -> Said:
        """Words of the reviews in one script, or with ``LIKES`` tags of liked items; read once per dataset."""
        return data.once((cls, what), lambda: cls._likes(data) if what == LIKES else cls._reviews(data, what))

    @classmethod
    def _reviews(cls, data: Dataset, script: str) -> Said:
        newest = reviews(data).tail(MAX_REVIEWS)
        mine = newest[newest[SCRIPT] == script]
        pairs = [
            (str(user), term)
            for user, text in zip(mine[Events.USER], mine[Events.TEXT], strict=True)
            for term in terms(str(text))
        ]
        return cls._counted(pairs, len(mine))

    @classmethod
    def _likes(cls, data: Dataset) -> Said:
        liked = data.likes.tocoo()
        pairs = [
            (data.user_ids[user], tag)
            for user, row in zip(liked.row.tolist(), liked.col.tolist(), strict=True)
            for tag in data.tags(row)
        ]
        return cls._counted(pairs, liked.nnz)

    @classmethod
    def _counted(cls, pairs: Sequence[tuple[str, str]], n_texts: int) -> Said:
        users = {user: place for place, user in enumerate(sorted({user for user, _ in pairs}))}
        columns: dict[str, int] = {}
        places = [(users[user], columns.setdefault(term, len(columns))) for user, term in pairs]
        rows, cells = zip(*places, strict=True) if places else ((), ())
        table = sp.csr_matrix((np.ones(len(places)), (rows, cells)), shape=(len(users), len(columns)))
        table.data[:] = 1.0  # whatever was said twice counts once
        return cls(tuple(columns), table, tuple(users), n_texts)


def scripts(data: Dataset) -> tuple[str, ...]:
    """Scripts in which ``MIN_PEOPLE`` people or more wrote reviews, the one with most people first."""
    counts = reviews(data).tail(MAX_REVIEWS).groupby(SCRIPT)[Events.USER].nunique().sort_values(ascending=False)
    return tuple(str(script) for script, n in counts.items() if n >= MIN_PEOPLE)


@dataclass(frozen=True, slots=True)
class Keywords:
    """What sets some people apart from everybody else."""

    words: tuple[Keyword, ...]
    """The surest of these people first, then the surest of the others; sure or not."""
    n_words: int
    """How many were looked at: what p is corrected for."""
    n_people: tuple[int, int]
    """These people and the others who say (or like) anything at all."""

    @property
    def sure(self) -> tuple[Keyword, ...]:
        """Those that would seldom be found where there is nothing."""
        return tuple(word for word in self.words if word.finding.sure)


def keywords(data: Dataset, segment: Segment, what: str, n: int = 12) -> Keywords:
    """At most ``n`` words that set ``segment`` apart, the surest first, then at most ``n`` of the others likewise.

    ``what`` is a script of reviews, where only people who write it are compared, or ``LIKES``. Each person counts once
    per word, and :func:`recsys.words.tags.log_odds` compares the counts of both sides; p is that of its z, two-sided,
    corrected for all words of ``MIN_PEOPLE`` people or more (Benjamini and Hochberg). No words where nobody is on one
    of the sides.
    """
    said = Said.of(data, what)
    here = np.isin(np.array(said.user_ids, dtype=object), segment.user_ids)
    n_people = int(here.sum()), int((~here).sum())
    if not all(n_people):
        return Keywords((), 0, n_people)
    sides = _summed(said.table[here]), _summed(said.table[~here])
    looked_at = np.flatnonzero(sides[0] + sides[1] >= MIN_PEOPLE)
    z = log_odds(*sides, PRIOR * float(sides[0].sum() + sides[1].sum()))
    p = np.full(len(z), np.nan)
    p[looked_at] = benjamini_hochberg(2 * norm.sf(np.abs(z[looked_at])))
    out: list[Keyword] = []
    for side, sign in ((here, 1.0), (~here, -1.0)):
        ahead = np.where(~np.isnan(p) & (sign * z > 0), sign * z, np.nan)
        order = top_k(ahead.astype(np.float32), max(1, len(z)))
        for at in _unlike([said.terms[place] for place in order.tolist()], n):
            place = int(order[at])
            out.append(_keyword(said, place, side, sides, Finding("", 0, float(z[place]), p=float(p[place]))))
    return Keywords(tuple(out), len(looked_at), n_people)


def _keyword(
    said: Said, place: int, side: NDArray[np.bool_], sides: tuple[Floats, Floats], strength: Finding
) -> Keyword:
    having = said.table[:, [place]].toarray().ravel() > 0
    users = tuple(said.user_ids[at] for at in np.flatnonzero(having & side))
    here, there = (1000 * float(counts[place] / counts.sum()) for counts in sides)
    words = f"“{said.terms[place]}”: {here:.1f} in 1,000 words of these people, {there:.1f} of the others."
    finding = replace(strength, sentence=words, n=len(users), user_ids=users)
    return Keyword(said.terms[place], (here, there), finding)


def _unlike(words: Sequence[str], n: int) -> Iterator[int]:
    """Places of the first ``n`` of ``words`` that neither hold an earlier one nor are held by it."""
    kept: list[str] = []
    for place, word in enumerate(words):
        whole = f" {word} " if word.isascii() else word
        if not any(whole in other or other in whole for other in kept):
            kept.append(whole)
            yield place
        if len(kept) == n:
            return


def _summed(table: sp.csr_matrix) -> Floats:
    return np.asarray(table.sum(axis=0), dtype=np.float64).ravel()
