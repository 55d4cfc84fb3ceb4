"""``python -m benchmarks NAME``: run one measurement; it prints its result as one line of JSON, last."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

NOT_RUNNABLE = ("__init__", "__main__", "result")


def names() -> list[str]:
    """Benchmarks there are: the modules of this folder."""
    return sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem not in NOT_RUNNABLE)


def main(arguments: list[str]) -> int:
    """Run the named benchmark; 0 when every bar was reached, 1 when one was missed, 2 for a wrong name."""
    if len(arguments) != 1 or arguments[0] not in names():
        print(f"usage: python -m benchmarks {'|'.join(names())}", file=sys.stderr)
        return 2
    code: int = import_module(f"benchmarks.{arguments[0]}").main()
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
