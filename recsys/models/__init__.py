"""Recommenders: each scores every item of the catalogue for one query."""

from recsys.models.ranking import ranks, top_k
from recsys.models.registry import BASELINES, MODELS, build, fit
from recsys.models.shared import shared

__all__ = ["BASELINES", "MODELS", "build", "fit", "ranks", "shared", "top_k"]
