"""What another reading of the texts changes: the items whose nearest items are others than before."""

from __future__ import annotations

from typing import Any

import numpy as np

from recsys.columns import Items
from recsys.data import Dataset
from recsys.metrics.agreement import overlap
from recsys.ranking import top_k
from recsys.text.space import TextSpace

KNOWN = 200
"""Examples are looked for among so many of the most liked items: those a visitor is most likely to know."""
NEAREST = 10
"""Neighbours that are compared."""
SHOWN = 3
"""Of them, those that are told."""


def moved(data: Dataset, before: TextSpace, after: TextSpace, n: int = 5) -> dict[str, Any]:
    """The ``n`` items whose ten nearest changed most, and how much they stay the same on average.

    Neighbours are by cosine of centred vectors. ``examples`` has title, ``before`` and ``after`` (three titles each)
    and ``kept``, the share of the ten that stayed; ``kept`` of all looked at is in [0, 1], NaN-free: None where no two
    items have a text.
    """
    readable = before.has_text & after.has_text
    counts = np.where(readable, data.like_counts, np.nan).astype(np.float32)
    rows = top_k(counts, KNOWN)
    if readable.sum() < 2:
        return {"examples": [], "kept": None, "n": 0}
    near = [[_nearest(space, int(row), readable) for space in (before, after)] for row in rows]
    kept = np.array([overlap(old.tolist(), new.tolist()) for old, new in near], dtype=np.float32)
    titles = data.column(Items.TITLE)
    examples = [
        {
            "title": titles[int(rows[place])],
            "before": [titles[row] for row in near[place][0][:SHOWN].tolist()],
            "after": [titles[row] for row in near[place][1][:SHOWN].tolist()],
            "kept": float(kept[place]),
        }
        for place in top_k(-kept, n).tolist()
    ]
    return {"examples": examples, "kept": float(kept.mean()), "n": len(rows)}


def _nearest(space: TextSpace, row: int, readable: np.ndarray) -> np.ndarray:
    """The rows nearest to ``row``, at most NEAREST of them, best first."""
    alike = np.where(readable, space.items @ space.items[row], np.float32(np.nan))
    return top_k(alike, NEAREST, np.array([row]))
