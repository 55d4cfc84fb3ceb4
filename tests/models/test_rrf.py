"""Fusion by place."""

from __future__ import annotations

import numpy as np
import pytest
from camps import camps

from recsys.models import fit
from recsys.models.blend import SOURCES
from recsys.models.fuse import shared_ranks
from recsys.types import Event, Kind, Query

pytestmark = pytest.mark.usefixtures("minilm")
SESSION = Query((Event("a", Kind.LIKE, 1.0, "i4"),), typed="snow")


@pytest.fixture(scope="module")
def people():
    return camps()


def test_the_score_is_the_sum_of_reciprocal_places(people):
    names = ("behaviour", "tastes", "text", "keywords", "popularity")
    lists = [SOURCES[name].build(50.0).fit(people).score(SESSION) for name in names]
    expected = np.zeros(people.n_items)
    for scores in lists:
        z = (scores - np.nanmean(scores)) / np.nanstd(scores)
        expected += np.nan_to_num(1 / (60 + shared_ranks(z)))
    np.testing.assert_allclose(fit("rrf", people).score(SESSION), expected, atol=5e-6)


def test_a_list_that_says_nothing_is_left_out(people):
    reasons = fit("rrf", people).contributions(Query(), np.arange(3))
    assert [part.key for part in reasons.parts] == ["model:popularity"]
    assert {(part.kind, part.label) for part in reasons.parts} == {("model", "what many people liked")}


def test_evenness_lets_places_count_more_alike(people):
    def gap(offset: float) -> float:
        scores = fit("rrf", people, rank_offset=offset).score(Query())
        return float((scores.max() - scores.min()) / scores.max())

    assert gap(1.0) > gap(60.0) > gap(1000.0)
