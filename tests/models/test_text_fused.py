"""Two rankings of the same texts, each voting with its ranks."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as limits
from sessions import queries

from recsys.data import Dataset
from recsys.models import fit
from recsys.models.bm25 import Bm25
from recsys.models.shared import shared
from recsys.models.text_profile import TextProfile
from recsys.types import Event, Kind, Query, ReadsText

pytestmark = pytest.mark.usefixtures("minilm")


def place(scores: np.ndarray, row: int) -> int | None:
    """Rank of ``row``: one more than the items that score clearly more; None when it has no score."""
    if np.isnan(scores[row]):
        return None
    return 1 + int((scores > scores[row] + 1e-4 * np.nanstd(scores)).sum())


@pytest.mark.parametrize("typed", ["wireless music", "防水跑步鞋", "soup"])
def test_the_score_is_the_sum_of_two_reciprocal_ranks(toy, typed):
    query = Query((Event("1", Kind.LIKE, 0.0, "tent"),), typed)
    scores = fit("text_fused", toy).score(query)
    lists = [fit(name, toy).score(query) for name in ("bm25", "text_profile")]
    for row in range(toy.n_items):
        places = [place(scored, row) for scored in lists]
        expected = sum(1 / (60 + rank) for rank in places if rank is not None)
        assert scores[row] == pytest.approx(expected, abs=1e-7)


def test_first_in_both_is_two_in_sixty_one(toy):
    scores = fit("text_fused", toy).score(Query(typed="sharp knife for cutting vegetables"))
    assert scores[toy.row_of["knife"]] == pytest.approx(2 / 61)
    assert np.nanargmax(scores) == toy.row_of["knife"]


def test_each_vote_is_a_part_with_a_plain_name(toy):
    query = Query(typed="soup")
    reasons = fit("text_fused", toy).contributions(query, np.array([toy.row_of["pot"]]))
    assert [(part.key, part.kind) for part in reasons.parts] == [
        ("model:bm25", "model"),
        ("model:text_profile", "model"),
    ]
    assert [part.label for part in reasons.parts] == ["Keywords", "Text profile"]
    np.testing.assert_allclose(reasons.values, [[1 / 61, 1 / 61]], rtol=1e-6)


@limits(max_examples=30)
@given(query=queries())
def test_it_reads_what_the_text_profile_reads(toy, query):
    fused, profile = fit("text_fused", toy), fit("text_profile", toy)
    assert isinstance(fused, ReadsText)
    assert fused.encoder_names == profile.encoder_names
    assert fused.texts(query) == profile.texts(query)


def test_words_found_nowhere_leave_the_vote_to_the_meaning(toy):
    query = Query(typed="footwear")
    assert np.isnan(fit("bm25", toy).score(query)).all()
    fused, profile = (fit(name, toy).score(query) for name in ("text_fused", "text_profile"))
    assert fused.argmax() == profile.argmax()
    assert fused.max() == pytest.approx(1 / 61)


def test_its_components_are_fitted_once(toy):
    model = fit("text_fused", toy)
    assert model.words_.by_term_ is shared(Bm25(), toy).by_term_
    assert model.meaning_.popularity_ is shared(TextProfile(), toy).popularity_


def test_nothing_to_go_on_is_nothing_to_say():
    items = pd.DataFrame({"item_id": ["a", "b"], "title": ["red pan", "red tent"]})
    data = Dataset.from_tables("two", items, pd.DataFrame(columns=["user_id", "item_id", "kind", "at"]))
    assert np.isnan(fit("text_fused", data).score(Query())).all()
