"""Popularity and random: the numbers every other model is compared with."""

from __future__ import annotations

import math

import numpy as np
import pytest

from recsys.models import fit
from recsys.types import Event, Kind, Query


def test_popularity_counts_different_people_who_liked(toy):
    scores = dict(zip(toy.item_ids, fit("popularity", toy).score(Query()), strict=True))
    # ann, bob and dee liked the shoe, dee clicked the pan, cai's two stars and bob's dislike are no likes
    expected = {"shoe": math.log(4), "jacket": math.log(2), "over": math.log(2), "pan": math.log(2)}
    for item_id, score in scores.items():
        assert score == pytest.approx(expected.get(item_id, 0), abs=1e-6), item_id


def test_popularity_is_the_same_for_everybody(toy):
    scorer = fit("popularity", toy)
    query = Query((Event("1", Kind.LIKE, 0.0, "tent"),), "camping", "ann")
    np.testing.assert_array_equal(scorer.score(query), scorer.score(Query()))


def test_random_is_one_order_a_person_and_seed(toy):
    scorer = fit("random", toy)
    ann = scorer.score(Query(user_id="ann"))
    np.testing.assert_array_equal(scorer.score(Query(typed="rain", user_id="ann")), ann)
    assert (scorer.score(Query(user_id="bob")) != ann).all()
    assert ((ann >= 0) & (ann < 1)).all()


def test_random_ranks_every_item_first_about_equally_often(toy):
    scorer = fit("random", toy)
    firsts = np.bincount([scorer.score(Query(user_id=str(n))).argmax() for n in range(2000)], minlength=toy.n_items)
    # 200 expected, standard deviation 13.4: five of them either way
    assert firsts.min() > 133
    assert firsts.max() < 267
