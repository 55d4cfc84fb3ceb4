"""Everything that can be trained: one line per recipe."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from recsys.errors import UnknownIdError

RECIPES: dict[str, str] = {
    "vectors": "recsys.train.vectors:Vectors",
    "distil": "recsys.train.distil:Distil",
    "head": "recsys.train.head:Head",
    "finetune": "recsys.train.finetune:FineTune",
    "fuse": "recsys.train.fuse:Fuse",
    "augment": "recsys.train.augment:Augment",
    "engines": "recsys.train.engines:Engines",
    "quantise": "recsys.train.quantise:Quantise",
    "prune": "recsys.train.prune:Prune",
    "transfer": "recsys.train.transfer:Transfer",
    "tune": "recsys.train.tune:Tune",
    "open_test": "recsys.train.sealed:OpenTest",
}
"""Where the class of each recipe is, by its ``kind``; a recipe joins with its module and one line here."""


def recipe_class(kind: str) -> type:
    """The class of the recipe ``kind``, imported when it is needed; UnknownIdError when there is none."""
    if kind not in RECIPES:
        raise UnknownIdError(f"there is no training {kind!r}; choose from {', '.join(RECIPES)}")
    module, _, name = RECIPES[kind].partition(":")
    return cast("type", getattr(import_module(module), name))
