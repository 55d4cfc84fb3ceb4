"""Live feedback: up for what was liked, down for what was disliked, and soon forgotten."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.rerank import RERANKERS, Candidates
from recsys.rerank.feedback import Feedback
from recsys.text import reader
from tests.rerank.counters import counter, did

WEIGHTS = {"like": 1.0, "favourite": 2.0, "dislike": -1.0}


def place(data, candidates, item_id, besides):
    """Where an item comes among all but the one that was judged."""
    rows = Feedback(1.0)(candidates, data.n_items)
    return [row for row in rows if row != data.row(besides)].index(data.row(item_id))


def test_a_like_lifts_its_like_and_a_dislike_lowers_it(toy):
    scores = np.linspace(1, 0, toy.n_items)
    for item, neighbour in (("shoe", "trail"), ("over", "buds"), ("pan", "pot")):
        liked, disliked = (counter(toy, scores, (kind, item)) for kind in ("like", "dislike"))
        at = liked.rows.tolist().index(toy.row(neighbour))
        assert Feedback().push(liked)[at] > 0.1 > -0.1 > Feedback().push(disliked)[at]
        assert place(toy, liked, neighbour, item) <= place(toy, disliked, neighbour, item)


@given(
    what=st.lists(
        st.tuples(st.sampled_from(sorted(WEIGHTS)), st.sampled_from(["shoe", "over", "pan", "tent", "pot"])),
        max_size=5,
        unique_by=lambda pair: pair[1],
    ),
    half_life=st.sampled_from([0.5, 3.0, 50.0]),
)
def test_it_is_the_formula(toy, what, half_life):
    candidates = counter(toy, None, *what)
    items = reader().space(toy, reader().main(toy)).items
    expected = np.zeros(len(candidates))
    for age, (kind, item) in enumerate(reversed(what)):
        nearness = np.maximum(items[candidates.rows] @ items[toy.row(item)], 0)
        expected += WEIGHTS[kind] * 0.5 ** (age / half_life) * nearness
    np.testing.assert_allclose(Feedback(half_life=half_life).push(candidates), np.clip(expected, -1, 1), atol=1e-5)


def test_of_two_equal_items_the_one_like_a_liked_one_comes_first(toy):
    for item, near, far in (("shoe", "trail", "pot"), ("pan", "pot", "trail")):
        order = [toy.item_ids[row] for row in Feedback()(counter(toy, None, ("like", item)), 10)]
        assert order.index(near) < order.index(far)
        order = [toy.item_ids[row] for row in Feedback()(counter(toy, None, ("dislike", item)), 10)]
        assert order.index(near) > order.index(far)


def test_what_it_says_does_not_depend_on_the_ranker(toy):
    rng = np.random.default_rng(3)
    said = []
    for scores in rng.normal(size=(2, toy.n_items)):
        candidates = counter(toy, scores, ("like", "shoe"), ("dislike", "pan"))
        by_row = np.zeros(toy.n_items)
        by_row[candidates.rows] = Feedback().push(candidates)
        said.append(by_row)
    np.testing.assert_array_equal(*said)


def test_feedback_fades_and_the_memory_knob_makes_it_last(toy):
    later = [("like", "over"), ("like", "tent"), ("like", "pot")]

    def push(events, **knobs):
        candidates = counter(toy, None, *events)
        return Feedback(**knobs).push(candidates)[list(candidates.rows).index(toy.row("trail"))]

    faded = [push([("like", "shoe"), *later[:n]], half_life=1.0) - push(later[:n], half_life=1.0) for n in range(4)]
    assert faded[0] > faded[1] > faded[2] > faded[3] > 0
    lasting = push([("like", "shoe"), *later], half_life=50.0) - push(later, half_life=50.0)
    assert lasting > faded[3]


def test_opening_an_item_and_moving_on_counts_a_little_against_it(toy):
    def push(*events, passing=0.2):
        candidates = counter(toy, None, *events)
        return Feedback(passing=passing).push(candidates)[list(candidates.rows).index(toy.row("trail"))]

    only_later = push(("like", "tent"))
    assert push(("view", "shoe")) == 0  # nothing came after it: still looking
    assert push(("view", "shoe"), ("like", "tent")) < only_later
    assert push(("view", "shoe"), ("like", "tent"), passing=1.0) < push(("view", "shoe"), ("like", "tent"))
    assert push(("view", "shoe"), ("like", "tent"), passing=0.0) == pytest.approx(only_later)
    assert push(("view", "shoe"), ("like", "shoe")) > 0.1


@given(strength=st.floats(0, 1))
def test_without_feedback_nothing_changes_and_the_note_says_so(toy, strength):
    candidates = counter(toy, np.arange(toy.n_items))
    np.testing.assert_array_equal(Feedback(strength).adjusted(candidates), candidates.relevance.astype(np.float32))
    assert "changes nothing" in Feedback().note(candidates)
    assert "1 to see more of and 1" in Feedback().note(counter(toy, None, ("like", "shoe"), ("dislike", "pan")))


def test_bare_arrays_and_strangers_change_nothing(toy):
    bare = Candidates(np.arange(2), np.array([1, np.nan], dtype=np.float32), np.eye(2, dtype=np.float32))
    assert Feedback()(bare, 2) == [0]
    assert "catalogue" in Feedback().note(bare)
    strange = counter(toy)
    strange = Candidates(
        strange.rows, strange.scores, strange.vectors, type(strange.query)(did(("like", "gone"))), strange.data
    )
    assert not Feedback().push(strange).any()


@pytest.mark.parametrize("knobs", [{"strength": 2}, {"half_life": 0}, {"passing": -1}])
def test_a_knob_out_of_range_is_named(knobs):
    with pytest.raises(ValueError, match=next(iter(knobs))):
        Feedback(**knobs)
    assert RERANKERS["feedback"].build() == Feedback()
