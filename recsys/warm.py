"""Warm-up: everything the first visitor would otherwise wait for."""

from __future__ import annotations

import time
from collections.abc import Callable

from recsys.data import Dataset, catalogue
from recsys.text import LEXICAL, reader

Progress = Callable[[str], None]


def warm(say: Progress = lambda _line: None) -> list[Dataset]:
    """Load the default encoder and read the sample catalogues; returns the datasets that are ready.

    The first time on a machine this exports the model and encodes every item (about 30 s); later both come from
    the cache folder. ``say`` gets one line per step.
    """
    start = time.perf_counter()
    choice = reader().default(say)
    say(choice.fallback or f"encoder {choice.name} ready after {time.perf_counter() - start:.1f} s")
    ready = []
    for ref in catalogue.available():
        if ref.synthetic:
            data = catalogue.load(ref.name)
            for name in dict.fromkeys((reader().main(data), LEXICAL)):
                reader().space(data, name)
            say(f"{ref.label}: {data.n_items} items read after {time.perf_counter() - start:.1f} s")
            ready.append(data)
    return ready
