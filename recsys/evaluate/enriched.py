"""Does generated text help the encoder? The same people, lists and likes, with it and without it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

import numpy as np
import pandas as pd

from recsys.columns import Evaluation
from recsys.data import Dataset
from recsys.data.splits import SPLITS as ALL_SPLITS
from recsys.data.splits import Split, split
from recsys.errors import DataError
from recsys.evaluate.lists import Floats, asked
from recsys.evaluate.progress import Progress, silent
from recsys.evaluate.protocol import Protocol
from recsys.evaluate.study import as_python, seconds_for
from recsys.metrics import METRICS, Estimates, Interval, difference_in_words, holm
from recsys.models import MODELS, build, shared
from recsys.words.enrich import Texts, said_by_people
from recsys.words.enrich import enriched as with_texts

READERS = ("text_profile", "text_mean")
"""Models that rank by the texts of items."""
SPLITS = ("global_time", "cold_items")
"""Later likes of known items, and likes of items nobody has touched."""
AT_MOST = Protocol(max_users=300)


class Enriched(StrEnum):
    """Columns beside model, metric, k, value, low, high, n_users, p_value and p_holm."""

    SPLIT = "split"
    WITHOUT = "without"  # the metric on the texts of the source
    WITH = "with"  # the same with generated text beside them
    N_TEXTS = "n_texts"  # items that got any generated text
    N_ASKED_TEXTS = "n_asked_texts"  # of the items that could be listed, those that got any


COLUMNS = (
    Evaluation.MODEL,
    Enriched.SPLIT,
    Evaluation.METRIC,
    Evaluation.K,
    Enriched.WITHOUT,
    Enriched.WITH,
    Evaluation.VALUE,
    Evaluation.LOW,
    Evaluation.HIGH,
    Evaluation.N_USERS,
    Evaluation.P_VALUE,
    Evaluation.P_HOLM,
    Enriched.N_TEXTS,
    Enriched.N_ASKED_TEXTS,
)

ABOUT: Mapping[str, str] = MappingProxyType({"global_time": "known items", "cold_items": "new items"})
"""What a split asks for, in plain words."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """One row per model and split: the metric with generated text minus without it, paired by person."""

    table: pd.DataFrame
    """``COLUMNS``; ``value``, ``low`` and ``high`` are the difference and its 95% interval."""

    @property
    def words(self) -> tuple[str, ...]:
        """One sentence per row a visitor can read; no difference is claimed where the interval spans zero."""
        return tuple(_sentence(row) for row in self.table.to_dict("records"))


def enriched(
    data: Dataset,
    protocol: Protocol = AT_MOST,
    *,
    texts: Texts = said_by_people,
    models: Sequence[str] = READERS,
    progress: Progress = silent,
) -> Comparison:
    """Rank by the texts of the source, then with generated text beside them, for the same people.

    ``texts`` is given the training part alone, so nothing written about a held-out like can reach an item's text; what
    a person wrote before is known to both sides. New items (``cold_items``) have no review in the training part: there
    only what the person liked before reads differently, unless ``texts`` writes from the record. Both splits are
    measured unless the protocol names one. The p-values of all rows are corrected together (``holm``).

    Raises DataError when there is nothing to write from, or when no split leaves anybody to ask.
    """
    chosen = (protocol.split,) if protocol.split else SPLITS
    rows: list[dict[str, object]] = []
    gaps: list[Floats] = []
    for position, name in enumerate(chosen):
        progress(position / len(chosen), f"Writing texts: {_about(name)}")
        found, differences = _measured(
            split(data, name, protocol.seed, protocol.max_users),
            protocol,
            texts,
            models,
            _within(progress, position, len(chosen)),
        )
        rows += found
        gaps += differences
    progress(1.0, "Done")
    return Comparison(_table(rows, gaps, protocol))


@dataclass(frozen=True, slots=True)
class Enrichment:
    """What generated text does to lists ranked by text, as a question."""

    protocol: Protocol = AT_MOST

    def ask(self, data: Dataset, progress: Progress = silent) -> pd.DataFrame:
        """The table of :func:`enriched`; ``Comparison(table).words`` says it in sentences."""
        return enriched(data, self.protocol, progress=progress).table

    def call(self, dataset: str) -> str:
        """Lines of Python that give the same comparison."""
        return as_python("enriched", "enriched", dataset, str(self.protocol))

    def seconds(self, data: Dataset) -> float:
        """About how long it takes."""
        return seconds_for(data, 15.0)


def _measured(
    cut: Split, protocol: Protocol, texts: Texts, models: Sequence[str], progress: Progress
) -> tuple[list[dict[str, object]], list[Floats]]:
    """Rows of one split without their intervals, and (n_users,) differences of each."""
    generated = tuple(texts(cut.train))
    written = np.array([bool(text.strip()) for text in generated])
    if not written.any():
        raise DataError(f"{cut.train.label} has no reviews to learn from: there is no generated text to compare")
    other = replace(cut, train=with_texts(cut.train, generated))
    listed = written if cut.candidates is None else written[cut.candidates]
    people = asked(cut)
    rows: list[dict[str, object]] = []
    gaps: list[Floats] = []
    for position, model in enumerate(models):
        progress(position / len(models), f"{MODELS[model].label}: {_about(cut.name)}")
        without, with_them = (protocol.values(shared(build(model), c.train), people, c) for c in (cut, other))
        gaps.append(with_them - without)
        rows.append(
            {
                Evaluation.MODEL: model,
                Enriched.SPLIT: cut.name,
                Enriched.WITHOUT: float(np.nanmean(without)),
                Enriched.WITH: float(np.nanmean(with_them)),
                Enriched.N_TEXTS: int(written.sum()),
                Enriched.N_ASKED_TEXTS: int(listed.sum()),
            }
        )
    return rows, gaps


def _table(rows: Sequence[dict[str, object]], gaps: Sequence[Floats], protocol: Protocol) -> pd.DataFrame:
    p_values, intervals = [], []
    for gap in gaps:
        estimate = Estimates.of(gap[:, None], protocol.weights(len(gap)))
        intervals += estimate.intervals()
        p_values.append(float(estimate.p_values()[0]))
    numbers = zip(rows, intervals, p_values, holm(np.array(p_values)), strict=True)
    cells = [
        {
            **row,
            Evaluation.METRIC: protocol.metric,
            Evaluation.K: protocol.k,
            Evaluation.VALUE: interval.value,
            Evaluation.LOW: interval.low,
            Evaluation.HIGH: interval.high,
            Evaluation.N_USERS: interval.n,
            Evaluation.P_VALUE: p_value,
            Evaluation.P_HOLM: float(adjusted),
        }
        for row, interval, p_value, adjusted in numbers
    ]
    return pd.DataFrame(cells, columns=list(COLUMNS)).rename(columns=str)


def _sentence(row: Mapping[Hashable, object]) -> str:
    def number(column: str) -> float:
        return float(str(row[column]))

    difference = Interval(
        number(Evaluation.VALUE), number(Evaluation.LOW), number(Evaluation.HIGH), int(number(Evaluation.N_USERS))
    )
    metric = f"{METRICS[str(row[Evaluation.METRIC])].label}@{row[Evaluation.K]}"
    about = _about(str(row[Enriched.SPLIT]))
    said = difference_in_words("with generated text", "without", difference, 3, number(Evaluation.P_HOLM))
    return f"{MODELS[str(row[Evaluation.MODEL])].label}, {about}, {metric} {said}"


def _about(name: str) -> str:
    return ABOUT.get(name) or (ALL_SPLITS[name].label.lower() if name in ALL_SPLITS else name)


def _within(progress: Progress, position: int, n: int) -> Progress:
    return lambda share, line: progress((position + share) / n, line)
