"""``python -m benchmarks NAME [options]``: run one measurement; it prints its result as one line of JSON, last."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

NOT_RUNNABLE = ("__init__", "__main__", "result", "splits", "harness")
"""Modules that serve the measurements; so do those called ``<measurement>_<part>``."""


def names() -> list[str]:
    """Benchmarks there are: the modules of this folder, and the folders with a door."""
    here = Path(__file__).parent
    modules = {path.stem for path in here.glob("*.py") if "_" not in path.stem}
    return sorted((modules | {path.parent.name for path in here.glob("*/__init__.py")}) - set(NOT_RUNNABLE))


def main(arguments: list[str]) -> int:
    """Run the named benchmark; 0 when every bar was reached, 1 when one was missed, 2 for a wrong name or option."""
    name, *rest = arguments or [""]
    if name not in names():
        print(f"usage: python -m benchmarks {'|'.join(names())}", file=sys.stderr)
        return 2
    module = import_module(f"benchmarks.{name}")
    if rest and not hasattr(module, "options"):
        print(f"{name} takes no options, was given {' '.join(rest)}", file=sys.stderr)
        return 2
    code: int = module.main(module.options(rest)) if hasattr(module, "options") else module.main()
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
