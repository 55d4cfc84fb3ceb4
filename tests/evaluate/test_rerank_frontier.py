"""The frontier of many people: the lists each objective gives them, measured as everything else is."""

from __future__ import annotations

import numpy as np
import pytest

from recsys.data.splits import cuts
from recsys.errors import DataError
from recsys.evaluate.lists import asked, catalogue_of
from recsys.evaluate.rerank_frontier import population_frontier
from recsys.metrics import TopLists, mean_interval, paired_difference
from recsys.metrics.diversity import diversity
from recsys.metrics.ndcg import ndcg
from recsys.metrics.novelty import novelty
from recsys.models import build, top_k
from recsys.rerank.objective import Point, points
from recsys.text import reader
from recsys.types import Query
from tests.evaluate.town import town


@pytest.fixture(scope="module")
def cut():
    return cuts(town(n_users=40), "random")[0]


@pytest.fixture(scope="module")
def people(cut):
    return asked(cut)


@pytest.fixture(scope="module")
def ease(cut):
    return build("ease", half_life=float("inf")).fit(cut.train)


@pytest.fixture(scope="module")
def table(cut, people, ease):
    return population_frontier(cut.train, ease, people, k=5, steps=2)


def lists_of(cut, people, ease, k):
    out = []
    for person in people:
        scores = ease.score(person.query)
        out.append(top_k(scores, k, person.known))
    return TopLists.of(out, [person.relevant for person in people], k)


def test_the_corner_of_accuracy_is_the_model_as_every_experiment_measures_it(cut, people, ease, table):
    plain = lists_of(cut, people, ease, 5)
    catalogue = catalogue_of(cut.train, reader().space(cut.train, reader().main(cut.train)))
    first = table.iloc[0]
    for column, values in (
        ("hits", ndcg(plain)),
        ("ild", diversity(plain, catalogue)),
        ("bits", novelty(plain, catalogue)),
    ):
        interval = mean_interval(values)
        assert first[column] == pytest.approx(interval.value)
        assert first[f"{column}_low"] == pytest.approx(interval.low)
        assert first[f"{column}_high"] == pytest.approx(interval.high)
    assert (first["hits_change"], first["hits_change_low"], first["hits_change_high"]) == (0, 0, 0)


def test_every_objective_is_measured_with_an_interval_and_paired_with_that_corner(table, people):
    assert list(table.columns[:7]) == [str(column) for column in Point]
    assert len(table) == 6
    assert (table["n_users"] == len(people)).all()
    weights = table[["accuracy", "diversity", "novelty"]].to_numpy()
    np.testing.assert_allclose(weights, [one.weights for one in points(2)])
    for column in ("hits", "ild", "bits", "hits_change"):
        assert (table[f"{column}_low"] <= table[column] + 1e-12).all()
        assert (table[column] <= table[f"{column}_high"] + 1e-12).all()
    np.testing.assert_allclose(table["hits_change"], table["hits"] - table["hits"].iloc[0])
    assert table["efficient"].any()


def test_variety_and_discovery_are_bought_at_a_price(table):
    accuracy, variety, discovery = table.iloc[0], table[table["diversity"] == 1].iloc[0], table.iloc[-1]
    assert variety["ild"] > accuracy["ild"]
    assert discovery["bits"] > accuracy["bits"]
    assert max(variety["hits"], discovery["hits"]) < accuracy["hits"]


def test_the_change_has_the_paired_interval(cut, people, ease, table):
    plain = ndcg(lists_of(cut, people, ease, 5))
    assert paired_difference(plain, plain).value == table["hits_change"].iloc[0]
    wide = table["hits_high"].iloc[1] - table["hits_low"].iloc[1]
    assert table["hits_change_high"].iloc[1] - table["hits_change_low"].iloc[1] < 2 * wide


def test_at_most_so_many_people_are_asked_the_same_for_the_same_seed(cut, people, ease):
    told = []
    few = population_frontier(
        cut.train, ease, people, steps=1, max_people=12, progress=lambda share, line: told.append((share, line))
    )
    assert (few["n_users"] == 12).all()
    assert few.equals(population_frontier(cut.train, ease, people, steps=1, max_people=12))
    assert not few.equals(population_frontier(cut.train, ease, people, steps=1, max_people=12, seed=1))
    assert told[0] == (0, "3 lists each for 12 people")
    assert told[-1] == (1.0, "Done")


def test_whom_the_model_knows_nothing_of_gets_another_list_or_misses(cut, people, ease):
    strangers = [type(p)(Query(user_id=p.query.user_id), p.known, p.liked, p.relevant) for p in people]
    silent = population_frontier(cut.train, ease, strangers, steps=1)
    assert (silent["hits"] == 0).all()
    assert silent["ild"].isna().all()
    popular = build("popularity").fit(cut.train)
    spoken = population_frontier(cut.train, ease, strangers, steps=1, when_silent=popular)
    assert spoken["hits"].iloc[0] > 0


def test_what_somebody_knows_is_not_listed_even_if_their_events_do_not_say_so(cut, people, ease):
    scored = ~np.isnan(ease.score(people[0].query))
    wanted = next(row for row in people[0].relevant if scored[row])
    knows_all = type(people[0])(
        people[0].query, np.setdiff1d(np.arange(cut.train.n_items), [wanted]), people[0].liked, np.array([wanted])
    )
    assert (population_frontier(cut.train, ease, [knows_all], steps=2)["hits"] == 1).all()


def test_nobody_to_ask_and_no_people_wanted_are_said(cut, people, ease):
    with pytest.raises(DataError, match="nobody in Town has held-out likes"):
        population_frontier(cut.train, ease, [])
    with pytest.raises(ValueError, match="max_people should be at least 1 or None, is now 0"):
        population_frontier(cut.train, ease, people, max_people=0)
