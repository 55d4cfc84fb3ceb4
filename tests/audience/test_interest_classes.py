"""Main interests foretold: from the first half alone, by those who were not asked, beside honest guesses."""

from __future__ import annotations

import numpy as np
import planted_people as planted
import pytest
from sklearn.metrics import confusion_matrix, f1_score

from recsys.audience.interest_classes import FIRST, LABELS, LEARNERS, MOST, Classes, classes_of, macro_f1
from recsys.audience.interest_people import MIN_CLASS, MIN_LIKES, people_of
from recsys.data import Dataset

CIRCLE = dict(zip(planted.CAMPS, (*planted.CAMPS[1:], planted.CAMPS[0]), strict=True))


def turning(n_users: int = 120, seed: int = 1) -> Dataset:
    """Whoever likes one camp first likes the next one then: what was before is always wrong, and says everything."""
    rng = np.random.default_rng(seed)
    items = planted.camps(8).items.to_dict("records")
    lines = []
    for user in range(n_users):
        first = planted.CAMPS[rng.integers(4)]
        names = [first] * 5 + [planted.CAMPS[rng.integers(4)]] + [CIRCLE[first]] * 6
        taken = [f"{camp}{place:02d}" for place, camp in enumerate(names)]
        lines += [(f"u{user:03d}", item, planted.START + at * 60) for at, item in enumerate(taken)]
    return planted.dataset(items, lines)


@pytest.fixture(scope="module")
def found() -> Classes:
    return classes_of(turning())


def test_what_the_first_half_tells_is_learned(found):
    accuracy = {score.name: score.accuracy for score in found.scores}
    assert accuracy[FIRST].value == 0
    assert min(accuracy[name].low for name in LEARNERS) > 0.9
    assert found.finding.sure
    assert found.finding.value == pytest.approx(max(accuracy[n].value for n in LEARNERS) - accuracy[MOST].value)
    assert "surely better" in found.finding.sentence


def test_nothing_is_learned_where_there_is_nothing_to_learn():
    data = planted.camps(loyal=0.25)  # a quarter of the items are the camp's: everybody takes at random
    found = classes_of(data)
    assert not found.finding.low > 0
    assert "may be no better" in found.finding.sentence or "surely worse" in found.finding.sentence


def test_the_second_half_says_nothing_to_the_learners():
    data = turning()
    place = data.events.groupby("user_id").cumcount()
    sea = place.map("Sea{:02d}".format)
    swapped = data.events.assign(item_id=data.events["item_id"].where(place < 6, sea))
    other = Dataset.from_tables("other", data.items, swapped)
    ours, theirs = people_of(data), people_of(other)
    assert set(theirs.after) == {"Sea"}
    assert ours.user_ids == theirs.user_ids
    assert np.array_equal(ours.features, theirs.features)
    assert set(ours.features[:, ours.names.index("events")]) == {6.0}


def test_macro_f1_is_that_of_scikit_learn(found):
    for name in LABELS:
        true, said = found.people.after.astype(str), found.foretold[name].astype(str)
        ours = macro_f1(found.people.after, found.foretold[name], found.interests)[0]
        expected = f1_score(true, said, labels=list(found.interests), average="macro", zero_division=0)
        assert ours == pytest.approx(expected)


def test_the_table_of_mistakes_is_that_of_scikit_learn_and_its_cells_hold_the_people(found):
    names = list(found.interests)
    table = found.confusion(MOST)
    expected = confusion_matrix(found.people.after.astype(str), found.foretold[MOST].astype(str), labels=names)
    assert np.array_equal(table, expected)
    for row, true in enumerate(names):
        for column, said in enumerate(names):
            assert len(found.cell(MOST, true, said)) == table[row, column]


def test_the_lines_of_the_tree_share_out_everybody(found):
    people = [user for leaf in found.leaves for user in leaf.user_ids]
    assert sorted(people) == sorted(found.people.user_ids)
    assert all(leaf.conditions for leaf in found.leaves)
    assert any("above" in condition for leaf in found.leaves for condition in leaf.conditions)


def test_rare_interests_and_short_histories_are_left_out():
    people = people_of(turning(14))
    assert len(people.user_ids) in (0, *range(MIN_CLASS, 15))
    assert MIN_LIKES == 6
    short = turning(60)
    short = short.with_events((short.events.groupby("user_id").cumcount() < MIN_LIKES - 1).to_numpy())
    found = classes_of(short)
    assert found.scores == ()
    assert found.people.n_left_out == 60
    assert "Too few" in found.finding.sentence
