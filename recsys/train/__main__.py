"""The process of one training: ``python -m recsys.train FOLDER``, where FOLDER holds its ``job.json``."""

from __future__ import annotations

import contextlib
import os
import sys
import time
import traceback
from pathlib import Path

from recsys.data import Dataset, catalogue
from recsys.errors import DataError, RecsysError
from recsys.settings import settings
from recsys.text import reader
from recsys.train import job
from recsys.train.job import Desk, Job

AUTOGROUP = Path("/proc/self/autogroup")
"""Weight of this session's processes among all sessions (Linux, sched(7)); absent elsewhere."""
STARTED_WITHIN = 10.0
"""Seconds until whoever started this process has written what it is to do."""


def main(folder: Path) -> int:
    """Run the job of ``folder``; 0 when it is done, 1 when it failed and said why."""
    if settings().training_priority == "idle":
        step_back()
    desk = Desk(folder)
    try:
        one = _told(folder)
        with job.turn(desk):
            desk.say(0.0, "Opening the data")
            data = _data(one)
            job.finish(folder, one.recipe.run(data, desk))
    except RecsysError as error:
        job.fail(folder, str(error))
        return 1
    except Exception as error:
        traceback.print_exc()
        job.fail(folder, f"It ended with an error ({type(error).__name__}: {error}). Press the button to try again.")
        return 1
    return 0


def step_back() -> None:
    """Run only when nobody else wants the processors: pages come first."""
    if hasattr(os, "SCHED_IDLE"):
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    else:
        os.nice(19)
    # Where Linux shares the processors between sessions, the above counts within one, and here is nobody else.
    with contextlib.suppress(OSError):
        AUTOGROUP.write_text("19", encoding="ascii")


def _told(folder: Path) -> Job:
    until = time.monotonic() + STARTED_WITHIN
    while not (folder / "job.json").exists() and time.monotonic() < until:
        time.sleep(0.05)
    return job.opened(folder)


def _data(one: Job) -> Dataset:
    data = catalogue.load(one.dataset)
    if data.liked_stars != one.liked_from:
        data = data.liked_from(one.liked_from)
    if data.version != one.data_version:
        raise DataError(f"{data.label} has changed since this training was asked for: start it again")
    reader().default()
    return data


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
