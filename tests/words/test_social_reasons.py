"""What a model of people and posts says of itself, as a sentence in both languages."""

from __future__ import annotations

import pytest

from recsys.models.social import LABELS
from recsys.types import Part, Query
from recsys.words.reasons import reason

FEATURES = {"of_likers": "influence", "likes": "friends"}


@pytest.mark.parametrize("name", LABELS)
def test_every_factor_speaks_for_and_against_in_both_languages(toy, name):
    part = Part(f"feature:{FEATURES.get(name, name)}", "feature", LABELS[name], 1.0)
    other = Part("prior", "prior", "liked by many people", 0.0)
    for language in ("en", "zh"):
        said = reason(toy, Query(), 0, [part], [1.0], language).claim.text
        assert "speaks for it" not in said
        assert "对它有利" not in said
        against = reason(toy, Query(), 0, [part, other], [-1.0, 1.0], language).claim.text
        assert (LABELS[name] in against) == (language == "en")
        assert "“" not in said + against
