"""Small made-up audiences whose truth is known: camps with a taste each, and visits with a planted pair."""

from __future__ import annotations

import numpy as np
import pandas as pd

from recsys.data import Dataset

CAMPS = ("Sea", "Woods", "City", "Sky")
CHINESE = dict(zip(CAMPS, ("海", "林", "城", "天"), strict=True))
HOUR = 3600.0
START = 1_767_225_600.0


def camps(n_users: int = 120, loyal: float = 0.8, seed: int = 0) -> Dataset:
    """Person n belongs to camp n modulo 4 and takes ``loyal`` of 12 likes, an hour apart, from its 15 items."""
    rng = np.random.default_rng(seed)
    items = [
        {
            "item_id": f"{camp}{n:02d}",
            "title": f"{camp} number {n}",
            "category": camp,
            "category_zh": CHINESE[camp],
            "tags": f"{camp.lower()} {n % 3}|all",
        }
        for camp in CAMPS
        for n in range(15)
    ]
    lines = []
    for user in range(n_users):
        own = np.array([item["category"] == CAMPS[user % 4] for item in items])
        weights = np.where(own, loyal / own.sum(), (1 - loyal) / (~own).sum())
        taken = rng.choice(len(items), 12, replace=False, p=weights)
        lines += [(f"u{user:03d}", items[row]["item_id"], START + HOUR * at) for at, row in enumerate(taken)]
    return dataset(items, lines)


def dataset(items: list[dict[str, object]], lines: list[tuple[str, str, float]]) -> Dataset:
    """A dataset of likes given as (user, item, at)."""
    events = pd.DataFrame(lines, columns=["user_id", "item_id", "at"]).assign(kind="like")
    return Dataset.from_tables("planted", pd.DataFrame(items), events)


def camp_of(user_id: str) -> int:
    return int(user_id[1:]) % 4


def visits(n: int = 300, seed: int = 0) -> Dataset:
    """Visits of two of 12 items at random; who takes i00 takes i01 too, three times in four."""
    rng = np.random.default_rng(seed)
    items: list[dict[str, object]] = [
        {"item_id": f"i{n:02d}", "title": f"Item {n}", "category": "A"} for n in range(12)
    ]
    lines = []
    for visit in range(n):
        taken = set(rng.choice(12, 2, replace=False).tolist())
        if 0 in taken and rng.random() < 0.75:
            taken.add(1)
        # Everybody comes once: an item counts for a person once.
        lines += [(f"v{visit:03d}", f"i{row:02d}", START + visit * HOUR + row) for row in sorted(taken)]
    return dataset(items, lines)
