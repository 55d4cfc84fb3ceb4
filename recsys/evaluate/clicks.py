"""Click AUC: how often a model puts what somebody opened above what they were shown and left.

Unlike a list out of the whole catalogue, this compares only items that surely were before the person's eyes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recsys.columns import Events, Impressions, Table
from recsys.data import Dataset
from recsys.errors import DataError
from recsys.types import Query, Rows, Scorer, Vector

SHARE = 1 / 3
"""Part of what each person was shown that is held out."""

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class Shown:
    """Somebody with what they opened before, and what was put before them afterwards."""

    query: Query
    rows: Rows
    """(n,) items of the held-out part, each once, none of them shown before."""
    clicked: Mask
    """(n,) which of them were opened."""


@dataclass(frozen=True, eq=False, slots=True)
class ClickCut:
    """One cut of a table of impressions."""

    train: Dataset
    """Without what anybody did to an item that is held out for them."""
    people: tuple[Shown, ...]
    """Everybody of whom something is held out and something else is known, sorted by id."""


def held_out(data: Dataset, share: float = SHARE, seed: int = 0) -> ClickCut:
    """Hold out ``share`` of the items each person was shown, rounded down and drawn by ``seed``.

    Drawn, because the order of a published table may tell the answer: one that lists what was left before what was
    opened is no order of time. An item that was shown to somebody several times counts once, as opened if it ever was.
    Raises DataError for data that do not say what was shown, ValueError for a share outside (0, 1).
    """
    if not 0 < share < 1:
        raise ValueError(f"share should be between 0 and 1, is now {share}")
    if Table.IMPRESSIONS not in data.tables:
        raise DataError(f"{data.label} has no table {Table.IMPRESSIONS.value}: nobody knows what was shown and left")
    held = _drawn(_once(data), share, seed)
    rests = pd.MultiIndex.from_frame(data.events[[Events.USER, Events.ITEM]])
    train = data.with_events(~rests.isin(pd.MultiIndex.from_frame(held[[Impressions.USER, Impressions.ITEM]])))
    asked = ((str(user), part) for user, part in held.groupby(Impressions.USER))
    people = (_shown(user, part, train) for user, part in asked)
    return ClickCut(train, tuple(one for one in people if one.query.events))


def click_auc(scorer: Scorer, people: Sequence[Shown]) -> Floats:
    """(n_people,) :func:`auc` of the scores each of ``people`` gets for what they were shown."""
    return np.array([auc(scorer.score(one.query)[one.rows], one.clicked) for one in people], dtype=np.float64)


def auc(scores: Vector, clicked: Mask) -> float:
    """Share of the pairs (opened, left) in which the opened item has the higher score; in [0, 1], 1/2 is chance.

    Mann and Whitney (1947): equal scores count 1/2. Items without a score (NaN) are level below all others. NaN where
    everything was opened, or nothing.
    """
    if clicked.all() or not clicked.any():
        return float("nan")
    level = np.where(np.isnan(scores), -np.inf, scores)
    opened, left = level[clicked][:, None], level[~clicked][None]
    return float(np.mean((opened > left) + 0.5 * (opened == left)))


def _once(data: Dataset) -> pd.DataFrame:
    """One row per person and item of the catalogue, sorted by both."""
    table = data.tables[Table.IMPRESSIONS]
    known = table[table[Impressions.ITEM].isin(data.row_of).to_numpy()]
    pairs: pd.DataFrame = known.groupby([Impressions.USER, Impressions.ITEM], as_index=False)[
        [Impressions.CLICKED]
    ].max()
    return pairs


def _drawn(pairs: pd.DataFrame, share: float, seed: int) -> pd.DataFrame:
    drawn = pairs.iloc[np.random.default_rng(seed).permutation(len(pairs))]
    by_user = drawn.groupby(Impressions.USER, sort=False)[Impressions.ITEM]
    n_held = np.floor(by_user.transform("size").to_numpy() * share + 1e-9)  # a third of three is one, bits or no bits
    return drawn[by_user.cumcount().to_numpy() < n_held].sort_index()


def _shown(user: str, part: pd.DataFrame, train: Dataset) -> Shown:
    rows = np.array([train.row_of[item] for item in part[Impressions.ITEM]], dtype=np.int64)
    clicked = part[Impressions.CLICKED].to_numpy(dtype=np.float64) > 0
    return Shown(Query(train.history(user), user_id=user, follows=train.follows_of(user)), rows, clicked)
