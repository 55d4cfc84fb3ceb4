"""Keywords: items that share rare words with what somebody typed, wrote or touched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recsys.data import Dataset
from recsys.models.pieces import Piece, of_query
from recsys.models.shared import fitted, frozen
from recsys.ranking import top_k
from recsys.text import chinese
from recsys.text.lexical import RUNS
from recsys.types import Contributions, Knob, Query, Rows, Spec, Vector

Floats = NDArray[np.float64]


def terms(text: str) -> list[str]:
    """Words and numbers in lower case, Chinese ones Simplified and without function words, with repeats.

    >>> terms("防水的鞋 Dry feet, dry")
    ['防水', '鞋', 'dry', 'feet', 'dry']
    """
    runs = RUNS.findall(text.lower())
    return [term for run in runs for term in (chinese.telling(run) if chinese.HAN_RUN.match(run) else (run,))]


@dataclass
class Bm25:
    """Okapi BM25 (Robertson and Zaragoza 2009) for a query of signed pieces.

        score_i = sum_pieces w_p / sum |w| * mean over the terms t of p of B[t, i]
        B[t, i] = idf_t tf (k1 + 1) / (tf + k1 (1 - b + b words_i / mean words))
        idf_t = ln(1 + (n - n_t + 0.5) / (n_t + 0.5))

    tf counts term t in everything written about item i, n_t the items with it among n; the 1 in idf keeps the terms
    of more than half of the items above 0. Pieces are the typed text, which gets ``typed_share`` of all weight, the
    words of reviews and wishes, and of every item touched its ``terms_per_item`` terms with the largest B that
    another item has too; w_p is signed by like and dislike and aged. The mean, where the textbook has a sum, lets a
    long text weigh no more than a short one. Items without a word are NaN, and all are when no word of the query
    stands in the catalogue.
    """

    session_knobs: ClassVar[frozenset[str]] = frozenset({"half_life", "dislike_strength", "typed_share"})

    k1: float = 1.2
    b: float = 0.75
    terms_per_item: int = 20
    half_life: float = 50.0
    dislike_strength: float = 0.3
    typed_share: float = 0.7
    data_: Dataset | None = field(default=None, init=False, repr=False)
    column_of_: dict[str, int] = field(default_factory=dict, init=False, repr=False)
    by_term_: sp.csr_matrix | None = field(default=None, init=False, repr=False)
    by_item_: sp.csr_matrix | None = field(default=None, init=False, repr=False)
    wordless_: NDArray[np.bool_] | None = field(default=None, init=False, repr=False)

    def fit(self, data: Dataset) -> Self:
        if self.k1 < 0 or not 0 <= self.b <= 1 or self.terms_per_item < 0:
            raise ValueError(
                "k1 and terms_per_item should be at least 0 and b in [0, 1], "
                f"are now {self.k1}, {self.terms_per_item} and {self.b}"
            )
        self.column_of_, counts = _counted(data.all_texts)
        weights = _weighed(counts, self.k1, self.b)
        self.by_term_ = weights.T.tocsr()
        self.by_item_ = _strongest(weights, np.diff(self.by_term_.indptr) > 1, self.terms_per_item)
        self.wordless_ = np.diff(counts.indptr) == 0
        self.data_ = data
        frozen(self.by_term_, self.by_item_, self.wordless_)
        return self

    def score(self, query: Query) -> Vector:
        """(n_items,) float32, unbounded; 0 for an item that shares no word with the query."""
        by_term, _ = self._learned
        wanted = self._wanted(self._pieces(query))
        if not wanted.nnz:
            return np.full(by_term.shape[1], np.nan, dtype=np.float32)
        weights = sp.csr_matrix(np.asarray(wanted.sum(axis=0)).reshape(1, -1))
        scores = (weights @ by_term).toarray()[0].astype(np.float32)
        scores[self.wordless_] = np.nan
        return np.asarray(scores)

    def contributions(self, query: Query, rows: Rows) -> Contributions:
        """One column per piece of the query."""
        by_term, _ = self._learned
        pieces = self._pieces(query)
        values = (self._wanted(pieces) @ by_term[:, rows]).toarray().T
        return Contributions(tuple(piece.part for piece in pieces), np.asarray(values, dtype=np.float32))

    def _wanted(self, pieces: Sequence[Piece]) -> sp.csr_matrix:
        """(n_pieces, n_terms) weight of each term in each piece; a row of sizes sums to the share of its piece."""
        by_term, by_item = self._learned
        total = sum(abs(piece.part.weight) for piece in pieces) or 1.0
        places: list[tuple[int, int, float]] = []
        for position, piece in enumerate(pieces):
            if piece.row is not None:
                columns = by_item.indices[by_item.indptr[piece.row] : by_item.indptr[piece.row + 1]].tolist()
            else:
                columns = [self.column_of_[term] for term in terms(piece.text) if term in self.column_of_]
            places += [(position, column, piece.part.weight / total / len(columns)) for column in columns]
        rows, columns, values = zip(*places, strict=True) if places else ((), (), ())
        shape = (len(pieces), by_term.shape[0])
        return sp.csr_matrix((np.array(values, dtype=np.float64), (rows, columns)), shape=shape)

    def _pieces(self, query: Query) -> list[Piece]:
        return of_query(query, fitted(self, self.data_), self.half_life, self.dislike_strength, self.typed_share)

    @property
    def _learned(self) -> tuple[sp.csr_matrix, sp.csr_matrix]:
        return fitted(self, self.by_term_), fitted(self, self.by_item_)


def _counted(texts: Sequence[str]) -> tuple[dict[str, int], sp.csr_matrix]:
    """Column of each term, and (n_texts, n_terms) float64 how often each text has it."""
    column_of: dict[str, int] = {}
    columns: list[int] = []
    values: list[int] = []
    ends = [0]
    for text in texts:
        for term, count in Counter(terms(text)).items():
            columns.append(column_of.setdefault(term, len(column_of)))
            values.append(count)
        ends.append(len(columns))
    shape = (len(texts), len(column_of))
    return column_of, sp.csr_matrix((np.array(values, dtype=np.float64), columns, ends), shape=shape)


def _weighed(counts: sp.csr_matrix, k1: float, b: float) -> sp.csr_matrix:
    """B of the docstring, transposed: (n_items, n_terms)."""
    n_items, n_terms = counts.shape
    lengths = np.asarray(counts.sum(axis=1)).ravel()
    having = np.bincount(counts.indices, minlength=n_terms)
    idf = np.log1p((n_items - having + 0.5) / (having + 0.5))
    item_of = np.repeat(np.arange(n_items), np.diff(counts.indptr))
    relative = lengths[item_of] / (lengths.mean() or 1.0) if n_items else lengths
    out = counts.copy()
    out.data = idf[counts.indices] * counts.data * (k1 + 1) / (counts.data + k1 * (1 - b + b * relative))
    return out


def _strongest(weights: sp.csr_matrix, shared: NDArray[np.bool_], n: int) -> sp.csr_matrix:
    """Of each item only its ``n`` heaviest terms among ``shared``."""
    kept: list[NDArray[np.int64]] = []
    for start, end in zip(weights.indptr[:-1], weights.indptr[1:], strict=True):
        heavy = np.where(shared[weights.indices[start:end]], weights.data[start:end], np.nan)
        kept.append(start + top_k(heavy, n) if n else np.zeros(0, dtype=np.int64))
    places = np.concatenate(kept) if kept else np.zeros(0, dtype=np.int64)
    ends = np.cumsum([0, *map(len, kept)])
    return sp.csr_matrix((weights.data[places], weights.indices[places], ends), shape=weights.shape)


SPEC = Spec(
    "bm25",
    "Keywords",
    "Looks for the rare words of what somebody typed, wrote or touched.",
    Bm25,
    (
        Knob("k1", "Repetition", "Higher lets a word count more the more often it stands there.", 1.2, 0.0, 5.0),
        Knob(
            "b", "Length correction", "Higher holds it more against a long text that it has many words.", 0.75, 0.0, 1.0
        ),
        Knob(
            "terms_per_item",
            "Words per item",
            "How many words of each touched item to look for.",
            20,
            1,
            100,
            whole=True,
        ),
        Knob("half_life", "Memory", "After this many newer events an event counts half.", 50.0, 1.0, 1000.0, log=True),
        Knob("dislike_strength", "Dislike strength", "How strongly a dislike pushes away.", 0.3, 0.0, 2.0),
        Knob("typed_share", "Weight of typed words", "Share of the list that follows the text box.", 0.7, 0.0, 0.99),
    ),
)
