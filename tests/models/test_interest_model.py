"""The chance of a like: learned from replayed sessions, moved by each event, honest on people it never saw."""

from __future__ import annotations

import pickle
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from camps import camps
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from tasters import tasters

from recsys.columns import Events
from recsys.models import fit
from recsys.models.blend import lists_of
from recsys.models.interest import Interest
from recsys.models.interest_features import GROUPS, N_FEATURES, USES, answers, features, past_features, tried_by
from recsys.models.isotonic import Sigmoid
from recsys.models.tried import MAX_TRIED, damped_odds, like_odds, tried
from recsys.settings import ROOT
from recsys.types import Event, GivesChances, Kind, Query

pytestmark = pytest.mark.usefixtures("minilm")
COLUMN = {name: part.start for name, part in GROUPS}


@pytest.fixture(scope="module")
def people():
    return tasters()


@pytest.fixture(scope="module")
def interest(people):
    scorer = fit("interest", people)
    assert isinstance(scorer, Interest)
    assert scorer.note == ""
    return scorer


def rated(*pairs: tuple[int, float]) -> tuple[Event, ...]:
    return tuple(Event(f"e{n}", Kind.RATING, 1e9 + n, f"i{row}", stars) for n, (row, stars) in enumerate(pairs))


PAIRS = st.lists(
    st.tuples(st.integers(0, 39), st.sampled_from([1.0, 3.0, 4.0, 5.0])),
    min_size=2,
    max_size=12,
    unique_by=lambda p: p[0],
)


@limits(max_examples=30)
@given(pairs=PAIRS)
def test_past_things_are_described_by_what_the_sources_said_before_them(interest, pairs):
    events = rated(*pairs)
    found = tried_by(events, interest.data_, interest.sources_)
    table = past_features(found, interest.side_, interest.sources_)
    for n, row in enumerate(found.rows):
        lists = lists_of(interest.sources_, Query(events[:n]))
        for name in USES:
            said = lists.scales[name].z(lists.raw[name])[row] if lists.scales[name].spread else 0.0
            assert table[n, COLUMN[name]] == pytest.approx(np.nan_to_num(said), abs=2e-3), name


@limits(max_examples=30)
@given(pairs=PAIRS, liked=st.booleans())
def test_a_thing_is_described_the_same_before_it_is_tried_and_afterwards(interest, pairs, liked):
    """What is learned from the past is what is asked about the future."""
    events, (row, _) = rated(*pairs[:-1]), pairs[-1]
    query = Query(events)
    found = tried_by(events, interest.data_, interest.sources_)
    before = features(np.array([row]), interest.lists(query), found, interest.side_)[0]
    done = (*events, Event("last", Kind.LIKE if liked else Kind.DISLIKE, 2e9, f"i{row}"))
    afterwards = answers(done, interest.data_, interest.side_, interest.sources_).features[-1]
    np.testing.assert_allclose(afterwards, before, atol=2e-3)


@limits(max_examples=20)
@given(pairs=PAIRS, cut=st.integers(0, 11))
def test_neither_its_own_stars_nor_anything_later_describe_a_thing(interest, pairs, cut):
    cut = min(cut, len(pairs) - 1)
    changed = [(row, stars if n < cut else 6.0 - stars) for n, (row, stars) in enumerate(pairs)]
    one, other = (answers(rated(*p), interest.data_, interest.side_, interest.sources_) for p in (pairs, changed))
    np.testing.assert_allclose(one.features[: cut + 1], other.features[: cut + 1], atol=1e-9)


def test_likes_raise_the_chance_of_their_side_and_dislikes_lower_it(interest):
    even, odd = np.arange(20, 40, 2), np.arange(21, 40, 2)
    nothing = interest.probability(Query(), np.arange(40))
    fan = interest.probability(Query(rated(*((n, 5.0 if n % 2 == 0 else 1.0) for n in range(12)))), np.arange(40))
    assert fan[even].mean() > nothing[even].mean() + 0.15
    assert fan[odd].mean() < nothing[odd].mean() - 0.15


