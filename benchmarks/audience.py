"""Audience: whether planted groups, weeks and pairs are found again, and nothing where the likes are dealt anew."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy.sparse as sp
from sklearn.metrics import adjusted_rand_score

from benchmarks.result import best_dataset, write
from recsys.audience.association import rules_of
from recsys.audience.baskets import Together
from recsys.audience.clusters import AGAIN_SHARE, by_centres
from recsys.audience.groups import Method, find
from recsys.audience.interest_classes import measured
from recsys.audience.interest_people import people_of
from recsys.audience.period import of_counts, periods
from recsys.audience.profiles import Profiles, shuffled
from recsys.columns import Events
from recsys.data import Dataset, catalogue
from recsys.settings import ROOT

SAMPLES = ("news", "music", "courses", "social")
"""Simulated audiences whose truth is written beside them."""
TOP = 10

AT_LEAST = {"groups_ari_low": 0.8, "weekly_found": 1.0, "planted_in_top_ten": 1.0}
AT_MOST = {f"false/{method}": 0.1 for method in ("kmeans", "dbscan", "visit", "person", "period", "classes")}
"""Each test errs in 1 of 20 at most where nothing is; out of 40 or 80 draws as many as here may still be chance."""


@dataclass(frozen=True)
class Config:
    """How much is measured."""

    n_draws: int = 20
    """Draws of four fifths of the people behind the interval of an agreement."""
    n_shuffles: int = 20
    """Times that the likes of each sample are dealt anew."""
    n_shuffles_classes: int = 10
    """The same for the interests people turn to: three learners are taught each time."""


def main(config: Config | None = None) -> int:
    """Measure, write ``results/audience.json`` and return 1 when a bar was missed."""
    config = config or Config()
    data = {name: catalogue.load(name) for name in SAMPLES}
    truth = {name: _truth(name) for name in SAMPLES}
    figures = {
        **_groups(data, truth, config),
        **_weeks(data, truth),
        **_pairs(data, truth),
        **_false(data, truth, config),
        **_seconds(),
    }
    return write("audience", {name: round(float(value), 4) for name, value in figures.items()}, AT_LEAST, AT_MOST)


def _truth(name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads((ROOT / "sample_data" / name / "truth.json").read_text(encoding="utf-8"))
    return found


def _groups(data: Mapping[str, Dataset], truth: Mapping[str, Mapping[str, Any]], config: Config) -> dict[str, float]:
    """Adjusted Rand index of what is found with what was planted, and its middle 95% over draws of the people."""
    figures: dict[str, float] = {}
    for name, one in data.items():
        for method in Method:
            found = find(one, method)
            planted = [truth[name]["group_of"][user] for user in found.user_ids]
            key = f"{name}/{method}"
            figures |= {f"{key}/ari": adjusted_rand_score(planted, found.labels), f"{key}/n_groups": len(found.groups)}
        figures |= {f"{name}/n_planted": len(set(truth[name]["group_of"].values())), f"{name}/p": found.finding.p}
        low, high = _again(Profiles.of(one), truth[name]["group_of"], config)
        figures |= {f"{name}/kmeans/ari/low": low, f"{name}/kmeans/ari/high": high}
    worst = min(figures[f"{name}/kmeans/ari"] for name in data)
    return figures | {"groups_ari": worst, "groups_ari_low": min(figures[f"{name}/kmeans/ari/low"] for name in data)}


def _again(profiles: Profiles, group_of: Mapping[str, str], config: Config) -> tuple[float, float]:
    rng, n = np.random.default_rng(0), len(profiles.user_ids)
    agreed = []
    for _ in range(config.n_draws):
        drawn = np.sort(rng.choice(n, int(AGAIN_SHARE * n), replace=False))
        planted = [group_of[profiles.user_ids[at]] for at in drawn]
        agreed.append(adjusted_rand_score(planted, by_centres(profiles.places[drawn]).labels))
    low, high = np.quantile(agreed, [0.025, 0.975])
    return float(low), float(high)


def _weeks(data: Mapping[str, Dataset], truth: Mapping[str, Mapping[str, Any]]) -> dict[str, float]:
    """Whether the planted period lies within the interval of a period that was found."""
    planted = {name: truth[name]["period_days"] for name in data if truth[name]["period_days"]}
    found = {
        name: any(one.low <= days <= one.high for one in periods(data[name]).found) for name, days in planted.items()
    }
    return {f"{name}/weekly": here for name, here in found.items()} | {
        "weekly_found": float(np.mean([*found.values()]))
    }


def _pairs(data: Mapping[str, Dataset], truth: Mapping[str, Mapping[str, Any]]) -> dict[str, float]:
    """Share of the planted pairs among the first ten rules of visits."""
    figures: dict[str, float] = {}
    shares = []
    for name, one in data.items():
        planted = {frozenset((pair["first"], pair["then"])) for pair in truth[name]["pairs"]}
        rules = rules_of(one, Together.VISIT).one_way
        figures[f"{name}/n_rules"] = len(rules)
        if planted:
            first = [frozenset((*rule.left, rule.right)) for rule in rules[:TOP]]
            shares.append(sum(pair in first for pair in planted) / len(planted))
            figures[f"{name}/planted_in_top_ten"] = shares[-1]
    return figures | {"planted_in_top_ten": min(shares)}


def _false(data: Mapping[str, Dataset], truth: Mapping[str, Mapping[str, Any]], config: Config) -> dict[str, float]:
    """Share of the draws without any truth in which each method finds something, and how many draws there were."""
    found: dict[str, list[bool]] = {}
    for name, one in data.items():
        for seed in range(config.n_shuffles):
            dealt = dealt_anew(one, seed)
            for method in Method:
                found.setdefault(method, []).append(bool(find(dealt, method).groups))
            for together in Together:
                found.setdefault(together, []).append(bool(rules_of(dealt, together).rules))
        found.setdefault("classes", []).extend(_foretold_by_chance(one, config))
        if truth[name]["period_days"]:
            found.setdefault("period", []).extend(_weeks_by_chance(one, config))
    shares = {f"false/{method}": float(np.mean(hits)) for method, hits in found.items()}
    return shares | {f"false/{method}/n": len(hits) for method, hits in found.items()}


def dealt_anew(data: Dataset, seed: int) -> Dataset:
    """The likes of ``data`` at their times and with their people, the items dealt at random among them.

    Everybody likes as many items as before, in visits as long as before, and every item is liked as often.
    """
    rng = np.random.default_rng(seed)
    likes = shuffled(sp.csr_matrix(data.likes, dtype=np.float64), rng)
    log = data.events[data.is_like].drop_duplicates([Events.USER, Events.ITEM])
    log = log.sort_values(Events.USER, kind="stable")
    ends: Sequence[int] = likes.indptr
    rows = np.concatenate([rng.permutation(likes.indices[a:b]) for a, b in zip(ends[:-1], ends[1:], strict=True)])
    items = np.array(data.item_ids, dtype=object)[rows]
    return Dataset.from_tables(data.name, data.items, log.assign(**{str(Events.ITEM): items}))


def _weeks_by_chance(data: Dataset, config: Config) -> list[bool]:
    counts = periods(data).counts
    rng = np.random.default_rng(0)
    return [bool(of_counts(rng.permutation(counts)).found) for _ in range(config.n_shuffles)]


def _foretold_by_chance(data: Dataset, config: Config) -> list[bool]:
    """Whether a learner is surely better than the guesses where everybody turns to somebody else's interest."""
    people, rng = people_of(data), np.random.default_rng(0)
    draws = [replace(people, after=rng.permutation(people.after)) for _ in range(config.n_shuffles_classes)]
    return [measured(draw).finding.low > 0 for draw in draws]


def _seconds() -> dict[str, float]:
    """Seconds of each search on the largest dataset there is here, the first time."""
    data = catalogue.load(best_dataset())
    figures = {}
    for name, work in (
        ("groups", lambda: find(data, Method.CENTRES)),
        ("rules_visit", lambda: rules_of(data, Together.VISIT)),
        ("rules_person", lambda: rules_of(data, Together.PERSON)),
        ("classes", lambda: measured(people_of(data))),
    ):
        started = time.perf_counter()
        work()
        figures[f"seconds/{name}"] = time.perf_counter() - started
    return figures
