"""What re-ranking costs and gives: EASE's best hundred films of MovieLens 100K, made into lists of ten.

The published settings are among those measured: calibration with lambda .1 (Steck 2018), and a determinantal point
process over categories whose relevance weighs theta = .8 (Chen 2018), which is a diversity of .2 here.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality_ask import Exam, K, exam
from benchmarks.splits import TEST, prepared
from recsys.evaluate.lists import catalogue_of
from recsys.metrics import Catalogue, TopLists
from recsys.metrics.diversity import diversity
from recsys.metrics.ndcg import ndcg
from recsys.metrics.novelty import novelty
from recsys.metrics.significance import N_BOOT, relative_gain, resample_weights
from recsys.models import build
from recsys.rerank import Candidates, Mix
from recsys.rerank.calibrated import Calibrated
from recsys.rerank.dpp import CATEGORIES, TEXTS, Dpp
from recsys.rerank.effects import positions, qualities
from recsys.rerank.mmr import Mmr
from recsys.rerank.novelty import Novelty
from recsys.rerank.xquad import Xquad
from recsys.settings import settings
from recsys.text import reader
from recsys.types import Reranker, Rows

CUT, DATASET = "ml-100k/random", "ml-100k"

STRATEGIES: dict[str, Reranker] = {
    **{f"calibrated-{strength:g}": Calibrated(strength) for strength in (0.05, 0.1, 0.2)},
    **{f"dpp-categories-{share:g}": Dpp(share, CATEGORIES) for share in (0.1, 0.2, 0.5)},
    **{f"dpp-texts-{share:g}": Dpp(share, TEXTS) for share in (0.3, 0.5, 0.8)},
    **{f"mmr-{share:g}": Mmr(share) for share in (0.3, 0.5, 0.7)},
    **{f"xquad-{strength:g}": Xquad(strength) for strength in (0.3, 0.5, 0.7)},
    **{f"novelty-{strength:g}": Novelty(strength) for strength in (0.1, 0.3)},
}
"""By the name under which its figures stand."""

NDCG, ILD, TEXT_ILD, BITS, KL = f"NDCG@{K}", "category_ILD", "text_ILD", "novelty", "miscalibration"

AT_LEAST = {
    f"rerank/{DATASET}/calibrated-0.1/{KL}/cut": 0.40,
    f"rerank/{DATASET}/calibrated-0.1/{NDCG}/gain": -0.02,
    f"rerank/{DATASET}/dpp-categories-0.2/{ILD}/gain": 0.15,
    f"rerank/{DATASET}/dpp-categories-0.2/{NDCG}/gain": -0.10,
}
"""Bars for ``measure``."""

PerUser = Mapping[str, NDArray[np.float64]]


def measure(seed: int = 0, n_boot: int = N_BOOT) -> dict[str, float]:
    """Every strategy's figures, ``rerank/<dataset>/<strategy>/<metric>``; ``none`` is EASE's own order.

    Beside each value stands ``gain``, the relative change of its mean against ``none``, with the ends ``low`` and
    ``high`` of the paired bootstrap interval over people; for miscalibration it is ``cut``, the share taken away.
    Variety is 1 - mean cosine, of the mixes of categories and of the centred texts. Empty where RECSYS_DATASETS names
    no MovieLens 100K.
    """
    root = settings().datasets_dir
    if root is None or not (root / DATASET).is_dir():
        print("re-ranking is not measured: set RECSYS_DATASETS to the folder that holds ml-100k", file=sys.stderr)
        return {}
    asked = exam(prepared(CUT, seed), TEST)
    people = candidates_of(asked)
    weights = resample_weights(len(people), n_boot, seed)
    catalogues = catalogues_of(asked)
    plain = per_user([one.rows[:K] for one in people], people, asked, catalogues)
    figures = {f"rerank/{DATASET}/none/{metric}": float(np.nanmean(values)) for metric, values in plain.items()}
    for name, strategy in STRATEGIES.items():
        values = per_user([np.array(strategy(one, K)) for one in people], people, asked, catalogues)
        for metric, ours in values.items():
            figures |= compared(f"rerank/{DATASET}/{name}/{metric}", metric, ours, plain[metric], weights)
    # Where nothing can be compared there is no gain, and no figure.
    return {key: round(value, 4) for key, value in figures.items() if np.isfinite(value)}


def candidates_of(asked: Exam) -> list[Candidates]:
    """EASE's best for each person, without what they know; memories are endless, as the cut is random in time."""
    ease = build("ease", half_life=float("inf")).fit(asked.train)
    out = []
    for query, barred in zip(asked.queries, asked.barred, strict=True):
        scores = ease.score(query).copy()
        scores[barred] = np.nan
        out.append(Candidates.of(asked.train, query, scores))
    return out


def catalogues_of(asked: Exam) -> tuple[Catalogue, Catalogue]:
    """The catalogue with its texts as vectors, and with the directions of its mixes of categories."""
    texts = catalogue_of(asked.train, reader().space(asked.train, reader().main(asked.train)))
    shares = Mix.of(asked.train).shares
    lengths = np.linalg.norm(shares, axis=1, keepdims=True)
    directions = np.divide(shares, lengths, out=np.zeros_like(shares), where=lengths > 0)
    return texts, replace(texts, vectors=directions.astype(np.float32))


def per_user(
    lists: list[Rows], people: list[Candidates], asked: Exam, catalogues: tuple[Catalogue, Catalogue]
) -> PerUser:
    """(n_people,) of each metric."""
    texts, mixes = catalogues
    top = TopLists.of(lists, asked.relevant, K)
    apart = [qualities([positions(rows, one)], one)[KL] for rows, one in zip(lists, people, strict=True)]
    return {
        NDCG: ndcg(top),
        ILD: diversity(top, mixes),
        TEXT_ILD: diversity(top, texts),
        BITS: novelty(top, texts),
        KL: np.concatenate(apart),
    }


def compared(
    key: str, metric: str, ours: NDArray[np.float64], plain: NDArray[np.float64], weights: NDArray[np.float64]
) -> dict[str, float]:
    """The mean, and how much more, or for miscalibration less, it is than ``plain``."""
    gain = relative_gain(ours, plain, weights)
    value, low, high = gain.value, gain.low, gain.high
    if metric == KL:
        value, low, high = -value, -high, -low
    word = "cut" if metric == KL else "gain"
    return {
        key: float(np.nanmean(ours)),
        f"{key}/{word}": value,
        f"{key}/{word}/low": low,
        f"{key}/{word}/high": high,
    }
