"""Who scores when a model has nothing to go on, and where the reasons come from."""

from __future__ import annotations

import numpy as np
import pytest
from camps import camps

from recsys.models import MODELS, fit
from recsys.models.registry import label_of
from recsys.models.scored import scored, silence
from recsys.types import Event, Explains, Kind, Query

pytestmark = pytest.mark.usefixtures("minilm")
LIKED = Query((Event("e", Kind.LIKE, 1.0, "i2"),))
ROWS = np.arange(6)


@pytest.fixture(scope="module")
def people():
    return camps()


@pytest.mark.parametrize("name", MODELS)
def test_scores_and_reasons_are_those_of_the_model(people, name):
    scorer = fit(name, people)
    said = scored(scorer, LIKED)
    assert said.scorer is scorer
    assert not said.stood_in
    np.testing.assert_array_equal(said.scores, scorer.score(LIKED))
    if isinstance(scorer, Explains):
        expected = scorer.contributions(LIKED, ROWS)
        assert said.reasons(ROWS).parts == expected.parts
        np.testing.assert_array_equal(said.reasons(ROWS).values, expected.values)
    else:
        assert said.reasons(ROWS).values.shape == (len(ROWS), 0)


def test_another_steps_in_only_where_nothing_can_be_scored(people):
    ease, popular = fit("ease", people), fit("popularity", people)
    said = scored(ease, Query(), popular)
    assert said.scorer is popular
    assert said.stood_in
    np.testing.assert_array_equal(said.scores, popular.score(Query()))
    np.testing.assert_array_equal(said.reasons(ROWS).values, popular.contributions(Query(), ROWS).values)
    assert not scored(ease, LIKED, popular).stood_in
    assert np.isnan(scored(ease, Query()).scores).all()


class Mine:
    """No model of the registry."""


def test_a_model_goes_by_its_label_and_a_stranger_by_its_class(people):
    assert label_of(fit("ease", people)) == MODELS["ease"].label
    assert label_of(Mine()) == "Mine"
    assert silence("EASE") == "EASE has nothing to go on yet: showing what is popular"
