"""What a learned ranker is told about each candidate: what the sources say, the item itself, the person, the moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys.columns import Events
from recsys.data import Dataset
from recsys.data.clock import DAY_SECONDS, moment
from recsys.models.blend import SOURCES, Lists, opinions
from recsys.models.fuse import shared_ranks
from recsys.models.pieces import wanted
from recsys.types import Part, Query, Rows, Vector

DEVICES = ("phone", "tablet", "desktop")
"""Known values of the context ``device``; any other counts as unknown."""

_LABELS = {
    "blend": "what the learned blend says",
    "item_likes": "how many people liked it",
    "item_age": "how long it has been around",
    "item_quiet": "how long since anybody touched it",
    "n_opinions": "how many opinions of yours are known",
    "typed": "whether you typed something",
    "hour": "the time of day",
    "weekday": "the day of the week",
    "device": "the device you use",
}


def feature_names(sources: Sequence[str]) -> tuple[str, ...]:
    """Names of the columns of :func:`features`, in order."""
    return (*(f"{name}_score" for name in sources), *(f"{name}_place" for name in sources), *_LABELS)


def monotone(sources: Sequence[str]) -> list[int]:
    """Per column 1 where more must never lower the score, -1 where it must never raise it, 0 where both may be."""
    return [*(1 for _ in sources), *(-1 for _ in sources), 1, *(0 for _ in range(len(_LABELS) - 1))]


def feature_part(name: str) -> Part:
    """A feature as a reason."""
    source, _, what = name.rpartition("_")
    label = _LABELS.get(name) or {
        "score": f"how strongly: {SOURCES[source].label}" if source in SOURCES else name,
        "place": f"which place: {SOURCES[source].label}" if source in SOURCES else name,
    }.get(what, name)
    return Part(f"feature:{name}", "feature", label, 0.0)


@dataclass(frozen=True, eq=False, slots=True)
class ItemFacts:
    """What a dataset tells of its items, whoever asks."""

    table: NDArray[np.float32]
    """(n_items, 3): log(1 + likes), days since the first and since the last event, counted from the newest event
    of the dataset; NaN for items without events."""

    @classmethod
    def of(cls, data: Dataset) -> ItemFacts:
        """Read them from the likes and times of ``data``."""
        table = np.full((data.n_items, 3), np.nan, dtype=np.float32)
        table[:, 0] = np.log1p(data.like_counts)
        if len(data.events):
            times = data.events.groupby(Events.ITEM)[Events.AT].agg(["min", "max"])
            rows = np.array([data.row_of[item] for item in times.index], dtype=np.int64)
            newest = float(data.events[Events.AT].max())
            table[rows, 1:] = (newest - times.to_numpy(dtype=np.float64)) / DAY_SECONDS
        table.setflags(write=False)
        return cls(table)


@dataclass(frozen=True, eq=False, slots=True)
class Places:
    """Standing of some rows in every list."""

    z: NDArray[np.float32]
    """(n_rows, n_sources) z-scores; NaN where a source cannot tell."""
    rank: NDArray[np.float32]
    """(n_rows, n_sources) log2 of the rank among all items of the catalogue; NaN where a source cannot tell."""

    @classmethod
    def of(cls, lists: Lists, names: Sequence[str], rows: Rows) -> Places:
        """Read the standing of ``rows`` off ``lists`` over the whole catalogue; absent sources are NaN."""
        z = np.full((len(rows), len(names)), np.nan, dtype=np.float32)
        rank = z.copy()
        for column, name in enumerate(names):
            if lists.scales[name].spread:
                scores = lists.scales[name].z(lists.raw[name])
                z[:, column] = scores[rows]
                rank[:, column] = np.log2(shared_ranks(scores)[rows])
        return cls(z, rank)


def features(
    query: Query, data: Dataset, facts: ItemFacts, places: Places, rows: Rows, weights: Vector
) -> NDArray[np.float32]:
    """(n_rows, n_features) float32, columns as ``feature_names``; NaN where something is unknown.

    ``weights`` (n_sources,) are those of the blend that is one of the features.
    """
    blend = np.nan_to_num(places.z, nan=0.0) @ weights[:, None]
    person = np.array([opinions(query.events, data), bool(wanted(query)), *_moment(query)], dtype=np.float32)
    return np.hstack([places.z, places.rank, blend, facts.table[rows], np.tile(person, (len(rows), 1))])


def _moment(query: Query) -> tuple[float, float, float]:
    """Hour (UTC), weekday (0 is Monday) and device; NaN where unknown."""
    device = query.context.get("device", "")
    number = float(DEVICES.index(device)) if device in DEVICES else float("nan")
    at = moment(query.events[-1].at) if query.events else None
    return (float("nan"), float("nan"), number) if at is None else (float(at.hour), float(at.weekday()), number)
