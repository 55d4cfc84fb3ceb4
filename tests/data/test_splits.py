"""Splits: nothing leaks that the split does not name, and everybody is accounted for."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recsys.columns import Events, Items
from recsys.data import Dataset
from recsys.data.splits import SPLITS, split
from recsys.errors import DataError, UnknownIdError

N_ITEMS, N_USERS = 6, 5


def dataset(rows: list[tuple[str, str, str, float]]) -> Dataset:
    """A catalogue of six items and (user, item, kind, at) events; kind ``rating`` gets two stars."""
    items = pd.DataFrame(
        {Items.ID: [f"i{n}" for n in range(N_ITEMS)], Items.TITLE: [f"item {n}" for n in range(N_ITEMS)]}
    )
    events = pd.DataFrame(rows, columns=[Events.USER, Events.ITEM, Events.KIND, Events.AT])
    events[Events.STARS] = np.where(events[Events.KIND] == "rating", 2.0, np.nan)
    return Dataset.from_tables("toy", items, events)


event = st.tuples(
    st.integers(0, N_USERS - 1).map(lambda n: f"u{n}"),
    st.integers(0, N_ITEMS - 1).map(lambda n: f"i{n}"),
    st.sampled_from(["like", "click", "view", "dislike", "rating"]),
    st.integers(0, 12).map(float),
)
logs = st.lists(event, min_size=1, max_size=60)


def cut(data: Dataset, name: str, **options):
    """The split, or None where it rightly says that there is nobody to ask."""
    try:
        return split(data, name, **options)
    except DataError:
        return None


def pairs(data: Dataset) -> set[tuple[str, str]]:
    return set(zip(data.events[Events.USER], data.events[Events.ITEM], strict=True))


@pytest.mark.parametrize("name", SPLITS)
@settings(max_examples=40)
@given(logs)
def test_every_hit_is_a_held_out_like_of_an_item_the_user_has_not_touched(name, log):
    data = dataset(log)
    made = cut(data, name)
    if made is None:
        return
    liked = set(zip(data.events[Events.USER][data.is_like], data.events[Events.ITEM][data.is_like], strict=True))
    known = pairs(made.train)
    for user, rows in made.test.items():
        wanted = {(user, data.item_ids[row]) for row in rows}
        assert wanted
        assert wanted <= liked
        assert not wanted & known
        assert made.train.history(user)


@pytest.mark.parametrize("name", SPLITS)
@settings(max_examples=40)
@given(logs)
def test_every_user_is_evaluated_or_counted_as_left_out(name, log):
    data = dataset(log)
    made = cut(data, name, max_users=2)
    if made is None:
        return
    assert made.n_users <= 2
    assert made.n_users + made.n_left_out == len(data.user_ids)
    assert min(made.n_without_history, made.n_without_likes, made.n_not_sampled) >= 0


@settings(max_examples=40)
@given(logs)
def test_nobody_trains_on_the_future_under_global_time(log):
    data = dataset(log)
    made = cut(data, "global_time")
    if made is None:
        return
    times = data.events[Events.AT].to_numpy()
    n_train = len(made.train.events)
    assert made.train.events[Events.AT].max() < times[n_train:].min()
    assert n_train <= 0.8 * len(times) + 1


def test_global_time_holds_out_the_last_fifth():
    data = dataset([("u0", f"i{n % 6}", "like", n) for n in range(4)] + [("u0", "i4", "like", 9.0)])
    made = split(data)
    assert made.train.events[Events.AT].max() == 3.0
    assert made.test["u0"].tolist() == [4]


@settings(max_examples=40)
@given(logs)
def test_leave_last_out_asks_for_one_item_and_hides_what_came_after(log):
    data = dataset(log)
    made = cut(data, "leave_last_out")
    if made is None:
        return
    for user, rows in made.test.items():
        assert len(rows) == 1
        # no later discovery was liked, and everything kept is older than the first touch of the hidden item
        touches = data.events[data.events[Events.USER] == user]
        first = touches[touches[Events.ITEM] == data.item_ids[rows[0]]].index[0]
        assert len(made.train.history(user)) == int((touches.index < first).sum())


def test_leave_last_out_skips_a_second_like_of_a_known_item():
    log = [("u0", "i0", "like", 1.0), ("u0", "i1", "like", 2.0), ("u0", "i0", "like", 3.0), ("u0", "i2", "view", 4.0)]
    assert split(dataset(log), "leave_last_out").test["u0"].tolist() == [1]


@settings(max_examples=40)
@given(logs, st.integers(0, 3))
def test_random_never_puts_a_pair_on_both_sides(log, seed):
    data = dataset(log)
    made = cut(data, "random", seed=seed)
    if made is None:
        return
    n_pairs = len(pairs(data))
    assert len(pairs(made.train)) == n_pairs - int(n_pairs * 0.2)
    held = len(data.events) - len(made.train.events)
    assert held == sum(
        (u, i) not in pairs(made.train) for u, i in zip(data.events["user_id"], data.events["item_id"], strict=True)
    )


@pytest.mark.parametrize("name", SPLITS)
def test_the_same_seed_gives_the_same_split_and_another_seed_another_sample(name):
    rng = np.random.default_rng(0)
    log = [(f"u{rng.integers(40)}", f"i{rng.integers(6)}", "like", float(t)) for t in range(300)]
    data = dataset(log)
    first, again, other = (split(data, name, seed=seed, max_users=5) for seed in (1, 1, 2))
    assert {u: r.tolist() for u, r in first.test.items()} == {u: r.tolist() for u, r in again.test.items()}
    assert first.train.version == again.train.version
    assert first.n_users == 5
    assert set(first.test) != set(other.test)


def test_the_sample_of_users_does_not_change_what_is_learned():
    rng = np.random.default_rng(0)
    data = dataset([(f"u{rng.integers(40)}", f"i{rng.integers(6)}", "like", float(t)) for t in range(300)])
    every, few = split(data), split(data, max_users=3)
    assert every.train.version == few.train.version
    assert every.n_users == few.n_users + few.n_not_sampled


def test_a_split_shares_the_catalogue_version_but_not_the_version():
    data = dataset([("u0", f"i{n}", "like", n) for n in range(5)])
    made = split(data)
    assert made.train.catalogue_version == data.catalogue_version
    assert made.train.version != data.version
    renamed = data.items.assign(**{Items.TITLE: "other"})
    assert Dataset.from_tables("toy", renamed, data.events).catalogue_version != data.catalogue_version


@pytest.mark.parametrize("name", SPLITS)
def test_every_split_says_what_it_leaks(name):
    assert SPLITS[name].name == name
    assert SPLITS[name].leak.endswith(".")


def test_what_cannot_be_split_is_said_in_one_sentence():
    data = dataset([("u0", "i0", "like", 1.0)])
    with pytest.raises(UnknownIdError, match="global_time, leave_last_out, random"):
        split(data, "half")
    with pytest.raises(ValueError, match="max_users"):
        split(data, max_users=0)
    with pytest.raises(DataError, match="nothing is left to learn from"):
        split(data)
    with pytest.raises(DataError, match="leaves nobody"):
        split(dataset([("u0", "i0", "view", 1.0), ("u1", "i1", "view", 2.0)]))
    with pytest.raises(DataError, match="too few events"):
        split(dataset([("u0", "i0", "like", 1.0)]).with_events(np.array([False])))
