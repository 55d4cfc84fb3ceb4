"""Re-ranking: the last stage, which looks at the list as a whole."""

from recsys.rerank import mmr
from recsys.rerank.candidates import Candidates
from recsys.types import Spec

RERANKERS: dict[str, Spec] = {spec.name: spec for spec in (mmr.SPEC,)}
"""Every strategy by name."""

__all__ = ["RERANKERS", "Candidates"]
