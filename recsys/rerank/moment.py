"""When somebody looks, and what people of a dataset like at such times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recsys.columns import Events
from recsys.data import Dataset
from recsys.models.ranking_features import DEVICES
from recsys.rerank.mix import Mix

PARTS_OF_DAY = ("at night", "in the morning", "by day", "in the evening")
_STARTS = (5, 11, 17, 23)
"""Hours at which morning, day, evening and night begin."""
SHORT_TIMES = ("at night", "in the morning")
"""Parts of the day in which there is little time."""

PRIOR_LIKES = 100.0
"""Likes at a time of day that weigh as much as the assumption that it changes nothing."""
WEEKEND = 5
"""First number of a weekend day; 0 is Monday."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Moment:
    """What ``Query.context`` says of now; None for what it does not, or not in a way that can be read."""

    part: int | None
    """Place in PARTS_OF_DAY."""
    weekend: bool | None
    device: str | None

    @classmethod
    def of(cls, context: Mapping[str, str]) -> Moment:
        """Read ``hour`` (0 to 23), ``weekday`` (0 is Monday) and ``device``; anything else counts as unknown.

        >>> Moment.of({"hour": "7", "device": "fridge"})
        Moment(part=1, weekend=None, device=None)
        """
        hour, weekday = _number(context.get("hour"), 23), _number(context.get("weekday"), 6)
        device = context.get("device")
        return cls(
            None if hour is None else int(part_of(np.array([hour]))[0]),
            None if weekday is None else weekday >= WEEKEND,
            device if device in DEVICES else None,
        )


def _number(text: str | None, highest: int) -> int | None:
    number = int(text) if text is not None and text.isascii() and text.isdigit() and len(text) <= 2 else -1
    return number if 0 <= number <= highest else None


def part_of(hours: NDArray[np.int64]) -> NDArray[np.int64]:
    """Place in PARTS_OF_DAY of each hour, 0 to 23."""
    return np.asarray(np.searchsorted(_STARTS, hours, side="right") % len(_STARTS), dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Habits:
    """How much more, or less, each category is liked at a time than at others."""

    names: tuple[str, ...]
    """(n_labels,) categories."""
    parts: Floats
    """(4, n_labels) log-odds of a category among the likes of a part of the day, minus those among all likes."""
    week: Floats
    """(2, n_labels) the same on working days and at weekends."""
    n_likes: int
    """Likes it was learned from."""

    @classmethod
    def of(cls, data: Dataset) -> Habits:
        """Learn from the times of the likes of ``data``, in UTC as the data tell no local time; once per dataset."""
        return data.once(cls, lambda: cls._learned(data))

    @classmethod
    def _learned(cls, data: Dataset) -> Habits:
        mix = Mix.of(data)
        likes = data.events.loc[data.is_like, [Events.ITEM, Events.AT]]
        rows = np.array([data.row_of[item] for item in likes[Events.ITEM]], dtype=np.int64)
        at = np.nan_to_num(likes[Events.AT].to_numpy(dtype=np.float64), posinf=0.0, neginf=0.0)
        hours = (at // 3600 % 24).astype(np.int64)
        weekend = ((at // 86400 + 3) % 7 >= WEEKEND).astype(np.int64)  # the first of January 1970 was a Thursday
        shares = mix.shares[rows]
        return cls(
            mix.names,
            _log_odds(shares, part_of(hours), len(PARTS_OF_DAY)),
            _log_odds(shares, weekend, 2),
            len(rows),
        )

    def at(self, moment: Moment) -> Floats:
        """(n_labels,) log-odds added by this moment; zeros for an unknown one."""
        out = np.zeros(len(self.names))
        if moment.part is not None:
            out += self.parts[moment.part]
        if moment.weekend is not None:
            out += self.week[int(moment.weekend)]
        return out


def _log_odds(shares: Floats, group: NDArray[np.int64], n_groups: int) -> Floats:
    """(n_groups, n_labels) log-odds of each label in a group, minus those in all groups together.

        p(c|g) = (n_cg + PRIOR_LIKES p(c)) / (n_g + PRIOR_LIKES)

    so that few likes at a time say little; 0 where a label, or a group, has no like at all.
    """
    counts = np.zeros((n_groups, shares.shape[1]))
    np.add.at(counts, group, shares)
    total = counts.sum()
    if not total:
        return counts
    overall = counts.sum(axis=0) / total
    inside = (counts + PRIOR_LIKES * overall) / (counts.sum(axis=1, keepdims=True) + PRIOR_LIKES)
    told = (overall > 0) & (overall < 1)
    out = np.zeros_like(counts)
    out[:, told] = _logit(inside[:, told]) - _logit(overall[told])
    return out


def _logit(p: Floats) -> Floats:
    return np.asarray(np.log(p) - np.log1p(-p))
