"""What was measured so far, one file per cut and model: a rerun measures only what is missing or has changed."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys.settings import ROOT, settings

ROOMS = ("recsys.data", "recsys.text", "recsys.metrics")
"""Rooms that every measurement stands on."""
ASKING = (
    "benchmarks.quality_ask",
    "benchmarks.quality_tune",
    "benchmarks.splits",
    "recsys.columns",
    "recsys.ranking",
    "recsys.types",
)
"""Modules that every measurement stands on."""
MODELS = "recsys.models."


@dataclass(frozen=True, eq=False)
class Measured:
    """One model on one cut."""

    about: dict[str, Any]
    """key, knobs, tried, valid NDCG, seconds."""
    values: dict[str, NDArray[np.float64]]
    """By metric: one number per asked person, in the order of the cut."""
    rows: NDArray[np.int64]
    """(n_users, k) the lists."""


def folder() -> Path:
    """Where measurements wait."""
    return settings().cache_dir / "benchmarks" / "quality"


def path_of(split: str, model: str) -> Path:
    """File of one measurement."""
    return folder() / f"{split.replace('/', '--')}--{model}.npz"


def save(split: str, model: str, measured: Measured) -> None:
    """Write one measurement, all or nothing."""
    path = path_of(split, model)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part.npz")
    arrays: dict[str, Any] = {"rows": measured.rows, "about": np.array(json.dumps(measured.about)), **measured.values}
    np.savez_compressed(unfinished, **arrays)
    unfinished.replace(path)


def load(split: str, model: str, key: str | None = None) -> Measured | None:
    """The measurement, or None when there is none or it was made under another ``key``."""
    path = path_of(split, model)
    if not path.is_file():
        return None
    with np.load(path) as file:
        about = json.loads(str(file["about"]))
        if key is not None and about["key"] != key:
            return None
        values = {name: file[name] for name in file.files if name not in ("rows", "about")}
        return Measured(about, values, file["rows"])


def key_of(*parts: object) -> str:
    """16 hex digits for everything a measurement depends on."""
    return hashlib.sha256(json.dumps([str(part) for part in parts]).encode()).hexdigest()[:16]


def code_of(module: str) -> str:
    """Digest of all code that decides what a model's measurement is; comments and docstrings do not count.

    That is the ROOMS that every model stands on, the ASKING of the questions, and of recsys.models only ``module``
    and what it imports there: a change to one model leaves what was measured of the others.
    """
    names = _modules_of(ROOMS) | set(ASKING) | reached(module)
    return hashlib.sha256("\n".join(f"{name} {_digest(name)}" for name in sorted(names)).encode()).hexdigest()[:16]


@cache
def reached(module: str) -> frozenset[str]:
    """``module`` and every module of recsys.models that it needs, through others too."""
    found, waiting = set(), [module]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [used for used in _imports(name) if used.startswith(MODELS)]
    return frozenset(found)


@cache
def _imports(module: str) -> tuple[str, ...]:
    """Modules that ``module`` imports from this package; a name is traced to the module that defines it."""
    found: list[str] = []
    for node in ast.walk(_tree(module)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if _exists(alias.name)]
        elif isinstance(node, ast.ImportFrom) and str(node.module).startswith("recsys"):
            found += [_home(str(node.module), alias.name) for alias in node.names]
    return tuple(found)


def _home(module: str, name: str) -> str:
    """The module that defines ``name``, which is imported from ``module``: a package's door only passes it on."""
    if _exists(f"{module}.{name}"):
        return f"{module}.{name}"
    for node in ast.walk(_tree(module)) if _file(module).name == "__init__.py" else ():
        if isinstance(node, ast.ImportFrom):
            origin = next((alias.name for alias in node.names if name in (alias.asname, alias.name)), None)
            if origin is not None:
                return _home(str(node.module), origin)
    return module


def _modules_of(rooms: Sequence[str]) -> set[str]:
    files = (file for room in rooms for file in (ROOT / room.replace(".", "/")).rglob("*.py"))
    return {".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for file in files}


def _exists(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


@cache
def _digest(module: str) -> str:
    return hashlib.sha256(ast.dump(_silent(_tree(module))).encode()).hexdigest()


def _tree(module: str) -> ast.Module:
    return ast.parse(_file(module).read_text(encoding="utf-8"))


def _file(module: str) -> Path:
    found = importlib.util.find_spec(module)
    if found is None or found.origin is None:
        raise ModuleNotFoundError(module)
    return Path(found.origin)


def _silent(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            kept = [each for each in body if not (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant))]
            node.body = kept or [ast.Pass()]  # type: ignore[attr-defined]
    return tree


def reads_text(module: str) -> bool:
    """Whether a model's module, or one it is built from, reads texts of the catalogue or of people."""
    return any(used.startswith("recsys.text") for name in reached(module) for used in _imports(name))
