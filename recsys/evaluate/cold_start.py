"""How soon a recommender warms up: its lists after a person's first events, and after an item's first likes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recsys.columns import TAG_SEPARATOR, Evaluation, Events
from recsys.data import Dataset
from recsys.data.splits import Split, cuts
from recsys.errors import DataError
from recsys.evaluate.lists import Asked, asked
from recsys.evaluate.tune import Floats, check_metric, values_of
from recsys.metrics.significance import FEW_USERS, N_BOOT, Estimates, resample_weights
from recsys.models import MODELS, build, shared
from recsys.types import Rows

if TYPE_CHECKING:
    from recsys.evaluate.experiment import Progress

FEW_ITEMS = 10
"""With fewer new items a list says little about how they are told apart."""
ENOUGH = 0.25
"""The curve ends where fewer than this share of the new people have events to show: it is theirs alone."""

Knobs = Mapping[str, Mapping[str, Any]]
"""Knobs by model; a model that is not named keeps its defaults."""


class Curve(StrEnum):
    """Columns of a cold-start curve beside model, metric, value, low, high and n_users."""

    N_EVENTS = "n_events"  # a person's events, or an item's likes, that the model knows
    BETTER_THAN = "better_than"  # models it is better than at this point, beyond the interval, joined like tags


def user_curve(
    data: Dataset,
    models: Sequence[str],
    *,
    n_events: Sequence[int] = (0, 1, 2, 3, 5, 10, 20, 40),
    split: str = "cold_users",
    metric: str = "ndcg",
    k: int = 10,
    seed: int = 0,
    max_users: int | None = 300,
    knobs: Knobs | None = None,
    n_boot: int = N_BOOT,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Show each model only the first ``n_events`` events of people it never saw, and ask for their later likes.

    At every number of events the same people are asked about the same held-out likes, and the same items are ranked:
    all but those among the person's shown events, whether the model was told of them yet or not. Where a model has
    nothing to go on, what is popular is ranked, as on the Live page. Asked are people with at least the largest of
    ``n_events`` to show; numbers that fewer than FEW_USERS of them, or than a share ENOUGH, reach are left out.

    Columns: model, n_events, metric, value, low, high, n_users, better_than. Raises DataError when too few people
    have any events to show.
    """
    check_metric(metric)
    points = _points(n_events)
    tell = progress or (lambda _share, _line: None)
    cut = cuts(data, split, seed)[0]
    people, points = _with_enough(asked(cut), points, data.label)
    people = _drawn(people, max_users, seed)
    weights = resample_weights(len(people), n_boot, seed)
    columns = []
    for position, name in enumerate(models):
        scorer = shared(build(name, **(knobs or {}).get(name, {})), cut.train)
        for at, n in enumerate(points):
            share = (position + at / len(points)) / len(models)
            tell(share, f"{MODELS[name].label}: {len(people):,} new people after {n} events")
            shown = [replace(p, query=replace(p.query, events=p.query.events[:n])) for p in people]
            columns.append(values_of(scorer, shown, cut, (metric,), k, seed=seed)[:, 0])
    tell(1.0, "Done")
    values = np.stack(columns).reshape(len(models), len(points), len(people))
    return _table(values, models, points, metric, weights)


