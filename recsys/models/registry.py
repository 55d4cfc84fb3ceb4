"""Every recommender of the app: one line here and the forms, charts, tests and tables pick it up."""

from __future__ import annotations

from typing import Any

from recsys.data import Dataset
from recsys.errors import UnknownIdError
from recsys.models.popularity import Popularity
from recsys.models.random import Random
from recsys.models.text_mean import TextMean
from recsys.models.text_profile import TextProfile
from recsys.types import Knob, Scorer, Spec

_PROFILE_KNOBS = (
    Knob("half_life", "Memory", "After this many newer events an event counts half.", 10.0, 1.0, 100.0),
    Knob("dislike_strength", "Dislike strength", "How strongly a dislike pushes away.", 0.7, 0.0, 2.0),
    Knob("typed_share", "Weight of typed words", "Share of the list that follows the text box.", 0.7, 0.0, 0.99),
    Knob("prior", "Popularity", "How much it counts that many people liked an item.", 0.1, 0.0, 2.0),
)

MODELS: dict[str, Spec] = {
    spec.name: spec
    for spec in (
        Spec("random", "Random", "A random order: the floor under every number.", Random),
        Spec("popularity", "Popular", "What most people liked, the same for everybody.", Popularity),
        Spec("text_mean", "Average of texts", "The articles' formula: mean of all texts, then cosine.", TextMean),
        Spec(
            "text_profile",
            "Text profile",
            "Likes pull, dislikes push, newer counts more, typed words lead.",
            TextProfile,
            _PROFILE_KNOBS,
        ),
    )
}

BASELINES = ("random", "popularity")
"""Drawn beside every metric."""


def build(name: str, **knobs: Any) -> Scorer:
    """An unfitted model; UnknownIdError names the models there are, ValueError a knob that is not one."""
    if name not in MODELS:
        raise UnknownIdError(f"there is no model {name!r}; choose from {', '.join(MODELS)}")
    spec = MODELS[name]
    unknown = set(knobs) - {knob.name for knob in spec.knobs}
    if unknown:
        raise ValueError(f"{name} has no knob {', '.join(sorted(unknown))}")
    scorer: Scorer = spec.build(**knobs)
    return scorer


def fit(name: str, data: Dataset, **knobs: Any) -> Scorer:
    """Build and fit in one step."""
    return build(name, **knobs).fit(data)
