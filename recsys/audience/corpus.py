"""Texts as the words in them, parted into topics; and whether the words of a topic hold together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from recsys.columns import Events
from recsys.data import Dataset
from recsys.ranking import top_k
from recsys.text.scripts import script_of
from recsys.words.tags import terms

NUMBERS = (4, 6, 8, 10, 12)
"""Numbers of topics that are tried."""
N_WORDS = 8
"""Words of a topic that its coherence is about."""
MAX_WORDS = 1_000
"""Commonest words that topics are made of."""
LEAST, MOST = (3, 5), 0.25
"""A word stands in one in fifty texts, but in 3 to 5 of them at least; and in this share of them at most."""
N_STEPS = 30
"""Of the factorisation: more change the words of a topic little."""
SEED = 0
SCRIPT = "script"
"""Column of :func:`reviews`: one of the scripts of ``recsys.text.scripts``."""

Floats = NDArray[np.float64]
Places = NDArray[np.int64]


def reviews(data: Dataset) -> pd.DataFrame:
    """Every event with a text, oldest first: ``Events.USER``, ``AT``, ``TEXT`` and its ``SCRIPT``; read once."""
    return data.once(reviews, lambda: _reviews(data))


def _reviews(data: Dataset) -> pd.DataFrame:
    columns = [str(Events.USER), str(Events.AT), str(Events.TEXT)]
    written = data.events.loc[data.events[Events.TEXT] != "", columns]
    return written.assign(**{SCRIPT: [script_of(text) for text in written[Events.TEXT]]})


@dataclass(frozen=True, eq=False)
class Parted:
    """Topics of a corpus."""

    about: Floats
    """(n_texts, n_topics) how much each text is about each topic, 0 or more."""
    tops: tuple[Places, ...]
    """Columns of the words of each topic, the weightiest first, at most ``N_WORDS``."""
    coherences: Floats
    """(n_topics,) :func:`npmi` of these words."""
    tried: tuple[tuple[int, float], ...] = ()
    """Mean coherence of each number of topics that was tried."""


@dataclass(frozen=True, eq=False)
class Corpus:
    """Texts as the words that stand in each, and who is behind each."""

    table: sp.csr_matrix
    """(n_texts, n_words) float64 of 0/1."""
    words: tuple[str, ...]
    weights: Floats
    """(n_texts,) how much each text counts."""

    @classmethod
    def of(cls, texts: Sequence[str], weights: Floats) -> Corpus:
        """Count ``texts``; words that too few or too many of them have are left out."""
        columns: dict[str, int] = {}
        # Single words only: a pair of them stands beside its own words, and would hold together by itself.
        found = [{word for word in terms(text) if " " not in word} for text in texts]
        places = [
            (row, columns.setdefault(word, len(columns))) for row, said in enumerate(found) for word in sorted(said)
        ]
        rows, cells = zip(*places, strict=True) if places else ((), ())
        table = sp.csr_matrix((np.ones(len(places)), (rows, cells)), shape=(len(texts), len(columns)))
        n_texts = np.bincount(table.indices, minlength=len(columns))
        fits = (n_texts >= np.clip(len(texts) // 50, *LEAST)) & (n_texts <= MOST * len(texts))
        kept = np.sort(top_k(np.where(fits, n_texts, np.nan).astype(np.float32), MAX_WORDS))
        names = list(columns)
        return cls(sp.csr_matrix(table[:, kept]), tuple(names[at] for at in kept), weights)

    def shuffled(self, rng: np.random.Generator) -> Corpus:
        """The same words dealt anew among the texts: as many in each and as often as before, but for a few repeats."""
        table = self.table.copy()
        table.indices = rng.permutation(table.indices)
        table.sum_duplicates()
        table.data[:] = 1.0
        return Corpus(table, self.words, self.weights)

    @cached_property
    def _tf_idf(self) -> sp.csr_matrix:
        """(n_texts, n_words) of length 1 times the root of the weight: squared errors then count by weight."""
        rarity = 1 + np.log((1 + self.table.shape[0]) / (1 + np.asarray(self.table.sum(axis=0)).ravel()))
        table = self.table @ sp.diags(rarity)
        lengths = np.sqrt(np.asarray(table.multiply(table).sum(axis=1)).ravel())
        return sp.csr_matrix(sp.diags(np.sqrt(self.weights) / np.maximum(lengths, 1e-12)) @ table)

    def factors(self, n_topics: int) -> tuple[Floats, Floats]:
        """(n_texts, n_topics) and (n_topics, n_words), both 0 or more, whose product is close to the TF-IDF.

        Non-negative matrix factorisation (Lee and Seung 1999) by coordinate descent, started from the singular vectors.
        """
        from sklearn.decomposition import NMF  # here: the app starts without scikit-learn

        # With tol=0 it takes all its steps, and does not warn that it could take more.
        model = NMF(n_topics, init="nndsvd", max_iter=N_STEPS, tol=0, random_state=SEED)
        texts = model.fit_transform(self._tf_idf)
        return np.asarray(texts, dtype=np.float64), np.asarray(model.components_, dtype=np.float64)

    def best(self) -> Parted:
        """The number of topics with the highest mean coherence, of equals the smallest."""
        tried: list[tuple[int, float]] = []
        found: list[Parted] = []
        for n_topics in NUMBERS:
            if n_topics < min(self.table.shape):
                found.append(self._parted(n_topics))
                tried.append((n_topics, float(found[-1].coherences.mean()) if len(found[-1].tops) else -1.0))
        if not found:
            return Parted(np.zeros((self.table.shape[0], 0)), (), np.zeros(0))
        best = int(np.argmax([value for _, value in tried]))
        return replace(found[best], tried=tuple(tried))

    def _parted(self, n_topics: int) -> Parted:
        texts, words = self.factors(n_topics)
        tops = [top_k(np.where(row > 0, row, np.nan).astype(np.float32), N_WORDS) for row in words]
        kept = [place for place, top in enumerate(tops) if len(top) > 1]
        values = np.array([npmi(self.table, tops[place]) for place in kept])
        return Parted(texts[:, kept], tuple(tops[place] for place in kept), values)


def npmi(table: sp.csr_matrix, words: Places) -> float:
    """Coherence of ``words`` (columns of ``table``, texts x words of 0/1), from -1 to 1: how much they share texts.

        mean over pairs of  log(p_ab / (p_a p_b)) / -log p_ab

    with p the shares of texts that have a, b, and both (normalised pointwise mutual information, Bouma 2009; as the
    coherence of a topic, Lau, Newman and Baldwin 2014): -1 for a pair that never meets, 0 by chance, 1 for one never
    apart. NaN for fewer than two words.
    """
    if len(words) < 2 or not table.shape[0]:
        return float("nan")
    said = table[:, words].toarray()
    both = said.T @ said / len(said)
    alone = np.diag(both)
    one, other = np.triu_indices(len(words), 1)
    p, expected = both[one, other], alone[one] * alone[other]
    met = (p > 0) & (p < 1)
    out = np.where(p > 0, 1.0, -1.0)
    out[met] = np.log(p[met] / expected[met]) / -np.log(p[met])
    return float(out.mean())
