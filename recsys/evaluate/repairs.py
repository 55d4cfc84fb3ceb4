"""What curing an illness of the data does to the lists: the same people asked, before and after."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import pandas as pd

from recsys.audience.health import health
from recsys.columns import Evaluation
from recsys.data import Dataset
from recsys.data.splits import split
from recsys.evaluate.config import YARDSTICK
from recsys.evaluate.lists import Floats, asked
from recsys.evaluate.progress import Progress, silent
from recsys.evaluate.protocol import Protocol
from recsys.evaluate.study import as_python, seconds_for
from recsys.metrics import Estimates, holm
from recsys.models import build, shared

MODELS_CURED = (YARDSTICK, "ease_text")
"""What is popular, and one that learns from behaviour and texts."""
USUAL = Protocol(max_users=300)


class Cure(StrEnum):
    """Columns of the table beside ``Evaluation``'s model, metric, value, low, high, n_users and p_holm."""

    CHECK = "check"  # name of a check of recsys.audience.health
    N_OUT = "n_out"  # training events that the cure leaves out
    BEFORE = "before"
    AFTER = "after"


_COLUMNS = (
    Cure.CHECK,
    Evaluation.MODEL,
    Evaluation.METRIC,
    Cure.N_OUT,
    Cure.BEFORE,
    Cure.AFTER,
    Evaluation.VALUE,
    Evaluation.LOW,
    Evaluation.HIGH,
    Evaluation.N_USERS,
    Evaluation.P_HOLM,
)


def cured(
    data: Dataset,
    models: tuple[str, ...] = MODELS_CURED,
    protocol: Protocol = USUAL,
    progress: Progress = silent,
) -> pd.DataFrame:
    """Learn without the events that each cure of ``recsys.audience.health`` leaves out, and ask the same people.

    The checks look at the training part only. What the people did before, what they are asked about and the items
    ranked stay the same; only what the models learn from changes. One row per cure that changes anything, and model:
    ``value`` is the mean of after minus before with its paired 95% interval, ``p_holm`` its p-value after Holm's
    correction for all rows. The split is ``global_time`` unless the protocol names another. Raises DataError when the
    split leaves nobody to ask.
    """
    cut = split(data, protocol.split or "global_time", protocol.seed, protocol.max_users)
    people, cures = asked(cut), [one for one in health(cut.train) if one.curable]
    weights = protocol.weights(len(people))
    before = {model: protocol.values(shared(build(model), cut.train), people, cut) for model in models}
    rows: list[tuple[object, ...]] = []
    gaps: list[Floats] = []
    for place, one in enumerate(cures):
        progress(place / len(cures), one.label)
        kept = cut.train.with_events(~one.out)
        for model in models:
            # Lists leave out what people know by what they are shown, so thinner training takes nothing from that.
            after = protocol.values(build(model).fit(kept), people, replace(cut, train=kept))
            gaps.append(after - before[model])
            about = (one.name, model, protocol.metric, int(one.out.sum()))
            rows.append((*about, float(np.nanmean(before[model])), float(np.nanmean(after))))
    progress(1.0, "Done")
    return _table(rows, gaps, weights)


def _table(rows: list[tuple[object, ...]], gaps: list[Floats], weights: Floats) -> pd.DataFrame:
    columns = [str(column) for column in _COLUMNS]
    if not rows:
        return pd.DataFrame(columns=columns)
    estimates = Estimates.of(np.column_stack(gaps), weights)
    p = holm(estimates.p_values())
    found = [(one.value, one.low, one.high, one.n) for one in estimates.intervals()]
    full = [(*row, *numbers, float(q)) for row, numbers, q in zip(rows, found, p, strict=True)]
    return pd.DataFrame(full, columns=columns)


@dataclass(frozen=True, slots=True)
class Cures:
    """What every cure does to the lists, as a question."""

    models: tuple[str, ...] = MODELS_CURED
    protocol: Protocol = USUAL

    def ask(self, data: Dataset, progress: Progress = silent) -> pd.DataFrame:
        """The table of :func:`cured`."""
        return cured(data, self.models, self.protocol, progress)

    def call(self, dataset: str) -> str:
        """Lines of Python that give the same table."""
        return as_python("repairs", "cured", dataset, f"models={self.models!r}", f"protocol={self.protocol}")

    def seconds(self, data: Dataset) -> float:
        """About how long it takes."""
        return seconds_for(data, 5.0)
