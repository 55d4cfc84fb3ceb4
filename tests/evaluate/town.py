"""A small made-up town for the tests of experiments: people who like one of three topics."""

from __future__ import annotations

import numpy as np
import pandas as pd

from recsys.columns import Events, Items
from recsys.data import Dataset

TOPICS = ("river boat water swim", "mountain snow ski climb", "bread cake oven flour")


def town(n_users=60, n_items=30, seed=0, *, rated=False, name="town") -> Dataset:
    """People who like eight things of one topic; with ``rated``, they give 3 to 5 stars instead."""
    rng = np.random.default_rng(seed)
    items = pd.DataFrame(
        {
            Items.ID: [f"i{n}" for n in range(n_items)],
            Items.TITLE: [f"{TOPICS[n % 3].split()[n % 4]} {n}" for n in range(n_items)],
            Items.DESCRIPTION: [TOPICS[n % 3] for n in range(n_items)],
            Items.CATEGORY: [TOPICS[n % 3].split()[0] for n in range(n_items)],
        }
    )
    log = []
    for user in range(n_users):
        favourites = rng.permutation(np.arange(user % 3, n_items, 3))[:8]
        log += [(f"u{user:02}", f"i{item}", "like", float(rng.random())) for item in favourites]
    events = pd.DataFrame(log, columns=[Events.USER, Events.ITEM, Events.KIND, Events.AT])
    if rated:
        events[Events.KIND] = "rating"
        events[Events.STARS] = rng.integers(6, 11, size=len(events)) / 2
    return Dataset.from_tables(name, items, events, label=name.title())
