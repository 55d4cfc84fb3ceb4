"""Which category an item belongs to: by what the names mean, and by what the catalogue's own categories teach."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from recsys.columns import Items
from recsys.data import Dataset
from recsys.ranking import top_k
from recsys.text import LEXICAL, chinese, reader
from recsys.text.lexical import Lexical
from recsys.text.scripts import HAN
from recsys.text.space import centred
from recsys.types import Encoder, Matrix, Rows, Vector

SURE_BY = 0.1
"""Cosine by which the nearest name must lead for a zero-shot label to be sure (docs/decisions.md)."""
SURE_CHANCE = 0.5
"""Probability from which a learned label is sure."""
FOLDS = 5
MOST_TAUGHT = 2_000
"""Items at most that are learned from, evenly spaced over the catalogue: reading more takes minutes."""
STRENGTH = 10.0
"""Inverse regularisation C of the logistic regression; from 3 to 30 little changes."""
SEED = 0
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Label:
    """A category for one item."""

    name: str
    score: float
    """Zero-shot: cosine with the name, in [-1, 1]; learned: probability in [0, 1]."""
    margin: float
    """How far the second one is behind; the score itself where there is no second."""
    sure: bool
    """Whether it leads by enough to be said without a question mark."""
    scores: tuple[tuple[str, float], ...]
    """All names with their scores, best first."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """An item whose category looks wrong."""

    row: int
    given: str
    suggested: str
    probability: float
    """Of the suggested one, in [0, 1], by a classifier that had not seen this item."""


@dataclass(frozen=True, slots=True)
class Quality:
    """Macro-averaged F1, in [0, 1], over the categories that were judged; each item by models that had not seen it."""

    learned: float
    zero_shot: float
    majority: float
    """Of always saying the commonest category."""
    n_items: int
    n_categories: int
    n_folds: int
    left_out: int
    """Items of categories with a single item: nothing can be learned and judged on one."""


def zero_shot(texts: Sequence[str], names: Sequence[str], data: Dataset) -> list[Label]:
    """Label each of ``texts`` with the nearest of ``names``, plain words in English or Chinese, nothing learned.

    Scores are cosines of the vectors of the process's reader, centred on the catalogue where it reads that too; Chinese
    is said in English word for word. Readers fitted on the catalogue are not used, as they have met its categories
    beside its items. Sure from a lead of ``SURE_BY`` on. Raises ValueError without names.
    """
    if not names:
        raise ValueError("zero-shot labels should have at least 1 name to choose from, have now 0")
    unique = list(dict.fromkeys(names))
    scores = _read(data, texts) @ _read(data, unique).T
    return [_label(row, unique, SURE_BY) for row in scores]


@dataclass(frozen=True, eq=False)
class Labeller:
    """Categories learned from a catalogue: logistic regression on what the reader makes of title and description.

    The category and tags of an item are never read with it, or the answer would stand in the question.
    """

    data: Dataset
    missing: str = ""
    """Why nothing could be learned, in one sentence; "" when it was."""

    @classmethod
    def of(cls, data: Dataset) -> Labeller:
        """The labeller of ``data``, made once and kept as long as ``data`` is; learns when first asked."""
        with _lock:
            return cast(Labeller, data.memo.setdefault(cls, cls(data, _missing(data))))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Categories with two or more items, sorted; empty where there are none."""
        return tuple(sorted(name for name, n in self._counts.items() if n > 1))

    @cached_property
    def quality(self) -> Quality | None:
        """How well it does, by stratified cross-validation; None where nothing could be learned."""
        if self.missing:
            return None
        from sklearn.metrics import f1_score

        given = self._given

        def f1(said: NDArray[np.str_]) -> float:
            return float(f1_score(given, said, labels=list(self.names), average="macro", zero_division=0))

        names = np.array(self.names)
        said = self._vectors(self._taught) @ _read(self.data, self.names).T
        commonest = np.full(len(given), Counter(given.tolist()).most_common(1)[0][0])
        left_out = sum(n for n in self._counts.values() if n == 1)
        learned = f1(names[np.argmax(self._unseen, axis=1)])
        return Quality(
            learned, f1(names[np.argmax(said, axis=1)]), f1(commonest), len(given), len(names), self._folds, left_out
        )

    def label(self, rows: Rows) -> list[Label]:
        """Learned label of each of ``rows``, whatever category it has; empty where nothing could be learned."""
        if self.missing or not len(rows):
            return []
        chances = self._model.predict_proba(self._vectors(rows))
        return [_label(chance, self.names, SURE_CHANCE, lead=False) for chance in chances]

    def uncategorised(self) -> Rows:
        """(n,) rows of items without a category."""
        return np.array([row for row in range(self.data.n_items) if not _category(self.data, row)], dtype=np.int64)

    def suspects(self, n: int = 10) -> list[Suspect]:
        """At most ``n`` items that would get another category for sure, most probable first.

        Each is judged by a classifier learned without it. Empty where nothing could be learned.
        """
        if self.missing:
            return []
        best = np.argmax(self._unseen, axis=1)
        chances = self._unseen[np.arange(len(best)), best]
        other = (np.array(self.names)[best] != self._given) & (chances >= SURE_CHANCE)
        places = top_k(np.where(other, chances, np.nan), max(1, n))
        return [
            Suspect(int(self._taught[at]), str(self._given[at]), self.names[best[at]], float(chances[at]))
            for at in places[:n]
        ]

    @cached_property
    def _counts(self) -> Counter[str]:
        return Counter(filter(None, (_category(self.data, row) for row in range(self.data.n_items))))

    @cached_property
    def _taught(self) -> Rows:
        """Rows learned from: every one with a category of two or more, thinned out evenly within each."""
        by_name: dict[str, list[int]] = {name: [] for name in self.names}
        for row in range(self.data.n_items):
            by_name.get(_category(self.data, row), []).append(row)
        step = -(-sum(map(len, by_name.values())) // MOST_TAUGHT)
        return np.array(sorted(row for rows in by_name.values() for row in _thinned(rows, step)), dtype=np.int64)

    @cached_property
    def _given(self) -> NDArray[np.str_]:
        return np.array([_category(self.data, int(row)) for row in self._taught])

    @cached_property
    def _folds(self) -> int:
        return min(FOLDS, min(Counter(self._given.tolist()).values()))

    @cached_property
    def _unseen(self) -> NDArray[np.float64]:
        """(n_taught, n_categories) probabilities by classifiers that had not seen the item."""
        from sklearn.model_selection import StratifiedKFold, cross_val_predict

        folds = StratifiedKFold(self._folds, shuffle=True, random_state=SEED)
        vectors = self._vectors(self._taught)
        return np.asarray(cross_val_predict(_classifier(), vectors, self._given, cv=folds, method="predict_proba"))

    @cached_property
    def _model(self) -> Any:
        return _classifier().fit(self._vectors(self._taught), self._given)

    def _texts(self, rows: Rows) -> list[str]:
        return [_text(self.data, int(row)) for row in rows]

    def _vectors(self, rows: Rows) -> Matrix:
        return _read(self.data, self._texts(rows), keep=not self.data.private)


def _classifier() -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=1000, random_state=SEED)


