"""The same questions to other libraries, on the same files and this machine: whether our lists are as good, as fast.

    python -m benchmarks peers --python ENV/bin/python [--rectools-python ENV/bin/python] [--splits ...] [--fresh]

``ENV`` holds ``benchmarks/peers/requirements.txt`` (the other one ``requirements-rectools.txt``); the variables
PEERS_PYTHON and PEERS_RECTOOLS_PYTHON say the same. ``python -m benchmarks quality`` has to come first: the people of
both runs are compared one by one. Lists of peers are kept in the cache folder; times are measured every run.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.peers.answers import Peer, ask, tuned_lists
from benchmarks.peers.speed import parity
from benchmarks.quality import best_model, values_of
from benchmarks.quality_ask import K, exam, per_user
from benchmarks.quality_compare import difference, scores
from benchmarks.result import write
from benchmarks.splits import TEST, WITH_PEERS, folder, prepared
from recsys.errors import DataError

IMPLICIT = ("implicit_als", "implicit_cosine", "implicit_bm25")
LENSKIT = ("lenskit_ease", "lenskit_item_knn", "lenskit_implicit_mf")
RECTOOLS = ("rectools_ease", "rectools_item_knn")

AT_MOST = {
    "ease/ndcg_gap": 0.00005,
    "ease/fit_ratio": 0.8,
    "ease/ms_per_user_ratio": 0.2,
    "ials/fit_ratio": 2.0,
}
"""Ours against theirs, by the end of the figure's name."""


@dataclass(frozen=True)
class Config:
    """Where the peers live, and what they are asked."""

    python: Path | None = None
    rectools_python: Path | None = None
    splits: tuple[str, ...] = WITH_PEERS
    budget: int = 8
    threads: int = 2
    seed: int = 0
    fresh: bool = False


def options(arguments: Sequence[str]) -> Config:
    """The config that the words after ``python -m benchmarks peers`` and the environment ask for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks peers")
    parser.add_argument("--python", type=Path, default=_path("PEERS_PYTHON"))
    parser.add_argument("--rectools-python", type=Path, default=_path("PEERS_RECTOOLS_PYTHON"))
    parser.add_argument("--splits", nargs="+", choices=WITH_PEERS, default=list(WITH_PEERS))
    parser.add_argument("--budget", type=int, default=Config.budget)
    parser.add_argument("--threads", type=int, default=Config.threads)
    parser.add_argument("--fresh", action="store_true")
    asked = parser.parse_args(arguments)
    return Config(
        asked.python,
        asked.rectools_python,
        tuple(asked.splits),
        asked.budget,
        asked.threads,
        fresh=asked.fresh,
    )


def main(config: Config | None = None) -> int:
    """Ask every peer, compare, write ``results/peers.json``; 1 when a bar is missed, 2 without a peer to ask."""
    config = config or options([])
    groups = _groups(config)
    if not groups:
        print("no peers: give --python, an environment with benchmarks/peers/requirements.txt", file=sys.stderr)
        return 2
    figures: dict[str, float | int | str] = {"budget": config.budget, "threads": config.threads}
    at_least: dict[str, float] = {}
    for name in config.splits:
        figures |= _compared(name, groups, config, at_least)
    at_most = {key: bar for key in figures for end, bar in AT_MOST.items() if key.endswith(f"/{end}")}
    return write("peers", figures, at_least, at_most)


def _groups(config: Config) -> list[Peer]:
    """Which models are run by which interpreter; implicit asks for one BLAS thread beside its own."""
    groups = []
    if config.python is not None:
        groups += [Peer(config.python, IMPLICIT, blas_threads=1), Peer(config.python, LENSKIT, config.threads)]
    if config.rectools_python is not None:
        groups.append(Peer(config.rectools_python, RECTOOLS, blas_threads=1))
    return groups


def _compared(
    name: str, groups: Sequence[Peer], config: Config, at_least: dict[str, float]
) -> dict[str, float | int | str]:
    """Figures of one cut; adds its bars to ``at_least``."""
    cut = prepared(name, config.seed)
    file = cut.split.write(folder())
    asked = exam(cut, TEST)
    ask(file, groups, config.budget, config.threads, config.fresh)
    figures: dict[str, float | int | str] = {}
    values = {}
    for peer, lists, about in tuned_lists(file, groups, asked, K):
        values[peer] = per_user(lists, asked)
        figures |= scores(f"{name}/{peer}", values[peer])
        figures[f"{name}/{peer}/setting"] = ",".join(f"{knob}={value:g}" for knob, value in about["knobs"].items())
        figures[f"{name}/{peer}/fit_s"] = round(about["fit_s"], 3)
        figures[f"{name}/{peer}/ms_per_user"] = round(about["ms_per_user"], 3)
    ours = best_model(cut.split, config.budget)
    if ours is None:
        raise DataError(f"nothing of ours was measured on {name}: run python -m benchmarks quality first")
    theirs = max(values, key=lambda peer: float(values[peer][f"NDCG@{K}"].mean()))
    pair = f"{name}/{ours}-vs-{theirs}"
    figures |= difference(pair, values_of(cut.split, ours, config.budget), values[theirs], (f"NDCG@{K}",))
    figures |= {f"{name}/best_of_ours": ours, f"{name}/best_peer": theirs}
    at_least[f"{pair}/NDCG@{K}/high"] = 0.0
    same = parity(file, groups, asked, config.threads)
    return figures | {f"{name}/{key}": value for key, value in same.items()}


def _path(variable: str) -> Path | None:
    value = os.environ.get(variable)
    return Path(value) if value else None
