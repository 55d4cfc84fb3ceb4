"""How good the lists are on real data: every model on every fixed cut, tuned with one budget, with intervals.

    python -m benchmarks quality [--splits ml-100k/mcrec ...] [--models ease ials ...] [--budget 8] [--fresh]

Needs RECSYS_DATASETS; the sample data is synthetic and says nothing about real people. What is measured is kept in the
cache folder and measured again only when the cut, the budget or the code of the model changes; the results file is
always made from everything that is there.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import quality_store as store
from benchmarks.quality_ask import Exam, K, exam, lists_of, per_user
from benchmarks.quality_bars import AT_LEAST, AT_MOST, present
from benchmarks.quality_compare import difference, scores
from benchmarks.quality_store import Measured
from benchmarks.quality_tune import PLAIN_EASE, Knobs, Search
from benchmarks.result import write
from benchmarks.splits import SPLITS, TEST, VALID, FixedSplit, Prepared, folder, prepared
from recsys.models import MODELS, build
from recsys.models.setting import Setting

PINNED: Mapping[tuple[str, str], Knobs] = {("ml-100k/mcrec", "ease"): {"l2": 400.0, **PLAIN_EASE}}
"""Settings given by a published number that is to be reproduced; not tuned."""
RIVALS = ("ease", "item_knn", "ials", "text_mean")
PAIRS = (("ease_text", "ease"), ("item_knn_text", "item_knn"), ("ials_text", "ials"), ("ease_text", "text_mean"))
WITHOUT_TEXT = "without-text"
COMPARED = (f"NDCG@{K}", f"coverage@{K}")


@dataclass(frozen=True)
class Config:
    """What is measured."""

    splits: tuple[str, ...] = tuple(SPLITS)
    models: tuple[str, ...] = ()
    """Only these are measured now; all when empty."""
    budget: int = 8
    """Settings per model, the peers' too."""
    seed: int = 0
    fresh: bool = False
    """Measure again what is known."""


