"""Re-ranking: the last stage, which looks at the list as a whole."""

from recsys.rerank import (
    calibrated,
    context,
    cross_encoder,
    dpp,
    feedback,
    interest,
    language_model,
    linucb,
    mmr,
    novelty,
    rules,
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
        feedback.SPEC,
        interest.SPEC,
        context.SPEC,
        novelty.SPEC,
        cross_encoder.SPEC,
        language_model.SPEC,
        mmr.SPEC,
        dpp.SPEC,
        calibrated.SPEC,
        xquad.SPEC,
        thompson.SPEC,
        linucb.SPEC,
        rules.SPEC,
    )
}
"""Every strategy by name, in the order in which a chain applies them."""

__all__ = ["POOL", "RERANKERS", "Candidates", "Chain", "Mix", "Step", "chained"]
