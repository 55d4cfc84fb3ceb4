"""What follows what, against tables by hand and against slow but plain counting."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.audience.patterns import Pattern, frequent, grown, who_shows
from recsys.audience.sequence import STOPS, Step, first_steps, transitions, who_begins
from recsys.audience.walks import OTHERS, Walks
from recsys.data import Dataset
from tests.audience.diary import DAY, HOUR, MINUTE, diary


def session(user: str, items: str, start: float = 0.0) -> list[tuple[str, str, float]]:
    """One session: ``items`` are digits, a minute apart."""
    return [(user, f"i{item}", start + n * MINUTE) for n, item in enumerate(items)]


def table_of(data):
    return {(row[Step.FROM], row[Step.TO]): row for row in transitions(data).to_dict("records")}


def test_the_transition_table_by_hand():
    # Categories: items 0, 1 are a; 2, 3 are b. Going on with the same item is no step, a pause ends the session.
    data = diary([*session("u", "0022"), *session("u", "21", 2 * HOUR), *session("v", "013")], "aabb")
    found = table_of(data)
    counts = {pair: row[Step.N] for pair, row in found.items()}
    assert counts == {("a", "a"): 1, ("a", "b"): 2, ("b", "a"): 1, ("b", "b"): 0}
    # 4 steps; 3 leave a, 2 reach b: 2 * 4 / (3 * 2)
    assert found["a", "b"][Step.LIFT] == pytest.approx(4 / 3)
    assert found["b", "b"][Step.LIFT] == 0
    assert np.isnan(found["a", "b"][Step.P])  # two people are too few to test
    assert Walks.of(data).who_steps("b", "a") == ("u",)


MANY = "a" * 25 + "b" * 25 + "c" * 25 + "d" * 25
"""Large categories: in a small one the same item would often come again, which is no step."""


def drawn(rng: np.random.Generator, n_users: int, planted: float = 0.0, copies: int = 1) -> Dataset:
    """People who look at six items by chance; after an item of a comes one of d with the chance ``planted``."""
    lines = []
    for user in range(n_users):
        walk = rng.integers(0, 100, 6)
        for place in range(5):
            if walk[place] < 25 and rng.random() < planted:
                walk[place + 1] = rng.integers(75, 100)
        for copy in range(copies):
            lines += [(f"u{user:03}", f"i{item}", copy * DAY + n * MINUTE) for n, item in enumerate(walk)]
    return diary(lines, MANY)


def test_a_planted_step_is_found():
    found = table_of(drawn(np.random.default_rng(0), 80, planted=0.6))["a", "d"]
    assert found[Step.P] < 0.001
    assert 1.2 < found[Step.LOW] < found[Step.LIFT] < found[Step.HIGH]


def test_among_independent_steps_few_are_called_sure():
    tables = [table_of(drawn(np.random.default_rng(seed), 80)) for seed in range(30)]
    assert sum(any(row[Step.P] < 0.05 for row in table.values()) for table in tables) <= 5


def test_the_interval_takes_people_as_drawn():
    """Ten times the same steps by the same people are no more evidence."""
    once = table_of(drawn(np.random.default_rng(3), 80))["a", "b"]
    often = table_of(drawn(np.random.default_rng(3), 80, copies=10))["a", "b"]
    assert often[Step.N] == 10 * once[Step.N]
    assert (often[Step.LOW], often[Step.HIGH]) == pytest.approx((once[Step.LOW], once[Step.HIGH]))


def test_first_steps_by_hand_and_who_goes_them():
    data = diary([*session("u", "02"), *session("v", "0"), *session("v", "023", DAY), *session("w", "7")])
    flows = {tuple(row[:3]): row[3:] for row in first_steps(data).itertuples(index=False)}
    assert flows[1, "a", "b"] == (2, 2)
    assert flows[1, "a", STOPS] == (1, 1)
    assert flows[1, "d", STOPS] == (1, 1)
    assert flows[2, "b", STOPS] == (1, 1)
    assert flows[2, "b", "b"] == (1, 1)
    assert who_begins(data, 1, ["a"]) == ("u", "v")
    assert who_begins(data, 1, ["a"], [STOPS]) == ("v",)
    assert who_begins(data, 2, ["b"], ["b"]) == ("v",)
    assert who_begins(data, 1, ["a", "d"], [STOPS]) == ("v", "w")


def test_the_categories_visited_least_share_a_name():
    letters = "abcdefghijklmnopqrst"
    data = diary([(f"u{n}", f"i{n}", n * DAY) for n in range(len(letters)) for _ in range(2)], letters)
    names = Walks.of(data).names
    assert len(names) == 16
    assert names[-1] == OTHERS


walks = st.lists(st.tuples(st.integers(0, 5), st.lists(st.integers(0, 3), min_size=2, max_size=6)), max_size=12)


@given(walks, st.integers(1, 3))
def test_growing_prefixes_finds_what_trying_all_subsequences_finds(sessions, least):
    sessions = [(user, tuple(places)) for user, places in sessions]
    slow: dict[tuple[int, ...], set[int]] = {}
    for user, places in sessions:
        for length in (2, 3, 4):
            for chosen in combinations(places, length):
                slow.setdefault(chosen, set()).add(user)
    expected = {sequence: frozenset(users) for sequence, users in slow.items() if len(users) >= least}
    assert grown(sessions, least, 4) == expected


def test_frequent_orders_are_counted_by_people_and_their_direction_is_tested():
    lines = [line for n in range(30) for line in session(f"u{n}", "0246", n * DAY)]
    lines += [line for n in range(3) for line in session(f"u{n}", "6420", (n + 50) * DAY)]
    data = diary(lines)
    table = frequent(data).set_index(str(Pattern.SEQUENCE))
    row = table.loc[[("a", "b", "c")]].iloc[0]
    assert row[Pattern.N_PEOPLE] == 30
    assert row[Pattern.N_OTHER_WAY] == 3
    assert row[Pattern.P] < 0.001
    assert len(who_shows(data, ("c", "b", "a"))) == 3
    assert table[Pattern.LENGTH].max() == 4


def test_where_the_order_is_drawn_no_direction_is_found():
    rng = np.random.default_rng(0)
    lines = [line for n in range(60) for line in session(f"u{n}", "".join(map(str, rng.permutation(8)[:5])), n * DAY)]
    table = frequent(diary(lines))
    assert len(table) > 5
    assert not (table[Pattern.P] < 0.05).any()


def test_without_sessions_there_is_nothing():
    data = diary([("u", "i0", 0.0)])
    assert transitions(data).empty
    assert frequent(data).empty
    empty = data.with_events(np.zeros(1, dtype=bool))
    assert transitions(empty).empty
    assert first_steps(empty).empty
    assert frequent(empty).empty
