"""Click AUC: the area scikit-learn finds, a planted taste found again, nothing found where clicks are dealt anew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from recsys.columns import Events, Impressions, Table
from recsys.data import Dataset
from recsys.errors import DataError
from recsys.evaluate.clicks import ClickCut, auc, click_auc, held_out
from recsys.metrics.significance import mean_interval
from recsys.models import build
from tests.evaluate.town import town

N_USERS, N_ITEMS = 60, 30


def shown_town(seed: int = 0, *, shuffled: bool = False) -> Dataset:
    """Everybody is shown the whole town, what they leave before what they open: the things of their topic.

    With ``shuffled`` everybody opens as many things, whatever they are about.
    """
    base, rng = town(N_USERS, N_ITEMS), np.random.default_rng(seed)
    lines = []
    for user in range(N_USERS):
        mine = np.arange(N_ITEMS) % 3 == user % 3
        opened = rng.permutation(mine) if shuffled else mine
        items = np.concatenate([rng.permutation(np.flatnonzero(~opened)), rng.permutation(np.flatnonzero(opened))])
        lines += [(f"u{user:02}", f"i{item}", int(opened[item])) for item in items]
    shown = pd.DataFrame(lines, columns=[str(column) for column in Impressions])
    clicked = shown[shown[Impressions.CLICKED] == 1]
    events = pd.DataFrame({Events.USER: clicked[Impressions.USER], Events.ITEM: clicked[Impressions.ITEM]})
    events = events.assign(**{Events.KIND: "click", Events.AT: np.arange(len(events), dtype=float)})
    return Dataset.from_tables("shown", base.items, events, tables={Table.IMPRESSIONS: shown})


@pytest.fixture(scope="module")
def data() -> Dataset:
    return shown_town()


@pytest.fixture(scope="module")
def cut(data) -> ClickCut:
    return held_out(data)


def pairs(cut: ClickCut) -> set[tuple[str, int]]:
    return {(str(one.query.user_id), row) for one in cut.people for row in one.rows.tolist()}


@given(st.lists(st.tuples(st.integers(-3, 3), st.booleans()), min_size=2, max_size=30))
def test_the_area_is_scikit_learns_ties_counting_a_half(cells):
    scores, clicked = (np.array(column) for column in zip(*cells, strict=True))
    found = auc(scores.astype(np.float32), clicked)
    if clicked.all() or not clicked.any():
        assert np.isnan(found)
    else:
        assert found == pytest.approx(roc_auc_score(clicked, scores), abs=1e-12)


def test_items_without_a_score_are_level_below_all_others():
    nan = np.nan
    assert auc(np.array([nan, -9.0]), np.array([True, False])) == 0
    assert auc(np.array([nan, nan]), np.array([True, False])) == 1 / 2
    # opened: a score and none; left: none. 1 win and 1 tie of 2 pairs
    assert auc(np.array([-9.0, nan, nan]), np.array([True, True, False])) == 3 / 4


def test_a_third_of_what_everybody_was_shown_is_held_out_once_and_never_learned_from(data, cut):
    assert [str(one.query.user_id) for one in cut.people] == sorted(data.user_ids)
    assert {len(one.rows) for one in cut.people} == {N_ITEMS // 3}
    assert len(pairs(cut)) == N_USERS * N_ITEMS // 3
    learned = set(zip(cut.train.events[Events.USER], map(data.row, cut.train.events[Events.ITEM]), strict=True))
    assert not learned & pairs(cut)
    held_clicks = sum(int(one.clicked.sum()) for one in cut.people)
    assert len(cut.train.events) == len(data.events) - held_clicks
    for one in cut.people:
        assert one.query.events == cut.train.history(str(one.query.user_id))
        assert (one.clicked == (one.rows % 3 == int(str(one.query.user_id)[1:]) % 3)).all()


def test_the_order_of_the_table_does_not_tell_which_part_is_held_out(data, cut):
    shown = data.tables[Table.IMPRESSIONS]
    turned = replace(data, tables={Table.IMPRESSIONS: shown[::-1].reset_index(drop=True)})
    assert pairs(held_out(turned)) == pairs(cut) == pairs(held_out(data))
    assert pairs(held_out(data, seed=1)) != pairs(cut)
    # what is opened stands last for everybody: a tail of the table would hold nothing that was left
    assert all(0 < one.clicked.sum() < len(one.clicked) for one in cut.people[:20])


def test_something_shown_twice_counts_once_as_opened_if_it_ever_was(data):
    shown = data.tables[Table.IMPRESSIONS]
    again = shown.assign(**{Impressions.CLICKED: 0})
    twice = replace(data, tables={Table.IMPRESSIONS: pd.concat([shown, again], ignore_index=True)})
    once, both = held_out(data), held_out(twice)
    assert pairs(both) == pairs(once)
    assert all((a.clicked == b.clicked).all() for a, b in zip(once.people, both.people, strict=True))


def test_a_planted_taste_is_found_and_a_guess_finds_nothing(cut):
    for name in ("text_profile", "bm25"):
        assert mean_interval(click_auc(build(name).fit(cut.train), cut.people)).low > 0.9, name
    guessed = mean_interval(click_auc(build("random").fit(cut.train), cut.people))
    assert guessed.low < 0.5 < guessed.high


@pytest.mark.parametrize("seed", range(3))
def test_nothing_is_found_where_clicks_are_dealt_anew(seed):
    cut = held_out(shown_town(seed, shuffled=True))
    found = mean_interval(click_auc(build("text_profile").fit(cut.train), cut.people))
    assert found.n > 0.9 * N_USERS
    assert found.value == pytest.approx(0.5, abs=0.06)


def test_who_opened_nothing_else_is_not_asked(data):
    shown = data.tables[Table.IMPRESSIONS]
    first = shown[shown[Impressions.USER] == "u00"].index
    cold = shown.assign(**{Impressions.CLICKED: shown[Impressions.CLICKED].where(~shown.index.isin(first), 0)})
    events = data.events[data.events[Events.USER] != "u00"]
    bare = Dataset.from_tables("bare", data.items, events, tables={Table.IMPRESSIONS: cold})
    assert [str(one.query.user_id) for one in held_out(bare).people] == sorted(set(data.user_ids) - {"u00"})


def test_items_that_are_not_in_the_catalogue_are_left_out(data):
    more = pd.DataFrame([("u00", "nowhere", 1)], columns=[str(column) for column in Impressions])
    shown = pd.concat([data.tables[Table.IMPRESSIONS], more], ignore_index=True)
    cut = held_out(replace(data, tables={Table.IMPRESSIONS: shown}))
    assert max(row for _, row in pairs(cut)) < N_ITEMS


def test_what_cannot_be_asked_is_said():
    with pytest.raises(DataError, match="nobody knows what was shown"):
        held_out(town())
    with pytest.raises(ValueError, match="between 0 and 1, is now 1"):
        held_out(shown_town(), share=1.0)
