"""Why something is not on the list: the gap is the sum of its parts, the reason is the true one, and it is found."""

from __future__ import annotations

import time
from math import fsum

import numpy as np
import pandas as pd
import pytest
from causes_world import NEVER_LIKED, liked, sessions, world
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from recsys.data import Dataset
from recsys.errors import UnknownIdError
from recsys.explain.situation import Situation
from recsys.explain.why_not import Difference, Hold, WhyNot, find_items, why_not
from recsys.live.answer import Ranking
from recsys.live.profile import Known
from recsys.models import MODELS, build, shared, top_k
from recsys.types import Event, Kind, Part

pytestmark = pytest.mark.usefixtures("minilm")
K = 5


@pytest.fixture(scope="module")
def films():
    return world()


def situation(films, name, session, typed="", **more) -> Situation:
    return Situation(Ranking(films, shared(build(name), films), k=K, **more), Known(session=session, typed=typed))


@pytest.mark.parametrize("name", [name for name in MODELS if name != "random"])
@limits(max_examples=15)
@given(data=st.data())
def test_the_parts_sum_to_the_gap_of_any_item(films, name, data):
    session = data.draw(sessions(films.item_ids))
    typed = data.draw(st.sampled_from(["", "ships in a storm"]))
    now = situation(films, name, session, typed, when_silent=shared(build("popularity"), films))
    item_id = data.draw(st.sampled_from(films.item_ids))
    found = why_not(now, item_id, with_pushes=False)
    assert len(found.says) == len(found.holds) >= 1
    assert found.rank == now.now.place(films.row(item_id))
    if np.isnan(found.gap):
        assert found.parts == ()
        return
    values = [part.value for part in found.parts]
    assert fsum(values) == pytest.approx(-found.gap, abs=1e-6)
    assert values == sorted(values)
    shown = found.shown(3)
    assert len(shown) <= 4
    assert fsum(part.value for part in shown) == pytest.approx(-found.gap, abs=1e-6)
    assert set(shown[:-1]) <= set(found.parts)
    assert (found.places_missing > 0) == (found.rank is not None and found.rank > K)


def test_what_pushes_an_item_down_is_what_it_gains_without(films):
    now = situation(films, "ease", liked("f0", "f1", "f2"))
    below = films.item_ids[int(top_k(now.now.listable, 12)[-1])]
    found = why_not(now, below)
    assert found.holds == (Hold.OUTSCORED,)
    assert found.rank == 12
    assert found.places_missing == 7
    gains = {}
    for key in now.session_keys:
        place = now.among_the_same(now.answer(now.without({key}))).place(films.row(below))
        if place is not None and place < 12:
            gains[key] = 12 - place
    assert {push.key: push.places for push in found.pushes} == gains
    assert [push.places for push in found.pushes] == sorted(gains.values(), reverse=True)
    assert gains


def test_a_listed_item_is_listed(films):
    now = situation(films, "ease", liked("f0"))
    found = why_not(now, now.now.item_ids[2])
    assert (found.holds, found.rank, found.pushes) == ((Hold.LISTED,), 3, ())
    assert found.says == ("It is on the list, at place 3.",)


def test_an_item_with_an_opinion_is_decided(films):
    found = why_not(situation(films, "ease", liked("f0", "f2")), "f2")
    assert found.holds[0] is Hold.DECIDED
    assert found.rank is None
    assert "already gave your opinion" in found.says[0]


def test_an_item_nobody_liked_cannot_be_scored(films):
    found = why_not(situation(films, "ease", liked("f0")), NEVER_LIKED)
    assert found.holds == (Hold.UNLIKED,)
    assert np.isnan(found.score)
    assert found.parts == ()
    assert np.isnan(found.gap)


def test_an_item_without_any_link_is_silent(films):
    now = situation(films, "ease", ())
    found = why_not(now, "f3")
    assert (found.holds, found.bar_id) == ((Hold.SILENT,), "")


def test_a_rule_is_named_and_comes_first(films):
    now = situation(films, "ease", liked("f0"))
    found = why_not(now, now.now.item_ids[0], hidden={now.now.item_ids[0]: "out of stock."})
    assert found.holds[0] is Hold.HIDDEN
    assert found.says[0] == "A rule keeps it off the list: out of stock."
    assert found.rank is None


