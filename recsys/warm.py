"""Warm-up: everything the first visitor would otherwise wait for."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from recsys.data import Dataset, catalogue
from recsys.data.catalogue import DatasetRef
from recsys.settings import settings
from recsys.text import reader

Progress = Callable[[str], object]
READ = "read.json"
"""Which catalogues were read on this machine, in the cache folder: a start need not open them to know."""


def warm(say: Progress = lambda _line: None, *, samples_only: bool = False, first: int | None = None) -> list[Dataset]:
    """Load the default encoder and read every catalogue; returns the datasets that are ready.

    The first time on a machine this exports the model and encodes every item (about a minute for the samples); later
    both come from the cache folder. With ``first`` only so many datasets are opened if the others were read before:
    those take a quarter of a second and ten megabytes each when somebody asks for them. ``say`` gets one line per step.
    """
    start = time.perf_counter()
    choice = reader().default(say)
    say(choice.fallback or f"encoder {choice.name} ready after {time.perf_counter() - start:.1f} s")
    wanted = [ref for ref in catalogue.available() if ref.synthetic or not samples_only]
    known, ready = _known(), []
    for place, ref in enumerate(wanted):
        if first is not None and place >= first and _stamp(ref, choice.name) in known:
            continue
        ready.append(_read(ref, say))
        say(f"{ref.label}: {ready[-1].n_items:,} items ready after {time.perf_counter() - start:.1f} s")
    _remember(known | {_stamp(ref, choice.name) for ref in wanted})
    return ready


def _read(ref: DatasetRef, say: Progress) -> Dataset:
    data = catalogue.load(ref.name)
    for name in reader().unread(data):
        reader().space(data, name, lambda share: say(f"{ref.label}: {share:.0%} read"))
    return data


def _stamp(ref: DatasetRef, encoder: str) -> str:
    """Changes when the tables of a dataset do."""
    files = sorted(path for path in ref.folder.iterdir() if path.is_file())
    return f"{encoder} {ref.name} {max((path.stat().st_mtime_ns for path in files), default=0)} {len(files)}"


def _file() -> Path:
    return settings().cache_dir / READ


def _known() -> set[str]:
    try:
        return set(json.loads(_file().read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):  # not there yet, or not ours: read again
        return set()


def _remember(stamps: Iterable[str]) -> None:
    try:
        _file().parent.mkdir(parents=True, exist_ok=True)
        _file().write_text(json.dumps(sorted(stamps)), encoding="utf-8")
    except OSError:  # a folder that cannot be written costs the next start a look at every catalogue, nothing else
        return
