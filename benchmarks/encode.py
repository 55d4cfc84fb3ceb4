"""Reading speed: the ONNX export of MiniLM against sentence-transformers, in one process, and their agreement."""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks import result
from recsys.data import catalogue
from recsys.settings import settings
from recsys.text.minilm import MiniLM, model_dir

Encode = Callable[[Sequence[str]], np.ndarray]

AT_LEAST = {"speedup_short": 3.0, "speedup_batch": 1.3, "cosine_min": 0.9999}


@dataclass(frozen=True)
class Config:
    """What is read, and how often."""

    n_short: int = 200
    """Different short sentences, each read by both, alternating."""
    n_warm_up: int = 3
    """Readings at the start of each block that do not count."""
    block: int = 40
    """Sentences read by one engine before the other takes over, in the same process."""
    pause_s: float = 0.3
    """Between blocks: torch's threads go on spinning for a while, at the cost of whoever comes next."""
    n_batch_texts: int = 500
    n_batch_rounds: int = 5
    plots: str = "movie-text/ml_latest_small_text.csv"


def main(config: Config | None = None) -> int:
    """Measure, write ``results/encode.json`` and return 1 when a bar was missed."""
    from sentence_transformers import SentenceTransformer

    config = config or Config()
    ours = MiniLM.load(print).encode
    original = SentenceTransformer(str(model_dir()), device="cpu")

    def theirs(texts: Sequence[str]) -> np.ndarray:
        return np.asarray(original.encode(list(texts), normalize_embeddings=True, show_progress_bar=False))

    short = _short_sentences(config.n_short)
    texts, source = _texts(config)
    ms = _short_ms(ours, theirs, short, config)
    speed = _texts_per_second(ours, theirs, texts, config.n_batch_rounds)
    compared = [*texts, *short, "🙂", "想要一双适合雨天跑步的鞋", " ".join(texts[:20])]
    cosines = (ours(compared) * theirs(compared)).sum(axis=1)
    figures = {
        "speedup_short": round(ms["theirs_p50_ms"] / ms["ours_p50_ms"], 2),
        "speedup_batch": round(speed["ours"] / speed["theirs"], 2),
        "cosine_min": round(float(cosines.min()), 6),
        "n_cosines": len(compared),
        "short_ms_p50": round(ms["ours_p50_ms"], 2),
        "short_ms_p95": round(ms["ours_p95_ms"], 2),
        "short_ms_p50_sentence_transformers": round(ms["theirs_p50_ms"], 2),
        "short_ms_p95_sentence_transformers": round(ms["theirs_p95_ms"], 2),
        "batch_texts_per_s": round(speed["ours"], 1),
        "batch_texts_per_s_sentence_transformers": round(speed["theirs"], 1),
        "batch_texts": source,
    }
    return result.write("encode", figures, AT_LEAST)


def _short_ms(ours: Encode, theirs: Encode, sentences: Sequence[str], config: Config) -> dict[str, float]:
    """Milliseconds for one sentence, in alternating blocks, so that both meet the same weather on the machine."""
    spent: dict[str, list[float]] = {"ours": [], "theirs": []}
    for first in range(0, len(sentences), config.block):
        for name, encode in (("ours", ours), ("theirs", theirs)):
            time.sleep(config.pause_s)
            for position, sentence in enumerate(sentences[first : first + config.block]):
                start = time.perf_counter()
                encode([sentence])
                if position >= config.n_warm_up:
                    spent[name].append((time.perf_counter() - start) * 1e3)
    return result.percentiles("ours_", spent["ours"]) | result.percentiles("theirs_", spent["theirs"])


def _texts_per_second(ours: Encode, theirs: Encode, texts: Sequence[str], n_rounds: int) -> dict[str, float]:
    """Median over alternating rounds."""
    rates: dict[str, list[float]] = {"ours": [], "theirs": []}
    for _ in range(n_rounds):
        for name, encode in (("ours", ours), ("theirs", theirs)):
            start = time.perf_counter()
            encode(texts)
            rates[name].append(len(texts) / (time.perf_counter() - start))
    return {name: float(np.median(values)) for name, values in rates.items()}


def _short_sentences(n: int) -> list[str]:
    """What people type into the box: four to nine words, all different."""
    things = ("headphones", "a tent", "running shoes", "a frying pan", "a film", "a rain jacket", "a lamp")
    wishes = (
        "quiet {} for the night train",
        "{} that lasts",
        "light {} for rainy days",
        "something like {} but cheaper",
    )
    return [f"{wishes[i % len(wishes)].format(things[i % len(things)])} {i}" for i in range(n)]


def _texts(config: Config) -> tuple[list[str], str]:
    """Plots of real films when RECSYS_DATASETS has them, the sample catalogues otherwise; and which it was."""
    folder = settings().datasets_dir
    if folder is not None and (folder / config.plots).is_file():
        with (folder / config.plots).open(encoding="utf-8", newline="") as file:
            plots = [row["overview_en"] for row in csv.DictReader(file) if row["overview_en"].strip()]
        return plots[: config.n_batch_texts], f"{config.n_batch_texts} plots of MovieLens films"
    texts = [text for name in ("shop", "video") for text in catalogue.load(name).latin_texts]
    return texts[: config.n_batch_texts], f"{min(len(texts), config.n_batch_texts)} texts of the sample catalogues"
