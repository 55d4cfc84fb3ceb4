"""Every recommender of the app: one line here and the forms, charts, tests and tables pick it up."""

from __future__ import annotations

from typing import Any

from recsys.data import Dataset
from recsys.errors import UnknownIdError
from recsys.models import (
    audio,
    bm25,
    ease,
    ease_text,
    ials,
    ials_text,
    interest,
    item_knn,
    item_knn_text,
    learned_weights,
    ltr,
    mf,
    next_likes,
    popularity,
    random,
    rp3beta,
    rrf,
    social,
    switching,
    text_audio,
    text_fused,
    text_mean,
    text_nearest,
    text_profile,
    two_stage,
    user_knn,
    user_knn_text,
    weighted,
    windowed_popularity,
)
from recsys.types import Knob, Scorer, Spec

MODELS: dict[str, Spec] = {
    spec.name: spec
    for spec in (
        random.SPEC,
        popularity.SPEC,
        windowed_popularity.SPEC,
        item_knn.SPEC,
        user_knn.SPEC,
        rp3beta.SPEC,
        next_likes.SPEC,
        ease.SPEC,
        ials.SPEC,
        mf.SPEC,
        text_mean.SPEC,
        bm25.SPEC,
        text_profile.SPEC,
        text_nearest.SPEC,
        text_fused.SPEC,
        audio.SPEC,
        text_audio.SPEC,
        item_knn_text.SPEC,
        user_knn_text.SPEC,
        ease_text.SPEC,
        ials_text.SPEC,
        weighted.SPEC,
        rrf.SPEC,
        switching.SPEC,
        learned_weights.SPEC,
        ltr.SPEC,
        interest.SPEC,
        two_stage.SPEC,
        social.SPEC,
    )
}
"""By name, in the order in which they are shown: baselines, behaviour, text, both, blends."""

BASELINES = ("random", "popularity")
"""Drawn beside every metric."""


_QUOTED = 40
"""Characters of a wrong name that its error repeats."""


def offered(data: Dataset) -> list[str]:
    """Names of the models that ``data`` has what they need for, in the order in which they are shown."""
    return [name for name, spec in MODELS.items() if data.has(spec.needs)]


def spec_of(name: str) -> Spec:
    """The line of a model; UnknownIdError names those there are."""
    if name not in MODELS:
        raise UnknownIdError(f"there is no model {name[:_QUOTED]!r}; choose from {', '.join(MODELS)}")
    return MODELS[name]


def knob_of(spec: Spec, name: str) -> Knob:
    """The knob of that name; ValueError with the names there are."""
    found = next((knob for knob in spec.knobs if knob.name == name), None)
    if found is None:
        known = ", ".join(knob.name for knob in spec.knobs) or "none"
        raise ValueError(f"{spec.name} has no knob {name[:_QUOTED]!r}; it has {known}")
    return found


def build(name: str, **knobs: Any) -> Scorer:
    """An unfitted model; UnknownIdError names the models there are, ValueError a knob that is not one."""
    spec = spec_of(name)
    for knob in sorted(knobs):
        knob_of(spec, knob)
    scorer: Scorer = spec.build(**knobs)
    return scorer


def fit(name: str, data: Dataset, **knobs: Any) -> Scorer:
    """Build and fit in one step."""
    return build(name, **knobs).fit(data)


def label_of(scorer: Scorer) -> str:
    """What a visitor reads for ``scorer``: its label, or the name of its class where the registry has none."""
    return next((spec.label for spec in MODELS.values() if spec.build is type(scorer)), type(scorer).__name__)
