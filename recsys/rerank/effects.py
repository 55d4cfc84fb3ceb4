"""What re-ranking did: the qualities of a list before and after, and who moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recsys.columns import Items
from recsys.metrics import NO_ITEM, Catalogue, TopLists
from recsys.metrics.category_diversity import category_diversity
from recsys.metrics.diversity import diversity
from recsys.metrics.lists import mean_where
from recsys.metrics.novelty import novelty
from recsys.metrics.slices import head_rows
from recsys.rerank.calibrated import miscalibration
from recsys.rerank.candidates import Candidates
from recsys.rerank.chain import Chain
from recsys.types import Rows

Floats = NDArray[np.float64]


class Effect(StrEnum):
    """Columns of ``effects``."""

    QUALITY = "quality"  # a key of QUALITIES
    BEFORE = "before"  # NaN where it cannot be told
    AFTER = "after"
    REASON = "reason"  # why it cannot be told, in one sentence; "" where it can


@dataclass(frozen=True, slots=True)
class Move:
    """The way of one item through a chain."""

    row: int
    before: int
    """1-based place among the candidates."""
    after: int | None
    """1-based place in the whole new order; None for an item that a step hides."""
    parts: tuple[tuple[str, int], ...] = ()
    """Steps that moved it, with the places gained or lost; their sum is ``before - after``."""
    hidden_by: str = ""
    """The step that took it out, "" for none."""
    chance: float = float("nan")
    """Of a like, in [0, 1]; NaN where no model gives one."""


@dataclass(frozen=True, slots=True)
class Quality:
    """One number that says what a list is like."""

    name: str
    label: str
    unit: str
    higher_is_better: bool | None
    """None where neither way is better by itself."""
    line: str
    """One plain sentence for a visitor."""
    unknown: str
    """Why it may not be known, in one sentence."""


QUALITIES: dict[str, Quality] = {
    quality.name: quality
    for quality in (
        Quality(
            "accuracy",
            "Chance of a like",
            "mean chance of a like",
            True,
            "How likely you are to like what is listed, as far as the model can tell.",
            "This model gives no chances.",
        ),
        Quality(
            "diversity",
            "Variety of texts",
            "1 - mean cosine",
            True,
            "How different the descriptions are: 0 all alike, about 1 unrelated.",
            "Fewer than two of these items have a text.",
        ),
        Quality(
            "category_diversity",
            "Variety of categories",
            "share of pairs",
            True,
            "Share of the pairs of items that are of different categories.",
            "Fewer than two of these items have a category.",
        ),
        Quality(
            "novelty",
            "Novelty",
            "bits",
            True,
            "How little known the items are.",
            "It is not known who liked these items.",
        ),
        Quality(
            "miscalibration",
            "Distance from your mix",
            "bits",
            False,
            "How far the mix of categories is from that of what you liked: 0 is the same mix.",
            "Nothing liked yet that has a category, or nothing listed that has one.",
        ),
        Quality(
            "popular",
            "Well-known items",
            "share of the list",
            None,
            "Share of the list that is among the few items that get half of all likes.",
            "It is not known who liked these items.",
        ),
    )
}
"""In the order in which they are shown."""

EMPTY = "The list is empty."


def effects(before: Sequence[int] | Rows, after: Sequence[int] | Rows, candidates: Candidates) -> pd.DataFrame:
    """Compare two lists of rows of ``candidates``, best first: one line per quality of QUALITIES.

    Columns of ``Effect``. The formulas are those of ``recsys.metrics`` for one list; the mix is that of
    ``recsys.rerank.mix``. Raises ValueError for a row that is not among the candidates.
    """
    lists = [positions(before, candidates), positions(after, candidates)]
    known = qualities(lists, candidates)
    rows = []
    for name, values in known.items():
        reason = "" if not np.isnan(values).any() else QUALITIES[name].unknown if all(map(len, lists)) else EMPTY
        rows.append((name, float(values[0]), float(values[1]), reason))
    return pd.DataFrame(rows, columns=[str(column) for column in Effect])


def qualities(lists: Sequence[Rows], candidates: Candidates) -> dict[str, Floats]:
    """(n_lists,) every quality of several lists of positions in ``candidates``; NaN where it cannot be told."""
    top = tops(lists)
    catalogue = catalogue_of(candidates)
    nothing = np.full(len(lists), np.nan)
    liked = known_likes(candidates).any()
    return {
        "accuracy": nothing if candidates.chance is None else mean_of(candidates.chance.astype(np.float64), top),
        "diversity": diversity(top, catalogue),
        "category_diversity": category_diversity(top, catalogue),
        "novelty": novelty(top, catalogue) if liked else nothing,
        "miscalibration": _miscalibrations(top, candidates),
        "popular": mean_of(_popular(candidates), top) if liked else nothing,
    }


def moves(chain: Chain) -> tuple[Move, ...]:
    """Everybody who is on the list before or after: in the new order, those that were taken out at the end."""
    now = {int(row): place for place, row in enumerate(chain.end.rows, start=1)}
    hidden = {row: step.name for step in chain.steps for row in step.hidden}
    chances = chain.start.chance if chain.start.chance is not None else [float("nan")] * len(chain.start)
    found = [
        Move(row, before, now.get(row), chain.moved_by(row) if row in now else (), hidden.get(row, ""), float(chance))
        for before, (row, chance) in enumerate(zip(chain.start.rows.tolist(), chances, strict=True), start=1)
        if before <= chain.k or now.get(row, chain.k + 1) <= chain.k
    ]
    return tuple(sorted(found, key=lambda move: move.after or len(chain.start) + move.before))


def positions(rows: Sequence[int] | Rows, candidates: Candidates) -> Rows:
    """Places of catalogue ``rows`` in ``candidates``; ValueError for one that is not there."""
    place = {int(row): position for position, row in enumerate(candidates.rows)}
    strange = [int(row) for row in rows if int(row) not in place]
    if strange:
        raise ValueError(f"row {strange[0]} is not among the {len(candidates)} candidates")
    return np.array([place[int(row)] for row in rows], dtype=np.int64)


def tops(lists: Sequence[Rows]) -> TopLists:
    """Lists of positions as the metrics take them; nothing is a hit."""
    longest = max([1, *map(len, lists)])
    return TopLists.of(lists, [np.zeros(0, dtype=np.int64)] * len(lists), longest)


def mean_of(values: Floats, lists: TopLists) -> Floats:
    """(n_lists,) mean of what is known of ``values`` (n,), one per candidate, over each list; NaN without any."""
    of_lists = np.append(values, np.nan)[lists.rows]  # NO_ITEM reads the last one
    return mean_where(of_lists, ~np.isnan(of_lists))


def known_likes(candidates: Candidates) -> Floats:
    """(n_items,) likes of the whole catalogue; empty where there is none."""
    return np.zeros(0) if candidates.data is None else candidates.data.like_counts


def catalogue_of(candidates: Candidates) -> Catalogue:
    """The candidates as if they were all there is, with an item of nothing at the end, where NO_ITEM points."""
    n, data = len(candidates), candidates.data
    likes, categories = np.zeros(n + 1), np.full(n + 1, NO_ITEM, dtype=np.int64)
    if data is not None:
        likes[:n] = known_likes(candidates)[candidates.rows]
        names = [data.field(int(row), Items.CATEGORY).strip() for row in candidates.rows]
        number = {name: place for place, name in enumerate(dict.fromkeys(filter(None, names)))}
        categories[:n] = [number.get(name, NO_ITEM) for name in names]
    vectors = np.vstack([candidates.vectors, np.zeros((1, candidates.vectors.shape[1]), dtype=np.float32)])
    return Catalogue(n + 1, 0 if data is None else len(data.user_ids), likes, vectors, categories)


def _miscalibrations(lists: TopLists, candidates: Candidates) -> Floats:
    """(n_lists,) in bits; NaN without a taste, or without a category on the list."""
    out = np.full(lists.n_users, np.nan)
    if not candidates.taste.any():
        return out
    padded = np.vstack([candidates.mix, np.zeros((1, candidates.mix.shape[1]))])
    totals = np.where(lists.filled[:, :, None], padded[lists.rows], 0.0).sum(axis=1)
    known = totals.any(axis=1)
    out[known] = miscalibration(totals[known], candidates.taste) / np.log(2)
    return out


def _popular(candidates: Candidates) -> Floats:
    """(n,) 1 for each candidate that is among the few items that hold half of all likes, 0 for the others."""
    head = head_rows(known_likes(candidates))
    return head[candidates.rows].astype(np.float64)
