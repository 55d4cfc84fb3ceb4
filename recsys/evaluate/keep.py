"""Finished models of an experiment, kept in a folder so that a stopped run goes on where it was."""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recsys.data import Dataset
from recsys.errors import DataError
from recsys.evaluate.config import Experiment
from recsys.evaluate.lists import Asked, Replies
from recsys.evaluate.tables import TUNING, long_table
from recsys.metrics import TopLists
from recsys.settings import ROOT
from recsys.text import reader

_CODE = ("data", "text", "models", "evaluate")
"""Rooms whose code decides what a model answers: a change there starts afresh."""

Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True, eq=False)
class Kept:
    """All that one model gave: its answers and knobs in every fold, what was tried, and how long it took."""

    answers: tuple[Replies, ...]
    knobs: tuple[Mapping[str, Any], ...]
    trials: pd.DataFrame
    seconds: float


@dataclass(frozen=True)
class Keeper:
    """Reads and writes the finished models of one question on one version of the data."""

    folder: Path
    liked_from: float

    @classmethod
    def of(cls, folder: Path, data: Dataset, config: Experiment) -> Keeper:
        """The keeper of ``config`` on ``data`` within ``folder``, which may hold other questions too.

        What changes no answer is not part of the question: the other models, and the number of resamples.
        """
        said = json.loads(config.as_json())
        for name in ("models", "n_boot"):
            del said[name]
        question = json.dumps([said, data.version, reader().identity(data), code_version(_CODE)], sort_keys=True)
        return cls(folder / hashlib.sha256(question.encode()).hexdigest()[:16], config.liked_from)

    def find(self, name: str, people: Sequence[Sequence[Asked]]) -> Kept | None:
        """What was kept of the model ``name``; None when there is nothing usable, which is then made again."""
        try:
            with np.load(self._file(name), allow_pickle=False) as arrays:
                return _read({key: arrays[key] for key in arrays.files}, people, self.liked_from)
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None

    def keep(self, name: str, one: Kept) -> None:
        """Write what the model ``name`` gave: all of it or nothing. DataError when the folder cannot be written."""
        file = self._file(name)
        part = file.with_suffix(f".{os.getpid()}.part")
        buffer = io.BytesIO()
        np.savez_compressed(buffer, **_arrays(one))  # type: ignore[arg-type]
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            part.write_bytes(buffer.getvalue())
            part.replace(file)
        except OSError as error:
            raise DataError(f"finished models cannot be kept in {self.folder}: {error.strerror or error}") from error

    def _file(self, name: str) -> Path:
        return self.folder / f"{name}.npz"


def _arrays(one: Kept) -> Arrays:
    about = {"knobs": [dict(knobs) for knobs in one.knobs], "seconds": one.seconds}
    out: Arrays = {"about": np.array(json.dumps(about)), "trials": np.array(one.trials.to_json(orient="values"))}
    for fold, answers in enumerate(one.answers):
        out |= {
            f"{fold}_rows": answers.lists.rows.astype(np.int32),
            f"{fold}_hits": answers.lists.hits,
            f"{fold}_ranks": _flat(answers.ranks),
            f"{fold}_n_candidates": answers.n_candidates,
            f"{fold}_n_ranked": answers.n_ranked,
            f"{fold}_n_silent": np.array(answers.n_silent),
        }
        if answers.predicted is not None:
            out[f"{fold}_predicted"] = _flat(answers.predicted)
    return out


def _read(arrays: Arrays, people: Sequence[Sequence[Asked]], liked_from: float) -> Kept:
    """What :func:`_arrays` wrote, with what is known of ``people``; ValueError or KeyError when it does not fit."""
    about = json.loads(str(arrays["about"]))
    answers = tuple(_replies(arrays, fold, asked, liked_from) for fold, asked in enumerate(people))
    trials = long_table(TUNING, (tuple(row) for row in json.loads(str(arrays["trials"]))))
    return Kept(answers, tuple(about["knobs"]), trials, float(about["seconds"]))


def _replies(arrays: Arrays, fold: int, people: Sequence[Asked], liked_from: float) -> Replies:
    rows = arrays[f"{fold}_rows"].astype(np.int64)
    if len(rows) != len(people):
        raise ValueError(f"there should be {len(people)} lists, are {len(rows)}")
    relevant = tuple(person.relevant for person in people)
    actual = tuple(person.rated[1] for person in people)
    predicted = arrays.get(f"{fold}_predicted")
    return Replies(
        lists=TopLists(rows, arrays[f"{fold}_hits"], np.array([len(wanted) for wanted in relevant], dtype=np.int64)),
        relevant=relevant,
        ranks=_apart(arrays[f"{fold}_ranks"], [len(wanted) for wanted in relevant]),
        n_candidates=arrays[f"{fold}_n_candidates"],
        n_ranked=arrays[f"{fold}_n_ranked"],
        known=tuple(person.known for person in people),
        liked=tuple(person.liked for person in people),
        actual=actual,
        predicted=None if predicted is None else _apart(predicted, [len(stars) for stars in actual]),
        liked_stars=liked_from,
        n_silent=int(arrays[f"{fold}_n_silent"]),
    )


def _flat(parts: Sequence[NDArray[Any]]) -> NDArray[Any]:
    return np.concatenate(parts) if parts else np.zeros(0)


def _apart(flat: NDArray[Any], lengths: Sequence[int]) -> tuple[NDArray[Any], ...]:
    if len(flat) != sum(lengths):
        raise ValueError(f"there should be {sum(lengths)} numbers, are {len(flat)}")
    return tuple(np.split(flat, np.cumsum(lengths)[:-1]))


@lru_cache(maxsize=4)
def code_version(rooms: tuple[str, ...]) -> str:
    """Digest of the code in ``rooms``."""
    digest = hashlib.sha256()
    for room in rooms:
        for file in sorted((ROOT / "recsys" / room).rglob("*.py")):
            digest.update(file.read_bytes())
    return digest.hexdigest()
