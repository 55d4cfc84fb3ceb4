"""How fast engines read and how much memory they take, measured so that a busy machine hurts all of them alike."""

from __future__ import annotations

import gc
import multiprocessing
import re
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from recsys.data import Dataset
from recsys.errors import RecsysError
from recsys.text import forget_reader
from recsys.train.engine_shelf import opened
from recsys.types import Encoder

ROUNDS = 5
"""Every engine has its turn so often, the first of one round being the last of the next."""
WARM_UP = 3
"""Texts at the start of a turn that do not count."""
PAUSE = 0.3
"""Seconds between two turns where torch is loaded: its threads go on spinning, at the cost of whoever comes next."""
_STATUS = Path("/proc/self/status")
_MB = 1e6


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast one engine reads."""

    p50_ms: float
    """Median milliseconds for one short text."""
    p95_ms: float
    texts_per_s: float
    """Texts of the catalogue, given all at once; median of the rounds."""
    core_hours: float
    """Hours of one processor core that a million such texts take."""


def speeds(
    encoders: Mapping[str, Encoder],
    short: Sequence[str],
    long: Sequence[str],
    progress: Callable[[float], object],
) -> dict[str, Speed]:
    """Time every engine on ``short`` texts one by one, and on the ``long`` ones together.

    They take turns in one process, each round beginning with another one. Hours of a core are those of the processor,
    not of the clock: another program's load does not count. ``progress`` gets the share done, in [0, 1]. Empty without
    engines; ValueError without texts.
    """
    if not short or not long:
        raise ValueError("there should be texts to read, are none")
    ms: dict[str, list[float]] = {name: [] for name in encoders}
    rates: dict[str, list[float]] = {name: [] for name in encoders}
    cpu: dict[str, float] = dict.fromkeys(encoders, 0.0)
    names = list(encoders)
    for turn in range(ROUNDS):
        first = turn % max(len(names), 1)
        for place, name in enumerate([*names[first:], *names[:first]]):
            progress((turn + place / len(names)) / ROUNDS)
            if "torch" in sys.modules:
                time.sleep(PAUSE)
            ms[name] += _one_by_one(encoders[name], short[turn::ROUNDS] or short)
            started, worked = time.perf_counter(), time.process_time()
            encoders[name].encode(long)
            rates[name].append(len(long) / (time.perf_counter() - started))
            cpu[name] += time.process_time() - worked
    return {
        name: Speed(
            float(np.percentile(ms[name], 50)),
            float(np.percentile(ms[name], 95)),
            float(np.median(rates[name])),
            cpu[name] / (ROUNDS * len(long)) * 1e6 / 3600,
        )
        for name in names
    }


def _one_by_one(encoder: Encoder, texts: Sequence[str]) -> list[float]:
    """(n_texts,) milliseconds for each, after some that do not count."""
    encoder.encode([texts[-1]])
    for text in texts[:WARM_UP]:
        encoder.encode([text])
    spent = []
    for text in texts:
        started = time.perf_counter()
        encoder.encode([text])
        spent.append((time.perf_counter() - started) * 1e3)
    return spent


def memory_mb(name: str, data: Dataset, texts: Sequence[str]) -> float | None:
    """Megabytes that the engine adds to an app without any: of a fresh process, after loading it and reading ``texts``.

    Resident memory, libraries and mapped weights included. None where the system does not tell (only Linux does), and
    when that process came to grief.
    """
    if not _STATUS.exists():
        return None
    with ProcessPoolExecutor(max_workers=1, mp_context=multiprocessing.get_context("spawn")) as fresh:
        try:
            return fresh.submit(_grown_by, name, data, list(texts)).result()
        except (BrokenProcessPool, RecsysError):
            return None


def _grown_by(name: str, data: Dataset, texts: list[str]) -> float:
    gc.collect()
    before = _resident()
    encoder = opened(name, data)
    forget_reader()  # with the vectors of the catalogue, if they were needed to open it
    encoder.encode(texts)
    gc.collect()
    return max(_resident() - before, 0.0)


def _resident() -> float:
    """Megabytes of this process that are in memory."""
    found = re.search(r"VmRSS:\s+(\d+) kB", _STATUS.read_text(encoding="ascii"))
    return int(found[1]) * 1024 / _MB if found else float("nan")
