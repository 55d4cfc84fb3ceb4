"""Changes of likes and texts do what they say and nothing else; dropout by hand tends to the closed form."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from recsys.columns import Events, Items
from recsys.data import Dataset
from recsys.errors import UnknownIdError
from recsys.evaluate.tune import validation
from recsys.models.ease import ease_links, inverse_gram
from recsys.models.setting import Setting
from recsys.text import chinese
from recsys.train import dropped_out
from recsys.train.augment import Augment
from recsys.train.augmentations import AUGMENTATIONS, left_out, offered, plain, with_dropout
from recsys.train.dropped_out import distance, most_liked, solved, twins
from recsys.train.event_noise import add_likes, drop_likes, liked_pairs, thin_heavy, thin_popular
from recsys.train.item_texts import averaged, facts_told, mean_vectors, with_facts, with_twin
from recsys.train.job import Desk
from recsys.train.recipes import recipe_class

NOISE = {drop_likes: "share", add_likes: "share", thin_popular: "power", thin_heavy: "power"}


def town(n_users: int = 40, n_items: int = 24, seed: int = 0, share: float = 0.3) -> Dataset:
    """Two camps that like their half of the items, in views, clicks and stars; some items nobody touched."""
    rng = np.random.default_rng(seed)
    items = pd.DataFrame(
        {
            Items.ID: [f"i{n}" for n in range(n_items)],
            Items.TITLE: [f"{'tea cup' if n % 2 else 'trail shoe'} {n}" for n in range(n_items)],
            Items.DESCRIPTION: "Plain.",
            Items.TITLE_ZH: ["茶杯" if n % 2 else "跑鞋" for n in range(n_items)],
            "maker": ["Brewer" if n % 2 else "Runner" for n in range(n_items)],
            "year": [str(1990 + n) for n in range(n_items)],
        }
    )
    rows = []
    for user in range(n_users):
        for item in np.flatnonzero(
            rng.random(n_items - 2) < np.where(np.arange(n_items - 2) % 2 == user % 2, 0.6, share)
        ):
            kind = ("view", "click", "rating", "dislike")[int(rng.choice(4, p=[0.2, 0.4, 0.3, 0.1]))]
            stars = float(rng.integers(1, 6)) if kind == "rating" else np.nan
            rows += [(f"u{user}", f"i{item}", "view", float(rng.random()), np.nan)] * int(rng.integers(2))
            rows.append((f"u{user}", f"i{item}", kind, float(rng.random()), stars))
    columns = [Events.USER, Events.ITEM, Events.KIND, Events.AT, Events.STARS]
    return Dataset.from_tables("town", items, pd.DataFrame(rows, columns=list(map(str, columns))), label="Town")


def rng_of(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def words_of(data: Dataset) -> set[tuple[str, str, str]]:
    events = data.events
    return set(zip(events[Events.USER], events[Events.ITEM], events[Events.KIND], strict=True))


@limits(max_examples=15)
@given(change=st.sampled_from(list(NOISE)), seed=st.integers(0, 99), strength=st.floats(0, 1))
def test_noise_is_the_same_for_the_same_seed_invents_nobody_and_leaves_the_original_alone(change, seed, strength):
    data = town(n_users=12, n_items=10, seed=seed % 5)
    before = data.events.copy()
    one, two = (change(data, rng_of(seed), **{NOISE[change]: strength}) for _ in range(2))
    pd.testing.assert_frame_equal(one.events, two.events)
    pd.testing.assert_frame_equal(data.events, before)
    assert list(one.events.columns) == list(data.events.columns)
    assert list(one.events.dtypes) == list(data.events.dtypes)
    assert one.item_ids == data.item_ids
    assert set(one.user_ids) <= set(data.user_ids)
    assert one.quality.n_events == len(one.events)
    assert one.events[Events.AT].is_monotonic_increasing
    if change is not add_likes:
        assert words_of(one) <= words_of(data)


@limits(max_examples=15)
@given(seed=st.integers(0, 99), share=st.floats(0, 1))
def test_just_the_share_of_likes_is_dropped_and_nothing_that_was_no_like(seed, share):
    data = town(n_users=12, n_items=10, seed=seed % 5)
    left = drop_likes(data, rng_of(seed), share)
    n = int(data.likes.nnz)
    assert left.likes.nnz == n - round(share * n)
    if 0.2 < share < 0.8:
        draws = {tuple(liked_pairs(drop_likes(data, rng_of(draw), share)).tolist()) for draw in range(3)}
        assert len(draws) > 1
    liked = set(liked_pairs(data).tolist())
    others = [pair not in liked for pair in data.event_pairs]
    assert words_of(data.with_events(np.array(others))) <= words_of(left)


@limits(max_examples=15)
@given(seed=st.integers(0, 99), share=st.floats(0, 1))
def test_added_likes_are_as_many_as_asked_new_and_of_known_people_and_items(seed, share):
    data = town(n_users=12, n_items=10, seed=seed % 5)
    more = add_likes(data, rng_of(seed), share)
    added = more.likes - data.likes
    people, items = np.diff(data.likes.indptr) > 0, data.like_counts > 0
    touched = np.zeros(data.likes.shape, dtype=bool)
    touched[np.divmod(data.event_pairs, data.n_items)] = True
    room = int((~touched)[np.ix_(people, items)].sum())
    assert added.sum() == min(round(share * data.likes.nnz), room) == len(more.events) - len(data.events)
    assert added.min() >= 0
    new = added.toarray() > 0
    assert not (new & touched).any()
    assert not new[~people].any()
    assert not new[:, ~items].any()
    for user in more.user_ids:
        times = [event.at for event in more.history(user)]
        assert set(times) == {event.at for event in data.history(user)}


@pytest.mark.parametrize(("change", "axis"), [(thin_popular, 0), (thin_heavy, 1)])
def test_thinning_takes_from_those_above_the_mean_alone_and_brings_them_down_to_it(change, axis):
    rng = rng_of(1)
    chances = np.linspace(0.02, 0.9, 60)
    likes = rng.random((200, 60)) < chances
    events = pd.DataFrame(np.argwhere(likes), columns=["thing", "person"] if axis else ["person", "thing"])
    table = pd.DataFrame(
        {
            str(Events.USER): "u" + events["person"].astype(str),
            str(Events.ITEM): "i" + events["thing"].astype(str),
            str(Events.KIND): "like",
            str(Events.AT): 0.0,
        }
    )
    n_items = 200 if axis else 60
    items = pd.DataFrame({Items.ID: [f"i{n}" for n in range(n_items)], Items.TITLE: "x"})
    data = Dataset.from_tables("steep", items, table)
    before = np.asarray(data.likes.sum(axis=axis)).ravel()
    assert change(data, rng, 0.0).likes.nnz == data.likes.nnz
    left = np.mean([np.asarray(change(data, rng, 1.0).likes.sum(axis=axis)).ravel() for _ in range(20)], axis=0)
    many = before > before.mean()
    np.testing.assert_array_equal(left[~many], before[~many])
    np.testing.assert_allclose(left[many], before.mean(), rtol=0.12)


@pytest.mark.parametrize("change", list(NOISE))
@pytest.mark.parametrize("strength", [-0.1, 1.1])
def test_an_impossible_strength_is_refused(change, strength):
    with pytest.raises(ValueError, match=f"{NOISE[change]} should be from 0 to 1, is now"):
        change(town(6, 6), rng_of(0), **{NOISE[change]: strength})


@pytest.mark.parametrize("change", list(NOISE))
def test_noise_in_data_without_a_like_is_none(change):
    data = town(6, 6)
    nothing = data.with_events(~data.is_like)
    assert change(nothing, rng_of(0), **{NOISE[change]: 1.0}).likes.nnz == 0


def test_facts_told_are_those_no_model_reads_and_numbers_only_when_asked_for():
    data = town()
    assert facts_told(data, 0, numbers=False) == "maker: Runner."
    assert facts_told(data, 0, numbers=True) == "maker: Runner. year: 1990."
    told = with_facts(data, rng_of(0), numbers=0.0)
    assert told.field(1, Items.DESCRIPTION) == "Plain. maker: Brewer."
    assert data.field(1, Items.DESCRIPTION) == "Plain."


@pytest.mark.skipif(not chinese.installed(), reason="needs the Chinese dictionary")
def test_a_twin_says_the_chinese_in_english_after_the_english():
    data = town()
    read = with_twin(data, rng_of(0)).field(1, Items.DESCRIPTION)
    assert read.startswith("Plain. ")
    assert "cup" in read


def test_two_readings_meet_on_the_way_from_one_to_the_other():
    ours = np.array([[1, 0], [1, 0], [0, 0]], dtype=np.float32)
    twins_ = np.array([[0, 1], [0, 0], [0, 1]], dtype=np.float32)
    half = mean_vectors(ours, twins_, 0.5)
    np.testing.assert_allclose(half, [[0.5**0.5, 0.5**0.5], [1, 0], [0, 1]], atol=1e-6)
    np.testing.assert_allclose(mean_vectors(ours, twins_, 0.0)[0], [1, 0])
    np.testing.assert_allclose(mean_vectors(ours, twins_, 1.0)[0], [0, 1])


@pytest.fixture
def by_words(fresh_reader):
    """Read by the words of the catalogue: no model, and the same numbers everywhere."""
    return fresh_reader(RECSYS_ENCODER="lexical")


def test_reading_twice_moves_the_items_and_not_the_model_it_came_from(by_words):
    data = town()
    usual = Setting("text_profile").build().fit(data)
    twice = averaged(Setting("text_profile"), data, rng_of(0), {"share": 0.5})
    assert twice.readers.names == usual.readers.names
    assert not np.allclose(twice.readers.main.items, usual.readers.main.items)
    same = averaged(Setting("text_profile"), data, rng_of(0), {"share": 0.0})
    np.testing.assert_allclose(same.readers.main.items, usual.readers.main.items, atol=1e-5)


def test_one_model_of_all_copies_tends_to_the_closed_form_and_a_mean_of_models_does_not(monkeypatch):
    monkeypatch.setattr(dropped_out, "MOST_ALONE", 2_000)
    likes = (rng_of(2).random((15, 8)) < 0.4).astype(np.float64)
    exact = ease_links(inverse_gram(sp.csr_matrix(likes), 2.0, 0.5))
    found = list(twins(sp.csr_matrix(likes), 2.0, 0.5, (1, 50, 2_000, 2_001)))
    off = [distance(twin.together, exact) for twin in found]
    np.testing.assert_allclose(found[0].together, found[0].alone)
    assert off[0] > 4 * off[1] > 16 * off[2]
    assert off[2] < 0.03
    assert distance(found[2].alone, exact) > 3 * off[2]
    assert found[3].alone is None


def test_without_dropout_any_copy_is_the_closed_form():
    likes = (rng_of(3).random((30, 6)) < 0.4).astype(np.float64)
    gram = likes.T @ likes
    exact = ease_links(inverse_gram(sp.csr_matrix(likes), 2.0))
    np.testing.assert_allclose(solved(gram, gram, 2.0), exact, atol=1e-10)
    assert distance(next(twins(sp.csr_matrix(likes), 2.0, 0.0, (1,))).together, exact) < 1e-10


def test_the_most_liked_items_keep_their_order_and_their_events():
    data = town()
    few = most_liked(data, 5)
    kept = [data.row_of[item] for item in few.item_ids]
    assert kept == sorted(kept)
    assert few.like_counts.min() >= np.sort(data.like_counts)[-5]
    assert few.quality.n_events == len(few.events)
    assert few.likes.sum() == data.like_counts[kept].sum()


def test_dropout_is_a_setting_of_the_model_and_stays_within_its_range():
    setting = with_dropout(plain("ease", 10.0), {"share": 0.5, "caution": 0.5})
    assert setting.word == "ease:dropout=0.5,l2=5"
    assert Setting.parse(with_dropout(plain("ease", 1.0), {"share": 0.5, "caution": 0.25}).word).build().l2 == 1.0
    assert with_dropout(plain("ease"), {"share": 0.3, "caution": 1.0}).word == "ease"


def test_what_data_cannot_give_is_named_and_left_out():
    data = town()
    bare = replace(data, items=data.items[[Items.ID, Items.TITLE]])
    assert {one.name for one in offered(bare, "random")} == {"dropout", "dropped", "added", "popular", "heavy"}
    assert offered(bare, "cold_items") == []
    assert left_out(AUGMENTATIONS["facts"], bare, "random") == "items have no further fields"
    assert left_out(AUGMENTATIONS["twin"], bare, "random") == "there is no Chinese beside the English"
    assert left_out(AUGMENTATIONS["reviews"], data, "random") == "nobody wrote a review here"
    assert all(one.adopted is not None or one.only_here for one in AUGMENTATIONS.values())


@pytest.fixture
def small(by_words):
    return Augment(names=("dropout", "dropped", "facts"), copies=(1, 2), most_items=12)


def test_the_recipe_compares_each_change_with_the_same_model_without(small, tmp_path):
    said = small.run(town(), Desk(tmp_path))
    assert json.loads(json.dumps(said)) == said
    assert [(row["name"], row["model"]) for row in said["rows"]] == [
        ("dropout", "ease"),
        ("dropped", "ease"),
        ("facts", "ease_text"),
        ("facts", "text_profile"),
    ]
    for row in said["rows"]:
        gain = row["gain"]
        assert gain["value"] == pytest.approx(row["with"] - row["without"])
        assert gain["low"] <= gain["value"] <= gain["high"]
        assert gain["n"] == said["n_users"]
        assert row["without"] == pytest.approx(said["models"][row["model"]]["ndcg"]["value"])
        assert row["adopt"] <= gain["found"]
    assert set(said["models"]) == {"ease", "ease_text", "text_profile", "random", "popularity"}
    twin = said["twin"]
    assert [point["n"] for point in twin["points"]] == [1, 2]
    assert twin["n_items"] <= 12
    assert said["n_opened"] == 1


def test_a_run_that_goes_on_asks_nothing_twice_and_says_the_same(small, tmp_path, monkeypatch):
    first = small.run(town(), Desk(tmp_path))
    monkeypatch.setattr("recsys.train.augment.metric_values", lambda *args, **more: pytest.fail("asked again"))
    monkeypatch.setattr(dropped_out, "metric_values", lambda *args, **more: pytest.fail("asked again"))
    assert small.run(town(), Desk(tmp_path)) == first
    assert len(Desk(tmp_path).points) == 4


def test_the_strength_is_chosen_without_a_look_at_the_test_part(small, tmp_path, monkeypatch):
    seen = []

    def watched(scorer, people, cut, *args, **more):
        seen.append((cut, more))
        return np.full((len(people), len(args[0])), 0.5)

    monkeypatch.setattr("recsys.train.augment.metric_values", watched)
    data = town()
    replace(small, copies=()).run(data, Desk(tmp_path))
    cuts = [cut for cut, _ in seen]
    trial = next(cut for cut in cuts if cut is not cuts[-1])
    test = cuts[-1]
    first_test = cuts.index(test)
    assert all(cut is trial for cut in cuts[:first_test])
    assert all(cut is test for cut in cuts[first_test:])
    assert trial is validation(test.train, "random", 0, 1_000)[0]


def test_the_recipe_is_known_by_its_kind_and_knows_its_names():
    assert recipe_class("augment") is Augment
    with pytest.raises(UnknownIdError, match="there is no augmentation 'more'; choose from dropout"):
        Augment(names=("more",))
