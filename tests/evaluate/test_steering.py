"""The steering score says what an edit did, and every sort of edit does what it says on both samples."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from recsys.data.people import NEW_HERE, people
from recsys.evaluate import steering
from recsys.evaluate.steering import SORTS, Trial, effect, steering_score, trials
from recsys.live import Known, Ranking
from recsys.models import fit
from recsys.types import Query


@pytest.fixture(scope="module", params=["shop", "video"])
def live(request):
    """The ranker of the Live page on one sample."""
    data = request.getfixturevalue(request.param)
    return Ranking(data, fit("switching", data), 10, fit("popularity", data))


def trial(person: str, score: float) -> Trial:
    return Trial("raise", person, "rain", score, 1, 2, 9)


@pytest.mark.parametrize("sort", SORTS)
def test_every_sort_of_edit_does_what_it_says(live, sort):
    tried = list(trials(live, people(live.data), sort))
    found = steering_score(tried)
    assert found.n == (6 if sort == "want" else 5), "somebody new has no interest to raise, but can want one"
    assert found.low > 0


@pytest.mark.parametrize("sort", ["mute", "avoid"])
def test_what_is_muted_or_avoided_leaves_the_best_ten(live, sort):
    tried = list(trials(live, people(live.data), sort))
    assert sum(one.listed_after for one in tried) < sum(one.listed_before for one in tried) / 2


def test_what_is_wanted_joins_the_list_and_leaves_most_of_it_as_it_was(live):
    tried = [one for one in trials(live, people(live.data), "want") if one.person != NEW_HERE]
    assert np.mean([one.listed_after - one.listed_before for one in tried]) > 0.6
    assert np.mean([one.n_kept for one in tried]) > 5


def test_an_edit_that_does_nothing_scores_zero(live, monkeypatch):
    monkeypatch.setitem(steering.SORTS, "idle", ("tag", 1.0, 1))
    assert {one.score for one in trials(live, people(live.data)[:2], "idle")} == {0.0}


def test_the_wrong_way_scores_below_zero(live, monkeypatch):
    monkeypatch.setitem(steering.SORTS, "backwards", ("tag", 0.0, 1))
    assert steering_score(list(trials(live, people(live.data), "backwards"))).high < 0


def test_controls_share_no_item_with_the_interest(live):
    carriers = steering.rows_by_tag(live.data)
    for name in list(carriers)[:40]:
        assert all(not set(carriers[name]) & set(carriers[other]) for other in steering._controls(name, carriers))


def test_people_count_once_however_many_trials_they_have():
    found = steering_score([trial("ann", 1.0), trial("ann", 3.0), trial("bob", 6.0)])
    assert found.value == (2 + 6) / 2
    assert found.n == 2
    assert steering_score([]).n == 0


def test_the_effect_counts_the_items_that_moved_and_how_far(live):
    before = live.answer(Known(people(live.data)[0].events).query)
    backwards = replace(before, listable=-before.listable)
    best = np.array([int(before.rows[0])])
    found = effect(before, backwards, best)
    n = int((~np.isnan(before.listable)).sum())
    assert (found.n, found.n_up, found.n_down, found.places) == (1, 0, 1, 1 - n)
    assert found.others == pytest.approx((n - 1) / (n - 1))
    assert effect(before, before, best).places == 0


def test_an_effect_on_nothing_is_no_number(live):
    before = live.answer(Query())
    assert np.isnan(effect(before, before, np.zeros(0, dtype=np.int64)).places)
