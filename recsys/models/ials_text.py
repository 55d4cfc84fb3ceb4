"""Implicit ALS whose items start where their text says, so that new items have a place too."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys.data import Dataset
from recsys.models.ials import FACTOR_KNOBS, Ials
from recsys.text import reader
from recsys.types import Knob, Matrix, Spec


@dataclass
class IalsText(Ials):
    """Ials with l2 sum_i (...)^nu |h_i - share M z_i|^2 in place of |h_i|^2, z_i = [centred text vector, 1].

    (alpha0 W'W + W_i'W_i + penalty_i I) h_i = sum_likes w_u + penalty_i share M z_i. After each round M is the ridge
    regression (``text_l2``) of the item factors on the texts. An item nobody liked is placed at share M z_i, so it is
    NaN only without text. With ``share`` 0 this is ``ials``.
    """

    share: float = 1.0
    text_l2: float = 100.0

    def learn(self, data: Dataset, warm: NDArray[np.bool_]) -> tuple[Matrix, NDArray[np.bool_]]:
        if not 0 <= self.share <= 1 or self.text_l2 <= 0:
            raise ValueError(f"share should be in [0, 1] and text_l2 above 0, are now {self.share} and {self.text_l2}")
        if not self.share:
            return super().learn(data, warm)
        space = reader().space(data, reader().main(data))
        texts = np.column_stack([space.items, np.ones(data.n_items, dtype=np.float32)])
        solver = _ridge_solver(texts[warm], self.text_l2)

        def expect(items: Matrix) -> Matrix:
            return np.asarray(np.float32(self.share) * (texts[warm] @ (solver @ items)))

        items = np.zeros((data.n_items, self.factors), dtype=np.float32)
        items[warm] = self.alternate(data.likes[:, warm], expect)
        new = ~warm & space.has_text & warm.any()
        items[new] = np.float32(self.share) * (texts[new] @ (solver @ items[warm]))
        return items, warm | new


def _ridge_solver(texts: Matrix, l2: float) -> Matrix:
    """(dim, n) R such that R y are the ridge weights of ``texts`` (n, dim) for the targets y."""
    wide = texts.astype(np.float64)
    return np.linalg.solve(wide.T @ wide + l2 * np.eye(wide.shape[1]), wide.T).astype(np.float32)


SPEC = Spec(
    "ials_text",
    "Hidden tastes + text",
    "Hidden tastes in which an item starts where its text says.",
    IalsText,
    (
        Knob("share", "Weight of text", "How far the text decides where an item starts.", 1.0, 0.0, 1.0),
        Knob(
            "text_l2", "Caution with text", "Higher trusts only what many texts agree on.", 100.0, 0.1, 1000.0, log=True
        ),
        *FACTOR_KNOBS,
    ),
)
