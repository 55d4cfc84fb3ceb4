"""Distil: a table of token vectors that says what MiniLM says of this catalogue, in a hundredth of the time."""

from __future__ import annotations

import hashlib
import re
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from recsys.data import Dataset
from recsys.errors import DataError, MissingDependencyError
from recsys.evaluate.protocol import Protocol
from recsys.index import Exact
from recsys.metrics.significance import mean_interval, paired_difference
from recsys.text import MINILM, made, reader
from recsys.text.made import Made
from recsys.text.minilm import MiniLM, export_folder
from recsys.text.onnx_encoder import MAX_TOKENS
from recsys.text.space import TextSpace, unit_rows
from recsys.text.static import TOKENIZER_FILE, StaticEncoder
from recsys.train.engine_reading import Task, agreement, read_by
from recsys.train.engine_speed import speeds
from recsys.train.job import Desk
from recsys.train.token_table import Lesson, bags, by_rank, rarity, shares_of, tokens_alone
from recsys.train.worth import numbers
from recsys.types import Matrix, Rows

FEWEST_TEXTS = 30
MOST_TEXTS = 6_000
"""More texts than that are not learned from: their products fill the memory."""
HELD_OUT = 0.15
"""Share of the texts that settings are chosen on; as many again are looked at once, at the end."""
SIF = 1e-4
"""Of the table that model2vec makes, the one that learns nothing of the catalogue."""
K = 10
N_SHORT, N_LONG = 200, 64
SPLITS = ("global_time", "cold_items")

Tried = dict[str, Any]


