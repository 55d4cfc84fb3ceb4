"""Random crowds: small datasets with enough likes or stars for a model to be checked against brute force."""

from __future__ import annotations

import numpy as np
import pandas as pd

from recsys.columns import Events, Items
from recsys.data import Dataset

NOUNS = ("shoe", "tent", "radio", "pan", "novel", "piano", "garden", "engine")
ADJECTIVES = ("red", "quiet", "heavy", "wooden", "tiny")


def crowd(n_users: int = 25, n_items: int = 14, share: float = 0.3, seed: int = 0, stars: bool = False) -> Dataset:
    """Everybody likes (or rates, with ``stars``) each item with probability ``share``; the last item is left alone."""
    rng = np.random.default_rng(seed)
    items = pd.DataFrame(
        {
            str(Items.ID): [f"i{n:02}" for n in range(n_items)],
            str(Items.TITLE): [f"{ADJECTIVES[n % 5]} {NOUNS[n % 8]} {n}" for n in range(n_items)],
        }
    )
    users, rows = np.nonzero(rng.random((n_users, n_items - 1)) < share)
    events = pd.DataFrame(
        {
            str(Events.USER): [f"u{user:03}" for user in users],
            str(Events.ITEM): [f"i{row:02}" for row in rows],
            str(Events.KIND): "rating" if stars else "like",
            str(Events.AT): np.arange(len(users), dtype=float),
            str(Events.STARS): rng.integers(1, 11, len(users)) / 2 if stars else np.nan,
            str(Events.TEXT): "",
        }
    )
    return Dataset.from_tables("crowd", items, events)
