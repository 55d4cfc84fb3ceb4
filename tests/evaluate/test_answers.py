"""Asking a model: one score per person, everything ranked, silence answered, ties among a part at random."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.evaluate.lists import Asked, answers_of
from recsys.models import top_k
from recsys.types import Query, Rows, Vector

N_ITEMS = 12


def rows(*numbers: int) -> Rows:
    return np.array(numbers, dtype=np.int64)


def person(known=(), relevant=(3,), rated=((), ())) -> Asked:
    stars = np.array(rated[1], dtype=np.float32)
    return Asked(Query(user_id="u"), rows(*known), rows(), rows(*relevant), (rows(*rated[0]), stars))


@dataclasses.dataclass
class Given:
    """A scorer that says the scores it is given."""

    scores: list[float]
    asked: int = 0

    def fit(self, data):
        return self

    def score(self, query: Query) -> Vector:
        self.asked += 1
        return np.array(self.scores, dtype=np.float32)


@dataclasses.dataclass
class Rater(Given):
    """The same with stars: half a star more than the row."""

    def stars(self, query: Query, rows: Rows) -> Vector:
        return rows.astype(np.float32) + np.float32(0.5)


RISING = Given(list(range(N_ITEMS)))
FLAT = Given([0.0] * N_ITEMS)
MUTE = Given([np.nan] * N_ITEMS)


def ask(scorer, people, k=3, **options):
    return answers_of(scorer, people, k, lambda _share: None, **options)


def test_every_person_is_scored_once():
    scorer = Given(list(range(N_ITEMS)))
    ask(scorer, [person()] * 5)
    assert scorer.asked == 5


scores = st.lists(st.floats(-2, 2, width=32) | st.just(float("nan")) | st.just(1.0), min_size=N_ITEMS, max_size=N_ITEMS)


@given(scores, st.sets(st.integers(0, N_ITEMS - 1), max_size=5), st.integers(1, N_ITEMS))
def test_lists_and_ranks_are_those_of_the_whole_ranking(numbers, known, k):
    relevant = sorted(set(range(N_ITEMS)) - known)[:4]
    answers = ask(Given(numbers), [person(sorted(known), relevant)], k)
    order = top_k(np.array(numbers, dtype=np.float32), N_ITEMS, rows(*sorted(known))).tolist()
    assert [row for row in answers.lists.rows[0].tolist() if row >= 0] == order[:k]
    assert answers.ranks[0].tolist() == [order.index(row) + 1 if row in order else 0 for row in relevant]
    assert answers.n_candidates.tolist() == [N_ITEMS - len(known)]
    assert answers.n_ranked.tolist() == [len(order)]
    assert answers.n_silent == 0


def test_where_a_model_is_silent_the_other_ranks_and_is_counted():
    people = [person(known=(11,)), person()]
    answers = ask(MUTE, people, when_silent=RISING)
    assert answers.n_silent == 2
    assert answers.lists.rows.tolist() == ask(RISING, people).lists.rows.tolist() == [[10, 9, 8], [11, 10, 9]]
    assert ask(MUTE, people).lists.rows.tolist() == [[-1] * 3] * 2


def test_a_model_that_scores_anything_is_not_silent():
    one = Given([1.0] + [np.nan] * (N_ITEMS - 1))
    answers = ask(one, [person(known=(0,))], when_silent=RISING)
    assert answers.n_silent == 0
    assert not answers.lists.filled.any()


def test_only_candidates_are_ranked():
    answers = ask(RISING, [person(known=(5,), relevant=(3,))], candidates=rows(1, 3, 5, 7))
    assert answers.lists.rows.tolist() == [[7, 3, 1]]
    assert (answers.ranks[0].tolist(), answers.n_candidates.tolist()) == ([2], [3])


def test_among_candidates_ties_fall_at_random_and_among_everything_to_the_lower_row():
    people = [person(relevant=(3,))] * 300
    firsts = ask(FLAT, people, candidates=rows(1, 3, 5, 7)).lists.rows[:, 0]
    shares = np.bincount(firsts, minlength=8)[[1, 3, 5, 7]] / 300
    assert shares.tolist() == pytest.approx([0.25] * 4, abs=0.1)
    assert ask(FLAT, people[:1]).lists.rows.tolist() == [[0, 1, 2]]


def test_a_sample_holds_the_hits_and_so_many_unknown_others():
    people = [person(known=(0, 1), relevant=(2, 3))] * 20
    answers = ask(RISING, people, k=N_ITEMS, sampled=4, seed=7)
    assert answers.n_candidates.tolist() == [6] * 20
    for ranked in answers.lists.rows:
        kept = set(ranked[ranked >= 0].tolist())
        assert len(kept) == 6
        assert {2, 3} <= kept
        assert not {0, 1} & kept
    assert len({tuple(ranked) for ranked in answers.lists.rows.tolist()}) > 1
    again = ask(RISING, people, k=N_ITEMS, sampled=4, seed=7)
    other = ask(RISING, people, k=N_ITEMS, sampled=4, seed=8)
    assert np.array_equal(answers.lists.rows, again.lists.rows)
    assert not np.array_equal(answers.lists.rows, other.lists.rows)
    assert ask(RISING, people, k=N_ITEMS, sampled=4, seed=7).n_ranked.tolist() == [6] * 20


def test_a_sample_larger_than_the_catalogue_is_the_catalogue():
    people = [person(known=(0,), relevant=(2,))]
    assert ask(RISING, people, sampled=1000).ranks[0].tolist() == ask(RISING, people).ranks[0].tolist() == [10]


def test_stars_are_asked_for_where_there_are_some():
    people = [person(rated=((4, 2), (5.0, 1.0))), person()]
    answers = ask(Rater(list(range(N_ITEMS))), people, liked_stars=3.5)
    assert [stars.tolist() for stars in answers.actual] == [[5.0, 1.0], []]
    assert [stars.tolist() for stars in answers.predicted] == [[4.5, 2.5], []]
    assert answers.liked_stars == 3.5
    assert ask(RISING, people).predicted is None


def test_nobody_to_ask_is_an_answer_of_nobody():
    answers = ask(RISING, [])
    assert (answers.lists.n_users, answers.ranks, len(answers.n_candidates)) == (0, (), 0)
