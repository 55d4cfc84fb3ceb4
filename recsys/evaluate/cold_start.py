"""How soon a recommender warms up: its lists after a person's first events, and after an item's first likes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recsys.columns import TAG_SEPARATOR, Evaluation, Events
from recsys.data import Dataset
from recsys.data.holdout import drawn
from recsys.data.splits import Split, split
from recsys.errors import DataError
from recsys.evaluate.lists import Asked, Floats, asked
from recsys.evaluate.progress import Progress, silent
from recsys.evaluate.protocol import Protocol
from recsys.evaluate.study import as_python, liked_as, seconds_for
from recsys.evaluate.tables import INTERVAL, numbers
from recsys.metrics.significance import FEW_USERS, Estimates
from recsys.models import MODELS, build, shared
from recsys.types import Rows

FEW_ITEMS = 10
"""With fewer new items a list says little about how they are told apart."""
ENOUGH = 0.25
"""The curve ends where fewer than this share of the new people have events to show: it is theirs alone."""

AT_MOST = Protocol(max_users=300)
"""As many people as tell two models apart, few enough for a button on a page."""

Knobs = Mapping[str, Mapping[str, Any]]
"""Knobs by model; a model that is not named keeps its defaults."""


class Curve(StrEnum):
    """Columns of a cold-start curve beside model, metric, value, low, high and n_users."""

    N_EVENTS = "n_events"  # a person's events, or an item's likes, that the model knows
    BETTER_THAN = "better_than"  # models it is better than at this point, beyond the interval, joined like tags


class Whom(StrEnum):
    """What is new: the person or the item."""

    PEOPLE = "people"
    ITEMS = "items"


def user_curve(
    data: Dataset,
    models: Sequence[str],
    protocol: Protocol = AT_MOST,
    *,
    n_events: Sequence[int] = (0, 1, 2, 3, 5, 10, 20, 40),
    knobs: Knobs | None = None,
    progress: Progress = silent,
) -> pd.DataFrame:
    """Show each model only the first ``n_events`` events of people it never saw, and ask for their later likes.

    At every number of events the same people are asked about the same held-out likes, and the same items are ranked:
    all but those among the person's shown events, whether the model was told of them yet or not. Where a model has
    nothing to go on, what is popular is ranked, as on the Live page. Asked are people with at least the largest of
    ``n_events`` to show; numbers that fewer than FEW_USERS of them, or than a share ENOUGH, reach are left out. The
    split is ``cold_users`` unless the protocol names another.

    Columns: model, n_events, metric, value, low, high, n_users, better_than. Raises DataError when too few people
    have any events to show.
    """
    points = _points(n_events)
    cut = split(data, protocol.split or "cold_users", protocol.seed)
    people, points = _with_enough(asked(cut), points, data.label)
    people = drawn(people, protocol.max_users, protocol.seed)
    values = np.zeros((len(models), len(points), len(people)))
    for position, name in enumerate(models):
        scorer = shared(build(name, **(knobs or {}).get(name, {})), cut.train)
        for at, n in enumerate(points):
            share = (position + at / len(points)) / len(models)
            progress(share, f"{MODELS[name].label}: {len(people):,} new people after {n} events")
            shown = [replace(p, query=replace(p.query, events=p.query.events[:n])) for p in people]
            values[position, at] = protocol.values(scorer, shown, cut)
    progress(1.0, "Done")
    return _table(values, models, points, protocol)


def item_curve(
    data: Dataset,
    models: Sequence[str],
    protocol: Protocol = AT_MOST,
    *,
    n_likes: Sequence[int] = (0, 1, 2, 3, 5, 10, 20),
    n_items: int = 100,
    among_all: bool = False,
    knobs: Knobs | None = None,
    progress: Progress = silent,
) -> pd.DataFrame:
    """Fit each model as if some items had only ``n_likes`` likes so far, and ask who likes them next.

    At most ``n_items`` items are drawn by the seed among those with enough likes in training and one held out. Of
    what was done with them only the first n likes, in a drawn order, stay in training; a larger n keeps those of a
    smaller one. All else is equal at every n: the training events of the other items, the people, and what the
    models are shown of them (their events with the other items).

    The items are ranked among themselves: all of them are equally new, so popularity is no help, and a value tells
    how well a model knows whom each of them suits. With ``among_all`` they compete with the whole catalogue. An item
    that a model cannot score is not ranked, so a model that cannot score any of them gets 0.

    The split is ``random`` unless the protocol names another, because few items are young when a dataset starts: the
    models know everybody's future. Columns as for :func:`user_curve`, ``n_events`` holding the number of likes. Raises
    DataError when too few items have enough likes.
    """
    seed = protocol.seed
    cut = split(data, protocol.split or "random", seed)
    rows, points = _new_items(cut, _points(n_likes), n_items, seed, data.label)
    people = drawn(_asked_about(asked(cut), rows, cut.train), protocol.max_users, seed)
    values = np.zeros((len(models), len(points), len(people)))
    order = _order_of_likes(cut.train, rows, seed)
    for at, n in enumerate(points):
        young = replace(cut, train=cut.train.with_events(order < n))
        for position, name in enumerate(models):
            share = (at + position / len(models)) / len(points)
            progress(share, f"{MODELS[name].label}: {len(rows)} items with {n} likes")
            scorer = shared(build(name, **(knobs or {}).get(name, {})), young.train)
            values[position, at] = protocol.values(scorer, people, young, None if among_all else rows)
    progress(1.0, "Done")
    return _table(values, models, points, protocol)


@dataclass(frozen=True, slots=True)
class ColdStart:
    """One curve as a question: everything its numbers depend on."""

    whom: Whom
    models: tuple[str, ...]
    liked_from: float
    protocol: Protocol

    def ask(self, data: Dataset, progress: Progress = silent) -> pd.DataFrame:
        """The table of :func:`user_curve` or :func:`item_curve`."""
        curve = user_curve if self.whom == Whom.PEOPLE else item_curve
        return curve(liked_as(data, self.liked_from), self.models, self.protocol, progress=progress)

    def call(self, dataset: str) -> str:
        """Lines of Python that give the same table."""
        curve = "user_curve" if self.whom == Whom.PEOPLE else "item_curve"
        return as_python(
            "cold_start", curve, dataset, repr(self.models), str(self.protocol), liked_from=self.liked_from
        )

    def seconds(self, data: Dataset) -> float:
        """About how long it takes."""
        return seconds_for(data, (0.5 if self.whom == Whom.PEOPLE else 2.0) * len(self.models))


def crossover(table: pd.DataFrame, a: str, b: str) -> int | None:
    """The first number of events at which ``b`` is better than ``a``, beyond the interval of their difference."""
    missing = {a, b} - set(table[Evaluation.MODEL])
    if missing:
        raise KeyError(f"the curve has no {', '.join(sorted(missing))}")
    rows = table[table[Evaluation.MODEL] == b]
    for n, beaten in zip(rows[Curve.N_EVENTS], rows[Curve.BETTER_THAN], strict=True):
        if a in beaten.split(TAG_SEPARATOR):
            return int(n)
    return None


def crossover_in_words(table: pd.DataFrame, a: str, b: str, unit: str = "events") -> str:
    """One sentence a visitor can read: from when on ``b`` beats ``a``."""
    first = crossover(table, a, b)
    ours, theirs = MODELS[b].label, MODELS[a].label
    if first is None:
        return f"{ours} against {theirs}: not found better at any point."
    if first == 0:
        return f"{ours} is better than {theirs} from the start."
    return f"{ours} is better than {theirs} from {first} {unit if first > 1 else unit.removesuffix('s')} on."


def _points(numbers: Sequence[int]) -> tuple[int, ...]:
    if not numbers or min(numbers) < 0:
        raise ValueError(f"the curve needs one or more numbers from 0 on, has {tuple(numbers)}")
    return tuple(sorted(set(numbers)))


def _with_enough(people: list[Asked], points: tuple[int, ...], label: str) -> tuple[list[Asked], tuple[int, ...]]:
    """The people with events for the last point, and the points that enough of them reach."""
    lengths = np.array([len(person.query.events) for person in people])
    wanted = max(FEW_USERS, math.ceil(ENOUGH * len(people)))
    reached = _reached(points, lengths, wanted, label, "new people", "{n} or more events to show", "events")
    return [person for person, n in zip(people, lengths, strict=True) if n >= reached[-1]], reached


def _new_items(
    cut: Split, points: tuple[int, ...], n_items: int, seed: int, label: str
) -> tuple[Rows, tuple[int, ...]]:
    """Rows that play the new items, and the points that at least FEW_ITEMS of them reach."""
    if n_items < 1:
        raise ValueError(f"n_items should be at least 1, is now {n_items}")
    liked_later = np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *cut.test.values()]))
    likes = cut.train.like_counts[liked_later]
    what = "{n} or more likes to learn from and one to ask about"
    reached = _reached(points, likes, FEW_ITEMS, label, "items to take as new", what, "likes")
    enough = liked_later[likes >= reached[-1]]
    return np.sort(np.random.default_rng([seed, len(enough)]).permutation(enough)[:n_items]), reached


def _reached(
    points: tuple[int, ...], counts: NDArray[np.int64], wanted: int, label: str, whom: str, has: str, unit: str
) -> tuple[int, ...]:
    """The points that at least ``wanted`` of the ``counts`` reach; DataError when that is none but 0."""
    reached = tuple(n for n in points if (counts >= n).sum() >= wanted)
    if not reached or reached[-1] == 0 < points[-1]:
        least = max(1, next(n for n in points if n not in reached))
        raise DataError(
            f"a cold-start curve of {label} needs at least {wanted} {whom}, and there are "
            f"{(counts >= least).sum()} with {has.format(n=least)}; ask for fewer {unit} or use more data"
        )
    return reached


def _asked_about(people: list[Asked], rows: Rows, train: Dataset) -> list[Asked]:
    """Those who liked one of ``rows`` later, asked about these only, and shown without what they did with ``rows``."""
    hidden = {train.item_ids[row] for row in rows}
    out = []
    for person in people:
        relevant = np.intersect1d(person.relevant, rows)
        if len(relevant):
            events = tuple(event for event in person.query.events if event.item_id not in hidden)
            out.append(replace(person, query=replace(person.query, events=events), relevant=relevant))
    return out


def _order_of_likes(train: Dataset, rows: Rows, seed: int) -> NDArray[np.float64]:
    """(n_events,) when an event with one of ``rows`` comes back: the place of its user among those who liked the item.

    -1 for events with other items, infinite for those that are not likes: they never come back.
    """
    place = np.full(len(train.events), -1.0)
    of_new = train.events[Events.ITEM].isin([train.item_ids[row] for row in rows]).to_numpy()
    place[of_new] = np.inf
    likes = train.events.loc[of_new & train.is_like, [Events.USER, Events.ITEM]]
    pairs = likes.drop_duplicates()
    pairs = pairs.iloc[np.random.default_rng([seed, len(pairs)]).permutation(len(pairs))]
    order = pd.Series(pairs.groupby(Events.ITEM).cumcount().to_numpy(), index=pd.MultiIndex.from_frame(pairs))
    place[of_new & train.is_like] = order.loc[pd.MultiIndex.from_frame(likes)].to_numpy()
    return place


def _table(values: Floats, models: Sequence[str], points: Sequence[int], protocol: Protocol) -> pd.DataFrame:
    """The table of ``values`` (n_models, n_points, n_users): all are paired by the same resamples of the people."""
    weights = protocol.weights(values.shape[2])
    rows = []
    for position, name in enumerate(models):
        for at, n in enumerate(points):
            here = values[:, at].T
            [found] = Estimates.of(here[:, [position]], weights).intervals()
            gaps = Estimates.of(here[:, [position]] - here, weights).intervals()
            beaten = [m for m, gap in zip(models, gaps, strict=True) if gap.found and gap.value > 0]
            rows.append((name, n, protocol.metric, *numbers(found), TAG_SEPARATOR.join(beaten)))
    columns = (Evaluation.MODEL, Curve.N_EVENTS, Evaluation.METRIC, *INTERVAL, Curve.BETTER_THAN)
    return pd.DataFrame(rows, columns=[str(column) for column in columns])
