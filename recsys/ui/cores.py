"""How many processors linear algebra may use: all of them to learn, one to answer.

After each product the threads of BLAS wait a while for the next one, at full speed. While a model learns that is well
spent; while a list is drawn they only keep the visitor's browser, or other visitors, from a processor.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from threadpoolctl import ThreadpoolController

_counting = threading.Lock()
_learners = 0
_answering = False
"""Whether one thread answers: only in the running app, never where somebody uses its parts."""


def answer_by_one() -> None:
    """Let answers be computed by one thread from now on; call when everything heavy is imported."""
    global _answering
    _answering = True
    _allow(1)


@contextmanager
def learn_by_all() -> Iterator[None]:
    """Use every processor meanwhile; several may, and the last one to finish goes back to one thread."""
    global _learners
    if not _answering:
        yield
        return
    with _counting:
        _learners += 1
        if _learners == 1:
            _allow(os.cpu_count() or 1)
    try:
        yield
    finally:
        with _counting:
            _learners -= 1
            if not _learners:
                _allow(1)


def _allow(n_threads: int) -> None:
    _libraries().limit(limits=n_threads, user_api="blas")  # never left again: the limit stays


@cache
def _libraries() -> ThreadpoolController:
    return ThreadpoolController()
