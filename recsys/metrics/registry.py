"""Every metric of the app: one line here and the experiment, the charts and the tables pick it up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from recsys.metrics.category_diversity import category_diversity
from recsys.metrics.coverage import coverage_credits
from recsys.metrics.diversity import diversity
from recsys.metrics.f1 import f1
from recsys.metrics.hit_rate import hit_rate
from recsys.metrics.lists import Catalogue, PerUser, TopLists
from recsys.metrics.ndcg import ndcg
from recsys.metrics.novelty import novelty
from recsys.metrics.precision import precision
from recsys.metrics.recall import recall

ACCURACY, BEYOND = "accuracy", "beyond"


@dataclass(frozen=True, slots=True)
class MetricSpec:
    """A registry line: what a chart and a table need to know of a metric."""

    name: str
    label: str
    line: str
    """One plain sentence for a visitor."""
    compute: Callable[[TopLists, Catalogue], PerUser]
    """One number per user; their mean is the metric."""
    group: str = ACCURACY
    unit: str = "share, 0 to 1"
    higher_is_better: bool = True
    per_user: bool = True
    """False when the metric is about all lists together: one user's number then means nothing by itself."""


METRICS: dict[str, MetricSpec] = {
    spec.name: spec
    for spec in (
        MetricSpec(
            "ndcg",
            "NDCG",
            "Hits near the top count more; 1 is the best possible list.",
            lambda lists, _: ndcg(lists),
        ),
        MetricSpec(
            "precision",
            "Precision",
            "How much of the list the person went on to like.",
            lambda lists, _: precision(lists),
        ),
        MetricSpec(
            "recall",
            "Recall",
            "How much of what the person went on to like is in the list.",
            lambda lists, _: recall(lists),
        ),
        MetricSpec("f1", "F1", "Precision and recall in one number.", lambda lists, _: f1(lists)),
        MetricSpec(
            "hit_rate",
            "Hit rate",
            "How many people found at least one thing they went on to like.",
            lambda lists, _: hit_rate(lists),
            unit="share of people, 0 to 1",
        ),
        MetricSpec(
            "coverage",
            "Coverage",
            "How much of the catalogue appears in somebody's list.",
            coverage_credits,
            group=BEYOND,
            unit="share of the catalogue",
            per_user=False,
        ),
        MetricSpec(
            "novelty",
            "Novelty",
            "How little known the listed items are: one bit more means liked by half as many people.",
            novelty,
            group=BEYOND,
            unit="bits",
        ),
        MetricSpec(
            "diversity",
            "Diversity of texts",
            "How different the descriptions within a list are; 0 means copies, about 1 unrelated.",
            diversity,
            group=BEYOND,
            unit="1 - mean cosine",
        ),
        MetricSpec(
            "category_diversity",
            "Diversity of categories",
            "How often two items of a list are of different categories.",
            category_diversity,
            group=BEYOND,
            unit="share of pairs, 0 to 1",
        ),
    )
}
"""In the order in which they are shown."""
