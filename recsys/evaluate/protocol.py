"""The rules of a measurement: what every study of models shares, whatever it varies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

from recsys.data.splits import Split
from recsys.evaluate.lists import Asked, Floats, metric_values, require_hit_metric
from recsys.metrics.significance import N_BOOT, resample_weights
from recsys.types import Rows, Scorer


@dataclass(frozen=True, slots=True)
class Protocol:
    """Which likes are held out, how lists are judged, who is asked, and how often the people are resampled.

    ValueError or UnknownIdError for a metric that does not say how well lists hit, ValueError for ``max_users`` < 1.
    """

    split: str | None = None
    """One of ``SPLITS``; None for the one that suits the study."""
    metric: str = "ndcg"
    k: int = 10
    seed: int = 0
    """Draws the split, the people, the settings that are tried and the resamples."""
    max_users: int | None = None
    """At most so many people are asked, drawn at random; None for all."""
    n_boot: int = N_BOOT

    def __post_init__(self) -> None:
        require_hit_metric(self.metric)
        if self.max_users is not None and self.max_users < 1:
            raise ValueError(f"max_users should be at least 1 or None, is now {self.max_users}")

    def __str__(self) -> str:
        """The Python that makes it; what is as usual is left out."""
        values = {one.name: (getattr(self, one.name), one.default) for one in fields(self)}
        said = (f"{name}={value!r}" for name, (value, usual) in values.items() if value != usual)
        return f"Protocol({', '.join(said)})"

    def weights(self, n_users: int) -> Floats:
        """(n_boot, n_users) the resamples: what is compared is compared on the same ones."""
        return resample_weights(n_users, self.n_boot, self.seed)

    def values(self, scorer: Scorer, people: Sequence[Asked], cut: Split, candidates: Rows | None = None) -> Floats:
        """(n_users,) the metric of each one's list of ``k``."""
        found = metric_values(scorer, people, cut, (self.metric,), self.k, candidates=candidates, seed=self.seed)
        return found[:, 0]
