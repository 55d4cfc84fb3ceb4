"""A world in which a taste has two halves, and encoders that each read one of them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from recsys.columns import Events, Items
from recsys.data import Dataset
from recsys.text.space import unit_rows

N_EACH = 6
"""Items per pair of halves, of which there are sixteen."""


class Letters:
    """Counts of the letters from a place of the alphabet on: reads one half of a text."""

    languages = frozenset({"latin"})

    def __init__(self, name: str, start: int, dim: int = 4) -> None:
        self.name, self.start, self.dim, self.version = name, start, dim, f"{name}-{start}"

    def encode(self, texts):
        counts = [[text.lower().count(chr(97 + self.start + n)) for n in range(self.dim)] for text in texts]
        return unit_rows(np.array(counts, dtype=np.float32).reshape(len(texts), self.dim))


def world(n_users: int = 48, seed: int = 0) -> Dataset:
    """Items are written in one of the letters a to d and one of p to s; everybody likes one pair of letters."""
    rng = np.random.default_rng(seed)
    pairs = [(a, p) for a in "abcd" for p in "pqrs"]
    items = pd.DataFrame(
        [(f"{a}{p}{n}", f"{a}{a}{a} {p}{p}{p} {n}") for a, p in pairs for n in range(N_EACH)],
        columns=[str(Items.ID), str(Items.TITLE)],
    )
    liked = []
    for user in range(n_users):
        a, p = pairs[user % len(pairs)]
        liked += [(f"u{user:02d}", f"{a}{p}{n}") for n in range(N_EACH)]
    events = pd.DataFrame([liked[place] for place in rng.permutation(len(liked))], columns=[Events.USER, Events.ITEM])
    events = events.rename(columns=str).assign(kind="like", at=np.arange(len(liked), dtype=float), stars=None, text="")
    return Dataset.from_tables("halves", items, events, label="Halves")
