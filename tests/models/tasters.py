"""A small world whose chances are known: everybody tries things at random and rates them by side, quality and mood."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sides import film_items

from recsys.columns import Events
from recsys.data import Dataset

N_ITEMS, N_PEOPLE, N_TRIED = 40, 240, 16


def tasters(seed: int = 1) -> Dataset:
    """Log odds of 4 or 5 stars: +-1.5 by side of person and item, -1..1 by item, and a mood of the person."""
    rng = np.random.default_rng(seed)
    quality = np.linspace(-1, 1, N_ITEMS)[rng.permutation(N_ITEMS)]
    events = []
    for person in range(N_PEOPLE):
        mood = rng.normal()
        for place, row in enumerate(rng.permutation(N_ITEMS)[:N_TRIED]):
            logit = mood + quality[row] + (1.5 if row % 2 == person % 2 else -1.5)
            stars = 5.0 if rng.random() < 1 / (1 + np.exp(-logit)) else 2.0
            events.append((f"p{person:03d}", f"i{row}", "rating", 1e9 + 1000.0 * place + person, stars, ""))
    return Dataset.from_tables("tasters", film_items(N_ITEMS), pd.DataFrame(events, columns=list(map(str, Events))))
