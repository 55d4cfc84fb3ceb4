"""Re-ranking: the last stage, which looks at the list as a whole."""

from recsys.rerank import mmr
from recsys.rerank.candidates import POOL, Candidates
from recsys.rerank.chain import Chain, Step, chained
from recsys.rerank.mix import Mix
from recsys.types import Spec

RERANKERS: dict[str, Spec] = {spec.name: spec for spec in (mmr.SPEC,)}
"""Every strategy by name, in the order in which a chain applies them."""

__all__ = ["POOL", "RERANKERS", "Candidates", "Chain", "Mix", "Step", "chained"]
