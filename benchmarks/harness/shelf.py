"""Where a benchmark lets encoders be made: a shelf of its own, and a desk that says aloud how far it is."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from recsys.settings import settings
from recsys.text import forget_reader
from recsys.train import Desk

Say = Callable[[str], object]
_STATE = "RECSYS_STATE_DIR"


class Aloud(Desk):
    """A desk that tells ``say`` when something else begins."""

    def __init__(self, folder: Path, say: Say) -> None:
        super().__init__(folder)
        self._aloud, self._line = say, ""

    def say(self, share: float, line: str) -> None:
        """Tell how far it is."""
        super().say(share, line)
        if line != self._line:
            self._line = line
            self._aloud(f"{share:.0%} {line}")


@contextmanager
def own_shelf() -> Iterator[Path]:
    """Let encoders be made in a folder that goes afterwards, and not among those of whoever runs this."""
    before = os.environ.get(_STATE)
    with tempfile.TemporaryDirectory(prefix="recsys-shelf-") as folder:
        try:
            _set(folder)
            yield Path(folder)
        finally:
            _set(before)


def _set(folder: str | None) -> None:
    if folder is None:
        os.environ.pop(_STATE, None)
    else:
        os.environ[_STATE] = folder
    settings.cache_clear()
    forget_reader()