def test_somebody_who_likes_everything_gets_higher_chances_than_somebody_who_likes_nothing(interest):
    rows = np.arange(20, 40)
    glad, grim = (interest.probability(Query(rated(*((n, stars) for n in range(12)))), rows) for stars in (5.0, 2.0))
    assert glad.mean() > grim.mean() + 0.3


def test_at_pace_zero_events_move_no_weights(people, interest):
    still, events = fit("interest", people, pace=0.0), rated(*((n, 5.0) for n in range(8)))
    np.testing.assert_array_equal(still.belief(events).mean, still.belief(()).mean)
    assert np.abs(interest.belief(events).mean - interest.belief(()).mean).max() > 0.05


def test_looks_and_wishes_move_no_weights(interest):
    looks = tuple(Event(f"v{n}", Kind.VIEW, float(n), f"i{n}") for n in range(5))
    wish = Event("w", Kind.WISH, 9.0, None, None, "ships")
    np.testing.assert_array_equal(interest.belief((*looks, wish)).mean, interest.belief(()).mean)


def test_chances_follow_the_scores_and_are_neither_none_nor_certain(interest):
    query = Query(rated((0, 5.0), (1, 2.0), (4, 4.0)))
    rows = np.arange(40)
    chances, scores = interest.probability(query, rows), interest.score(query)
    assert isinstance(interest, GivesChances)
    assert chances.dtype == np.float32
    assert ((chances > 0) & (chances < 1)).all()
    assert (np.diff(chances[np.argsort(scores, kind="stable")]) >= -1e-6).all()


def test_lists_at_hand_save_asking_the_sources(interest, monkeypatch):
    query, rows = Query(rated((0, 5.0), (1, 2.0))), np.array([3, 9])
    expected, lists = interest.probability(query, rows), interest.lists(query)
    monkeypatch.setattr(Interest, "lists", None)
    np.testing.assert_array_equal(interest.probability(query, rows, lists), expected)


def test_reasons_are_features_in_plain_words_that_sum_to_the_score(interest):
    query, rows = Query(rated((0, 5.0), (1, 2.0), (4, 4.0))), np.arange(40)
    reasons = interest.contributions(query, rows)
    np.testing.assert_allclose(reasons.values.sum(axis=1), interest.score(query), atol=1e-5)
    assert {part.kind for part in reasons.parts} == {"prior", "feature"}
    assert len({part.label for part in reasons.parts}) == len(reasons.parts) == len(GROUPS)
    assert GROUPS[-1][1].stop == N_FEATURES
    share = [part.key for part in reasons.parts].index("feature:share")
    assert np.corrcoef(reasons.values[:, share], like_odds(interest.data_))[0, 1] > 0.99


def test_chances_hold_for_people_who_taught_nothing(interest):
    told = interest.reliability()
    assert told.calibrated.n > 500
    assert told.calibrated.ece < 0.06
    assert told.skill > 0.15
    assert told.calibrated.brier < told.unmoved.brier < told.average.brier
    assert sum(one.n for one in told.calibrated.bins) == told.calibrated.n


def test_who_is_asked_taught_nothing(people, interest, monkeypatch):
    seen = []
    learned = Interest.fit
    monkeypatch.setattr(Interest, "fit", lambda self, data: seen.append(data) or learned(self, data))
    found = interest._ask(people)
    taught = set(seen[0].events[Events.USER])
    assert len(seen) == 1
    assert len(set(people.user_ids) - taught) == found.person.max() + 1 == 48


def test_the_question_is_asked_once_for_a_dataset(interest):
    assert interest.asked() is interest.asked()


def test_the_first_answer_of_everybody_is_foretold_without_their_own(interest):
    found = interest.asked()
    first = found.nth == 0
    assert first.sum() == found.person.max() + 1
    np.testing.assert_allclose(found.uncalibrated[first], found.unmoved[first])
    assert not np.allclose(found.uncalibrated[~first], found.unmoved[~first])