def options(arguments: Sequence[str]) -> Config:
    """The config that the words after ``python -m benchmarks quality`` ask for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks quality")
    parser.add_argument("--splits", nargs="+", choices=list(SPLITS), default=list(SPLITS))
    parser.add_argument("--models", nargs="+", choices=list(MODELS), default=[])
    parser.add_argument("--budget", type=int, default=Config.budget)
    parser.add_argument("--fresh", action="store_true")
    asked = parser.parse_args(arguments)
    return Config(tuple(asked.splits), tuple(asked.models), asked.budget, fresh=asked.fresh)


def main(config: Config | None = None) -> int:
    """Measure what is missing, then write every figure there is; 1 when a bar is missed."""
    config = config or Config()
    for name in config.splits:
        cut = prepared(name, config.seed)
        cut.split.write(folder())
        _fill(cut, config)
    figures: dict[str, float | int | str] = {"budget": config.budget}
    for name in SPLITS:
        figures |= figures_of(prepared(name, config.seed), config.budget)
    return write("quality", figures, *present(figures, AT_LEAST, AT_MOST))


def _fill(cut: Prepared, config: Config) -> None:
    """Measure every model of ``config`` that is missing on ``cut``, and the best reader of texts without them."""
    exams = _Exams(cut)
    for model in config.models or tuple(MODELS):
        ensure(exams, model, config.budget, fresh=config.fresh)
    best = best_reader(cut.split, config.budget)
    if best is not None and (not config.models or best in config.models):
        ensure(_Exams(cut.without_text()), best, config.budget, WITHOUT_TEXT, config.fresh)


class _Exams:
    """The questions of one cut, made when first asked for."""

    def __init__(self, cut: Prepared) -> None:
        self.cut = cut

    @cached_property
    def valid(self) -> list[Exam]:
        """One per round of validation."""
        return [exam(cut, VALID) for cut in self.cut.rounds()]

    @cached_property
    def test(self) -> Exam:
        return exam(self.cut, TEST)


def ensure(exams: _Exams, model: str, budget: int, variant: str = "", fresh: bool = False) -> Measured:
    """The measurement of one model on one cut: the one kept, or a new one."""
    split = exams.cut.split
    name = f"{model}-{variant}" if variant else model
    key = _key(split.digest, split.name, model, budget, variant)
    found = None if fresh else store.load(split.name, name, key)
    if found is None:
        start = time.perf_counter()
        found = _measure(exams, model, budget, key)
        store.save(split.name, name, found)
        ndcg, seconds = found.values[f"NDCG@{K}"].mean(), time.perf_counter() - start
        _say(f"{split.name} {name}: NDCG@{K} {ndcg:.4f} with {found.about['setting']}, {seconds:.0f} s")
    return found


def _key(digest: str, split: str, model: str, budget: int, variant: str) -> str:
    code = store.code_of(MODELS[model].build.__module__)
    return store.key_of(digest, code, budget, K, PINNED.get((split, model)), variant)


def _measure(exams: _Exams, model: str, budget: int, key: str) -> Measured:
    spec, pinned = MODELS[model], PINNED.get((exams.cut.split.name, model))
    metric = f"NDCG@{K}"

    def on_valid(knobs: Knobs) -> float:
        rounds = [per_user(lists_of(build(model, **knobs).fit(each.train), each), each) for each in exams.valid]
        return float(np.concatenate([values[metric] for values in rounds]).mean())

    # A given setting, and a model without knobs, still need their value on valid: the best reader is chosen by it.
    search = Search(spec, 1 if pinned or not spec.knobs else budget, on_valid)
    knobs = search.run(pinned)
    asked = exams.test
    start = time.perf_counter()
    scorer = build(model, **knobs).fit(asked.train)
    fit_s = time.perf_counter() - start
    lists = lists_of(scorer, asked)
    about = {
        "key": key,
        "knobs": knobs,
        "setting": Setting.of(model, knobs).word,
        "valid": search.value,
        "tried": search.tried,
        "fit_s": fit_s,
        "n_candidates": asked.n_candidates,
    }
    return Measured(about, dict(per_user(lists, asked)), lists.rows)


def best_reader(split: FixedSplit, budget: int) -> str | None:
    """The model that did best on the valid part of ``split`` among those that read texts; None without any."""
    return _best(split, budget, [model for model in MODELS if store.reads_text(MODELS[model].build.__module__)])


def best_model(split: FixedSplit, budget: int) -> str | None:
    """The model that did best on the valid part of ``split``; None when none was measured."""
    return _best(split, budget, list(MODELS))


def values_of(split: FixedSplit, model: str, budget: int) -> Mapping[str, NDArray[np.float64]]:
    """What one measured model got on the test part of ``split``, per person."""
    return dict(_found(split.digest, split.name, budget))[model].values


def figures_of(cut: Prepared, budget: int) -> dict[str, float | int | str]:
    """Every figure of one cut, from the measurements that belong to it."""
    split, name = cut.split, cut.split.name
    found = dict(_found(split.digest, name, budget))
    figures: dict[str, float | int | str] = {
        f"{name}/about": split.line,
        f"{name}/n_users": len(split.asked_users(TEST)),
        f"{name}/n_candidates": int(split.candidates[TEST].sum()),
    }
    for model, each in found.items():
        figures |= scores(f"{name}/{model}", each.values)
        figures |= {
            f"{name}/{model}/setting": each.about["setting"],
            f"{name}/{model}/fit_s": _short(each.about["fit_s"]),
        }
    best = best_reader(split, budget)
    if best in found:
        figures[f"{name}/best_reader"] = str(best)
        pairs = [*((best, rival) for rival in RIVALS), (best, f"{best}-{WITHOUT_TEXT}"), *PAIRS]
        for ours, theirs in dict.fromkeys(pairs):
            if ours in found and theirs in found and ours != theirs:
                figures |= difference(f"{name}/{ours}-vs-{theirs}", found[ours].values, found[theirs].values, COMPARED)
    return figures


def _best(split: FixedSplit, budget: int, among: Sequence[str]) -> str | None:
    values = {
        model: float(each.about["valid"]) for model, each in _found(split.digest, split.name, budget) if model in among
    }
    return max(values, key=lambda model: values[model]) if values else None


def _found(digest: str, split: str, budget: int) -> Iterator[tuple[str, Measured]]:
    for model in MODELS:
        for variant in ("", WITHOUT_TEXT):
            name = f"{model}-{variant}" if variant else model
            measured = store.load(split, name, _key(digest, split, model, budget, variant))
            if measured is not None:
                yield name, measured


def _short(value: Any) -> float:
    return round(float(value), 3)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
