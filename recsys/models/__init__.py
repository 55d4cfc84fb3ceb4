"""Recommenders: each scores every item of the catalogue for one query."""

from recsys.models.ranking import ranks, top_k
from recsys.models.registry import BASELINES, MODELS, build, fit

__all__ = ["BASELINES", "MODELS", "build", "fit", "ranks", "top_k"]
