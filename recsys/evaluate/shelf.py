"""Answers that took long, kept on disk: whoever asks the same of the same data again gets them at once."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from recsys.data import Dataset, catalogue
from recsys.errors import DataError
from recsys.evaluate.keep import code_version
from recsys.evaluate.result import Result
from recsys.settings import settings
from recsys.text import reader

FOLDER = "answers"
"""Within the cache folder: safe to delete."""
MOST = 300
"""Answers kept; beyond, those that were written first go."""
_CODE = ("data", "text", "models", "metrics", "rerank", "audience", "evaluate")
"""Rooms whose code decides what an answer is: a change there asks afresh."""
_TABLE = "table.parquet"


@dataclass(frozen=True)
class Shelf:
    """Answers in ``folder`` by question and version of the data; a folder that cannot be used holds nothing."""

    folder: Path

    @classmethod
    def usual(cls) -> Shelf:
        """The shelf in the cache folder of this installation."""
        return cls(settings().cache_dir / FOLDER)

    def find(self, data: Dataset, question: Hashable) -> object | None:
        """The answer to ``question`` about this version of ``data``; None when there is none that can be read."""
        place = self._place(data, question)
        try:
            return _read(place) if place.is_dir() else None
        except (DataError, OSError, ValueError):
            return None

    def keep(self, data: Dataset, question: Hashable, answer: object) -> None:
        """Write ``answer``, all of it or nothing; not for data that anybody brought, nor for answers without a file."""
        if data.private or data.name not in {ref.name for ref in catalogue.available()}:
            return
        place = self._place(data, question)
        part = place.with_suffix(f".{os.getpid()}.part")
        try:
            part.mkdir(parents=True)
            if _write(part, answer):
                part.replace(place)
            self._make_room()
        except (DataError, OSError):
            pass  # it is measured again next time
        finally:
            shutil.rmtree(part, ignore_errors=True)

    def _make_room(self) -> None:
        kept = sorted((one.stat().st_mtime, str(one)) for one in self.folder.iterdir())
        for _, old in kept[:-MOST]:
            shutil.rmtree(old, ignore_errors=True)

    def _place(self, data: Dataset, question: Hashable) -> Path:
        said = [type(question).__name__, repr(question), data.version, reader().identity(data), code_version(_CODE)]
        return self.folder / hashlib.sha256(json.dumps(said).encode()).hexdigest()[:20]


def _write(folder: Path, answer: object) -> bool:
    """Write a table, a result, or several results; False for anything else."""
    if isinstance(answer, pd.DataFrame):
        answer.to_parquet(folder / _TABLE, index=False)
    elif isinstance(answer, Result):
        answer.save(folder)
    elif isinstance(answer, tuple) and all(isinstance(one, Result) for one in answer):
        for place, one in enumerate(answer):
            one.save(folder / str(place))
    else:
        return False
    return True


def _read(folder: Path) -> object:
    if (folder / _TABLE).is_file():
        return pd.read_parquet(folder / _TABLE)
    several = sorted(one for one in folder.iterdir() if one.is_dir())
    return tuple(Result.load(one) for one in several) if several else Result.load(folder)


def fill(shelf: Shelf, say: Callable[[str], object]) -> None:
    """Answer what the Metrics page asks of the first samples before anybody turned a control; kept ones stay."""
    from recsys.evaluate.usual import questions  # the questions load the models, which reading an answer does not need

    for ref in [ref for ref in catalogue.available() if ref.synthetic][: catalogue.PREPARED]:
        data = catalogue.load(ref.name)
        for line, question in questions(data):
            if shelf.find(data, question) is None:
                shelf.keep(data, question, question.ask(data))
            say(f"{ref.label}: {line} ready")
