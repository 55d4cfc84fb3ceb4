"""Warm-up: everything the first visitor would otherwise wait for."""

from __future__ import annotations

import time
from collections.abc import Callable

from recsys.data import Dataset, catalogue
from recsys.text import reader

Progress = Callable[[str], object]


def warm(say: Progress = lambda _line: None, *, samples_only: bool = False) -> list[Dataset]:
    """Load the default encoder and read every catalogue; returns the datasets that are ready.

    The first time on a machine this exports the model and encodes every item (about 30 s for the samples); later
    both come from the cache folder. ``say`` gets one line per step.
    """
    start = time.perf_counter()
    choice = reader().default(say)
    say(choice.fallback or f"encoder {choice.name} ready after {time.perf_counter() - start:.1f} s")
    ready = []
    for ref in catalogue.available():
        if samples_only and not ref.synthetic:
            continue
        data = catalogue.load(ref.name)
        for name in reader().unread(data):
            reader().space(data, name, lambda share, label=ref.label: say(f"{label}: {share:.0%} read"))  # type: ignore[misc]
        say(f"{ref.label}: {data.n_items:,} items ready after {time.perf_counter() - start:.1f} s")
        ready.append(data)
    return ready
