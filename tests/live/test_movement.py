"""Arrows: old rank minus new rank."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.live import movement, overlap

LISTS = st.lists(st.sampled_from("abcdefgh"), unique=True)


@pytest.mark.parametrize(("item", "badge"), [("c", "▲2"), ("a", "▼1"), ("b", "▼1"), ("x", "NEW"), ("e", "=")])
def test_badges(item, badge):
    assert movement("abcde", "cabxe").badge(item) == badge


def test_what_left_is_named_in_its_old_order():
    assert movement("abcd", "xb").left == ("a", "c", "d")


def test_an_item_that_is_not_listed_has_no_badge():
    with pytest.raises(KeyError):
        movement("ab", "ab").badge("c")


@given(LISTS, LISTS)
def test_a_step_is_the_old_rank_minus_the_new_one(before, after):
    change = movement(before, after)
    assert list(change.steps) == after
    for rank, item in enumerate(after, 1):
        expected = before.index(item) + 1 - rank if item in before else None
        assert change.steps[item] == expected
    assert set(change.left) == set(before) - set(after)
    assert change.n_moved == sum(before[rank : rank + 1] != [item] for rank, item in enumerate(after))


@given(LISTS)
def test_the_same_list_does_not_move(items):
    change = movement(items, items)
    assert change.n_moved == 0
    assert change.left == ()


@given(LISTS, LISTS)
def test_going_back_reverses_every_arrow(before, after):
    there, back = movement(before, after).steps, movement(after, before).steps
    shared = set(before) & set(after)
    assert {item: there[item] for item in shared} == {item: -back[item] for item in shared}
    assert overlap(before, after) == overlap(after, before) == len(shared)
