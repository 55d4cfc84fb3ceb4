"""Recsys Live: recommendations that move when a person types or clicks, and can say why.

Importing this package loads neither streamlit nor torch.

>>> from recsys import load, fit, recommend, Query          # doctest: +SKIP
>>> shop = load("shop")                                      # doctest: +SKIP
>>> recommend(shop, fit("text_profile", shop), Query(typed="shoes for running in the rain")).item_ids  # doctest: +SKIP
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "ChainSetting": "recsys.rerank.setting",
    "Dataset": "recsys.data",
    "Event": "recsys.types",
    "Kind": "recsys.types",
    "Known": "recsys.live",
    "MODELS": "recsys.models",
    "Objective": "recsys.rerank.objective",
    "Query": "recsys.types",
    "RERANKERS": "recsys.rerank",
    "Ranked": "recsys.types",
    "Ranking": "recsys.live",
    "Situation": "recsys.explain.situation",
    "counterfactual": "recsys.explain.counterfactual",
    "fit": "recsys.models",
    "load": "recsys.data.catalogue",
    "recommend": "recsys.live",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    """Import a public name from its room on first use, which keeps ``import recsys`` instant."""
    if name not in _HOMES:
        raise AttributeError(f"module 'recsys' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
