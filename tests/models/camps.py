"""A small world with a known taste: two camps of people, each liking the films of its own side."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sides import SIDES, film_items

from recsys.columns import Events
from recsys.data import Dataset

N_ITEMS, N_PEOPLE = 60, 160


def camps(seed: int = 0, n_people: int = N_PEOPLE) -> Dataset:
    """Even items are liked by even people, odd ones by odd people, low rows by more; texts and reviews say the side."""
    rng = np.random.default_rng(seed)
    events = []
    for person in range(n_people):
        own = np.arange(person % 2, N_ITEMS, 2)
        chance = 1.0 / (1 + np.arange(len(own)))
        liked = rng.choice(own, size=12, replace=False, p=chance / chance.sum())
        for place, row in enumerate(liked):
            at = 1e9 + 86_400.0 * person + place
            said = ("review", at, 5.0, f"more {SIDES[row % 2]}") if place % 3 == 0 else ("like", at, np.nan, "")
            events.append((f"p{person:03d}", f"i{row}", *said))
    return Dataset.from_tables("camps", film_items(N_ITEMS), pd.DataFrame(events, columns=list(map(str, Events))))
