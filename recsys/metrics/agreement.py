"""How far two ranked lists agree: shared items, shared items with the top counting more, and what only one has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from recsys.metrics.lists import without_repeats

Item = TypeVar("Item", int, str)


def overlap(a: Sequence[int | str], b: Sequence[int | str]) -> float:
    """Share of the places that two lists fill with the same items, whatever their order; in [0, 1].

        |A and B| / length of the longer list

    0 when nothing is shared or one list is empty; NaN when both are.

    >>> overlap(["a", "b", "c", "d"], ["d", "a", "x", "y"])
    0.5
    """
    _check(a, b)
    longest = max(len(a), len(b))
    return len(set(a) & set(b)) / longest if longest else float("nan")


def rbo(a: Sequence[int | str], b: Sequence[int | str], p: float = 0.9) -> float:
    """Rank-biased overlap: agreement of two rankings in which the top counts most; 1 the same order, 0 disjoint.

    Somebody reads both lists from the top and goes on to the next rank with probability ``p``; this is the overlap
    they expect to have seen. At p = .9 the first ten ranks carry 86% of the weight. Webber, Moffat and Zobel (2010),
    the extrapolated form (their equation 32): what is shared so far is taken to go on below the end, so two finite
    lists in the same order give exactly 1. For lists of one length k, with X_d items shared by the first d of both:

        RBO = (X_k / k) p^k + (1 - p) / p  *  sum over d = 1..k of (X_d / d) p^d

    For lists of s < l items the shorter one is taken to go on sharing at the rate X_s / s. Symmetric; 0 when one
    list is empty, NaN when both are. Raises ValueError unless 0 < p < 1 and no item is repeated.

    >>> round(rbo(["a", "b", "c"], ["a", "c", "b"], p=0.5), 4)  # agreement 1, 1/2, 1
    0.875
    """
    if not 0 < p < 1:
        raise ValueError(f"p should be between 0 and 1, both excluded, is now {p}")
    _check(a, b)
    short, long = sorted((a, b), key=len)
    if not short:
        return float("nan") if not long else 0.0
    shared = _shared_by_depth(short, long)
    rate = shared[len(short) - 1] / len(short)
    total = 0.0
    for depth, found in enumerate(shared, start=1):
        unseen = max(0, depth - len(short))
        total += (found + rate * unseen) / depth * p**depth
    at_the_end = (shared[-1] - shared[len(short) - 1]) / len(long) + rate
    return min(1.0, (1 - p) / p * total + at_the_end * p ** len(long))


def only_in(a: Sequence[Item], others: Sequence[Sequence[Item]]) -> list[Item]:
    """Items of ``a`` that none of the ``others`` has, in the order of ``a``; all of them when there are no others.

    >>> only_in(["a", "b", "c"], [["b"], ["x", "a"]])
    ['c']
    """
    elsewhere = {item for other in others for item in other}
    return [item for item in a if item not in elsewhere]


def _check(a: Sequence[int | str], b: Sequence[int | str]) -> None:
    without_repeats(a, "the first")
    without_repeats(b, "the second")


def _shared_by_depth(short: Sequence[int | str], long: Sequence[int | str]) -> list[int]:
    """Number of items that the first d of both lists share, for d = 1 .. length of ``long``."""
    seen_short: set[int | str] = set()
    seen_long: set[int | str] = set()
    out = []
    for depth, item in enumerate(long):
        seen_long.add(item)
        if depth < len(short):
            seen_short.add(short[depth])
        out.append(len(seen_short & seen_long))
    return out
