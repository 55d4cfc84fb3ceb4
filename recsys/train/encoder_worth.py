"""What an encoder made here is worth on new items, beside the one it was made from: the same people, paired."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from recsys.data import Dataset
from recsys.data.splits import Split
from recsys.evaluate.lists import Asked, Floats, asked, metric_values
from recsys.evaluate.progress import Progress, silent
from recsys.metrics.significance import mean_interval, paired_difference, relative_gain, resample_weights
from recsys.models import BASELINES, build, shared
from recsys.models.text_mean import TextMean
from recsys.text import reader
from recsys.text.space import TextSpace
from recsys.train.moved import moved
from recsys.train.worth import numbers
from recsys.types import Scorer

K = 10
METRIC = "ndcg"
ARTICLES = "text_mean"
READERS = ("text_profile", "ease_text")
"""Recommenders that read texts, measured with either encoder: whoever adopts the new one gets these."""
AFTER, UNTOUCHED, CENTRED, STUDENT = "after", "untouched", "centred", "ease_text"
"""Rows of the result: the articles' formula by the new encoder, by the old one, by the old one less the mean vector of
the catalogue, and EASE whose links of new items come from their texts."""


@dataclass(frozen=True, eq=False)
class Compared:
    """Two encoders on one cut whose test part nothing was chosen on."""

    cut: Split
    people: Sequence[Asked]
    before: TextSpace
    after: TextSpace
    scorers: dict[str, Scorer]
    """By name of row; readers by the new encoder are called ``<name> after``."""

    @classmethod
    def of(cls, cut: Split, parent: str, name: str) -> Compared:
        """Fit everything to the training part of ``cut``, read by the encoders ``parent`` and ``name``."""
        old, new = cut.train.read_by(parent), cut.train.read_by(name)
        before, after = (reader().space(each, reader().main(each)) for each in (old, new))
        centred = TextMean()
        centred.data_, centred.space_ = old, replace(before, raw=before.items, read=before.vectors)
        scorers: dict[str, Scorer] = {AFTER: shared(build(ARTICLES), new), UNTOUCHED: shared(build(ARTICLES), old)}
        scorers |= {CENTRED: centred, **{name: shared(build(name), old) for name in (*READERS, *BASELINES)}}
        scorers |= {f"{name} after": shared(build(name), new) for name in READERS}
        return cls(cut, asked(cut), before, after, scorers)

    def worth(self, data: Dataset, seed: int, progress: Progress = silent) -> dict[str, Any]:
        """NDCG@10 of every row with its interval, and what changed, as JSON.

        ``rows`` by name; ``gain`` is the new encoder minus the untouched one, ``ratio`` the same as a share of the
        untouched one (None where that has no hit), ``beyond_centring`` and ``against_student`` the new one minus these
        rows; ``readers`` has before, after and gain of each of READERS; ``moved`` the items of ``data`` whose
        neighbours changed most.
        """
        values: dict[str, Floats] = {}
        for number, (name, scorer) in enumerate(self.scorers.items()):
            progress(number / len(self.scorers), "Asking the test part")
            values[name] = ndcg(scorer, self.people, self.cut, seed)

        def gap(ours: str, theirs: str) -> dict[str, Any]:
            return numbers(paired_difference(values[ours], values[theirs], seed=seed))

        means = {name: numbers(mean_interval(found, seed=seed)) for name, found in values.items()}
        ratio = relative_gain(values[AFTER], values[UNTOUCHED], resample_weights(len(self.people), seed=seed))
        return {
            "n_people": len(self.people),
            "n_items": 0 if self.cut.candidates is None else len(self.cut.candidates),
            "rows": {name: means[name] for name in (AFTER, UNTOUCHED, CENTRED, STUDENT, *BASELINES)},
            "gain": gap(AFTER, UNTOUCHED),
            "ratio": numbers(ratio) if ratio.n else None,
            "beyond_centring": gap(AFTER, CENTRED),
            "against_student": gap(AFTER, STUDENT),
            "readers": {
                name: {"before": means[name], "after": means[f"{name} after"], "gain": gap(f"{name} after", name)}
                for name in READERS
            },
            "moved": moved(data, self.before, self.after),
        }


def ndcg(scorer: Scorer, people: Sequence[Asked], cut: Split, seed: int = 0) -> Floats:
    """(n_people,) NDCG@10 of each one's list, in [0, 1]."""
    return np.asarray(metric_values(scorer, people, cut, (METRIC,), K, seed=seed)[:, 0])
