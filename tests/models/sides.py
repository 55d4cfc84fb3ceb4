"""Films of two sides, in turn: the catalogue of the small worlds whose tastes are known."""

from __future__ import annotations

import pandas as pd

SIDES = ("harbour ships sea", "mountain climbing snow")


def film_items(n_items: int) -> pd.DataFrame:
    """``n_items`` films: even ones of the first side, odd ones of the second, as their texts and categories say."""
    return pd.DataFrame(
        {
            "item_id": [f"i{n}" for n in range(n_items)],
            "title": [f"Film {n}" for n in range(n_items)],
            "description": [f"A story of {SIDES[n % 2]} number {n}." for n in range(n_items)],
            "category": [SIDES[n % 2].split()[0] for n in range(n_items)],
        }
    )