def test_where_only_likes_are_known_there_is_an_order_and_no_chance():
    scorer = fit("interest", camps())
    query = Query((Event("a", Kind.LIKE, 1.0, "i4"), Event("b", Kind.LIKE, 2.0, "i6")))
    assert scorer.note == "hardly anybody here says what they did not like, so no honest chance can be told"
    assert np.isnan(scorer.probability(query, np.arange(5))).all()
    assert scorer.asked() is None
    assert scorer.reliability() is None
    scores = scorer.score(query)
    assert np.isfinite(scores).all()
    assert scores[10:20:2].mean() > scores[11:20:2].mean()


def test_too_few_people_leave_weights_set_by_hand(toy):
    scorer = fit("interest", toy)
    assert scorer.note == "too few people said what they like and what not, so no chance can be told"
    assert np.isnan(scorer.probability(Query(), np.arange(3))).all()


def test_the_same_seed_learns_the_same_and_a_copy_says_the_same(interest):
    query, rows = Query(rated((0, 5.0), (1, 2.0))), np.arange(40)
    expected = interest.probability(query, rows)
    np.testing.assert_array_equal(fit("interest", tasters()).probability(query, rows), expected)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(interest)).probability(query, rows), expected)
    assert not interest.belief_.mean.flags.writeable
    assert not interest.side_.share.flags.writeable
    assert isinstance(interest.curve_, Sigmoid)


def test_it_runs_without_scikit_learn():
    code = "import sys; sys.modules['sklearn'] = None; import recsys.models.interest"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


@pytest.mark.parametrize(
    ("event", "liked", "weight"),
    [
        (Event("", Kind.LIKE, 0, "i1"), 1, 1),
        (Event("", Kind.CLICK, 0, "i1"), 1, 1),
        (Event("", Kind.FAVOURITE, 0, "i1"), 1, 2),
        (Event("", Kind.DISLIKE, 0, "i1"), 0, 1),
        (Event("", Kind.RATING, 0, "i1", 4.0), 1, 1),
        (Event("", Kind.RATING, 0, "i1", 3.5), 0, 1),
        (Event("", Kind.VIEW, 0, "i1"), 0, 0),
        (Event("", Kind.REVIEW, 0, "i1", None, "no stars"), 0, 0),
    ],
)
def test_what_an_event_says(people, event, liked, weight):
    found = tried((event,), people, 10.0, 0.7)
    assert (found.liked[0], found.weights[0]) == (liked, weight)


def test_a_thing_counts_once_by_the_last_opinion_and_looking_is_none(people):
    events = (
        Event("1", Kind.CLICK, 1, "i1"),
        Event("2", Kind.RATING, 2, "i1", 2.0),
        Event("3", Kind.VIEW, 3, "i1"),
        Event("4", Kind.WISH, 4, "i2"),
        Event("5", Kind.LIKE, 5, "gone"),
    )
    found = tried(events, people, 10.0, 0.7)
    assert found.rows.tolist() == [1]
    assert (found.liked.tolist(), found.weights.tolist()) == ([0], [1])


def test_only_the_newest_things_count(people):
    ids = [f"i{n}" for n in range(MAX_TRIED + 20)]
    big = replace(people, items=pd.DataFrame({"item_id": ids, "title": ids}))
    found = tried(tuple(Event(item, Kind.LIKE, n, item) for n, item in enumerate(ids)), big, 10.0, 0.7)
    np.testing.assert_array_equal(found.rows, np.arange(20, MAX_TRIED + 20))


def test_items_differ_by_more_than_luck_or_not_at_all():
    n = np.full(50, 20.0)
    np.testing.assert_array_equal(damped_odds(np.full(50, 10.0), n), 0)
    rng = np.random.default_rng(0)
    np.testing.assert_array_equal(damped_odds(rng.binomial(20, 0.5, 50).astype(float), n), 0)
    told = damped_odds(np.r_[np.full(25, 4.0), np.full(25, 16.0)], n)
    # log odds of 16 of 20 are ln 4; damping leaves most of it
    assert told[0] == pytest.approx(-told[-1])
    assert 0.8 * np.log(4) < told[-1] < np.log(4)


def test_an_item_nobody_tried_is_average():
    told = damped_odds(np.array([0.0, 30.0, 2.0]), np.array([0.0, 40.0, 40.0]))
    assert told[0] == pytest.approx(0)
    assert told[1] > 0 > told[2]