@dataclass(frozen=True)
class Distil:
    """Make the static student of MiniLM for one catalogue, keep it on the shelf, and measure it.

    The plain table of model2vec competes with tables fitted to the catalogue's own texts (``token_table``) for several
    strengths of both ridges. The one whose neighbours of held-out texts agree most with MiniLM's is fitted again with
    those texts; the last held-out texts are looked at once, and are never learned from.
    """

    kind: ClassVar[str] = "distil"

    token_ridges: tuple[float, ...] = (0.1, 0.3, 1.0)
    map_ridges: tuple[float, ...] = (0.01, 0.1, 1.0)
    max_users: int = 600
    """At most so many people are asked in each split."""
    n_items: int = 300
    """Items whose neighbours are compared."""
    seed: int = 0

    @property
    def title(self) -> str:
        """What a visitor reads."""
        return "Make the static engine"

    def run(self, data: Dataset, desk: Desk) -> Mapping[str, Any]:
        """Read every token, fit, choose, keep, measure; DataError where MiniLM does not read the data."""
        start = time.perf_counter()
        texts, vectors = _teacher(data, desk)
        alone = _tokens(desk)
        desk.say(0.55, "Fitting tables to the texts of the catalogue")
        folder = desk.folder / "student"
        chosen, trials, held = self._fitted(alone, texts, vectors, folder)
        name, line = name_for(data), _line(chosen, data)
        version = f"static-{hashlib.sha256((folder / 'model.safetensors').read_bytes()).hexdigest()[:12]}"
        about = {**chosen, "seconds": round(time.perf_counter() - start, 1)}
        made.keep(Made(name, "Static student", line, "static", MINILM, version, dataset=data.name, about=about), folder)
        reader().renewed(name)
        told = {"name": name, "label": "Static student", "line": line, "n_texts": len(texts), "trials": trials}
        return told | {"chosen": chosen} | held | self._measured(data, name, desk)

    def _fitted(
        self, alone: Matrix, texts: list[str], vectors: Matrix, folder: Path
    ) -> tuple[Tried, list[Tried], Tried]:
        """The chosen setting, every setting with what it gave on validation, and the final table on held-out texts."""
        learn, valid, test = cut_texts(len(texts), self.seed)
        save(alone, folder)  # for its tokenizer: which tokens a text has does not depend on their vectors
        counts = bags(StaticEncoder(folder, "", "").tokens(texts), len(alone))
        weights = rarity(counts[learn])
        shares = shares_of(counts, weights)
        plain = alone * by_rank(len(alone), SIF)[:, None]
        tried: Tried = {"tuned": False, "token_ridge": None, "map_ridge": None}
        trials = [tried | agreed(np.asarray(counts @ plain), vectors, valid, learn)]
        lesson = Lesson(alone, shares[learn], vectors[learn])
        for token_ridge in self.token_ridges:
            for map_ridge in self.map_ridges:
                said = np.asarray(shares @ lesson.table(token_ridge, map_ridge))
                tried = {"tuned": True, "token_ridge": token_ridge, "map_ridge": map_ridge}
                trials.append(tried | agreed(said, vectors, valid, learn))
        chosen = max(trials, key=lambda one: float(one["overlap_items"]))
        table = plain
        if chosen["tuned"]:
            known = np.concatenate([learn, valid])
            lesson = Lesson(alone, shares[known], vectors[known])
            table = lesson.table(chosen["token_ridge"], chosen["map_ridge"]) * weights[:, None]
        save(table, folder)
        student = StaticEncoder(folder, "", "").encode(texts)
        held = agreed(student, vectors, test, np.concatenate([learn, valid]))
        untouched = agreed(np.asarray(counts @ plain), vectors, test, np.concatenate([learn, valid]))
        return (
            chosen,
            trials,
            {"held_out": held, "held_out_plain": untouched, "n_held_out": len(test), **_cosines(held)},
        )

    def _measured(self, data: Dataset, name: str, desk: Desk) -> Tried:
        """The student beside the full model: people's lists, hits, neighbours, time, size."""
        rules = Protocol(k=K, seed=self.seed, max_users=self.max_users)
        task = Task.of(data, SPLITS, rules, self.n_items, N_LONG)
        full, ours = (
            read_by(task, engine, lambda share, line, at=at: desk.say(at + 0.15 * share, f"Comparing: {line}"))  # type: ignore[misc]
            for engine, at in ((MINILM, 0.65), (name, 0.8))
        )
        desk.say(0.95, "Taking the time")
        encoders = {engine: reader().loaded(engine) for engine in (MINILM, name)}
        timed = speeds(encoders, task.short[:N_SHORT], task.texts, lambda _share: None)
        hits = {
            cut: {
                "ndcg": numbers(mean_interval(values, seed=self.seed)),
                "loss": numbers(paired_difference(values, full.hits[cut], seed=self.seed)),
            }
            for cut, values in ours.hits.items()
        }
        return {
            "overlap_items": _mean(agreement(ours.neighbours, full.neighbours)),
            "overlap_people": _mean(agreement(ours.lists, full.lists)),
            "hits": hits,
            **flat(hits.get("cold_items")),
            "without": dict(task.without),
            "bytes": sum(path.stat().st_size for path in made.folder_of(name).rglob("*") if path.is_file()),
            "p50_ms": timed[name].p50_ms,
            "p95_ms": timed[name].p95_ms,
            "times_faster": timed[MINILM].p50_ms / timed[name].p50_ms,
        }


def name_for(data: Dataset) -> str:
    """The student's name on the shelf; making it again puts it in the place of the older one."""
    return f"static-{re.sub(r'[^a-z0-9]+', '-', data.name.lower()).strip('-')}"[:40]


def cut_texts(n: int, seed: int) -> tuple[Rows, Rows, Rows]:
    """Places of ``n`` texts to learn from, at most MOST_TEXTS, to choose on, and to look at once; drawn by ``seed``."""
    order = np.random.default_rng(seed).permutation(n)
    held = max(1, round(n * HELD_OUT))
    return order[2 * held :][:MOST_TEXTS], order[held : 2 * held], order[:held]


