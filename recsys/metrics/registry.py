"""Every metric of the app: one line here and the experiment, the charts and the tables pick it up."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from recsys.metrics.accuracy import accuracy_credits
from recsys.metrics.auc import auc
from recsys.metrics.average_precision import average_precision
from recsys.metrics.calibration import ALPHA, calibration
from recsys.metrics.category_diversity import category_diversity
from recsys.metrics.coverage import coverage_credits
from recsys.metrics.diversity import diversity
from recsys.metrics.f1 import f1
from recsys.metrics.gini import gini_credits
from recsys.metrics.hit_rate import hit_rate
from recsys.metrics.lists import Answers, Catalogue, PerUser
from recsys.metrics.mae import mae_credits
from recsys.metrics.mrr import mrr
from recsys.metrics.ndcg import ndcg
from recsys.metrics.novelty import novelty
from recsys.metrics.popularity_lift import popularity_lift
from recsys.metrics.precision import precision
from recsys.metrics.recall import recall
from recsys.metrics.rmse import rmse_credits
from recsys.metrics.serendipity import serendipity

ACCURACY, BEYOND, STARS = "accuracy", "beyond", "stars"
SHARE = "share, 0 to 1"


@dataclass(frozen=True, slots=True)
class MetricSpec:
    """A registry line: what a chart and a table need to know of a metric."""

    name: str
    label: str
    line: str
    """One plain sentence for a visitor."""
    compute: Callable[[Answers, Catalogue], PerUser]
    """One number per user, NaN where it says nothing; their mean is the metric."""
    group: str = ACCURACY
    unit: str = SHARE
    higher_is_better: bool | None = True
    """None when neither direction is better by itself."""
    per_user: bool = True
    """False when the metric is about all users together: one user's number then means nothing by itself."""
    bounds: tuple[float, float] = (0.0, 1.0)
    """Lowest and highest value the metric can have; the ends of an approximate interval are kept within."""
    full_ranking: bool = False
    """True when it looks at the whole ranking, so that the length of the list changes nothing."""

    @property
    def direction(self) -> str:
        """Which way is better, as a sentence for a visitor."""
        if self.higher_is_better is None:
            return "Neither more nor less is better."
        return "Higher is better." if self.higher_is_better else "Lower is better."

    def better(self, difference: float) -> bool | None:
        """Whether a model that differs by ``difference`` is the better one; None when nobody can say."""
        if self.higher_is_better is None or not difference:
            return None
        return (difference > 0) == self.higher_is_better


METRICS: dict[str, MetricSpec] = {
    spec.name: spec
    for spec in (
        MetricSpec(
            "ndcg",
            "NDCG",
            "Hits near the top count more; 1 is the best possible list.",
            lambda answers, _: ndcg(answers.lists),
        ),
        MetricSpec(
            "precision",
            "Precision",
            "How much of the list the person went on to like.",
            lambda answers, _: precision(answers.lists),
        ),
        MetricSpec(
            "recall",
            "Recall",
            "How much of what the person went on to like is in the list.",
            lambda answers, _: recall(answers.lists),
        ),
        MetricSpec(
            "f1",
            "F1",
            "Precision and recall in one number.",
            lambda answers, _: f1(answers.lists),
        ),
        MetricSpec(
            "hit_rate",
            "Hit rate",
            "How many people found at least one thing they went on to like.",
            lambda answers, _: hit_rate(answers.lists),
            unit="share of people, 0 to 1",
        ),
        MetricSpec(
            "map",
            "MAP",
            "How pure the list is each time it reaches something the person went on to like.",
            lambda answers, _: average_precision(answers.lists),
        ),
        MetricSpec(
            "mrr",
            "MRR",
            "How early the first hit comes: 1 at the top, a half in second place.",
            lambda answers, _: mrr(answers.lists),
        ),
        MetricSpec(
            "auc",
            "AUC",
            "How often something the person went on to like ranks above something else; a half is chance.",
            lambda answers, _: auc(answers),
            unit="share of pairs, 0 to 1",
            full_ranking=True,
        ),
        MetricSpec(
            "coverage",
            "Coverage",
            "How much of the catalogue appears in somebody's list.",
            lambda answers, catalogue: coverage_credits(answers.lists, catalogue),
            group=BEYOND,
            unit="share of the catalogue",
            per_user=False,
        ),
        MetricSpec(
            "gini",
            "Inequality (Gini)",
            "How unequally items get listed: 0 all equally often, 1 one item takes every place.",
            lambda answers, catalogue: gini_credits(answers.lists, catalogue),
            group=BEYOND,
            unit="0 equal, 1 all on one item",
            higher_is_better=False,
            per_user=False,
        ),
        MetricSpec(
            "novelty",
            "Novelty",
            "How little known the listed items are: one bit more means liked by half as many people.",
            lambda answers, catalogue: novelty(answers.lists, catalogue),
            group=BEYOND,
            unit="bits",
            bounds=(0.0, math.inf),
        ),
        MetricSpec(
            "popularity_lift",
            "Popularity lift",
            "How much more popular the list is than what the person liked; 0 is just as popular.",
            popularity_lift,
            group=BEYOND,
            unit="0 as popular, 1 twice as popular",
            higher_is_better=None,
            bounds=(-1.0, math.inf),
        ),
        MetricSpec(
            "serendipity",
            "Serendipity",
            "How much of the list is a hit that simply listing what is popular would have missed.",
            serendipity,
            group=BEYOND,
        ),
        MetricSpec(
            "diversity",
            "Diversity of texts",
            "How different the descriptions within a list are; 0 means copies, about 1 unrelated.",
            lambda answers, catalogue: diversity(answers.lists, catalogue),
            group=BEYOND,
            unit="1 - mean cosine",
            bounds=(0.0, 2.0),
        ),
        MetricSpec(
            "category_diversity",
            "Diversity of categories",
            "How often two items of a list are of different categories.",
            lambda answers, catalogue: category_diversity(answers.lists, catalogue),
            group=BEYOND,
            unit="share of pairs, 0 to 1",
        ),
        MetricSpec(
            "calibration",
            "Taste mismatch",
            "How far the categories of the list are from the mix the person liked; 0 is the same mix.",
            calibration,
            group=BEYOND,
            unit="bits",
            higher_is_better=False,
            bounds=(0.0, math.log2(1 / ALPHA)),
        ),
        MetricSpec(
            "rmse",
            "RMSE",
            "How far predicted stars are from those given; large misses count more.",
            lambda answers, _: rmse_credits(answers),
            group=STARS,
            unit="stars",
            higher_is_better=False,
            per_user=False,
            bounds=(0.0, math.inf),
            full_ranking=True,
        ),
        MetricSpec(
            "mae",
            "MAE",
            "How many stars a prediction is off, on average.",
            lambda answers, _: mae_credits(answers),
            group=STARS,
            unit="stars",
            higher_is_better=False,
            per_user=False,
            bounds=(0.0, math.inf),
            full_ranking=True,
        ),
        MetricSpec(
            "accuracy",
            "Accuracy",
            "How often predicted stars say correctly whether the person will like it.",
            lambda answers, _: accuracy_credits(answers),
            group=STARS,
            unit="share of ratings, 0 to 1",
            per_user=False,
            full_ranking=True,
        ),
    )
}
"""In the order in which they are shown."""
