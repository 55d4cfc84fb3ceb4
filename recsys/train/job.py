"""A training in a process of its own: started, watched, cancelled and resumed from a folder on disk.

The folder of a job is named by what it does to which data, so every session finds the same one, before and after the
app was stopped. One training runs at a time, others wait for their turn; it gets what the pages leave of the
processors.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar, Protocol, cast, runtime_checkable

from recsys.data import Dataset
from recsys.errors import DataError
from recsys.evaluate.keep import code_version
from recsys.settings import ROOT, settings
from recsys.train.recipes import recipe_class

PROCESS = "recsys.train"
"""Module that is run with the folder of a job."""
PATIENCE = 1.0
"""Seconds a cancelled training has to stop by itself; then it is ended."""
MOST = 100
"""Jobs kept on disk; beyond, those that were touched last longest ago go."""
NOT_YOURS = (
    "A training writes files, and your own data are never written to disk. The Metrics page tunes on them in memory; "
    "to train on them, put them into a folder and let RECSYS_SCENARIOS name it."
)
_CODE = ("data", "text", "models", "metrics", "evaluate", "train")
"""Rooms whose code decides what comes out of a training: a change there asks afresh."""
_ABOUT, _LOCK, _PROGRESS, _POINTS = "job.json", "alive.lock", "progress.json", "points.jsonl"
_RESULT, _ERROR, _LOG, _TURN = "result.json", "error.txt", "log.txt", "turn.lock"


class State(StrEnum):
    """How far a job is."""

    NEW = "new"
    """Never started."""
    RUNNING = "running"
    """Also while it waits for its turn."""
    STOPPED = "stopped"
    """Cancelled or killed: it can go on from where it was."""
    FAILED = "failed"
    DONE = "done"


@runtime_checkable
class Recipe(Protocol):
    """What a training does: a frozen dataclass whose fields, all of them JSON, say everything about it."""

    kind: ClassVar[str]
    """Its key in ``RECIPES``."""

    @property
    def title(self) -> str:
        """What a visitor reads, such as ``Fine-tune MiniLM``."""
        ...

    def run(self, data: Dataset, desk: Desk) -> Mapping[str, Any]:
        """Do it, going on from what ``desk.folder`` holds, and return what is worth telling, as JSON."""
        ...


class Desk:
    """Where a recipe works: its folder, and how it says how far it is."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def say(self, share: float, line: str) -> None:
        """Tell the share done, in [0, 1], and what is being done."""
        _write(self.folder / _PROGRESS, json.dumps({"share": min(max(share, 0.0), 1.0), "line": line}))

    def note(self, **point: Any) -> None:
        """Add a point to the chart of this training, such as ``note(step=20, loss=1.3)``; kept over a resume."""
        with (self.folder / _POINTS).open("a", encoding="utf-8") as file:
            file.write(json.dumps(point) + "\n")

    @property
    def points(self) -> list[dict[str, Any]]:
        """Every point noted so far, oldest first."""
        return _points(self.folder)


