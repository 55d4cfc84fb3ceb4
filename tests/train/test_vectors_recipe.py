"""Compact vectors of one catalogue: the exact ones are text_profile's, the others are judged against them."""

from __future__ import annotations

import json

import numpy as np
import pytest

from recsys.data.splits import split
from recsys.errors import DataError
from recsys.evaluate.lists import asked
from recsys.index import Exact, Reduced
from recsys.models import build
from recsys.plots.vectors import QUALITIES, vectors_alt, vectors_figure
from recsys.text import reader
from recsys.text.space import TextSpace
from recsys.train import Desk, vectors
from recsys.train.recipes import recipe_class
from recsys.train.vectors import FULL, ByVectors, Vectors, representations
from recsys.types import Query


@pytest.fixture(scope="module")
def shop_read(shop):
    """The shop read by its words: no network to wait for."""
    return shop.read_by("lexical")


@pytest.fixture(scope="module")
def told(shop_read, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vectors, "N_TIMED", 5)
        yield Vectors(max_users=40, n_items=60).run(shop_read, Desk(tmp_path_factory.mktemp("desk")))


def test_the_exact_vectors_score_as_text_profile_does(shop_read):
    cut = split(shop_read, "global_time", max_users=5)
    space = reader().space(cut.train, "lexical")
    ours, usual = ByVectors(Exact.of(space.items), space).fit(cut.train), build("text_profile").fit(cut.train)
    for person in asked(cut):
        query = Query(tuple(event for event in person.query.events if not event.text))
        scores, full = ours.score(query), usual.score(query)
        scored = ~np.isnan(scores)
        np.testing.assert_allclose(scores[scored], full[scored], atol=1e-4)
        assert scored.sum() >= len(scores) - len(person.known)


def test_only_candidates_that_are_new_to_somebody_are_scored_and_nobody_without_events(shop_read):
    cut = split(shop_read, "cold_items", max_users=3)
    space = reader().space(cut.train, "lexical")
    scorer = ByVectors(Exact.of(space.items), space, cut.candidates).fit(cut.train)
    for person in asked(cut):
        scored = np.flatnonzero(~np.isnan(scorer.score(person.query)))
        assert scored.tolist() == np.setdiff1d(cut.candidates, person.known).tolist()
    assert np.isnan(scorer.score(Query())).all()


def test_a_taste_among_reduced_vectors_is_the_sum_of_reduced_items(shop_read):
    cut = split(shop_read, "global_time", max_users=1)
    full = reader().space(cut.train, "lexical")
    index = Reduced.of(full.items, 16, Exact.of)
    reduced = index.reduction(full.items)
    by_hand = TextSpace(full.encoder, reduced, full.centre, reduced, full.scale, full.read)
    (person,) = asked(cut)
    ours = ByVectors(index, full).fit(cut.train).score(person.query)
    np.testing.assert_allclose(
        ours, ByVectors(Exact.of(reduced), by_hand).fit(cut.train).score(person.query), atol=1e-5
    )


def test_what_is_told_is_json_with_every_representation_against_the_exact_one(told):
    json.dumps(told, allow_nan=False)
    every = {one["name"]: one for one in told["representations"]}
    assert list(every) == [one.name for one in representations(told["dim"])]
    exact = every[FULL]
    assert exact["overlap_items"] == exact["overlap_people"] == 1
    assert exact["bytes"] == exact["swept_bytes"] == told["n_items"] * told["dim"] * 4
    assert exact["loss"] == exact["loss_low"] == exact["loss_high"] == 0
    assert exact["found"] is False
    assert every["int8"]["overlap_items"] >= 0.95
    assert every["binary"]["overlap_items"] >= 0.9
    assert every["pca64"]["overlap_items"] < every["int8"]["overlap_items"]
    for one in every.values():
        assert 0 <= one["overlap_people"] <= 1
        assert one["loss_low"] <= one["loss"] <= one["loss_high"]
        assert 0 < one["p50_ms"] <= one["p95_ms"]
        for cut in ("global_time", "cold_items"):
            ndcg, loss = (one["hits"][cut][name]["value"] for name in ("ndcg", "loss"))
            assert ndcg == pytest.approx(exact["hits"][cut]["ndcg"]["value"] + loss)


def test_a_catalogue_with_nothing_to_lose_is_refused(toy, tmp_path):
    with pytest.raises(DataError, match="10 items: with more than 10"):
        Vectors().run(toy.read_by("lexical"), Desk(tmp_path))


@pytest.mark.parametrize("what", QUALITIES)
def test_every_representation_is_drawn_and_said(told, what):
    every = told["representations"]
    figure = vectors_figure(every, what, told["n_items"])
    assert sorted(trace.name for trace in figure.data) == sorted(one["label"] for one in every)
    assert [trace.x[0] for trace in figure.data] == sorted(one["swept_bytes"] / told["n_items"] for one in every)
    assert all((trace.error_y.array is not None) == (what == "ndcg") for trace in figure.data)
    assert "Exact, 32 bits" in vectors_alt(every, what)


def test_what_could_not_be_measured_is_no_dot(told):
    every = [one | {"ndcg": None} for one in told["representations"]]
    assert not vectors_figure(every, "ndcg", 10).data
    assert vectors_alt(every, "ndcg") == "Nothing could be measured"
    assert recipe_class("vectors") is Vectors
