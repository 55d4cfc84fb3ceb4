"""``python -m recsys train``: the trainings of the Train and Compress pages, in the shell."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, Field, fields, replace
from typing import Any

from recsys.data import Dataset
from recsys.errors import DataError, RecsysError

LOOK_SECONDS = 0.5


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command ``train``."""
    parser = subparsers.add_parser(
        "train",
        help="tune, fine-tune, fuse or shrink a model, as the Train and Compress pages do",
        description="Without a recipe, list them with their settings and defaults. The pages show what came out.",
    )
    parser.add_argument("recipe", nargs="?", default="", help="what to do, such as tune or quantise")
    parser.add_argument("settings", nargs="*", metavar="NAME=VALUE", help="settings of the recipe, such as trials=20")
    parser.add_argument("--dataset", default="shop", help="name of the data to learn from (default: shop)")
    parser.set_defaults(run=run)


def run(parsed: argparse.Namespace, write: Callable[[str], None]) -> int:
    """Start the training, or go on with one that was stopped, and tell how far it is; Ctrl-C stops it."""
    # Imported here: it loads the models, which no other command needs.
    from recsys.data import catalogue
    from recsys.train import Job, State
    from recsys.train.recipes import RECIPES, recipe_class

    if not parsed.recipe:
        for kind in RECIPES:
            write(f"{kind}: {' '.join(_defaults(recipe_class(kind)))}")
        return 0
    made, data = recipe_class(parsed.recipe), catalogue.load(parsed.dataset)
    job = Job.of(_recipe(made, parsed.settings, data), data)
    job.start()
    try:
        _watch(job, State.RUNNING, write)
    except KeyboardInterrupt:
        job.cancel()
        write("stopped; the same command goes on from here")
        return 1
    if job.state is not State.DONE:
        raise RecsysError(job.error or "the training was stopped; the same command goes on from there")
    write(json.dumps(job.result, ensure_ascii=False))
    return 0


def _watch(job: Any, running: object, write: Callable[[str], None]) -> None:
    told = ""
    while job.state is running:
        share, line = job.progress
        if line != told:
            write(f"{share:4.0%} {line}")
            told = line
        time.sleep(LOOK_SECONDS)


def _recipe(made: Any, settings: Sequence[str], data: Dataset) -> Any:
    """The recipe with its settings, those it finds for ``data`` where it looks itself, as the pages let it.

    DataError, with what it takes, for settings that do not fit.
    """
    said = dict(part.partition("=")[::2] for part in settings)
    try:
        unknown = sorted(set(said) - {field.name for field in fields(made)})
        if unknown:
            raise ValueError(f"there is no setting {', '.join(unknown)}")
        given = {name: _value(text) for name, text in said.items()}
        missing = [field.name for field in fields(made) if _is_needed(field) and field.name not in given]
        if missing and hasattr(made, "usual"):
            return replace(made.usual(data), **given)
        if missing:
            raise ValueError(f"{' and '.join(f'{name}=' for name in missing)} should be given")
        return made(**given)
    except (TypeError, ValueError) as error:
        raise DataError(f"{error}; this recipe takes {' '.join(_defaults(made))}") from error


def _is_needed(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _value(text: str) -> Any:
    """A number, a truth or a list as JSON writes it; any other text as it is."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return tuple(value) if isinstance(value, list) else value


def _defaults(made: type) -> list[str]:
    known: Mapping[str, Any] = {field.name: field.default for field in fields(made)}
    return [f"{name}={'' if value is MISSING else json.dumps(value)}" for name, value in known.items()]
