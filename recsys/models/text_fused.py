"""Words and meaning together: two rankings of the same texts, fused by their ranks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

import numpy as np

from recsys.data import Dataset
from recsys.errors import NotFittedError
from recsys.models import bm25, text_profile
from recsys.models.bm25 import Bm25
from recsys.models.fuse import reciprocal_ranks, z_scored
from recsys.models.scored import TellsOnce, Told
from recsys.models.shared import shared
from recsys.models.text_profile import TextProfile
from recsys.types import Contributions, Matrix, Part, Query, Spec

PARTS = tuple(Part(f"model:{spec.name}", "model", spec.label, 1.0) for spec in (bm25.SPEC, text_profile.SPEC))


@dataclass
class TextFused(TellsOnce):
    """Two rankings of the catalogue fused by reciprocal ranks (Cormack et al. 2009).

        score_i = 1 / (60 + rank of i by keywords) + 1 / (60 + rank of i by text profile)

    An item, or a whole list, that one of them cannot score gets nothing from it; one that neither can is NaN. Items
    that tie share the better rank.
    """

    words_: Bm25 | None = field(default=None, init=False, repr=False)
    meaning_: TextProfile | None = field(default=None, init=False, repr=False)

    def fit(self, data: Dataset) -> Self:
        self.words_, self.meaning_ = shared(Bm25(), data), shared(TextProfile(), data)
        return self

    @property
    def encoder_names(self) -> tuple[str, ...]:
        return self._components[1].encoder_names

    def texts(self, query: Query) -> Mapping[str, tuple[str, ...]]:
        return self._components[1].texts(query)

    def told(self, query: Query) -> Told:
        """Scores in (0, 2 / 61]; one part for the keywords, one for the text profile."""
        columns = self._columns(query)
        scores = np.nansum(columns, axis=1, dtype=np.float32)
        return Told(
            np.where(np.isnan(columns).all(axis=1), np.float32(np.nan), scores),
            lambda rows: Contributions(PARTS, np.nan_to_num(columns[rows], nan=0.0)),
        )

    def _columns(self, query: Query) -> Matrix:
        """(n_items, 2) float32 the two summands; NaN where a component has no score."""
        fused = [reciprocal_ranks(z_scored(component.score(query))) for component in self._components]
        return np.column_stack(fused)

    @property
    def _components(self) -> tuple[Bm25, TextProfile]:
        if self.words_ is None or self.meaning_ is None:
            raise NotFittedError(self)
        return self.words_, self.meaning_


SPEC = Spec("text_fused", "Words and meaning", "Keywords and the text profile, each voting with its ranks.", TextFused)
