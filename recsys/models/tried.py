"""What people tried and whether they liked it: the answers that a chance of liking is learned from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recsys.columns import Events
from recsys.data import Dataset
from recsys.data.dataset import OPEN_KINDS, POSITIVE_KINDS
from recsys.models.evidence import KIND_WEIGHTS, event_weight, newest_per_item
from recsys.models.logistic import Floats
from recsys.types import Event, Kind, Rows

MAX_TRIED = 80
"""Newest things tried that the weights are moved by, and that others are compared with."""


@dataclass(frozen=True, eq=False, slots=True)
class Tried:
    """What a session tried of a catalogue, each item once by what was said of it last, oldest first."""

    rows: Rows
    """(n,)"""
    liked: Floats
    """(n,) 1 liked, 0 not: fewer stars than a like takes, or a dislike; of no meaning for a look."""
    weights: Floats
    """(n,) how much it moves the belief: 2 for a favourite, 0 for a look, which settles nothing, else 1."""
    pull: Floats
    """(n,) weight as evidence of behaviour, 0 for what was not liked."""
    text_pull: Floats
    """(n,) signed weight as evidence of a taste in texts."""
    ages: Floats
    """(n, n) half-lives of such evidence by which the column is older than the row, 0 where it is newer."""

    def __len__(self) -> int:
        return len(self.rows)


def tried(events: Sequence[Event], data: Dataset, half_life: float, dislike_strength: float) -> Tried:
    """Read the newest MAX_TRIED things tried off ``events``; the last two arguments are those of a taste in texts.

    An item counts by its newest event; only looking never outweighs an opinion, and a wish tries nothing.
    """
    named = [None if event.kind is Kind.WISH else data.row_of.get(event.item_id or "") for event in events]
    found = newest_per_item(events, named)[-MAX_TRIED:]
    table = np.zeros((4, len(found)))
    for n, position in enumerate(found):
        table[:, n] = _said(events[position], data.liked_stars, dislike_strength)
    positions = np.array(found, dtype=np.float64)
    ages = np.maximum(positions[:, None] - positions, 0.0) / half_life
    rows = np.array([named[position] for position in found], dtype=np.int64)
    return Tried(rows, table[0], table[1], table[2], table[3], ages)


def _said(event: Event, liked_stars: float, dislike: float) -> tuple[float, float, float, float]:
    """Liked, weight, pull and text pull of one event; all but the first in its strength."""
    text_pull, strength = event_weight(event, dislike), event.strength
    if event.stars is not None:
        liked = float(event.stars >= liked_stars)
        return liked, strength, liked * strength, text_pull
    if event.kind in POSITIVE_KINDS:
        weight = KIND_WEIGHTS[event.kind] * strength
        return 1.0, weight, weight, text_pull
    if event.kind is Kind.VIEW:
        return 0.0, 0.0, KIND_WEIGHTS[Kind.VIEW] * strength, text_pull
    return 0.0, strength * float(event.kind is Kind.DISLIKE), 0.0, text_pull


def like_odds(data: Dataset) -> Floats:
    """(n_items,) how many of those who tried an item liked it, by everybody's last word: :func:`damped_odds`."""
    said = data.events.loc[opinionated(data), [Events.USER, Events.ITEM, Events.KIND]]
    said = said.assign(liked=data.is_like[opinionated(data)])
    # Somebody's last word on an item; a click is one only where nothing else was said.
    settled = said[~said[Events.KIND].isin(OPEN_KINDS)]
    said = pd.concat([said[said[Events.KIND].isin(OPEN_KINDS)], settled])
    said = said.drop_duplicates([Events.USER, Events.ITEM], keep="last")
    rows = np.array([data.row_of[item] for item in said[Events.ITEM]], dtype=np.int64)
    liked = said["liked"].to_numpy(dtype=np.float64)
    n_opinions = np.bincount(rows, minlength=data.n_items).astype(np.float64)
    n_likes = np.bincount(rows, weights=liked, minlength=data.n_items).astype(np.float64)
    return damped_odds(n_likes, n_opinions)


def damped_odds(n_likes: Floats, n_opinions: Floats) -> Floats:
    """(n_items,) log odds of (likes + M mean) / (opinions + M), minus the log odds of the mean; 0 without opinions.

    M = mean (1 - mean) / V - 1, where V is how far the shares of items differ beyond luck, from the first two moments
    (Kleinman 1973): S = sum_i n_i (p_i - mean)^2, V = (S - (k - 1) mean (1 - mean)) / (N - sum_i n_i^2 / N). Where
    S could as well be luck (within two standard deviations of its chi-square), every item is average.

    >>> damped_odds(np.array([5.0, 5.0]), np.array([10.0, 10.0])).tolist()
    [0.0, 0.0]
    """
    total, asked = float(n_opinions.sum()), n_opinions > 0
    out = np.zeros(len(n_opinions))
    mean = float(n_likes.sum()) / max(total, 1.0)
    luck = mean * (1 - mean)
    room = total - float(np.square(n_opinions).sum()) / max(total, 1.0)
    if luck <= 0 or room <= 0:
        return out
    own = n_likes[asked] / n_opinions[asked]
    spread = float(n_opinions[asked] @ np.square(own - mean))
    n_free = int(asked.sum()) - 1
    if spread <= luck * (n_free + 2 * np.sqrt(2 * n_free)):
        return out
    damping = max(luck * room / (spread - n_free * luck) - 1.0, 1.0)
    share = (n_likes + damping * mean) / (n_opinions + damping)
    return np.asarray(np.log(share / (1 - share)) - np.log(mean / (1 - mean)))


def opinionated(data: Dataset) -> NDArray[np.bool_]:
    """(n_events,) bool: events that say whether somebody liked something; looks and wishes do not."""
    kinds, stars = data.events[Events.KIND], data.events[Events.STARS]
    return np.asarray(kinds.isin([*POSITIVE_KINDS, Kind.DISLIKE]) | stars.notna())
