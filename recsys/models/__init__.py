"""Recommenders: each scores every item of the catalogue for one query."""

from recsys.models.registry import BASELINES, MODELS, build, fit
from recsys.models.shared import shared
from recsys.ranking import ranks, top_k

__all__ = ["BASELINES", "MODELS", "build", "fit", "ranks", "shared", "top_k"]
