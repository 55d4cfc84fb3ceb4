"""Cold start: the same people and the same question at every point, and crossings that are sure."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from recsys.columns import Events
from recsys.data.splits import cuts
from recsys.errors import DataError, UnknownIdError
from recsys.evaluate import cold_start
from recsys.evaluate.cold_start import FEW_ITEMS, crossover, crossover_in_words, item_curve, user_curve
from recsys.evaluate.lists import asked, metric_values
from recsys.evaluate.protocol import Protocol
from recsys.metrics import mean_interval, paired_difference
from recsys.metrics.significance import FEW_USERS
from recsys.models import MODELS, build
from recsys.types import Query, Spec
from tests.evaluate import spies
from tests.evaluate.spies import SEEN, ByRow

POINTS = (0, 1, 3, 10)


@pytest.fixture
def spy(monkeypatch):
    spies.register(monkeypatch, ByRow)


def line(table: pd.DataFrame, model: str) -> list[float]:
    return list(table.loc[table["model"] == model, "value"])


def curve(**better_than: dict[int, str]) -> pd.DataFrame:
    """A table in which only the crossings matter."""
    rows = [(model, n, beaten) for model, points in better_than.items() for n, beaten in points.items()]
    return pd.DataFrame(rows, columns=["model", "n_events", "better_than"])


@pytest.fixture(scope="module")
def people_curve(shop):
    return user_curve(shop, ("popularity", "ease"), n_events=POINTS)


@pytest.fixture(scope="module")
def likes_curve(shop):
    return item_curve(shop, ("popularity", "ease", "spread"), Protocol(), n_likes=(0, 1, 5, 15))


@pytest.fixture(scope="module", autouse=True)
def spread_model():
    """A model that ranks by row: no event and no like changes it."""
    MODELS["spread"] = Spec("spread", "Spread", "By row.", ByRow)
    yield
    del MODELS["spread"]


def test_one_row_per_model_and_point_all_on_the_same_people(people_curve):
    assert list(people_curve.columns) == [
        *("model", "n_events", "metric", "value", "low", "high", "n_users", "better_than")
    ]
    assert list(zip(people_curve["model"], people_curve["n_events"], strict=True)) == [
        (model, n) for model in ("popularity", "ease") for n in POINTS
    ]
    assert people_curve["n_users"].nunique() == 1
    assert (people_curve["low"] <= people_curve["value"]).all()
    assert (people_curve["value"] <= people_curve["high"]).all()


def test_events_change_nothing_for_what_is_popular_and_help_who_learns_from_them(people_curve):
    assert len(set(line(people_curve, "popularity"))) == 1
    ease = line(people_curve, "ease")
    assert ease[0] == line(people_curve, "popularity")[0]
    assert ease[-1] > ease[0]


@pytest.mark.usefixtures("spy")
def test_new_people_are_shown_their_first_events_only_and_never_learned_from(shop):
    user_curve(shop, ("spy",), Protocol(max_users=15), n_events=POINTS)
    [(learned, queries)] = SEEN
    assert len(queries) == 15 * len(POINTS)
    users = [query.user_id for query in queries]
    assert users == users[:15] * len(POINTS)
    assert not set(users) & set(learned.user_ids)
    for position, query in enumerate(queries):
        assert query.events == shop.history(query.user_id)[: POINTS[position // 15]]


def test_the_last_point_is_the_plain_measurement_of_these_people(shop):
    cut = cuts(shop, "cold_users")[0]
    people = [person for person in asked(cut) if len(person.query.events) >= 10]
    longest = max(len(person.query.events) for person in people)
    table = user_curve(shop, ("ease",), Protocol(), n_events=(0, 10))
    assert table["n_users"].iloc[0] == len(people)
    assert longest > 10
    ten = [type(p)(Query(p.query.events[:10]), p.known, p.liked, p.relevant) for p in people]
    values = metric_values(build("ease").fit(cut.train), ten, cut, ("ndcg",), 10)[:, 0]
    expected = mean_interval(values)
    assert tuple(table.iloc[-1][["value", "low", "high"]]) == pytest.approx(
        (expected.value, expected.low, expected.high)
    )


def test_better_means_the_interval_of_the_paired_difference_is_above_zero(shop, people_curve):
    cut = cuts(shop, "cold_users")[0]
    people = [person for person in asked(cut) if len(person.query.events) >= POINTS[-1]]
    shown = [type(p)(Query(p.query.events[:10]), p.known, p.liked, p.relevant) for p in people]
    ease, popular = (
        metric_values(build(name).fit(cut.train), shown, cut, ("ndcg",), 10)[:, 0] for name in ("ease", "popularity")
    )
    gap = paired_difference(ease, popular)
    last = people_curve[(people_curve["model"] == "ease") & (people_curve["n_events"] == 10)].iloc[0]
    assert (last["better_than"] == "popularity") == (gap.found and gap.value > 0)
    assert gap.found


@pytest.mark.parametrize(("n_people", "gap", "better"), [(40, 0.3, "b"), (40, 0.01, ""), (8, 0.3, "")])
def test_a_lead_within_chance_or_of_a_handful_of_people_is_none(n_people, gap, better):
    ups_and_downs = np.where(np.arange(n_people) % 2, 0.2, -0.2)
    values = np.stack([0.5 + gap + ups_and_downs, np.full(n_people, 0.5)])[:, None]
    table = cold_start._table(values, ("a", "b"), (3,), Protocol())
    assert table["value"].tolist() == pytest.approx([0.5 + gap, 0.5])
    assert table["better_than"].tolist() == [better, ""]


def test_points_that_few_people_reach_are_left_out(shop):
    table = user_curve(shop, ("popularity",), n_events=(0, 1, 5000))
    assert sorted(set(table["n_events"])) == [0, 1]
    assert table["n_users"].min() >= FEW_USERS


def test_too_few_new_people_are_said_in_one_sentence(shop):
    few = shop.with_events(shop.events[Events.USER].isin(shop.user_ids[:20]).to_numpy())
    with pytest.raises(DataError, match=r"needs at least 10 new people, and there are 4 with 1 or more events to show"):
        user_curve(few, ("popularity",), n_events=(0, 1, 5))


@pytest.mark.parametrize(
    ("question", "error", "words"),
    [
        ({"n_events": ()}, ValueError, "needs one or more numbers from 0 on"),
        ({"n_events": (-1, 2)}, ValueError, "needs one or more numbers from 0 on"),
        ({"models": ("charm",)}, UnknownIdError, "no model 'charm'"),
    ],
)
def test_bad_questions_get_one_sentence(shop, question, error, words):
    with pytest.raises(error, match=words):
        user_curve(shop, **({"models": ("popularity",), "n_events": (0, 1)} | question))


def test_the_same_question_gives_the_same_curve(shop, people_curve):
    assert user_curve(shop, ("popularity", "ease"), n_events=POINTS).equals(people_curve)
    other = user_curve(shop, ("popularity", "ease"), Protocol(seed=1), n_events=POINTS)
    assert not other.equals(people_curve)


def test_knobs_reach_the_model(shop, people_curve):
    turned = user_curve(shop, ("ease",), n_events=POINTS, knobs={"ease": {"l2": 5.0}})
    assert line(turned, "ease")[0] == line(people_curve, "ease")[0]
    assert line(turned, "ease")[1:] != line(people_curve, "ease")[1:]


@pytest.mark.usefixtures("spy")
def test_new_items_have_exactly_so_many_likes_and_all_else_is_equal(shop):
    item_curve(shop, ("spy",), n_likes=(0, 2, 8), n_items=12)
    train = cuts(shop, "random")[0].train
    (none, asked_none), (two, asked_two), (eight, asked_eight) = SEEN
    new = np.flatnonzero((none.like_counts == 0) & (train.like_counts >= 8))
    chosen = np.flatnonzero(two.like_counts != train.like_counts)
    assert len(chosen) == 12
    assert set(chosen) <= set(new)
    for data, n in ((none, 0), (two, 2), (eight, 8)):
        assert (data.like_counts[chosen] == n).all()
        old = ~data.events[Events.ITEM].isin([shop.item_ids[row] for row in chosen])
        before = ~train.events[Events.ITEM].isin([shop.item_ids[row] for row in chosen])
        assert data.events[old].reset_index(drop=True).equals(train.events[before].reset_index(drop=True))
        assert data.is_like[~old.to_numpy()].all()
    kept = [set(zip(d.events[Events.USER], d.events[Events.ITEM], strict=True)) for d in (none, two, eight)]
    assert kept[0] < kept[1] < kept[2]
    assert asked_none == asked_two == asked_eight
    hidden = {shop.item_ids[row] for row in chosen}
    assert not any(event.item_id in hidden for query in asked_none for event in query.events)


def test_likes_help_who_learns_from_them_and_nobody_else(likes_curve):
    assert len(set(line(likes_curve, "spread"))) == 1
    ease = line(likes_curve, "ease")
    assert ease[0] == 0.0
    assert ease[-1] > ease[1] > 0
    assert likes_curve["n_users"].nunique() == 1


def test_among_themselves_popularity_is_no_help(likes_curve):
    assert len(set(line(likes_curve, "popularity"))) == 1
    assert crossover(likes_curve, "popularity", "ease") in (1, 5, 15)


def test_among_all_new_items_are_harder_to_find(shop, likes_curve):
    table = item_curve(shop, ("ease",), Protocol(), n_likes=(0, 1, 5, 15), among_all=True)
    assert table["n_users"].iloc[0] == likes_curve["n_users"].iloc[0]
    assert all(np.array(line(table, "ease")[1:]) < np.array(line(likes_curve, "ease")[1:]))


def test_the_same_question_gives_the_same_item_curve(shop, likes_curve):
    again = item_curve(shop, ("popularity", "ease", "spread"), Protocol(), n_likes=(0, 1, 5, 15))
    assert again.equals(likes_curve)


def test_too_few_items_with_likes_are_said_in_one_sentence(toy, shop):
    assert FEW_ITEMS == 10
    with pytest.raises(
        DataError, match="needs at least 10 items to take as new, and there are 0 with 1000 or more likes"
    ):
        item_curve(shop, ("popularity",), n_likes=(1000,))
    with pytest.raises(DataError):
        item_curve(toy, ("popularity",))


@pytest.mark.parametrize("measure", [user_curve, item_curve])
def test_progress_starts_at_nothing_and_ends_at_one(shop, measure):
    told: list[float] = []
    measure(shop, ("popularity", "ease"), Protocol(max_users=10), progress=lambda share, _line: told.append(share))
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0.0, 1.0)


def test_the_crossover_is_the_first_sure_point():
    table = curve(a={0: "b", 1: "", 5: ""}, b={0: "", 1: "", 5: "c|a"}, c={0: "", 1: "", 5: ""})
    assert crossover(table, "a", "b") == 5
    assert crossover(table, "b", "a") == 0
    assert crossover(table, "a", "c") is None
    with pytest.raises(KeyError, match="the curve has no d"):
        crossover(table, "a", "d")


def test_the_crossover_is_said_in_words():
    table = curve(
        ease={0: "random", 1: "random", 5: "popularity"}, popularity={0: "", 1: "ease", 5: ""}, random={0: ""}
    )
    assert crossover_in_words(table, "popularity", "ease") == "EASE is better than Popular from 5 events on."
    assert crossover_in_words(table, "ease", "popularity") == "Popular is better than EASE from 1 event on."
    assert crossover_in_words(table, "random", "ease").endswith("from the start.")
    assert crossover_in_words(table, "ease", "random").endswith(": not found better at any point.")
