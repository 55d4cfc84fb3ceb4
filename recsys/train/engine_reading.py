"""What one engine makes of a catalogue: its vectors, each item's neighbours, people's lists and how well they hit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from recsys.columns import Items
from recsys.data import Dataset
from recsys.data.splits import Split, split
from recsys.errors import DataError
from recsys.evaluate.config import YARDSTICK
from recsys.evaluate.lists import Asked, Floats, answers_of, asked, catalogue_of
from recsys.evaluate.progress import Progress
from recsys.evaluate.protocol import Protocol
from recsys.metrics import METRICS, NO_ITEM
from recsys.metrics.agreement import overlap
from recsys.models import build, shared, top_k
from recsys.text import reader
from recsys.text.space import unit_rows
from recsys.train.engine_shelf import encoder_name, opened
from recsys.types import Matrix, Rows

MODEL = "text_profile"
"""The recommender whose lists are compared: it goes by the texts alone."""
HITS = "hits-"
_READS = 0.7
"""About the share of the time that goes into reading the catalogue the first time."""


@dataclass(frozen=True, eq=False)
class Task:
    """What every engine is given: the same texts, items and people."""

    data: Dataset
    protocol: Protocol
    cuts: Mapping[str, tuple[Split, list[Asked]]]
    """By name; the splits that leave somebody to ask."""
    without: Mapping[str, str]
    """Why the other splits do not."""
    texts: tuple[str, ...]
    """Whose vectors are compared, evenly spread over the catalogue."""
    rows: Rows
    """Items whose neighbours are compared, evenly spread."""

    @classmethod
    def of(cls, data: Dataset, splits: Sequence[str], protocol: Protocol, n_items: int, n_texts: int) -> Self:
        """Cut ``data`` by each of ``splits``; DataError where no item has a text."""
        with_text = np.array([row for row, text in enumerate(data.latin_texts) if text.strip()], dtype=np.int64)
        if not len(with_text):
            raise DataError(f"no item of {data.label} has a text: there is nothing to read")
        cuts, without = {}, {}
        for name in splits:
            try:
                cut = split(data, name, protocol.seed, protocol.max_users)
            except DataError as error:
                without[name] = str(error)
            else:
                cuts[name] = cut, asked(cut)
        texts = tuple(data.latin_texts[row] for row in _spread(with_text, n_texts))
        return cls(data, protocol, cuts, without, texts, _spread(with_text, n_items))

    @property
    def short(self) -> tuple[str, ...]:
        """Titles of the items whose neighbours are compared, about as long as what is typed; never empty."""
        titles = (self.data.field(int(row), Items.TITLE) for row in self.rows)
        return tuple(dict.fromkeys(title for title in titles if title.strip())) or self.texts


@dataclass(frozen=True, eq=False)
class Reading:
    """What one engine made of it."""

    vectors: Matrix
    """(n_texts, dim) as the engine gives them."""
    neighbours: Rows
    """(n_rows, k) the items nearest to each item looked at; NO_ITEM after the end of a short list."""
    lists: Rows
    """(n_people, k) each one's list in the first split; (0, k) without one."""
    hits: Mapping[str, Floats]
    """(n_people,) the metric of each one's list, by split."""

    def save(self, file: Path) -> None:
        """Keep it in ``file``, all of it or nothing."""
        part = file.with_suffix(".part.npz")
        hits = {f"{HITS}{name}": values for name, values in self.hits.items()}
        np.savez(part, vectors=self.vectors, neighbours=self.neighbours, lists=self.lists, **hits)  # type: ignore[arg-type]
        part.replace(file)

    @classmethod
    def load(cls, file: Path) -> Self:
        """What :meth:`save` kept."""
        with np.load(file, allow_pickle=False) as kept:
            hits = {name.removeprefix(HITS): kept[name] for name in kept.files if name.startswith(HITS)}
            return cls(kept["vectors"], kept["neighbours"], kept["lists"], hits)