@dataclass(frozen=True)
class Job:
    """One recipe on one version of one dataset."""

    recipe: Recipe
    folder: Path
    dataset: str
    liked_from: float
    data_version: str

    @classmethod
    def of(cls, recipe: Recipe, data: Dataset) -> Job:
        """The job of ``recipe`` on ``data``, whether it was ever started or not; DataError for a visitor's own data."""
        if data.private:
            raise DataError(NOT_YOURS)
        data = data.read_by("")  # a recipe says itself which encoders it compares
        said = json.dumps([recipe.kind, _fields(recipe), data.version, code_version(_CODE)], sort_keys=True)
        name = f"{recipe.kind}-{hashlib.sha256(said.encode()).hexdigest()[:16]}"
        return cls(recipe, jobs_folder() / name, data.name, data.liked_stars, data.version)

    @property
    def state(self) -> State:
        """How far it is, as the folder says."""
        if (self.folder / _RESULT).exists():
            return State.DONE
        if not (self.folder / _ABOUT).exists():
            return State.NEW
        if self._alive():
            return State.RUNNING
        return State.FAILED if (self.folder / _ERROR).exists() else State.STOPPED

    @property
    def progress(self) -> tuple[float, str]:
        """The share done, in [0, 1], and what is being done."""
        said = _read_json(self.folder / _PROGRESS)
        return float(said.get("share", 0.0)), str(said.get("line", "Starting"))

    @property
    def points(self) -> list[dict[str, Any]]:
        """What the recipe noted for its chart, oldest first."""
        return _points(self.folder)

    @property
    def result(self) -> dict[str, Any]:
        """What the recipe returned; empty before it is done."""
        return _read_json(self.folder / _RESULT)

    @property
    def error(self) -> str:
        """Why it failed, in one sentence; "" where it did not."""
        try:
            return (self.folder / _ERROR).read_text(encoding="utf-8")
        except OSError:
            return ""

    def start(self) -> None:
        """Start it, or let it go on from where it was stopped; nothing happens while it runs or when it is done."""
        if self.state in (State.RUNNING, State.DONE):
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT)
        try:
            # Taken here and inherited, so that at no moment nobody holds it.
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:  # another session was faster
            os.close(lock)
            return
        try:
            for name in (_ERROR, _PROGRESS):
                (self.folder / name).unlink(missing_ok=True)
            about = {
                "kind": self.recipe.kind,
                "fields": _fields(self.recipe),
                "dataset": self.dataset,
                "liked_from": self.liked_from,
                "data_version": self.data_version,
            }
            with (self.folder / _LOG).open("ab") as log:
                child = subprocess.Popen(
                    [sys.executable, "-m", PROCESS, str(self.folder)],
                    cwd=ROOT,
                    env={**os.environ, "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"},
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                    pass_fds=(lock,),
                )
            _write(self.folder / _ABOUT, json.dumps(about | {"pid": child.pid}))
        finally:
            os.close(lock)
        _make_room()

    def cancel(self) -> None:
        """Stop it within :data:`PATIENCE` seconds; what it has kept stays, and :meth:`start` goes on from there."""
        pid = int(_read_json(self.folder / _ABOUT).get("pid", 0))
        if not pid or not self._alive():
            return
        for force in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, force)
            until = time.monotonic() + PATIENCE
            while time.monotonic() < until and self._alive():
                time.sleep(0.02)

    def forget(self) -> None:
        """Cancel it and delete its folder."""
        self.cancel()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _alive(self) -> bool:
        """Whether a process holds the lock of this job: a number could be another process's by now."""
        try:
            lock = os.open(self.folder / _LOCK, os.O_RDWR)
        except OSError:
            return False
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(lock)
        return False


def jobs_folder() -> Path:
    """Where jobs are kept."""
    return settings().state_dir / "jobs"


def opened(folder: Path) -> Job:
    """The job in ``folder``; DataError when it holds none that this version knows."""
    said = _read_json(folder / _ABOUT)
    try:
        fields = {name: _frozen(value) for name, value in said["fields"].items()}
        recipe = recipe_class(said["kind"])(**fields)
        return Job(recipe, folder, said["dataset"], float(said["liked_from"]), said["data_version"])
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"{folder} holds no training that can be read ({error}): start it again") from error


def all_jobs() -> list[Job]:
    """Every job on disk, the one started last first."""
    folders = jobs_folder().glob(f"*/{_ABOUT}") if jobs_folder().is_dir() else ()
    found = []
    for about in sorted(folders, key=lambda path: -path.stat().st_mtime):
        with contextlib.suppress(DataError):
            found.append(opened(about.parent))
    return found


def finish(folder: Path, result: Mapping[str, Any]) -> None:
    """Write what came out: from now on the job is done."""
    _write(folder / _RESULT, json.dumps(result, ensure_ascii=False))


def fail(folder: Path, sentence: str) -> None:
    """Write why it ended without a result."""
    _write(folder / _ERROR, sentence)


@contextlib.contextmanager
def turn(desk: Desk) -> Iterator[None]:
    """Wait until no other training runs."""
    jobs_folder().mkdir(parents=True, exist_ok=True)
    with (jobs_folder() / _TURN).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            desk.say(0.0, "Waiting for another training to finish")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _fields(recipe: Recipe) -> dict[str, Any]:
    return {field.name: getattr(recipe, field.name) for field in fields(cast("Any", recipe))}


def _frozen(value: Any) -> Any:
    return tuple(_frozen(one) for one in value) if isinstance(value, list) else value


def _points(folder: Path) -> list[dict[str, Any]]:
    try:
        lines = (folder / _POINTS).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    found = []
    for line in lines:
        with contextlib.suppress(ValueError):  # the last line of a training killed while it wrote
            found.append(json.loads(line))
    return found


def _read_json(path: Path) -> dict[str, Any]:
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def _write(path: Path, text: str) -> None:
    """All of ``text`` or what was there before."""
    part = path.with_suffix(f".{os.getpid()}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


def _make_room() -> None:
    folders = sorted(jobs_folder().glob(f"*/{_ABOUT}"), key=lambda path: path.stat().st_mtime)
    for about in folders[:-MOST]:
        shutil.rmtree(about.parent, ignore_errors=True)
