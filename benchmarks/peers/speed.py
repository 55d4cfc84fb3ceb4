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
from recsys.models import MODELS, build, top_k
from recsys.types import Scorer

L2 = 300.0
FACTORS, EPOCHS = 64, 16
ALS = {"factors": FACTORS, "iterations": EPOCHS, "alpha": 5.0, "reg": 5.0}
N_FITS = 3
N_TIMED = 200


def parity(file: Path, groups: Sequence[Peer], asked: Exam, threads: int) -> dict[str, float]:
    """EASE against LensKit's and implicit ALS against implicit's, each where both are there."""
    figures: dict[str, float] = {}
    for group in groups:
        if "lenskit_ease" in group.models:
            run(file, group, [f"lenskit_ease:{json.dumps({'l2': L2})}"], threads)
            figures |= {f"ease/{key}": value for key, value in _ease(file, asked, threads).items()}
        if "implicit_als" in group.models and "ials" in MODELS:
            for solver, use_cg in (("", False), ("_cg", True)):
                run(file, group, [f"implicit_als:{json.dumps(ALS | {'use_cg': use_cg})}"], threads)
                figures |= {f"ials{solver}/{key}": value for key, value in _ials(file, asked, threads).items()}
    return figures


def _ease(file: Path, asked: Exam, threads: int) -> dict[str, float]:
    about, arrays = read(file, "lenskit_ease-pinned")
    knobs = {"l2": L2, **PLAIN_EASE}
    ours, fit_s, ms_per_user = _timed("ease", knobs, asked, threads)
    theirs = TopLists.of([ranked[ranked >= 0] for ranked in arrays["lists"]], asked.relevant, K)
    metric = f"NDCG@{K}"
    ndcg, peers = (float(per_user(lists, asked)[metric].mean()) for lists in (lists_of(ours, asked), theirs))
    items = arrays["matrix_items"]
    gap = np.abs(np.asarray(ours.links_)[np.ix_(items, items)] - arrays["matrix"])  # type: ignore[attr-defined]
    return {
        "l2": L2,
        "ndcg": round(ndcg, 6),
        "ndcg_lenskit": round(peers, 6),
        "ndcg_gap": round(abs(ndcg - peers), 6),
        "matrix_gap": float(f"{gap.max():.2g}"),
        **_ratios(fit_s, ms_per_user, about),
    }


def _ials(file: Path, asked: Exam, threads: int) -> dict[str, float]:
    about, _ = read(file, "implicit_als-pinned")
    knobs = {"factors": FACTORS, "epochs": EPOCHS, "half_life": float("inf")}
    _, fit_s, ms_per_user = _timed("ials", knobs, asked, threads)
    return {"factors": FACTORS, "epochs": EPOCHS, **_ratios(fit_s, ms_per_user, about)}


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


def _ratios(fit_s: float, ms_per_user: float, about: Mapping[str, float]) -> dict[str, float]:
    return {
        "fit_s": round(fit_s, 4),
        "fit_s_peer": round(about["fit_s"], 4),
        "fit_ratio": round(fit_s / about["fit_s"], 3),
        "ms_per_user": round(ms_per_user, 4),
        "ms_per_user_peer": round(about["ms_per_user"], 4),
        "ms_per_user_ratio": round(ms_per_user / about["ms_per_user"], 3),
    }
