"""What the views of the Compress page share: the words for what was lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from recsys.metrics.significance import FEW_USERS, signed


def lost(ends: Mapping[str, Mapping[str, Any]]) -> str:
    """The loss in each split by its name in words, as one sentence.

    >>> lost({})
    'could not be judged: nobody to ask.'
    """
    return f"{'; '.join(_in(where, loss) for where, loss in ends.items())}." if ends else _NOBODY


_NOBODY = "could not be judged: nobody to ask."


def _in(where: str, loss: Mapping[str, Any]) -> str:
    """The loss in one split; what the interval does not show is not claimed.

    >>> _in("new items", {"value": -0.0312, "low": -0.05, "high": -0.012, "n": 200, "found": True})
    'loses on new items: NDCG -0.0312 [-0.0500, -0.0120]'
    >>> _in("new items", {"value": -0.0312, "low": -0.07, "high": 0.01, "n": 200, "found": False})
    'no loss found on new items of this data (NDCG -0.0312 [-0.0700, +0.0100])'
    """
    if loss["value"] is None or loss["n"] < FEW_USERS:
        return f"too few people to tell on {where}"
    if not loss["low"] and not loss["high"]:
        return f"exactly as many hits on {where}"
    numbers = f"{signed(loss['value'], 4)} [{signed(loss['low'], 4)}, {signed(loss['high'], 4)}]"
    if not loss["found"]:
        return f"no loss found on {where} of this data (NDCG {numbers})"
    return f"{'loses' if loss['value'] < 0 else 'gains'} on {where}: NDCG {numbers}"
