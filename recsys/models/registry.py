"""Every recommender of the app: one line here and the forms, charts, tests and tables pick it up."""

from __future__ import annotations

from typing import Any

from recsys.data import Dataset
from recsys.errors import UnknownIdError
from recsys.models import ease, popularity, random, text_mean, text_profile
from recsys.types import Scorer, Spec

MODELS: dict[str, Spec] = {
    spec.name: spec
    for spec in (
        random.SPEC,
        popularity.SPEC,
        ease.SPEC,
        text_mean.SPEC,
        text_profile.SPEC,
    )
}
"""By name, in the order in which they are shown: baselines, behaviour, text, both, blends."""

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
