"""The line every metric stands on: what a chart, a table and an experiment need to know of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from recsys.metrics.lists import Answers, Catalogue, PerUser

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


of_stars = partial(MetricSpec, group=STARS, per_user=False, full_ranking=True)
"""A line for a metric of predicted stars: about all ratings together, whatever the list."""
