"""Prune: an encoder with fewer layers, which then learns for some minutes to say what all of them say."""

from __future__ import annotations

import itertools
import json
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from recsys.columns import Items
from recsys.data import Dataset
from recsys.errors import MissingDependencyError
from recsys.text import MINILM, reader
from recsys.text.export import TOKENIZER_FILE, export
from recsys.train.bert import Bert, Form, all_in
from recsys.train.job import Desk
from recsys.train.linear import folders
from recsys.train.shrunk import FAST, Sample, beside_full, graph_folder, opened, shelve, short_texts, task_of, told_of
from recsys.train.taught import Lesson, teach
from recsys.types import Matrix, Rows

MOST_WAYS = 60
"""Ways to drop layers that are tried: evenly spaced ones where there are more."""
SENTENCE_END = ". "
MIN_WORDS = 4
"""Shorter sentences of a text are not learned from."""


@dataclass(frozen=True)
class Prune:
    """Drop layers of an encoder, distil, keep it on the shelf, and measure what is left.

    Every way to keep ``layers`` of its layers is tried on texts of the catalogue; the one whose vectors are most like
    the full ones learns, from the catalogue's texts and pieces of them, what the full encoder makes of these. The items
    on which it is judged are not learned from.
    """

    kind: ClassVar[str] = "prune"

    base: str = MINILM
    layers: int = 3
    steps: int = 600
    """Batches to learn from, about two a second on two free cores; 0 only drops layers."""
    minutes: float = 20.0
    """At most so long, stops not counted, on a machine that has no time."""
    n_texts: int = 64
    """Texts on which the layers are chosen, and which tell during the training how far it is."""
    max_users: int = 300
    n_items: int = 300
    seed: int = 0

    @property
    def title(self) -> str:
        return f"Prune to {self.layers} layers"

    def run(self, data: Dataset, desk: Desk) -> Mapping[str, Any]:
        """Choose, teach, export, keep, measure; ValueError for more layers than there are.

        ``ways`` has every choice of layers with its likeness (``Sample.likeness``), best first; ``before`` and
        ``after`` the likeness of the chosen one on texts it did not learn from. The other figures are those of
        ``shrunk.beside_full``.
        """
        started = time.perf_counter()
        graph = graph_folder(self.base)
        bert = Bert.load(graph)
        if not 1 <= self.layers < len(bert.layers):
            raise ValueError(f"layers should be 1 to {len(bert.layers) - 1}, is now {self.layers}")
        task = task_of(data, self.max_users, self.n_items, self.seed)
        desk.say(0.02, "Reading with the full encoder")
        sample = Sample.of(data, self.base, self.n_texts, task.rows, self.seed)
        ways = _ways(bert, self.layers, sample, graph, desk)
        lesson = _lesson(data, self.base, sample, np.union1d(task.rows, sample.rows), desk)
        desk.say(0.15, f"Learning from {len(lesson.texts):,} texts")
        student = self._taught(ways[0]["layers"], lesson, desk)
        after = sample.likeness(opened(student / FAST, "after"))
        line = f"{self.layers} of its layers, taught on the texts of {data.label} to say what all of them say."
        kind, words, about = f"layers{self.layers}", f"{self.layers} layers", {"steps": self.steps}
        one = shelve(kind, words, line, student / FAST, student, self.base, data, about)
        return {
            **told_of(one, data),
            "layers": ways[0]["layers"],
            "n_layers": len(bert.layers),
            "n_learned_from": len(lesson.texts),
            "steps": max((int(point["step"]) for point in desk.points), default=0),
            "before": ways[0],
            "after": after,
            "ways": ways,
            "seconds": round(time.perf_counter() - started, 1),
            **beside_full(task, self.base, one.name, desk, 0.7),
        }

    def _taught(self, kept: list[int], lesson: Lesson, desk: Desk) -> Path:
        """A sentence-transformers folder with its graph."""
        source = folders(self.base)[0]
        try:
            student = teach(source, kept, lesson, desk, self.steps, 60 * self.minutes, self.seed)
        except ImportError as error:
            raise MissingDependencyError(error.name or "torch", "to prune an encoder") from error
        desk.say(0.65, "Writing the graph of the new encoder")
        export(student, student / FAST)
        return student


def _ways(bert: Bert, n: int, sample: Sample, graph: Path, desk: Desk) -> list[dict[str, Any]]:
    """Every choice of ``n`` layers and its likeness on the sample, the most alike first; kept in the desk's folder."""
    file = desk.folder / "ways.json"
    if file.exists():
        known: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
        return known
    all_ways = list(itertools.combinations(range(len(bert.layers)), n))
    picked = np.unique(np.linspace(0, len(all_ways) - 1, min(len(all_ways), MOST_WAYS)).astype(np.int64))
    folder = desk.folder / "way"
    found: list[dict[str, Any]] = []
    forms = all_in(Form.BLOCKS, n)  # a fifth of the file, and the choice is the same
    for place, way in enumerate(all_ways[number] for number in picked):
        desk.say(0.02 + 0.08 * place / len(picked), f"Trying layers {', '.join(str(layer + 1) for layer in way)}")
        bert.with_layers(way).save(folder, forms, small_words=True)
        shutil.copyfile(graph / TOKENIZER_FILE, folder / TOKENIZER_FILE)
        found.append({"layers": list(way), **sample.likeness(opened(folder, "way"))})
    found.sort(key=lambda one: (-one["overlap_asked"], -one["cosine_mean"]))
    part = file.with_suffix(".part")
    part.write_text(json.dumps(found), encoding="utf-8")
    part.replace(file)
    return found


def _lesson(data: Dataset, base: str, sample: Sample, apart: Rows, desk: Desk) -> Lesson:
    """Texts of all items but ``apart``, their titles, beginnings and sentences, and what ``base`` says of them."""
    rows = np.setdiff1d(np.flatnonzero(sample.full.has_text), apart)
    whole = [data.latin_texts[row] for row in rows]
    pieces = [piece for row, text in zip(rows, whole, strict=True) for piece in _pieces(data, int(row), text)]
    pieces = list(dict.fromkeys(pieces))
    vectors = _said(base, pieces, desk)
    return Lesson(
        [*whole, *pieces],
        np.concatenate([sample.full.raw[rows], vectors]),
        sample.texts,
        sample.full.raw[sample.rows],
        sample.full.centre,
    )


def _pieces(data: Dataset, row: int, text: str) -> list[str]:
    """The title of an item, a beginning of its text and one of its sentences: about as long as what people type."""
    sentences = [part for part in text.split(SENTENCE_END) if len(part.split()) >= MIN_WORDS]
    chosen = sentences[row % len(sentences)] if sentences else ""
    return [piece for piece in (data.field(row, Items.TITLE), *short_texts([text]), chosen) if piece.strip()]


def _said(base: str, texts: list[str], desk: Desk) -> Matrix:
    """What the full encoder says of ``texts``, from the desk's folder where it was asked before."""
    file = desk.folder / "said.npy"
    if file.exists():
        return np.asarray(np.load(file))
    encoder, found = reader().loaded(base), []
    for start in range(0, len(texts), 256):
        desk.say(0.1 + 0.05 * start / len(texts), f"Asking the full encoder about {len(texts):,} pieces of texts")
        found.append(encoder.encode(texts[start : start + 256]))
    vectors = np.concatenate(found)
    part = file.with_name("said.part.npy")
    np.save(part, vectors)
    part.replace(file)
    return vectors
