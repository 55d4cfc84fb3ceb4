"""What was measured so far, one file per cut and model: a rerun measures only what is missing or has changed."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys.settings import settings

ROOMS = ("recsys.models.", "recsys.text.", "recsys.rerank.")
"""Code whose change makes a measurement stale."""


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


@cache
def code_of(module: str) -> str:
    """Digest of what a module does, and of every module of ROOMS it imports; comments and docstrings do not count."""
    digest = hashlib.sha256()
    for name in sorted(_reached(module)):
        tree = ast.parse(_file(name).read_text(encoding="utf-8"))
        digest.update(f"{name}\n{ast.dump(_silent(tree))}".encode())
    return digest.hexdigest()[:16]


def _reached(module: str) -> set[str]:
    found, waiting = set(), [module]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _imports(name)
    return found


def _imports(module: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(_file(module).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        yield from (name for name in names if name.startswith(ROOMS) and _is_module(name))


def _is_module(name: str) -> bool:
    try:
        found = importlib.util.find_spec(name)
    except ModuleNotFoundError:
        return False
    # A package's door imports everything; what is used of it is reached by its own name.
    return found is not None and found.origin is not None and not found.origin.endswith("__init__.py")


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
    """Whether a model's module, or one it is built from, uses the encoders."""
    return any("recsys.text" in _named_modules(name) for name in _reached(module))


def _named_modules(module: str) -> set[str]:
    tree = ast.parse(_file(module).read_text(encoding="utf-8"))
    return {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