def _missing(data: Dataset) -> str:
    counts = Counter(filter(None, (_category(data, row) for row in range(data.n_items))))
    if not counts:
        return f"{data.label} has no categories to learn from: label its items by names you type."
    if sum(n > 1 for n in counts.values()) < 2:
        return f"{data.label} has fewer than two categories with two items each: there is nothing to tell apart."
    return ""


def _category(data: Dataset, row: int) -> str:
    return data.field(row, Items.CATEGORY).strip()


def _text(data: Dataset, row: int) -> str:
    """Title and description in the first language of the source, else in Chinese."""
    pairs = ((Items.TITLE, Items.TITLE_ZH), (Items.DESCRIPTION, Items.DESCRIPTION_ZH))
    return ". ".join(filter(None, (data.field(row, first) or data.field(row, second) for first, second in pairs)))


def _read(data: Dataset, texts: Sequence[str], *, keep: bool = False) -> Matrix:
    """(n, dim) float32 unit rows; ``keep`` writes them to the vector store's file, for texts of a public catalogue."""
    encoder, centre = _encoder(data)
    said = texts if HAN in encoder.languages else [chinese.in_english(text) for text in texts]
    store = reader().store
    raw = store.catalogue(encoder, said) if keep else store.vectors(encoder, said)
    return centred(raw, centre)


def _encoder(data: Dataset) -> tuple[Encoder, Vector]:
    """The process's reader, or words where it can read nothing else, and the centre of ``data`` under it."""
    name = reader().default().name
    if name == LEXICAL:
        kept = data.memo.get(_encoder) or Lexical.fit([_text(data, row) for row in range(data.n_items)])
        encoder = cast(Lexical, data.memo.setdefault(_encoder, kept))
        return encoder, np.zeros(encoder.dim, dtype=np.float32)
    known = reader().encoder(name, data)
    reads_items = reader().main(data) == name
    return known, reader().space(data, name).centre if reads_items else np.zeros(known.dim, dtype=np.float32)


def _label(scores: NDArray[Any], names: Sequence[str], least: float, *, lead: bool = True) -> Label:
    """``lead``: whether ``least`` is asked of the margin, not of the score."""
    order = top_k(np.asarray(scores, dtype=np.float64), len(names))
    ranked = tuple((names[place], float(scores[place])) for place in order)
    best = ranked[0][1]
    margin = best - ranked[1][1] if len(ranked) > 1 else best
    return Label(ranked[0][0], best, margin, (margin if lead else best) >= least, ranked)


def _thinned(rows: list[int], step: int) -> list[int]:
    """Every ``step``-th, but at least two: a category must not vanish."""
    return rows[::step] if len(rows[::step]) > 1 else rows[:2]
