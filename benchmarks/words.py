"""Words: whether what is quoted is quoted, what the gate lets through, what an edit of a portrait does, how fast."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from benchmarks.harness.fault_server import FaultServer, breaks_off, drips, floods, hangs, refuses, says
from benchmarks.result import percentiles, write
from benchmarks.words_claims import rates
from benchmarks.words_reviews import mixed_reviews, own_reviews, shipped_elsewhere, zh_sentiment_accuracy
from recsys.data import Dataset, catalogue
from recsys.errors import DataError
from recsys.evaluate.config import YARDSTICK
from recsys.evaluate.steering import SORTS, steering_score, trials
from recsys.live import Known, Ranking
from recsys.models import build, shared
from recsys.settings import settings
from recsys.words.aspects import aspects_of
from recsys.words.contract import Job, Language
from recsys.words.endpoint import Endpoint
from recsys.words.evidence import evidence_of
from recsys.words.extractive import Extractive
from recsys.words.portrait import portrait
from recsys.words.sentiment import SAMPLES, clear_reviews
from recsys.words.write import write as write_words

LANGUAGES: tuple[Language, ...] = ("en", "zh")
FOR_YOU = "switching"
"""What ranks the Live page."""

AT_LEAST = {
    "extractive_substring_share": 1.0,
    "gate_rejects_swapped": 0.95,
    "gate_rejects_numbers": 0.99,
    "gate_passes_true": 0.90,
    "zh_sentiment_accuracy": 0.88,
    "steering_score_low": 0.0,
}
AT_MOST = {"describe_p95_ms": 20.0, "portrait_p95_ms": 50.0, "aspects_p95_ms": 60.0, "fault_over_timeout_s": 0.5}


@dataclass(frozen=True)
class Config:
    """How much is measured."""

    n_items: int = 200
    """Items that are described, of each sample in each language, after each has been described once."""
    n_portraits: int = 20
    """Portraits of each persona."""
    timeout_s: float = 1.0
    """For a language service that fails."""


def main(config: Config | None = None) -> int:
    """Measure, write ``results/words.json`` and return 1 when a bar was missed."""
    config = config or Config()
    data = {name: catalogue.load(name) for name in SAMPLES}
    figures = {
        **_quoted(data, config),
        **_gate(data),
        **_portraits(data, config),
        **_steering(data),
        **_sentiment(),
        **_mixed(data),
        **_aspects(data),
        **_faults(data["shop"], config),
    }
    return write("words", {name: round(float(value), 4) for name, value in figures.items()}, AT_LEAST, AT_MOST)


def _quoted(data: Mapping[str, Dataset], config: Config) -> dict[str, float]:
    """Share of quoted sentences that stand in their source as they are, of all items; and how fast one is described."""
    held, times = [], []
    for one in data.values():
        for language in LANGUAGES:
            jobs = [_job(one, row, language) for row in range(one.n_items)]
            for job in jobs:
                texts = {evidence.evidence_id: evidence.text for evidence in job.evidence}
                held += [
                    all(claim.text in texts[name] for name in claim.cites) and bool(claim.cites)
                    for claim in Extractive().write(job).claims
                ]
            times += [_ms(lambda job=job: Extractive().write(job)) for job in jobs[: config.n_items]]
    return {"extractive_substring_share": np.mean(held), "n_quoted": len(held), **percentiles("describe_", times)}


def _job(data: Dataset, row: int, language: Language) -> Job:
    return Job("describe", data.title(data.item_ids[row]), evidence_of(data, row, language), language)


def _gate(data: Mapping[str, Dataset]) -> dict[str, float]:
    """What the gate does with claims of the half of the items that its thresholds were not chosen on."""
    found = {language: rates(list(data.values()), language) for language in LANGUAGES}
    names = ("passes_true", "rejects_swapped", "rejects_numbers")
    each = {f"gate_{name}_{language}": getattr(found[language], name) for name in names for language in LANGUAGES}
    worst = {f"gate_{name}": min(getattr(one, name) for one in found.values()) for name in names}
    return worst | each | {"gate_n_claims": sum(one.n_true for one in found.values())}


def _portraits(data: Mapping[str, Dataset], config: Config) -> dict[str, float]:
    times = [
        _ms(lambda one=one, known=known: portrait(one, known.query))
        for one in data.values()
        for known in (Known(person.events, ()) for person in one.personas)
        for _ in range(config.n_portraits)
    ]
    return percentiles("portrait_", times)


def _steering(data: Mapping[str, Dataset]) -> dict[str, float]:
    """The steering score of each sort of edit in each sample, percent of the catalogue, and the lowest lower end."""
    figures: dict[str, float] = {}
    for name, one in data.items():
        ranking = Ranking(one, shared(build(FOR_YOU), one), when_silent=shared(build(YARDSTICK), one))
        for sort in SORTS:
            score = steering_score(list(trials(ranking, one.personas, sort)))
            figures[f"{name}/steering/{sort}"] = score.value
            figures |= {f"{name}/steering/{sort}/low": score.low, f"{name}/steering/{sort}/high": score.high}
    return figures | {"steering_score_low": min(value for name, value in figures.items() if name.endswith("/low"))}


def _sentiment() -> dict[str, float]:
    """Accuracy by what the train reviews teach and by what comes along with the app, on public and on own reviews."""
    folder = settings().datasets_dir
    if folder is None:
        raise DataError("the sentiment is measured on public reviews: set RECSYS_DATASETS to their folder")
    heads = {**shipped_elsewhere(folder), **own_reviews()}
    shares = {
        f"sentiment/{name}/{share}": float(getattr(found, share))
        for name, found in heads.items()
        for share in ("n", "good", "accuracy", "balanced", "sure", "right_when_sure")
    }
    return {"zh_sentiment_accuracy": zh_sentiment_accuracy(folder), **shares}


def _mixed(data: Mapping[str, Dataset]) -> dict[str, float]:
    """How far a mixed review moves what it praises up and what it blames down, share of the catalogue, by person."""
    figures: dict[str, float] = {}
    for name, one in data.items():
        for model in ("text_profile", FOR_YOU):
            moves = mixed_reviews(one, model).values()
            figures |= {
                f"{name}/mixed/{model}/praised_up": min(move.liked for move in moves),
                f"{name}/mixed/{model}/blamed_down": min(-move.disliked for move in moves),
            }
    return figures


def _aspects(data: Mapping[str, Dataset]) -> dict[str, float]:
    texts = [text for one in data.values() for text in clear_reviews(one)[0]]
    return percentiles("aspects_", [_ms(lambda text=text: aspects_of(text)) for text in texts])


def _faults(data: Dataset, config: Config) -> dict[str, float]:
    """How much longer than its timeout a text took, at most, with a service that fails in each of these ways."""
    job, late = _job(data, 0, "en"), []
    with _service(config.timeout_s) as server:
        for act in (hangs(), drips(), drips(before_headers=True), floods, breaks_off, refuses(500), says(b"<html>")):
            server.otherwise = act
            started = time.perf_counter()
            written = write_words(job, Endpoint(private=data.private))
            late.append(time.perf_counter() - started - config.timeout_s)
            if not (written.text and written.wrote.engine == Extractive.name and written.wrote.fallback):
                raise RuntimeError(f"a text should be quoted and say why, is {written}")
    return {"fault_over_timeout_s": max(late), "n_faults": len(late)}


@contextmanager
def _service(timeout_s: float) -> Iterator[FaultServer]:
    """A language service on this machine that is at hand for a while."""
    server, before = FaultServer(), dict(os.environ)
    named = {"_BASE_URL": server.url, "_MODEL": "none", "_TIMEOUT": str(timeout_s)}
    os.environ |= {f"RECSYS_LLM{name}": value for name, value in named.items()}
    settings.cache_clear()
    try:
        yield server
    finally:
        server.close()
        os.environ.clear()
        os.environ |= before
        settings.cache_clear()


def _ms(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - started)
