"""Lessons: what strangers are shown, and what they are asked for."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from camps import camps

from recsys.columns import Events
from recsys.data import Dataset
from recsys.models.learned_weights import LearnedWeights
from recsys.models.lessons import FEW, MAX_NEXT, NEXT, OTHER, SOME, lessons
from recsys.types import Kind

pytestmark = pytest.mark.usefixtures("minilm")
USES = LearnedWeights.uses
DAY_SECONDS = 86_400.0


def person_of(at: float) -> str:
    """Everybody in the camps acts on a day of their own."""
    return f"p{int((at - 1e9) // DAY_SECONDS):03d}"


@pytest.fixture(scope="module")
def people() -> Dataset:
    """The camps, where everybody also dislikes something right after their third like."""
    data = camps()
    shrugs = data.events[data.events.groupby(Events.USER).cumcount() == 2].assign(
        **{str(Events.KIND): Kind.DISLIKE.value, str(Events.STARS): np.nan, str(Events.TEXT): ""}
    )
    shrugs[Events.AT] += 0.5
    shrugs[Events.ITEM] = [f"i{59 - int(item[1:]) % 2}" for item in shrugs[Events.ITEM]]
    return Dataset.from_tables("camps with shrugs", data.items, pd.concat([data.events, shrugs]))


@pytest.fixture(scope="module", params=[NEXT, OTHER])
def made(request, people):
    return lessons(people, USES, asked=request.param)


def test_what_is_asked_for_is_never_shown_and_can_be_found(people, made):
    assert {one.group for one in made.lessons} == {"few", "some", "typed"}  # nobody here has more than 15 opinions
    for one in made.lessons:
        shown = {people.row_of[event.item_id] for event in one.query.events}
        assert one.hits.any()
        assert one.hits.sum() <= one.n_relevant
        assert not shown & set(one.rows.tolist())
        assert bool(one.query.typed) == (one.group == "typed")
        assert len(one.query.events) <= {"few": FEW, "some": SOME, "typed": SOME}[one.group]


def test_the_sources_have_never_met_those_who_are_asked(people, made):
    asked = set()
    for one in made.lessons:
        who = person_of(one.query.events[0].at)
        asked.add(who)
        assert who not in made.trains[one.part].user_ids
    assert len(asked) > 150
    assert sum(len(people.user_ids) - len(train.user_ids) for train in made.trains) == len(people.user_ids)


def test_a_stopped_session_is_asked_for_the_likes_that_follow(people):
    for one in lessons(people, USES).lessons:
        events = people.history(person_of(one.query.events[0].at))
        likes = [event for event in events if event.kind is not Kind.DISLIKE]
        n_known = sum(event.kind is not Kind.DISLIKE for event in one.query.events)
        following = {people.row_of[event.item_id] for event in likes[n_known : n_known + MAX_NEXT]}
        assert one.n_relevant == len(following)
        assert set(one.rows[one.hits].tolist()) <= following


def test_by_turns_all_events_are_shown_and_the_likes_alone(people):
    long_enough = [one for one in lessons(people, USES).lessons if len(one.query.events) > FEW + 1]
    with_shrug = sum(any(event.kind is Kind.DISLIKE for event in one.query.events) for one in long_enough)
    assert 0.2 < with_shrug / len(long_enough) < 0.8


def test_other_likes_come_from_anywhere_in_a_history(people):
    before, n_hits = 0, 0
    for one in lessons(people, USES, asked=OTHER).lessons:
        shown = one.query.events[-1].at
        at = {e.item_id: e.at for e in people.history(person_of(shown))}
        times = [at[people.item_ids[row]] for row in one.rows[one.hits]]
        before += sum(time < shown for time in times)
        n_hits += len(times)
    assert before > 0.5 * n_hits


@pytest.mark.slow
def test_equal_seeds_ask_the_same_and_others_do_not(made, people):
    first, again, other = (lessons(camps(), USES, seed=seed).lessons for seed in (0, 0, 1))
    assert [one.query for one in first] == [one.query for one in again]
    assert [one.query for one in first] != [one.query for one in other]


def test_no_more_people_are_asked_than_wanted(people):
    made = lessons(people, USES, max_people=40)
    assert len({person_of(one.query.events[0].at) for one in made.lessons}) <= 40


def test_a_handful_of_people_teaches_nothing(people, toy):
    assert lessons(toy, USES).lessons == ()
    assert lessons(people, USES, max_people=29).lessons == ()


def test_an_unknown_question_is_refused(people):
    with pytest.raises(ValueError, match="asked should be one of next, other, is now 'past'"):
        lessons(people, USES, asked="past")
