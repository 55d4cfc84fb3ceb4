"""News: what a policy of freshness, and the policy of the house, do to lists of articles and cost in hits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from benchmarks.quality_compare import Values, difference, named
from benchmarks.report_tables import MAIN
from benchmarks.scenarios_figures import Figures
from recsys.data import Dataset, catalogue
from recsys.evaluate.rerank_effect import effect_of
from recsys.metrics.significance import mean_interval
from recsys.models.setting import Setting
from recsys.rerank import Candidates
from recsys.rerank.item_facts import ItemFacts
from recsys.rerank.setting import ChainSetting
from recsys.scenarios import scenario_of
from recsys.scenarios.bubble import bubble, by_chance
from recsys.types import Reranker, Rows, Vector

SAMPLE = "news"
USUAL = Setting("switching")
"""What ranks the Live page where the scenario does not say otherwise."""
FRESH = ChainSetting.of(
    {"context": {"freshness": 0.5, "half_life_days": 2.0, "time": 0.0, "device": 0.0, "stock": 0.0}}
)
"""Freshness and nothing else."""
K = 10
EVERYBODY = 1000


@dataclass(eq=False)
class Watch:
    """A step that changes nothing and remembers the list it was given."""

    lists: list[Rows] = field(default_factory=list)

    def __call__(self, candidates: Candidates, k: int) -> list[int]:
        self.lists.append(candidates.rows[:k])
        return [int(row) for row in candidates.rows[:k]]

    def adjusted(self, candidates: Candidates) -> Vector:
        """(n,) the scores as they are."""
        self.lists.append(candidates.rows[:K])
        return candidates.scores


def policy() -> Figures:
    """With and without each policy: NDCG@10, days before the newest article, and the filter bubble, people paired."""
    data, house = catalogue.load(SAMPLE), scenario_of(SAMPLE)
    ranker = house.ranker or USUAL
    chains = {"freshness": FRESH, **({"house policy": house.policy} if house.policy.steps else {})}
    figures: dict[str, float | int | str] = {f"policy/{SAMPLE}/ten at random/bubble": by_chance(data, K)}
    for name, chain in chains.items():
        figures |= _measured(data, ranker, name, chain) | {f"policy/{SAMPLE}/{name}/setting": chain.word}
    return figures | {f"policy/{SAMPLE}/ranker": ranker.word}


def _measured(data: Dataset, ranker: Setting, name: str, chain: ChainSetting) -> dict[str, float | int]:
    before, after = Watch(), Watch()
    steps: Mapping[str, Reranker] = {"before": before, **chain.build(), "after": after}
    effect = effect_of(steps, data, ranker.build(), split="global_time", k=K, max_users=EVERYBODY)
    key, gain = f"policy/{SAMPLE}", effect.difference
    figures = {f"{key}/n_people": gain.n, f"{key}/none/{MAIN}": effect.before, f"{key}/{name}/{MAIN}": effect.after}
    figures |= named(f"{key}/{name}-vs-none/{MAIN}", gain.value, gain.low, gain.high)
    without, with_it = _told(data, before.lists), _told(data, after.lists)
    for model, values in (("none", without), (name, with_it)):
        for metric, numbers in values.items():
            mean = mean_interval(numbers)
            figures |= named(f"{key}/{model}/{metric}", mean.value, mean.low, mean.high)
    return figures | difference(f"{key}/{name}-vs-none", with_it, without, tuple(without))


def _told(data: Dataset, lists: list[Rows]) -> Values:
    """(n_people,) mean days of each list before the newest article, and how far its topics are from those of all."""
    age = ItemFacts.of(data).age_days
    if age is None:
        raise ValueError(f"{data.label} does not say when anything was published")
    return {
        "days": np.array([np.nanmean(age[rows]) for rows in lists]),
        "bubble": np.array([bubble(data, rows) for rows in lists]),
    }