def agreed(said: Matrix, vectors: Matrix, rows: Rows, known: Rows) -> Tried:
    """How ``said`` (n_texts, dim) agrees with the encoder's ``vectors`` on the texts ``rows``.

    ``cosine_mean`` and ``cosine_p5`` of the vectors as they are, ``cosine_centred`` after taking off the mean over the
    texts ``known``, and ``overlap_items``: the share of a text's ten nearest among all other texts that are the same.
    """
    ours, full = (unit_rows(np.asarray(each, dtype=np.float32)) for each in (said, vectors))
    spaces = [unit_rows(each - each[known].mean(axis=0)) for each in (ours, full)]
    cosines = (ours[rows] * full[rows]).sum(axis=1)
    near = [_neighbours(space, rows) for space in spaces]
    return {
        "cosine_mean": float(cosines.mean()),
        "cosine_p5": float(np.percentile(cosines, 5)),
        "cosine_centred": float((spaces[0][rows] * spaces[1][rows]).sum(axis=1).mean()),
        "overlap_items": _mean(agreement(*near)),
    }


def flat(hits: Mapping[str, Mapping[str, Any]] | None) -> Tried:
    """NDCG and its loss with their ends, as entries of one mapping; None each where nobody is asked."""
    out: Tried = {}
    for name in ("ndcg", "loss"):
        said = hits[name] if hits else {}
        out |= {name: said.get("value"), f"{name}_low": said.get("low"), f"{name}_high": said.get("high")}
    return out | {"found": bool(hits and hits["loss"]["found"])}


def save(table: Matrix, folder: Path) -> None:
    """Write ``table`` (n_tokens, dim) and MiniLM's tokenizer as a folder of model2vec, numbers in 16 bits.

    MissingDependencyError without the library.
    """
    try:
        from model2vec import StaticModel
    except ImportError as error:
        raise MissingDependencyError("model2vec", "the static engine") from error
    from tokenizers import Tokenizer

    shutil.rmtree(folder, ignore_errors=True)
    tokenizer = Tokenizer.from_file(str(export_folder() / TOKENIZER_FILE))
    config = {"model_type": "model2vec", "architectures": ["StaticModel"], "hidden_dim": table.shape[1]}
    student = StaticModel(table.astype(np.float16), tokenizer, config, normalize=True, max_length=MAX_TOKENS)
    student.save_pretrained(folder)
    (folder / "README.md").unlink(missing_ok=True)  # a card with words about a download


def _teacher(data: Dataset, desk: Desk) -> tuple[list[str], Matrix]:
    """Different texts of the catalogue and what MiniLM says of them."""
    by_full = data.read_by(MINILM)
    if reader().main(by_full) != MINILM:
        raise DataError(f"MiniLM does not read {data.label}, so nothing can be learned from it: choose English data")
    space: TextSpace = reader().space(
        by_full, MINILM, lambda share: desk.say(0.3 * share, "Reading the catalogue with MiniLM")
    )
    rows = {text: row for row, text in enumerate(data.latin_texts) if text.strip()}
    if len(rows) < FEWEST_TEXTS:
        raise DataError(f"{data.label} has {len(rows)} different texts, {FEWEST_TEXTS} are needed to learn from")
    return list(rows), space.raw[list(rows.values())]


def _tokens(desk: Desk) -> Matrix:
    """What MiniLM says of every token alone; read once per job."""
    MiniLM.load()  # exports where that was not done yet
    return tokens_alone(
        export_folder(), desk.folder, lambda share: desk.say(0.3 + 0.25 * share, "Reading every token alone")
    )


def _neighbours(space: Matrix, rows: Rows) -> Rows:
    found, _ = Exact.of(space).search(space[rows], K + 1)
    return np.stack([near[near != row][:K] for near, row in zip(found, rows, strict=True)])


def _line(chosen: Tried, data: Dataset) -> str:
    taught = f"taught to say what MiniLM says of the texts of {data.label}"
    return f"A vector per piece of a word, {taught if chosen['tuned'] else 'as MiniLM reads it alone'}; no network."


def _cosines(held: Tried) -> Tried:
    return {name: held[name] for name in ("cosine_mean", "cosine_p5")}


def _mean(values: np.ndarray) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else 0.0