def read_by(task: Task, name: str, progress: Progress) -> Reading:
    """Let the engine ``name`` read the catalogue, find the neighbours, and make everybody's lists."""
    data = task.data.read_by(encoder_name(name))
    progress(0.0, f"reading {data.n_items:,} items")
    space = reader().space(
        data, reader().main(data), lambda share: progress(_READS * share, f"reading {data.n_items:,} items")
    )
    found = {}
    for place, (cut_name, (cut, people)) in enumerate(task.cuts.items()):
        start, part = _READS + (1 - _READS) * place / len(task.cuts), (1 - _READS) / len(task.cuts)
        train = cut.train.read_by(data.encoder)
        found[cut_name] = _answered(
            MODEL,
            task,
            cut,
            train,
            people,
            lambda share, s=start, p=part: progress(s + p * share, "making lists"),  # type: ignore[misc]
        )
    k = task.protocol.k
    first = next(iter(found.values()), (np.zeros((0, k), dtype=np.int64), np.zeros(0)))
    return Reading(
        opened(name, task.data).encode(task.texts),
        _neighbours(space.items, task.rows, k),
        first[0],
        {cut_name: values for cut_name, (_, values) in found.items()},
    )


def baseline(task: Task, model: str) -> dict[str, Floats]:
    """(n_people,) the metric of everybody's list under a model that reads nothing, by split."""
    return {
        name: _answered(model, task, cut, cut.train, people, lambda _share: None)[1]
        for name, (cut, people) in task.cuts.items()
    }


def _answered(
    model: str, task: Task, cut: Split, train: Dataset, people: Sequence[Asked], progress: Callable[[float], object]
) -> tuple[Rows, Floats]:
    """Everybody's list, and the metric of each."""
    rules = task.protocol
    answers = answers_of(
        shared(build(model), train),
        people,
        rules.k,
        progress,
        when_silent=shared(build(YARDSTICK), train),
        candidates=cut.candidates,
        seed=rules.seed,
        liked_stars=train.liked_stars,
    )
    return answers.lists.rows, METRICS[rules.metric].compute(answers, catalogue_of(train))


def cosines(ours: Matrix, full: Matrix) -> Floats | None:
    """(n_texts,) cosine of each text's two vectors; None where the engines span different spaces.

    Two spaces count as one when they have the same number of dimensions and, for most texts, no other text's vector of
    the full model is as near to our vector as the text's own: a rotated or otherwise learned space finds its own by
    chance only.
    """
    if ours.shape != full.shape:
        return None
    alike = unit_rows(ours.astype(np.float64)) @ unit_rows(full.astype(np.float64)).T
    own = np.diagonal(alike)
    if np.mean(own >= alike.max(axis=1)) <= 0.5:
        return None
    return np.asarray(own)


def agreement(ours: Rows, full: Rows) -> Floats:
    """(n_lists,) share of the items that two lists have in common, in [0, 1]; NaN where both are empty."""
    pairs = zip(ours.tolist(), full.tolist(), strict=True)
    return np.array([overlap(_listed(one), _listed(other)) for one, other in pairs], dtype=np.float64)


def _listed(rows: Sequence[int]) -> list[int]:
    return [row for row in rows if row != NO_ITEM]


def _neighbours(items: Matrix, rows: Rows, k: int) -> Rows:
    out = np.full((len(rows), k), NO_ITEM, dtype=np.int64)
    for place, (row, alike) in enumerate(zip(rows, items[rows] @ items.T, strict=True)):
        nearest = top_k(alike, k, np.array([row]))
        out[place, : len(nearest)] = nearest
    return out


def _spread(rows: Rows, n: int) -> Rows:
    """At most ``n`` of ``rows``, evenly spaced."""
    return rows[np.linspace(0, len(rows) - 1, min(n, len(rows))).astype(np.int64)]
