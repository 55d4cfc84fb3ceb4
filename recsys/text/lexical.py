"""Words and character pairs of the catalogue itself: reads every script, needs no model."""

from __future__ import annotations

import hashlib
import os
import re
import threading
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from recsys.text import chinese
from recsys.text.scripts import HAN, HAN_CLASS, LATIN, OTHER
from recsys.text.space import unit_rows
from recsys.types import Matrix, Vector

DIM = 256
RUNS = re.compile(rf"[{HAN_CLASS}]+|[^\W\d_{HAN_CLASS}]+|\d+")
"""Words, numbers and unbroken rows of Han characters."""


def grams(text: str) -> list[str]:
    """Features of a text: words and their character pairs; for Han, characters and pairs without function words.

    >>> grams("防水的鞋 dry")
    ['防', '水', '防水', '鞋', 'dry', 'd+r', 'r+y']
    >>> grams("T恤")
    ['t', '恤']
    """
    out: list[str] = []
    for run in RUNS.findall(text.lower()):
        if chinese.HAN_RUN.match(run):
            for stretch in chinese.stretches(run):
                out += list(stretch)
                out += [stretch[i : i + 2] for i in range(len(stretch) - 1)]
        else:
            out.append(run)
            out += [f"{a}+{b}" for a, b in zip(run, run[1:], strict=False)]
    return out


class Lexical:
    """TF-IDF of :func:`grams`, reduced by a truncated SVD fitted on the catalogue (LSA, Deerwester 1990).

    scikit-learn fits it; what is learned is three arrays, applied here, so that an app that finds them on disk
    starts without importing scikit-learn (72 MB). A test compares both.
    """

    name = "lexical"
    languages = frozenset({LATIN, HAN, OTHER})

    def __init__(self, version: str, vocabulary: Sequence[str], rarity: Vector, axes: Matrix) -> None:
        """Take what :meth:`fit` learned: ``rarity`` (n_features,) and ``axes`` (n_features, dim) float32."""
        self.version = version
        self.dim = axes.shape[1]
        self._column = {gram: column for column, gram in enumerate(vocabulary)}
        self._rarity, self._axes = rarity, axes

    @classmethod
    def of(cls, catalogue: Sequence[str], folder: Path | None = None, dim: int = DIM) -> Lexical:
        """Return the encoder of a catalogue: from ``folder`` when it was fitted before, else fitted and kept there."""
        version = _version(catalogue, dim)
        file = folder / f"{version}.npz" if folder is not None else None
        if file is not None and file.exists():
            try:
                return cls._load(file, version)
            except (OSError, ValueError, KeyError, BadZipFile):
                file.unlink(missing_ok=True)  # half a file: fit again
        fitted = cls.fit(catalogue, dim)
        if file is not None:
            fitted._save(file)
        return fitted

    @classmethod
    def fit(cls, catalogue: Sequence[str], dim: int = DIM) -> Lexical:
        """Fit on the texts of a catalogue; ``dim`` is lowered to what a smaller catalogue can fill."""
        from sklearn.decomposition import TruncatedSVD
        from sklearn.feature_extraction.text import TfidfVectorizer

        tfidf = TfidfVectorizer(analyzer=grams, sublinear_tf=True, dtype=np.float32)
        counts = tfidf.fit_transform([*catalogue, "?a"])  # never an empty vocabulary
        n_features = counts.shape[1]
        if n_features > dim:
            # As many components as texts lose nothing: every text lies in the span of all of them.
            axes = TruncatedSVD(min(dim, counts.shape[0]), random_state=0).fit(counts).components_.T
        else:
            axes = np.eye(n_features)
        return cls(
            _version(catalogue, dim),
            tfidf.get_feature_names_out().tolist(),
            tfidf.idf_.astype(np.float32),
            np.ascontiguousarray(axes, dtype=np.float32),
        )

    def encode(self, texts: Sequence[str]) -> Matrix:
        """(n, dim) float32, unit rows; a text that shares no feature with the catalogue is a zero row."""
        out = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, text in enumerate(texts):
            counts = Counter(column for gram in grams(text) if (column := self._column.get(gram)) is not None)
            if counts:
                columns = np.fromiter(counts.keys(), dtype=np.int64)
                frequency = 1 + np.log(np.fromiter(counts.values(), dtype=np.float32))
                out[row] = (frequency * self._rarity[columns]) @ self._axes[columns]
        return unit_rows(out)

    def _save(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        partial = file.with_suffix(f".{os.getpid()}.{threading.get_ident()}.npz")
        np.savez(partial, vocabulary=np.array(list(self._column)), rarity=self._rarity, axes=self._axes)
        partial.replace(file)

    @classmethod
    def _load(cls, file: Path, version: str) -> Lexical:
        with np.load(file, allow_pickle=False) as kept:
            return cls(version, kept["vocabulary"].tolist(), kept["rarity"], kept["axes"])


def _version(catalogue: Sequence[str], dim: int) -> str:
    digest = hashlib.sha256("\x00".join(catalogue).encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"lexical-7{'' if chinese.installed() else 'c'}-{dim}-{digest}"
