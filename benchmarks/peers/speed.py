"""Same formula, same setting, same file: whether the numbers agree, and how long it takes."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.peers.answers import Peer, read, run
from benchmarks.quality_ask import Exam, K, lists_of, per_user
from benchmarks.quality_tune import PLAIN_EASE
from recsys.metrics.lists import TopLists
from recsys.models import build, top_k
from recsys.types import Scorer

L2 = 300.0
FACTORS, EPOCHS = 64, 16
ALS = {"factors": FACTORS, "iterations": EPOCHS, "alpha": 5.0, "reg": 5.0}
N_FITS = 3
N_TURNS = 3
"""Times that ours and theirs are run by turns."""
N_TIMED = 200


def parity(file: Path, groups: Sequence[Peer], asked: Exam, threads: int) -> dict[str, float]:
    """EASE against LensKit's and implicit ALS against implicit's, each where both are there."""
    figures: dict[str, float] = {}
    for group in groups:
        if "lenskit_ease" in group.models:
            race = _Race(file, group, "lenskit_ease", {"l2": L2}, threads)
            scorer = race.run("ease", {"l2": L2, **PLAIN_EASE}, asked)
            about = {"l2": L2, **_same_lists(file, scorer, asked), **race.figures}
            figures |= {f"ease/{key}": value for key, value in about.items()}
        if "implicit_als" in group.models:
            for solver, use_cg in (("", False), ("_cg", True)):
                race = _Race(file, group, "implicit_als", ALS | {"use_cg": use_cg}, threads)
                race.run("ials", {"factors": FACTORS, "epochs": EPOCHS, "half_life": float("inf")}, asked)
                about = {"factors": FACTORS, "epochs": EPOCHS, **race.figures}
                figures |= {f"ials{solver}/{key}": value for key, value in about.items()}
    return figures


class _Race:
    """One of our models and a peer's by turns, so that what else runs on the machine slows both; the best time counts.

    Each setting is pinned; the peer's answers wait in its file.
    """

    def __init__(self, file: Path, group: Peer, peer: str, knobs: Mapping[str, float], threads: int) -> None:
        self.file, self.group, self.peer, self.threads = file, group, peer, threads
        self.pinned = f"{peer}:{json.dumps(knobs)}"
        self.ours: list[tuple[float, float]] = []
        self.theirs: list[tuple[float, float]] = []

    def run(self, name: str, knobs: Mapping[str, float], asked: Exam) -> Scorer:
        """Race N_TURNS times; our model, fitted."""
        for _ in range(N_TURNS):
            run(self.file, self.group, [self.pinned], self.threads)
            about, _ = read(self.file, f"{self.peer}-pinned")
            self.theirs.append((about["fit_s"], about["ms_per_user"]))
            scorer, *times = _timed(name, knobs, asked, self.threads)
            self.ours.append((times[0], times[1]))
        return scorer

    @property
    def figures(self) -> dict[str, float]:
        """Seconds to fit, milliseconds per person, and ours by theirs."""
        figures = {}
        best = (np.min(times, axis=0).tolist() for times in (self.ours, self.theirs))
        for name, ours, theirs in zip(("fit_s", "ms_per_user"), *best, strict=True):
            figures |= {
                name: round(ours, 4),
                f"{name}_peer": round(theirs, 4),
                f"{name.removesuffix('_s')}_ratio": round(ours / theirs, 3),
            }
        return figures


def _same_lists(file: Path, ours: Scorer, asked: Exam) -> dict[str, float]:
    """How far our EASE is from LensKit's, in NDCG and in any link."""
    _, arrays = read(file, "lenskit_ease-pinned")
    theirs = TopLists.of([ranked[ranked >= 0] for ranked in arrays["lists"]], asked.relevant, K)
    metric = f"NDCG@{K}"
    ndcg, peers = (float(per_user(lists, asked)[metric].mean()) for lists in (lists_of(ours, asked), theirs))
    items = arrays["matrix_items"]
    gap = np.abs(np.asarray(ours.links_)[np.ix_(items, items)] - arrays["matrix"])  # type: ignore[attr-defined]
    return {
        "ndcg": round(ndcg, 6),
        "ndcg_lenskit": round(peers, 6),
        "ndcg_gap": round(abs(ndcg - peers), 6),
        "matrix_gap": float(f"{gap.max():.2g}"),
    }


def _timed(name: str, knobs: Mapping[str, float], asked: Exam, threads: int) -> tuple[Scorer, float, float]:
    """A fitted model, the shortest seconds of N_FITS fits, and the median milliseconds from events to a list.

    The matrix of likes is made before the clock starts, as the peers' datasets are.
    """
    asked.train.likes, asked.train.like_counts  # noqa: B018  # made once per dataset
    fits, spent = [], []
    with threadpool_limits(threads):
        for _ in range(N_FITS):
            start = time.perf_counter()
            scorer = build(name, **knobs).fit(asked.train)
            fits.append(time.perf_counter() - start)
        for query, barred in list(zip(asked.queries, asked.barred, strict=True))[:N_TIMED]:
            start = time.perf_counter()
            top_k(scorer.score(query), K, barred)
            spent.append((time.perf_counter() - start) * 1e3)
    return scorer, min(fits), float(np.median(spent))