def item_curve(
    data: Dataset,
    models: Sequence[str],
    *,
    n_likes: Sequence[int] = (0, 1, 2, 3, 5, 10, 20),
    n_items: int = 100,
    among_all: bool = False,
    split: str = "random",
    metric: str = "ndcg",
    k: int = 10,
    seed: int = 0,
    max_users: int | None = 300,
    knobs: Knobs | None = None,
    n_boot: int = N_BOOT,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Fit each model as if some items had only ``n_likes`` likes so far, and ask who likes them next.

    At most ``n_items`` items are drawn by ``seed`` among those with enough likes in training and one held out. Of
    what was done with them only the first n likes, in a drawn order, stay in training; a larger n keeps those of a
    smaller one. All else is equal at every n: the training events of the other items, the people, and what the
    models are shown of them (their events with the other items).

    The items are ranked among themselves: all of them are equally new, so popularity is no help, and a value tells
    how well a model knows whom each of them suits. With ``among_all`` they compete with the whole catalogue. An item
    that a model cannot score is not ranked, so a model that cannot score any of them gets 0.

    The split is ``random``, because few items are young when a dataset starts: the models know everybody's future.
    Columns as for :func:`user_curve`, ``n_events`` holding the number of likes. Raises DataError when too few items
    have enough likes.
    """
    check_metric(metric)
    tell = progress or (lambda _share, _line: None)
    cut = cuts(data, split, seed)[0]
    rows, points = _new_items(cut, _points(n_likes), n_items, seed, data.label)
    people = _drawn(_asked_about(asked(cut), rows, cut.train), max_users, seed)
    weights = resample_weights(len(people), n_boot, seed)
    values = np.zeros((len(models), len(points), len(people)))
    order = _order_of_likes(cut.train, rows, seed)
    for at, n in enumerate(points):
        young = replace(cut, train=cut.train.with_events(order < n))
        for position, name in enumerate(models):
            share = (at + position / len(models)) / len(points)
            tell(share, f"{MODELS[name].label}: {len(rows)} items with {n} likes")
            scorer = shared(build(name, **(knobs or {}).get(name, {})), young.train)
            candidates = None if among_all else rows
            found = values_of(scorer, people, young, (metric,), k, candidates=candidates, seed=seed)
            values[position, at] = found[:, 0]
    tell(1.0, "Done")
    return _table(values, models, points, metric, weights)


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
        return f"{ours} against {theirs}: no crossover found."
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
    reached = tuple(n for n in points if (lengths >= n).sum() >= wanted)
    if not reached or reached[-1] == 0 < points[-1]:
        least = max(1, next(n for n in points if n not in reached))
        raise DataError(
            f"a cold-start curve of {label} needs at least {wanted} new people, and there are "
            f"{(lengths >= least).sum()} with {least} or more events to show; ask for fewer events or use more data"
        )
    return [person for person, n in zip(people, lengths, strict=True) if n >= reached[-1]], reached


def _drawn(people: list[Asked], max_users: int | None, seed: int) -> list[Asked]:
    if max_users is not None and max_users < 1:
        raise ValueError(f"max_users should be at least 1 or None, is now {max_users}")
    if max_users is None or len(people) <= max_users:
        return people
    chosen = np.random.default_rng([seed, len(people)]).choice(len(people), size=max_users, replace=False)
    return [people[position] for position in np.sort(chosen)]


def _new_items(
    cut: Split, points: tuple[int, ...], n_items: int, seed: int, label: str
) -> tuple[Rows, tuple[int, ...]]:
    """Rows that play the new items, and the points that at least FEW_ITEMS of them reach."""
    if n_items < 1:
        raise ValueError(f"n_items should be at least 1, is now {n_items}")
    liked_later = np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *cut.test.values()]))
    likes = cut.train.like_counts[liked_later]
    reached = tuple(n for n in points if (likes >= n).sum() >= FEW_ITEMS)
    if not reached or reached[-1] == 0 < points[-1]:
        least = max(1, next(n for n in points if n not in reached))
        raise DataError(
            f"a cold-start curve of {label} needs at least {FEW_ITEMS} items to take as new, and there are "
            f"{(likes >= least).sum()} with {least} or more likes to learn from and one to ask about; "
            "ask for fewer likes or use more data"
        )
    enough = liked_later[likes >= reached[-1]]
    drawn = np.random.default_rng([seed, len(enough)]).permutation(enough)[:n_items]
    return np.sort(drawn), reached


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


def _table(values: Floats, models: Sequence[str], points: Sequence[int], metric: str, weights: Floats) -> pd.DataFrame:
    """The table of ``values`` (n_models, n_points, n_users): all are paired by the same resamples of the people."""
    rows = []
    for position, name in enumerate(models):
        for at, n in enumerate(points):
            here = values[:, at].T
            [interval] = Estimates.of(here[:, [position]], weights).intervals()
            gaps = Estimates.of(here[:, [position]] - here, weights).intervals()
            beaten = [m for m, gap in zip(models, gaps, strict=True) if gap.found and gap.value > 0]
            ends = (interval.value, interval.low, interval.high, interval.n)
            rows.append((name, n, metric, *ends, TAG_SEPARATOR.join(beaten)))
    columns = (
        Evaluation.MODEL,
        Curve.N_EVENTS,
        Evaluation.METRIC,
        Evaluation.VALUE,
        Evaluation.LOW,
        Evaluation.HIGH,
        Evaluation.N_USERS,
        Curve.BETTER_THAN,
    )
    return pd.DataFrame(rows, columns=[str(column) for column in columns])
