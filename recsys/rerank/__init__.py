"""Re-ranking: the last stage, which looks at the list as a whole."""

from recsys.rerank import (
    calibrated,
    companions,
    context,
    cross_encoder,
    dpp,
    feedback,
    flow,
    interest,
    language_model,
    level,
    lift,
    linucb,
    mmr,
    novelty,
    price_band,
    rules,
    seen,
    spacing,
    thompson,
    xquad,
)
from recsys.rerank.candidates import POOL, Candidates
from recsys.rerank.chain import Chain, Step, chained
from recsys.rerank.mix import Mix
from recsys.types import Spec

RERANKERS: dict[str, Spec] = {
    spec.name: spec
    for spec in (
        seen.SPEC,
        feedback.SPEC,
        interest.SPEC,
        context.SPEC,
        novelty.SPEC,
        price_band.SPEC,
        companions.SPEC,
        level.SPEC,
        lift.SPEC,
        cross_encoder.SPEC,
        language_model.SPEC,
        mmr.SPEC,
        dpp.SPEC,
        calibrated.SPEC,
        xquad.SPEC,
        thompson.SPEC,
        linucb.SPEC,
        flow.SPEC,
        spacing.SPEC,
        rules.SPEC,
    )
}
"""Every strategy by name, in the order in which a chain applies them."""

__all__ = ["POOL", "RERANKERS", "Candidates", "Chain", "Mix", "Step", "chained"]
