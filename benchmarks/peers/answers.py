"""Running the peers' script in their own interpreter, and reading what it wrote."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.quality_ask import Exam
from recsys.errors import DataError
from recsys.metrics.lists import TopLists

SCRIPT = Path(__file__).with_name("run.py")
THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "LK_NUM_BLAS_THREADS")


@dataclass(frozen=True)
class Peer:
    """Models that one interpreter runs."""

    python: Path
    models: tuple[str, ...]
    blas_threads: int


def folder_of(file: Path) -> Path:
    """Where the answers to the questions of one cut are kept."""
    return file.parent.parent / "peers" / file.stem


def ask(file: Path, groups: Sequence[Peer], budget: int, threads: int, fresh: bool = False) -> None:
    """Run every model whose answers are missing, or were given to another cut or with another budget."""
    with np.load(file) as cut:
        digest = str(cut["digest"])
    for group in groups:
        missing = [name for name in group.models if fresh or not _answered(file, name, digest, budget)]
        if missing:
            run(file, group, missing, threads, budget)


def run(file: Path, group: Peer, models: Sequence[str], threads: int, budget: int = 1) -> None:
    """Run the script for ``models`` with the same limits on threads as ours have."""
    environment = {**os.environ, **dict.fromkeys(THREAD_VARIABLES, str(group.blas_threads))}
    environment["LK_NUM_THREADS"] = environment["RAYON_NUM_THREADS"] = str(threads)
    command = [str(group.python), str(SCRIPT), "--split", str(file), "--out", str(folder_of(file))]
    command += ["--budget", str(budget), "--threads", str(threads), "--models", *models]
    done = subprocess.run(command, env=environment, check=False, stdout=2)
    if done.returncode:
        raise DataError(f"{group.python} could not run {', '.join(models)}: see the messages above")


def read(file: Path, name: str) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """What the script said of one model, and its arrays."""
    with np.load(folder_of(file) / f"{name}.npz") as answer:
        arrays = {key: answer[key] for key in answer.files if key != "about"}
        return json.loads(str(answer["about"])), arrays


def tuned_lists(
    file: Path, groups: Sequence[Peer], asked: Exam, k: int
) -> Iterator[tuple[str, TopLists, dict[str, Any]]]:
    """(model, lists, what was said of them) of every peer, people in the order of ``asked``."""
    for name in (name for group in groups for name in group.models):
        about, arrays = read(file, name)
        if len(arrays["users"]) != len(asked.user_ids):
            raise DataError(f"{name} answered {len(arrays['users'])} people, should be {len(asked.user_ids)}")
        lists = [ranked[ranked >= 0] for ranked in arrays["lists"]]
        for ranked, barred in zip(lists, asked.barred, strict=True):
            if np.isin(ranked, barred).any():
                raise DataError(f"{name} recommended what the person knows already: its lists cannot be compared")
        yield name, TopLists.of(lists, asked.relevant, k), about


def _answered(file: Path, name: str, digest: str, budget: int) -> bool:
    if not (folder_of(file) / f"{name}.npz").is_file():
        return False
    about, _ = read(file, name)
    return bool(about["digest"] == digest and about["budget"] == budget)
