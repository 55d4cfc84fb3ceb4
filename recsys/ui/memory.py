"""What the process gives back to the system after warm-up."""

from __future__ import annotations

import ctypes
import gc

_M_ARENA_MAX = -8
_ARENAS = 2


def few_arenas() -> None:
    """Keep glibc from opening a heap of its own for every thread; call before the threads start.

    Streamlit runs every session on a thread: eight heaps per core hold on to what one visitor once needed.
    """
    libc = _glibc()
    if libc is not None:
        libc.mallopt(_M_ARENA_MAX, _ARENAS)


def settle() -> None:
    """Collect once, hide what lives for ever from the collector, and return free pages to the system."""
    gc.collect()
    gc.freeze()
    libc = _glibc()
    if libc is not None:
        libc.malloc_trim(0)


def _glibc() -> ctypes.CDLL | None:
    try:
        libc = ctypes.CDLL("libc.so.6")
    except OSError:  # another system: its allocator needs no advice
        return None
    return libc if hasattr(libc, "malloc_trim") and hasattr(libc, "mallopt") else None
