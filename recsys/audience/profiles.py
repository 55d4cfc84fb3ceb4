"""What each person likes, as a place near those who like alike: the ground that groups of people stand on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.linalg import eigh

from recsys.data import Dataset

Floats = NDArray[np.float64]

MIN_LIKES = 5
"""Somebody who liked less has no profile: a few likes are mostly chance."""
MAX_WORDS = 300
"""Tags and categories that profiles are made of, those of most items."""
PRIOR = 5.0
"""Likes of the average person that everybody is taken to have had before."""
MAX_PEOPLE = 500
"""With more, so many are drawn at random: whoever looks for groups compares every pair of them."""
SEED = 0
DIMENSIONS = 10
"""Numbers that place one person; there is room for about one group more."""


@dataclass(frozen=True, eq=False)
class Profiles:
    """The people of a dataset who liked enough, and what they like."""

    user_ids: tuple[str, ...]
    """(n,) in the order of ``Dataset.user_ids``."""
    likes: sp.csr_matrix
    """(n, n_items) 0/1."""
    words: tuple[str, ...]
    """(n_words,) tags and categories that two items or more carry, not all, and that somebody liked."""
    carried: sp.csr_matrix
    """(n_items, n_words) 0/1: which item carries which word."""
    n_left_out: int
    """People without a profile: with too few likes, or not drawn from a large crowd."""

    @classmethod
    def of(cls, data: Dataset) -> Profiles:
        """The profiles of ``data``: of those with ``MIN_LIKES`` likes of items that carry a word."""
        words = [word for word, n in _most_items(data.tag_counts) if 1 < n < data.n_items][:MAX_WORDS]
        carried = _carried(data, words)
        liked = np.asarray(data.likes.sum(axis=0)).ravel()
        heard = np.flatnonzero(carried.T @ liked > 0)
        carried, words = sp.csr_matrix(carried[:, heard]), [words[at] for at in heard]
        tagged = np.asarray(carried.sum(axis=1)).ravel() > 0
        kept = np.flatnonzero(data.likes @ tagged.astype(np.float64) >= MIN_LIKES)
        if len(kept) > MAX_PEOPLE:
            kept = np.sort(np.random.default_rng(SEED).choice(kept, MAX_PEOPLE, replace=False))
        users = tuple(data.user_ids[at] for at in kept)
        likes = sp.csr_matrix(data.likes[kept], dtype=np.float64)
        return cls(users, likes, tuple(words), carried, len(data.user_ids) - len(users))

    @cached_property
    def counts(self) -> Floats:
        """(n, n_words) liked items of each person that carry each word."""
        return _counted(self.likes, self.carried)

    @cached_property
    def places(self) -> Floats:
        """(n, d) :func:`places` of these people, d at most ``DIMENSIONS``."""
        return places(self.counts)

    def by_chance(self, rng: np.random.Generator) -> Floats:
        """(n, d) places of the same people had they taken their items at random; see :func:`shuffled`."""
        return places(_counted(shuffled(self.likes, rng), self.carried))


def places(counts: Floats) -> Floats:
    """(n, d) place of each person, d at most ``DIMENSIONS``, from how often they like each word, ``counts`` (n, words).

        s_uw = (c_uw + PRIOR p_w) / (c_u + PRIOR),  x_uw = (s_uw - p_w) / sqrt p_w,  x_u at length 1

    with p the shares of the words among all likes: by how much a person likes a word more than others do, in units of
    the spread of chance (Pearson's residuals, as correspondence analysis takes them), the smoothed shares keeping those
    with few likes near the middle until the length is taken away. Then the directions of most variance (PCA), the
    largest first; each has the sign that makes its largest entry positive, so that every machine draws one map.
    """
    counts = counts[:, counts.sum(axis=0) > 0]
    if not counts.size:
        return np.zeros((len(counts), 0))
    usual = counts.sum(axis=0) / counts.sum()
    shares = (counts + PRIOR * usual) / (counts.sum(axis=1, keepdims=True) + PRIOR)
    unlike = (shares - usual) / np.sqrt(usual)
    unlike /= np.maximum(np.linalg.norm(unlike, axis=1, keepdims=True), 1e-12)
    unlike -= unlike.mean(axis=0)
    n_words = unlike.shape[1]
    _, directions = eigh(unlike.T @ unlike, subset_by_index=[max(n_words - DIMENSIONS, 0), n_words - 1])
    along = unlike @ directions[:, ::-1]
    along = along[:, np.linalg.norm(along, axis=0) > 1e-6]
    signs = np.sign(along[np.abs(along).argmax(axis=0), np.arange(along.shape[1])])
    return np.asarray(along * signs)


def shuffled(likes: sp.csr_matrix, rng: np.random.Generator) -> sp.csr_matrix:
    """(n, n_items) 0/1: the items dealt anew among the people, everybody and every item with as many likes as before.

    The items of all likes change places at random; where somebody would then have one twice, it changes places again
    with that of any like. What cannot be placed after many rounds (somebody likes nearly everything) stays out.
    """
    pairs = likes.tocoo()
    users, items = pairs.row.astype(np.int64), rng.permutation(pairs.col).astype(np.int64)
    for _ in range(100):
        twice = _repeated(users * likes.shape[1] + items)
        if not len(twice):
            break
        for one, other in zip(twice, rng.integers(0, len(items), len(twice)), strict=True):
            items[one], items[other] = items[other], items[one]
    out = sp.csr_matrix((np.ones(len(users)), (users, items)), shape=likes.shape)
    out.data[:] = 1.0
    return out


def _repeated(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """Positions of all but the first of each key, a whole number from 0."""
    bits = len(keys).bit_length()
    ordered = np.sort(keys << bits | np.arange(len(keys)))  # numbers sort many times faster than positions by them
    return np.asarray(ordered[1:][ordered[1:] >> bits == ordered[:-1] >> bits] & ((1 << bits) - 1))


def _most_items(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _carried(data: Dataset, words: list[str]) -> sp.csr_matrix:
    column = {word: at for at, word in enumerate(words)}
    pairs = [(row, column[word]) for row in range(data.n_items) for word in data.tags(row) if word in column]
    rows, columns = zip(*pairs, strict=True) if pairs else ((), ())
    return sp.csr_matrix((np.ones(len(pairs)), (rows, columns)), shape=(data.n_items, len(words)))


def _counted(likes: sp.csr_matrix, carried: sp.csr_matrix) -> Floats:
    return np.asarray((likes @ carried).toarray(), dtype=np.float64)
