"""Words and character pairs of the catalogue itself: reads every script, needs no model."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

import numpy as np
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

from recsys.text.scripts import HAN, LATIN, OTHER
from recsys.types import Matrix

DIM = 256
_RUNS = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\u3040-\u30ff]+|[^\W\d_]+|\d+")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\u3040-\u30ff]")


def grams(text: str) -> list[str]:
    """Features of a text: single characters and pairs for Han, words and their character pairs elsewhere.

    >>> grams("防水鞋 dry")
    ['防', '水', '鞋', '防水', '水鞋', 'dry', 'd+r', 'r+y']
    """
    out: list[str] = []
    for run in _RUNS.findall(text.lower()):
        if _HAN.match(run):
            out += list(run)
            out += [run[i : i + 2] for i in range(len(run) - 1)]
        else:
            out.append(run)
            out += [f"{a}+{b}" for a, b in zip(run, run[1:], strict=False)]
    return out


class Lexical:
    """TF-IDF of :func:`grams`, reduced by a truncated SVD fitted on the catalogue (LSA, Deerwester 1990)."""

    name = "lexical"
    languages = frozenset({LATIN, HAN, OTHER})

    def __init__(self, catalogue: Sequence[str], dim: int = DIM) -> None:
        """Fit on the texts of a catalogue; ``dim`` is lowered to what a smaller catalogue can fill."""
        digest = hashlib.sha256("\x00".join(catalogue).encode("utf-8", "surrogatepass")).hexdigest()[:12]
        self.version = f"lexical-3-{dim}-{digest}"
        self._tfidf = TfidfVectorizer(analyzer=grams, sublinear_tf=True, dtype=np.float32)
        self._svd: TruncatedSVD | None = None
        counts = self._tfidf.fit_transform([*catalogue, "?a"])  # never an empty vocabulary
        self.dim = counts.shape[1]
        if self.dim > dim:
            # As many components as texts lose nothing: every text lies in the span of all of them.
            self.dim = min(dim, counts.shape[0])
            self._svd = TruncatedSVD(self.dim, random_state=0).fit(counts)

    def encode(self, texts: Sequence[str]) -> Matrix:
        """(n, dim) float32, unit rows; a text that shares no feature with the catalogue is a zero row."""
        if not len(texts):
            return np.zeros((0, self.dim), dtype=np.float32)
        counts = self._tfidf.transform(texts)
        dense = self._svd.transform(counts) if self._svd else counts.toarray()
        unit: Matrix = normalize(dense).astype(np.float32)
        return unit
