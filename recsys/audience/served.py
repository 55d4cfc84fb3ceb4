"""Served: which of the people get better or worse lists than the rest, by which model, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recsys.audience.finding import SURE, Finding, Segment
from recsys.columns import Evaluation
from recsys.metrics import METRICS, Interval, holm, signed
from recsys.metrics.significance import FEW_USERS, percentile_interval, resample_weights, resampled_means
from recsys.models import MODELS

N_SHUFFLES = 1999
"""Draws of who is in a part: p cannot fall below 1 in 2,000, and is multiplied by the number of comparisons."""
DIGITS = 3

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Part:
    """How one model serves one part of the people."""

    name: str
    model: str
    n: int
    """People of the part who were asked."""
    here: Interval
    """Mean of the metric in the part."""
    rest: Interval
    """The same of everybody else who was asked."""
    finding: Finding
    """``value`` is ``here`` minus ``rest``; all NaN, and nothing tested, with fewer than ``FEW_USERS`` on a side."""

    @property
    def found(self) -> bool:
        """Whether p after correction is below .05 and the interval leaves 0 out."""
        return self.finding.sure and (self.finding.low > 0 or self.finding.high < 0)


def served(
    per_user: pd.DataFrame, parts: Sequence[Segment], metric: str, models: Sequence[str], seed: int = 0
) -> tuple[Part, ...]:
    """Every one of ``parts`` under every one of ``models``, in this order; of two that are everybody only the first.

    ``per_user`` is that of a ``Result``: one row per model and person with a column for ``metric``. Both sides are
    drawn again together for the intervals (percentiles of the people). p is how often as large a difference comes about
    when the people are dealt anew, ``N_SHUFFLES`` times (a permutation test of the two means, two-sided), corrected for
    all parts and models given (Holm).
    """
    table = per_user.pivot(index=str(Evaluation.USER), columns=str(Evaluation.MODEL), values=metric)
    values = table[list(models)].to_numpy(dtype=np.float64)
    users = np.array(table.index, dtype=object)
    inside = np.array([np.isin(users, part.user_ids) for part in parts], dtype=bool).reshape(len(parts), len(users)).T
    if len(parts) == 2 and (inside.sum(axis=1) == 1).all():
        parts, inside = parts[:1], inside[:, :1]
    p = np.column_stack([_by_chance(column, inside, seed) for column in values.T]) if len(models) else np.zeros((0, 0))
    corrected = holm(p.ravel()).reshape(p.shape)
    weights = resample_weights(len(users), seed=seed)
    return tuple(
        _part(part.name, model, metric, _Side(users, column, inside[:, place], weights), float(corrected[place, at]))
        for place, part in enumerate(parts)
        for at, (model, column) in enumerate(zip(models, values.T, strict=True))
    )


@dataclass(frozen=True, eq=False, slots=True)
class _Side:
    """Who was asked, what they got, who of them is in a part, and draws of them all."""

    users: NDArray[np.object_]
    values: Floats
    inside: NDArray[np.bool_]
    weights: Floats


def _part(name: str, model: str, metric: str, side: _Side, p: float) -> Part:
    values, inside = side.values, side.inside
    sides = np.column_stack([np.where(inside, values, np.nan), np.where(inside, np.nan, values)])
    counts = (~np.isnan(sides)).sum(axis=0)
    means = [float(np.nanmean(side)) if n else float("nan") for side, n in zip(sides.T, counts, strict=True)]
    drawn = resampled_means(sides, side.weights)
    here, rest = (percentile_interval(means[at], drawn[:, at], int(counts[at])) for at in (0, 1))
    gap = percentile_interval(means[0] - means[1], drawn[:, 0] - drawn[:, 1], int(counts[0]))
    if counts.min() < FEW_USERS:
        gap = Interval(float("nan"), float("nan"), float("nan"), int(counts[0]))
    mine = tuple(map(str, side.users[inside & ~np.isnan(values)]))
    words = _sentence(name, model, metric, gap, p)
    finding = Finding(words, int(counts[0]), gap.value, gap.low, gap.high, p, mine)
    return Part(name, model, int(counts[0]), here, rest, finding)


def _sentence(name: str, model: str, metric: str, gap: Interval, p: float) -> str:
    who, label = f"{name} with {MODELS[model].label}", METRICS[metric].label
    if np.isnan(gap.value):
        return f"{who}: too few people on one side, at least {FEW_USERS} are needed."
    value, low, high = (signed(one, DIGITS) for one in (gap.value, gap.low, gap.high))
    size = f"{label} {value} [{low}, {high}] against the rest"
    if not (p < SURE and (gap.low > 0 or gap.high < 0)):
        return f"{who}: no difference found ({size})."
    worse = (gap.value < 0) == (METRICS[metric].higher_is_better is not False)
    return f"{who}: {'worse' if worse else 'better'} served, {size}."


def _by_chance(values: Floats, inside: NDArray[np.bool_], seed: int) -> Floats:
    """(n_parts,) p of the difference of the means in and out of each part; NaN with too few on a side."""
    known = ~np.isnan(values)
    values, inside = values[known], inside[known]
    n_in = inside.sum(axis=0)
    n_out = len(values) - n_in
    out = np.full(inside.shape[1], np.nan)
    enough = np.minimum(n_in, n_out) >= FEW_USERS
    if not enough.any():
        return out
    member = inside[:, enough].astype(np.float64)
    share_in, share_out = member / n_in[enough], (1 - member) / n_out[enough]
    apart = share_in - share_out
    rng = np.random.default_rng([seed, len(values)])
    dealt = rng.permuted(np.tile(values, (N_SHUFFLES, 1)), axis=1) @ apart
    seen = np.abs(values @ apart)
    out[enough] = (1 + (np.abs(dealt) >= seen - 1e-12).sum(axis=0)) / (1 + N_SHUFFLES)
    return out
