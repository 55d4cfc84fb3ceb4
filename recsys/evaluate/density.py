"""When text pays: what texts add to a recommender, against how much is known of each item."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd

from recsys.columns import Evaluation
from recsys.data import Dataset
from recsys.data.holdout import pair_order
from recsys.data.splits import Split, split
from recsys.evaluate.lists import Asked, Floats, asked
from recsys.evaluate.progress import Progress, silent
from recsys.evaluate.protocol import Protocol
from recsys.evaluate.study import as_python, liked_as, seconds_for
from recsys.evaluate.tables import numbers
from recsys.evaluate.tune import tuned
from recsys.metrics.significance import relative_gain
from recsys.models import MODELS, build, shared

PAIRS = (("ease_text", "ease"), ("item_knn_text", "item_knn"), ("ials_text", "ials"))
"""A model with texts, and the same model without."""
SHARES = (1.0, 0.5, 0.25, 0.125, 0.0625)

EVERYBODY = Protocol()

Knobs = Mapping[str, Mapping[str, Any]]


class Density(StrEnum):
    """Columns of the table beside model, against, metric, value, low, high and n_users."""

    SHARE = "share"  # of the training pairs that the models learn from
    EVENTS_PER_ITEM = "events_per_item"  # likes of different people per item that a dataset so thin would have
    AGAINST_VALUE = "against_value"
    GAIN = "gain"  # value / against_value - 1; low and high are the ends of its interval


_COLUMNS = (
    Density.SHARE,
    Density.EVENTS_PER_ITEM,
    Evaluation.MODEL,
    Evaluation.AGAINST,
    Evaluation.METRIC,
    Evaluation.VALUE,
    Density.AGAINST_VALUE,
    Density.GAIN,
    Evaluation.LOW,
    Evaluation.HIGH,
    Evaluation.N_USERS,
)


def density_curve(
    data: Dataset,
    pairs: Sequence[tuple[str, str]] = PAIRS,
    shares: Sequence[float] = SHARES,
    protocol: Protocol = EVERYBODY,
    *,
    budget: int = 1,
    knobs: Knobs | None = None,
    progress: Progress = silent,
) -> pd.DataFrame:
    """Learn from ever fewer events, and compare each model that reads texts with the same model without.

    A share of the training part's user-item pairs is kept with all their events, drawn by the seed; a smaller share is
    part of a larger one. Test people, their held-out likes and the items ranked are the same throughout; what the
    models are shown of the people is thinned as well, and where that leaves nothing, what is popular is ranked. With
    a ``budget`` above 1 both models of a pair get as many settings, tried inside what is left of the training part
    (``recsys.evaluate.tune``), except for ``knobs``, which stay as given; with 1 they take ``knobs``, or their
    defaults.

    Columns: share, events_per_item, model, against, metric, value, against_value, gain, low, high, n_users.
    ``events_per_item`` is the :func:`standing` of the whole dataset, held-out part included, thinned as far as its
    training part was: what somebody knows of their own data. ``low`` and ``high`` belong to ``gain``, and are NaN
    like it where the model without texts has no hit at all. The split is ``random`` unless the protocol names another,
    as the densities are compared with each other: both models of a pair know everybody's future alike.

    Raises UnknownIdError for a model that is not there, DataError when nobody can be asked or nothing can be tuned.
    """
    if not shares or not all(0 < share <= 1 for share in shares):
        raise ValueError(
            f"shares should be above 0 and at most 1, are {tuple(shares)}, of {len(pairs)} pairs of models"
        )
    trial = _Trial(protocol.split or "random", protocol, budget, knobs or {})
    for name in {name for pair in pairs for name in pair}:
        build(name, **trial.knobs.get(name, {}))  # a wrong name or knob should be told before any work
    cut = split(data, trial.split, protocol.seed, protocol.max_users)
    people = asked(cut)
    weights = protocol.weights(len(people))
    order = _order_of_pairs(cut.train, protocol.seed)
    rows: list[tuple[object, ...]] = []
    for share in sorted(shares, reverse=True):
        thin, shown = _thinned(cut, people, order < share)
        density = standing(data) * thin.train.likes.nnz / max(cut.train.likes.nnz, 1)
        values: dict[str, Floats] = {}
        for model, against in pairs:
            line = f"{MODELS[model].label} against {MODELS[against].label}: {share:.0%} of the events"
            progress(len(rows) / (len(shares) * len(pairs)), line)
            for name in (model, against):
                if name not in values:  # a model may be in several pairs
                    values[name] = trial.values(name, thin, shown)
            ours, theirs = values[model], values[against]
            gain = relative_gain(ours, theirs, weights)
            about = (share, density, model, against, protocol.metric)
            rows.append((*about, _mean(ours), _mean(theirs), *numbers(gain)))
    progress(1.0, "Done")
    return pd.DataFrame(rows, columns=[str(column) for column in _COLUMNS])


@dataclass(frozen=True, slots=True)
class TextPays:
    """The curve of the usual pairs, as a question: everything the numbers depend on."""

    liked_from: float
    protocol: Protocol

    def ask(self, data: Dataset, progress: Progress = silent) -> pd.DataFrame:
        """The table of :func:`density_curve`."""
        return density_curve(liked_as(data, self.liked_from), protocol=self.protocol, progress=progress)

    def call(self, dataset: str) -> str:
        """Lines of Python that give the same table."""
        said = f"protocol={self.protocol}"
        return as_python("density", "density_curve", dataset, said, liked_from=self.liked_from)

    def seconds(self, data: Dataset) -> float:
        """About how long it takes."""
        return seconds_for(data, 5.0)


def standing(data: Dataset) -> float:
    """Where a dataset stands on the curve: likes of different people per item of its catalogue, 0 without any."""
    return float(data.likes.nnz / data.n_items)


def expected_gain(
    table: pd.DataFrame, events_per_item: float, model: str | None = None
) -> tuple[float, float, float] | None:
    """Gain, and ends of its interval, that ``model`` can expect where ``events_per_item`` likes are known of each item.

    Straight lines between the measured points, over the logarithm of the density. None outside the measured range,
    and for a table without numbers. ``model`` None takes the first one of the table.
    """
    measured = table[table[Density.GAIN].notna()]
    if model is not None:
        measured = measured[measured[Evaluation.MODEL] == model]
    if measured.empty:
        return None
    curve = measured[measured[Evaluation.MODEL] == measured[Evaluation.MODEL].iloc[0]]
    curve = curve.drop_duplicates(Density.EVENTS_PER_ITEM).set_index(Density.EVENTS_PER_ITEM).sort_index()
    densities = curve.index.to_numpy(dtype=np.float64)
    if not densities[0] <= events_per_item <= densities[-1]:
        return None
    at = math.log(events_per_item)
    ends = (Density.GAIN, Evaluation.LOW, Evaluation.HIGH)
    value, low, high = (float(np.interp(at, np.log(densities), curve[column].to_numpy())) for column in ends)
    return value, low, high


def gain_in_words(table: pd.DataFrame, model: str) -> str:
    """One sentence about the whole curve of ``model``: where texts help, where they harm, where neither was found."""
    rows = table[(table[Evaluation.MODEL] == model) & table[Density.GAIN].notna()]
    against = str(table.loc[table[Evaluation.MODEL] == model, Evaluation.AGAINST].iloc[0])
    pair = f"{MODELS[model].label} against {MODELS[against].label}"
    if rows.empty:
        return f"{pair}: nothing to compare, as the one without texts found nothing."
    helps, harms = rows[rows[Evaluation.LOW] > 0], rows[rows[Evaluation.HIGH] < 0]
    parts = [f"texts {verb} {_at(some)}" for verb, some in (("help", helps), ("harm", harms)) if len(some)]
    n_neither = len(rows) - len(helps) - len(harms)
    if not parts:
        return f"{pair}: neither help nor harm found at any of the {len(rows)} densities."
    if n_neither:
        parts.append(f"no difference found at the other {n_neither}" if n_neither > 1 else "no difference at the other")
    return f"{pair}: {'; '.join(parts)}."


def _at(rows: pd.DataFrame) -> str:
    """``at 16 and 8.3 likes per item (by +24% and +34%)``, the densest first."""
    rows = rows.sort_values(Density.EVENTS_PER_ITEM, ascending=False)
    places, gains = (
        " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))
        for words in ([f"{n:.2g}" for n in rows[Density.EVENTS_PER_ITEM]], [f"{g:+.0%}" for g in rows[Density.GAIN]])
    )
    return f"at {places} likes per item (by {gains})"


def trend_in_words(table: pd.DataFrame) -> str:
    """Whether texts gain more where less is known of each item, as far as the ends of the measured curves tell."""
    more, less = [], []
    for model, rows in table[table[Density.GAIN].notna()].groupby(Evaluation.MODEL, sort=False):
        rows = rows.sort_values(Density.EVENTS_PER_ITEM)
        thin, dense = rows.iloc[0], rows.iloc[-1]
        if thin[Evaluation.LOW] > dense[Evaluation.HIGH]:
            more.append(MODELS[str(model)].label)
        elif thin[Evaluation.HIGH] < dense[Evaluation.LOW]:
            less.append(MODELS[str(model)].label)
    parts = [f"{word} for {', '.join(names)}" for word, names in (("yes", more), ("the opposite", less)) if names]
    if not parts:
        return "Not shown here: at the thinnest and at the fullest data the intervals overlap for every pair."
    return f"By the ends of the curves: {'; '.join(parts)}."


@dataclass(frozen=True)
class _Trial:
    """How every model of a curve is set and measured."""

    split: str
    protocol: Protocol
    budget: int
    knobs: Knobs

    def values(self, name: str, cut: Split, people: list[Asked]) -> Floats:
        """(n_users,) value of each person under the model ``name``, tuned first where there is a budget."""
        scorer = shared(build(name, **self._setting(name, cut.train)), cut.train)
        return self.protocol.values(scorer, people, cut)

    def _setting(self, name: str, train: Dataset) -> Mapping[str, Any]:
        given, protocol = self.knobs.get(name, {}), self.protocol
        if self.budget == 1:
            return given
        return tuned(
            name,
            train,
            split=self.split,
            budget=self.budget,
            metric=protocol.metric,
            k=protocol.k,
            seed=protocol.seed,
            max_users=protocol.max_users,
            fixed=tuple(given),
            start=given,
        ).knobs


def _order_of_pairs(train: Dataset, seed: int) -> Floats:
    """(n_events,) place of each event's user-item pair in a drawn order, as a share in [0, 1)."""
    pairs, places = pair_order(train, seed)
    return np.asarray(places[pairs] / max(len(places), 1), dtype=np.float64)


def _thinned(cut: Split, people: list[Asked], keep: np.ndarray) -> tuple[Split, list[Asked]]:
    """The cut with fewer training events, and the same people shown no more than these; what they know stays out."""
    thin = replace(cut, train=cut.train.with_events(keep))
    shown = [replace(p, query=replace(p.query, events=thin.train.history(str(p.query.user_id)))) for p in people]
    return thin, shown


def _mean(values: Floats) -> float:
    return math.nan if np.isnan(values).all() else float(np.nanmean(values))