def test_nothing_speaks_for_an_item_that_every_event_holds_back(films):
    session = (Event("d", Kind.DISLIKE, 1.0, "f0"), Event("e", Kind.DISLIKE, 2.0, "f2"))
    now = situation(films, "text_profile", session)
    last = films.item_ids[int(top_k(now.now.listable, films.n_items)[-1])]
    assert Hold.NOTHING_SPEAKS in why_not(now, last).holds
    assert Hold.NOTHING_SPEAKS not in why_not(situation(films, "text_profile", liked("f0")), "f4").holds


def test_a_good_score_that_re_ranking_passed_over(films):
    def second_best(candidates, k):
        return candidates.rows[1 : k + 1].tolist()

    now = situation(films, "ease", liked("f0"), rerank={"second": second_best})
    best = films.item_ids[int(top_k(now.now.listable, 1)[0])]
    found = why_not(now, best)
    assert found.holds == (Hold.RERANKED,)
    assert found.gap < 0
    assert found.rank == K + 1


def test_the_small_parts_are_put_together():
    parts = tuple(Difference(Part(str(n), "like", f"Film {n}", 1.0), float(n), 0.5) for n in range(6))
    found = WhyNot("a", 9, 5, 15.0, "b", 3.0, (Hold.OUTSCORED,), ("",), parts, ())
    shown = found.shown(3)
    assert [part.part.label for part in shown] == ["Film 3", "Film 4", "Film 5", "3 smaller parts"]
    assert (shown[-1].item, shown[-1].bar) == (3.0, 1.5)
    assert found.shown(5) == parts


def test_an_item_of_another_catalogue_is_unknown(films):
    with pytest.raises(UnknownIdError):
        why_not(situation(films, "ease", ()), "gone")


# --- finding ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shelf() -> Dataset:
    titles = ["Matrix, The (1999)", "Matrix Reloaded, The (2003)", "Metropolis", "Toy Story", "Toy Story 2", "Alien"]
    chinese = ["黑客帝国", "黑客帝国2", "大都会", "玩具总动员", "玩具总动员2", "异形"]
    items = pd.DataFrame({"item_id": list("abcdef"), "title": titles, "title_zh": chinese})
    likes = [(f"u{n}", "e", "like", float(n)) for n in range(3)]
    return Dataset.from_tables("shelf", items, pd.DataFrame(likes, columns=["user_id", "item_id", "kind", "at"]))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("the matrix", ("a", "b")),
        ("MATRIX", ("a", "b")),
        ("matrix 2003", ("b",)),
        ("matrx", ("a", "b")),
        ("reloaded matrix", ("b",)),
        ("toy st", ("e", "d")),
        ("Toy Story", ("d", "e")),
        ("toi story", ("d", "e")),
        ("黑客", ("a", "b")),
        ("大都会", ("c",)),
        ("异", ("f",)),
        ("alien", ("f",)),
        ("zzzz", ()),
        ("", ()),
        ("  ?! ", ()),
    ],
)
def test_titles_are_found_by_beginnings_in_either_language_and_with_typing_errors(shelf, words, expected):
    assert find_items(shelf, words)[: len(expected)] == expected
    assert bool(find_items(shelf, words)) == bool(expected)


def test_no_more_than_asked_for_and_none_twice(shelf):
    assert find_items(shelf, "matrix", 1) == ("a",)
    assert find_items(shelf, "matrix", 0) == ()
    assert len(set(find_items(shelf, "2"))) == len(find_items(shelf, "2"))


@limits(max_examples=60)
@given(words=st.text(max_size=20))
def test_anything_may_be_typed(shelf, words):
    assert set(find_items(shelf, words)) <= set(shelf.item_ids)


@limits(max_examples=40)
@given(row=st.integers(0, 23))
def test_every_title_finds_its_item(films, row):
    assert find_items(films, films.title(films.item_ids[row]))[0] == films.item_ids[row]


def test_ten_thousand_titles_are_searched_quickly():
    rng = np.random.default_rng(0)
    words = ["storm", "river", "glass", "winter", "garden", "engine", "paper", "silver", "night", "bridge"]
    titles = [" ".join(rng.choice(words, 3)) + f" {n}" for n in range(10_000)]
    items = pd.DataFrame({"item_id": [f"t{n}" for n in range(10_000)], "title": titles})
    many = Dataset.from_tables("many", items, pd.DataFrame(columns=["user_id", "item_id", "kind", "at"]))
    find_items(many, "warm")
    times = []
    for typed in ("silver nigth bridge", "storm", "4711", "glas gardn") * 3:
        start = time.perf_counter()
        assert find_items(many, typed)
        times.append(time.perf_counter() - start)
    assert np.median(times) < 0.1  # 20 ms on an idle machine
