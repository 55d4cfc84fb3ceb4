"""Splits: nothing leaks that the split does not name, and everybody is accounted for."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from recsys.columns import Events, Items
from recsys.data import Dataset
from recsys.data.splits import SPLITS, Split, cuts, split
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
logs = st.lists(event, min_size=15, max_size=60)


def cut(data: Dataset, name: str, **options) -> Split:
    """The split; where it rightly says that there is nobody to ask, hypothesis looks for another log."""
    try:
        return split(data, name, **options)
    except DataError:
        reject()


def pairs(data: Dataset) -> set[tuple[str, str]]:
    return set(zip(data.events[Events.USER], data.events[Events.ITEM], strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("name", SPLITS)
@settings(max_examples=40)
@given(logs)
def test_every_hit_is_a_held_out_like_of_an_item_the_user_has_not_touched(name, log):
    data = dataset(log)
    made = cut(data, name)
    liked = set(zip(data.events[Events.USER][data.is_like], data.events[Events.ITEM][data.is_like], strict=True))
    known = pairs(made.train)
    for user, rows in made.test.items():
        wanted = {(user, data.item_ids[row]) for row in rows}
        assert wanted
        assert wanted <= liked
        assert not wanted & known
        assert made.given[user]
        assert not wanted & {(user, event.item_id) for event in made.given[user]}


@pytest.mark.slow
@pytest.mark.parametrize("name", SPLITS)
@settings(max_examples=40)
@given(logs)
def test_every_user_is_evaluated_or_counted_as_left_out(name, log):
    data = dataset(log)
    made = cut(data, name, max_users=2)
    assert made.n_users <= 2
    groups = (set(made.test), made.without_history, made.without_likes, made.not_asked, made.not_sampled)
    assert sum(map(len, groups)) == len(data.user_ids)  # nobody twice
    assert set().union(*groups) == set(data.user_ids)
    assert made.left_out == set(data.user_ids) - set(made.test)


@settings(max_examples=40)
@given(logs)
def test_nobody_trains_on_the_future_under_global_time(log):
    data = dataset(log)
    made = cut(data, "global_time")
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
    assert 1 <= first.n_users <= 5
    assert set(first.test) != set(other.test)


def test_the_sample_of_users_does_not_change_what_is_learned():
    rng = np.random.default_rng(0)
    data = dataset([(f"u{rng.integers(40)}", f"i{rng.integers(6)}", "like", float(t)) for t in range(300)])
    every, few = split(data), split(data, max_users=3)
    assert every.train.version == few.train.version
    assert set(every.test) == set(few.test) | few.not_sampled


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
    with pytest.raises(UnknownIdError, match="no split 'half'; choose from global_time, per_user_time, leave"):
        split(data, "half")
    with pytest.raises(ValueError, match="max_users"):
        split(busy(), max_users=0)
    with pytest.raises(DataError, match="nothing is left to learn from"):
        split(data)
    with pytest.raises(DataError, match="leaves nobody"):
        split(dataset([("u0", "i0", "view", 1.0), ("u1", "i1", "view", 2.0)]))
    with pytest.raises(DataError, match="too few events"):
        split(dataset([("u0", "i0", "like", 1.0)]).with_events(np.array([False])))


@settings(max_examples=40)
@given(logs)
def test_per_user_time_holds_out_the_newest_fifth_of_each_user(log):
    data = dataset(log)
    made = cut(data, "per_user_time")
    for user in data.user_ids:
        events = data.history(user)
        n_held = max(1, len(events) // 5) if len(events) > 1 else 0
        assert [e.at for e in made.train.history(user)] == [e.at for e in events[: len(events) - n_held]]


@settings(max_examples=40)
@given(logs, st.integers(0, 3))
def test_a_new_item_has_no_event_in_training_and_only_new_items_are_ranked(log, seed):
    data = dataset(log)
    made = cut(data, "cold_items", seed=seed)
    touched = set(data.events[Events.ITEM])
    cold = {data.item_ids[row] for row in made.candidates}
    assert len(cold) == max(1, len(touched) // 5)
    assert cold <= touched
    assert touched - cold == set(made.train.events[Events.ITEM])
    for user, rows in made.test.items():
        assert set(rows) <= set(made.candidates)
        assert len(made.given[user]) == int((made.train.events[Events.USER] == user).sum())


@settings(max_examples=40)
@given(logs, st.integers(0, 3))
def test_of_a_new_user_nothing_is_learned_and_the_first_half_is_shown(log, seed):
    data = dataset(log)
    made = cut(data, "cold_users", seed=seed)
    assert not set(made.test) & set(made.train.user_ids)
    assert set(made.train.user_ids) == set(made.not_asked)
    assert len(data.user_ids) - len(made.train.user_ids) == max(1, len(data.user_ids) // 5)
    for user, rows in made.test.items():
        events = data.history(user)
        half = (len(events) + 1) // 2
        assert [(e.item_id, e.at) for e in made.given[user]] == [(e.item_id, e.at) for e in events[:half]]
        assert {data.item_ids[row] for row in rows} <= {e.item_id for e in events[half:]}


@settings(max_examples=40)
@given(logs, st.integers(0, 3))
def test_folds_hold_out_every_pair_exactly_once(log, seed):
    data = dataset(log)
    held = SPLITS["k_fold"].hold_out(data, seed)
    assert len(held) == 5
    assert (sum(one.ask.astype(int) for one in held) == 1).all()
    for one in held:
        assert not pairs(data.with_events(one.ask)) & pairs(data.with_events(one.learn))
    sizes = [len(pairs(data.with_events(one.ask))) for one in held]
    assert max(sizes) - min(sizes) <= 1


def busy(n_users: int = 40, n_events: int = 300) -> Dataset:
    rng = np.random.default_rng(0)
    users, items = rng.integers(n_users, size=n_events), rng.integers(N_ITEMS, size=n_events)
    return dataset([(f"u{u}", f"i{i}", "like", float(t)) for t, (u, i) in enumerate(zip(users, items, strict=True))])


def test_folds_ask_the_same_sample_of_users_and_each_like_of_theirs_once():
    every, few = cuts(busy(), "k_fold"), cuts(busy(), "k_fold", max_users=7)
    assert len(set().union(*(fold.test for fold in few))) == 7
    for whole, part in zip(every, few, strict=True):
        assert whole.train.version == part.train.version
        assert {u: whole.test[u].tolist() for u in part.test} == {u: r.tolist() for u, r in part.test.items()}
    asked = [(user, row) for fold in every for user, rows in fold.test.items() for row in rows]
    assert len(asked) == len(set(asked))
    assert split(busy(), "k_fold").train.version == every[0].train.version


@pytest.mark.parametrize("name", [name for name in SPLITS if name != "k_fold"])
def test_every_other_split_cuts_once(name):
    assert len(cuts(busy(), name)) == 1


def test_held_out_stars_of_new_items_are_kept_the_last_where_there_are_two():
    log = [("u0", "i0", "like", 1.0, np.nan), ("u0", "i1", "rating", 2.0, 3.0)]
    later = [
        ("i2", "like", 6.0, np.nan),
        ("i2", "rating", 7.0, 1.5),
        ("i2", "review", 8.0, 4.5),
        ("i1", "rating", 9.0, 5),
    ]
    log += [("u0", *row) for row in later]
    log += [("other", "i0", "view", n / 100, np.nan) for n in range(14)]  # the last four of twenty are held out
    items = pd.DataFrame({Items.ID: ["i0", "i1", "i2"], Items.TITLE: ["a", "b", "c"]})
    events = pd.DataFrame(log, columns=[Events.USER, Events.ITEM, Events.KIND, Events.AT, Events.STARS])
    rows, stars = split(Dataset.from_tables("toy", items, events)).rated["u0"]
    assert (rows.tolist(), stars.tolist()) == ([2], [4.5])  # i1 is known, so its new stars are not asked for


ODD = {
    "no events": [],
    "one event": [("u0", "i0", "like", 1.0)],
    "one user": [("u0", f"i{n}", "like", float(n)) for n in range(N_ITEMS)],
    "one item": [(f"u{n}", "i0", "like", float(n)) for n in range(N_USERS)],
    "all at once": [(f"u{u}", f"i{i}", "like", 1.0) for u in range(N_USERS) for i in range(N_ITEMS)],
    "nobody likes anything": [(f"u{u}", f"i{i}", "rating", 1.0) for u in range(N_USERS) for i in range(N_ITEMS)],
    "the same thing again and again": [("u0", "i0", "like", float(t)) for t in range(20)],
    "an item twice": [("u0", "i0", "like", 1.0), ("u0", "i0", "dislike", 2.0), ("u1", "i0", "rating", 3.0)] * 3,
}


@pytest.mark.parametrize("name", SPLITS)
@pytest.mark.parametrize("what", ODD)
def test_odd_data_give_a_cut_or_one_sentence(name, what):
    made: tuple[Split, ...] = ()
    said = "toy"
    try:
        made = cuts(dataset(ODD[what]), name)
    except DataError as error:
        said = str(error)
    assert "toy" in said
    assert "\n" not in said
    for one in made:
        assert one.n_users
        assert len(one.train.events)
        assert one.given.keys() == one.test.keys()


def test_ratings_that_are_not_numbers_never_reach_a_split():
    items = pd.DataFrame({Items.ID: ["i0", "i1"], Items.TITLE: ["a", "b"]})
    events = pd.DataFrame([(f"u{u}", f"i{i}", "rating", u + i) for u in range(4) for i in range(2)])
    events.columns = list(Events)[:4]
    with pytest.raises(DataError, match="nothing is left to learn from"):
        split(Dataset.from_tables("toy", items, events.assign(**{Events.STARS: np.nan})))
