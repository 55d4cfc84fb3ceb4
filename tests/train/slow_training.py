"""The process of a training that only counts: ``python -m tests.train.slow_training FOLDER``."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from recsys.data import Dataset
from recsys.errors import DataError
from recsys.train.job import Desk
from recsys.train.recipes import RECIPES


@dataclass(frozen=True)
class Count:
    """Counts to ``until``, goes on where it was, and keeps a child of its own busy meanwhile."""

    kind: ClassVar[str] = "count"
    until: int = 3
    pause: float = 0.02
    breaks_at: int = 0
    names: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return "Count"

    def run(self, data: Dataset, desk: Desk) -> Mapping[str, Any]:
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        started_at = len(desk.points)
        for n in range(started_at, self.until):
            if n + 1 == self.breaks_at:
                raise DataError("three is too many")
            desk.note(n=n + 1)
            desk.say((n + 1) / self.until, f"{n + 1} of {self.until}")
            time.sleep(self.pause)
        child.kill()
        return {"counted": self.until, "started_at": started_at, "items": data.n_items, "names": list(self.names)}


RECIPES["count"] = "tests.train.slow_training:Count"

if __name__ == "__main__":
    from recsys.train.__main__ import main

    sys.exit(main(Path(sys.argv[1])))
