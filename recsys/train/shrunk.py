"""What is left of an encoder that was made smaller, beside the one it was made from."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import numpy as np

from recsys.data import Dataset
from recsys.errors import DataError, EncoderError
from recsys.evaluate.lists import Floats
from recsys.evaluate.protocol import Protocol
from recsys.metrics.significance import mean_interval, paired_difference
from recsys.models import top_k
from recsys.text import MINILM, made, reader
from recsys.text.export import MODEL_FILE
from recsys.text.made import Made
from recsys.text.minilm import export_folder
from recsys.text.onnx_encoder import OnnxEncoder
from recsys.text.space import TextSpace, centred
from recsys.train.engine_reading import Reading, Task, agreement, read_by
from recsys.train.engine_speed import speeds
from recsys.train.job import Desk
from recsys.train.worth import numbers
from recsys.types import Encoder, Matrix, Rows

FAST = "fast"
K = 10
N_WORDS = 8
"""Words of a short text: about as many as people type."""
N_SHORT, N_LONG = 200, 32
SPLITS = ("per_user_time", "cold_items")
"""Lists are compared in the first, where most people can be asked."""
FEWEST_TEXTS = 20
N_ALONE = 8
"""Texts of a sample that are also read one by one."""


@dataclass(frozen=True, eq=False)
class Sample:
    """Texts of a catalogue on which ways to shrink an encoder are compared; the result is judged on other ones."""

    texts: tuple[str, ...]
    rows: Rows
    full: TextSpace
    """The whole catalogue as the full encoder reads it."""

    @classmethod
    def of(cls, data: Dataset, base: str, n: int, apart: Rows, seed: int) -> Self:
        """``n`` items with a text, drawn by ``seed``, none of them in ``apart``; DataError where there are too few."""
        read = data.read_by(base)
        if reader().main(read) != base:
            raise DataError(f"{base} does not read the texts of {data.label}: choose data in English")
        space = reader().space(read, base)
        left = np.setdiff1d(np.flatnonzero(space.has_text), apart)
        if len(left) < FEWEST_TEXTS:
            raise DataError(f"to choose on, there should be at least {FEWEST_TEXTS} more texts, are {len(left)}")
        rows = np.sort(np.random.default_rng(seed).permutation(left)[:n])
        return cls(tuple(data.latin_texts[row] for row in rows), rows, space)

    def likeness(self, encoder: Encoder) -> dict[str, float]:
        """``cosine_mean`` and ``cosine_p5`` of its vectors to the full ones, and ``overlap_asked``.

        That is the share, in [0, 1], of the ``K`` items nearest to each text that stay when ``encoder`` reads the text
        and the full encoder has read the catalogue; when ``encoder`` reads the catalogue as well, fewer stay.
        ``cosine_alone`` is the least cosine of a text's vector to that of the same text read without others beside it.
        """
        vectors = encoder.encode(self.texts)
        alone = np.concatenate([encoder.encode([text]) for text in self.texts[:N_ALONE]])
        alike = (vectors * self.full.raw[self.rows]).sum(axis=1)
        asked = centred(vectors, self.full.centre)
        same = agreement(self._nearest(asked), self._nearest(self.full.items[self.rows]))
        lost = float((alone * vectors[:N_ALONE]).sum(axis=1).min())
        return _cosines(alike) | {"overlap_asked": _mean(same), "cosine_alone": lost}

    def _nearest(self, vectors: Matrix) -> Rows:
        similar = zip(vectors @ self.full.items.T, self.rows, strict=True)
        return np.array([top_k(alike, K, np.array([row])) for alike, row in similar])


def graph_folder(base: str) -> Path:
    """Where the graph and the tokenizer of the encoder ``base`` are; EncoderError for one that is no graph."""
    if base == MINILM:
        reader().loaded(base)  # exports it where that was never done
        return export_folder()
    one = made.find(base)
    if one is None or one.kind != "onnx":
        raise EncoderError(f"{base} is no encoder with a graph that could be made smaller: choose {MINILM}")
    return made.folder_of(base) / FAST


def name_for(kind: str, data: Dataset, base: str) -> str:
    """The name on the shelf; making it again puts it in the place of the older one."""
    of = data.name if base == MINILM else f"{base}-{data.name}"
    return f"{kind}-{re.sub(r'[^a-z0-9]+', '-', of.lower())}"[:40].strip("-")


def label_for(kind: str, base: str) -> str:
    """What a visitor reads."""
    one = made.find(base)
    return f"{one.label if one else 'MiniLM'} {kind}"[:30]


def opened(folder: Path, base: str) -> OnnxEncoder:
    """The encoder in ``folder``, which stands for ``base`` and is not on the shelf yet."""
    return OnnxEncoder(folder, base, str(folder))


def shelve(
    kind: str, words: str, line: str, weights: Path, files: Path, base: str, data: Dataset, about: Mapping[str, Any]
) -> Made:
    """Put what was made of ``base`` on the shelf: all ``files``, its version the digest of the graph in ``weights``."""
    digest = hashlib.sha256()
    for path in sorted(weights.glob(f"{MODEL_FILE}*")):
        digest.update(path.read_bytes())
    one = Made(
        name=name_for(kind, data, base),
        label=label_for(words, base),
        line=line,
        kind="onnx",
        parent=base,
        version=f"{kind}-{digest.hexdigest()[:16]}",
        languages=tuple(sorted(reader().loaded(base).languages)),
        dataset=data.name,
        about={**about, "made_at": datetime.now(UTC).isoformat(timespec="seconds")},
    )
    made.keep(one, files)
    reader().renewed(one.name)
    return one


def told_of(one: Made, data: Dataset) -> dict[str, Any]:
    """What the pages read of an encoder that was put on the shelf."""
    return {"name": one.name, "label": one.label, "line": one.line, "base": one.parent, "data": data.label}


def task_of(data: Dataset, max_users: int, n_items: int, seed: int) -> Task:
    """Whom and what the result is judged on; at most half the items, so that others are left to choose on."""
    n_items = max(1, min(n_items, data.n_items // 2))
    return Task.of(data, SPLITS, Protocol(k=K, seed=seed, max_users=max_users), n_items, n_items)


def beside_full(task: Task, base: str, name: str, desk: Desk, start: float) -> dict[str, Any]:
    """The encoder ``name`` of the shelf beside ``base``; from the share ``start`` of the training to its end.

    ``cosine_mean`` and ``cosine_p5`` of the vectors of the same text; ``overlap_items`` and ``overlap_people``, the
    mean share of each item's nearest ``K`` and of everybody's list of ``K`` that stays, in [0, 1] (None where nobody
    can be asked); ``hits`` by split: NDCG and what is lost of it, paired by person; ``bytes`` on disk; ``p50_ms`` and
    ``p95_ms`` for a text of eight words, ``texts_per_s`` for many; the same with ``full_`` before it of ``base``.
    """
    full, ours = (_read(task, engine, desk, start + part * (1 - start)) for engine, part in ((base, 0.1), (name, 0.4)))
    desk.say(start + 0.8 * (1 - start), "Taking the time of both in turn")
    encoders = {"full_": reader().loaded(base), "": reader().loaded(name)}
    timed = speeds(encoders, short_texts(task.texts), task.texts[:N_LONG], lambda _share: None)
    said: dict[str, Any] = _cosines((ours.vectors * full.vectors).sum(axis=1))
    said |= {
        "overlap_items": _mean(agreement(ours.neighbours, full.neighbours)),
        "overlap_people": _mean(agreement(ours.lists, full.lists)) if len(full.lists) else None,
        "hits": {split: _hits(ours.hits[split], full.hits[split], task.protocol.seed) for split in full.hits},
        "without": dict(task.without),
        "bytes": bytes_of(made.folder_of(name) / FAST),
        "full_bytes": bytes_of(graph_folder(base)),
        "times_faster": timed["full_"].p50_ms / timed[""].p50_ms,
    }
    for key, speed in timed.items():
        said |= {f"{key}{name}": getattr(speed, name) for name in ("p50_ms", "p95_ms", "texts_per_s")}
    return said


def timed_all(encoders: Mapping[str, Encoder], texts: Sequence[str]) -> dict[str, dict[str, float]]:
    """``p50_ms`` and ``p95_ms`` of each for texts of eight words, all in turn."""
    found = speeds(encoders, short_texts(texts), texts[:N_LONG], lambda _share: None)
    return {name: {"p50_ms": one.p50_ms, "p95_ms": one.p95_ms} for name, one in found.items()}


def short_texts(texts: Sequence[str]) -> list[str]:
    """At most ``N_SHORT`` beginnings of ``texts``, of eight words."""
    return [" ".join(text.split()[:N_WORDS]) for text in texts[:N_SHORT]]


def bytes_of(folder: Path) -> int:
    """What the files in ``folder`` take on disk."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def on_the_way(desk: Desk, start: float, end: float, line: str) -> Callable[[float], None]:
    """Tell the share of a part of a training that goes from ``start`` to ``end``."""
    return lambda share: desk.say(start + (end - start) * share, line)


def _read(task: Task, engine: str, desk: Desk, start: float) -> Reading:
    label = label_for("", engine).strip()
    return read_by(task, engine, lambda _share, line: desk.say(start, f"{label}: {line}"))


def _hits(ours: Floats, full: Floats, seed: int) -> dict[str, Any]:
    return {
        "ndcg": numbers(mean_interval(ours, seed=seed)),
        "loss": numbers(paired_difference(ours, full, seed=seed)),
    }


def _cosines(alike: Floats) -> dict[str, float]:
    return {"cosine_mean": float(alike.mean()), "cosine_p5": float(np.percentile(alike, 5))}


def _mean(values: Floats) -> float:
    return float(np.nanmean(values))
