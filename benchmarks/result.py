"""What a benchmark leaves behind: its figures, and where, when and with what they were measured."""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from recsys.data import catalogue
from recsys.errors import DataError
from recsys.evaluate.experiment import versions

RESULTS = Path(__file__).resolve().parent / "results"
FILMS, SHOP = "movielens-latest-small", "shop"
PACKAGES = (
    "numpy",
    "pandas",
    "scikit-learn",
    "onnxruntime",
    "tokenizers",
    "torch",
    "sentence-transformers",
    "streamlit",
    "sqlalchemy",
)


def write(
    name: str,
    figures: Mapping[str, float | int | str],
    at_least: Mapping[str, float] | None = None,
    at_most: Mapping[str, float] | None = None,
) -> int:
    """Write ``results/<name>.json``, print it as one line, last, and return the exit code.

    1 is returned, and said, when a figure is below its bar in ``at_least`` or above the one in ``at_most``. DataError,
    and nothing is written, for a figure that is not a number and for a bar without a figure.
    """
    sentences = missed(figures, at_least or {}, at_most or {})
    result = {
        "benchmark": name,
        "figures": dict(figures),
        "command": f"python -m benchmarks {name}",
        "versions": versions(PACKAGES),
        "machine": machine(),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps(result, indent=2, ensure_ascii=False, allow_nan=False)
    (RESULTS / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    for sentence in sentences:
        print(sentence, file=sys.stderr)
    print(json.dumps(result, ensure_ascii=False), flush=True)
    return 1 if sentences else 0


def said(line: str) -> None:
    """Tell how far a measurement is, beside its result."""
    print(line, file=sys.stderr, flush=True)


def parts_asked(name: str, parts: Iterable[str], arguments: Sequence[str]) -> tuple[str, ...]:
    """Those of the ``parts`` that the words after ``python -m benchmarks <name>`` ask for; none means all of them."""
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks {name}")
    parser.add_argument("--only", nargs="+", choices=list(parts), default=[])
    return tuple(parser.parse_args(arguments).only)


def write_modules(name: str, modules: Mapping[str, ModuleType], only: Sequence[str] = ()) -> int:
    """:func:`write_parts` of modules: ``figures`` measures a part, ``AT_LEAST`` and ``AT_MOST`` are its bars."""
    at_least = {key: bar for module in modules.values() for key, bar in module.AT_LEAST.items()}
    at_most = {key: bar for module in modules.values() for key, bar in module.AT_MOST.items()}
    parts = {part: partial(module.figures, said) for part, module in modules.items()}
    return write_parts(name, parts, only, at_least, at_most)


def write_parts(
    name: str,
    parts: Mapping[str, Callable[[], Mapping[str, float | int | str]]],
    only: Sequence[str] = (),
    at_least: Mapping[str, float] | None = None,
    at_most: Mapping[str, float] | None = None,
) -> int:
    """Measure the ``parts`` named in ``only``, all when it is empty, and :func:`write` them with the others as kept.

    The keys of a part's figures begin with its name and a slash. Bars of parts that were never measured are left out.
    """
    figures: dict[str, float | int | str] = dict(last(name)) if only else {}
    for part in only or parts:
        said(f"measuring {part}")
        kept = {key: value for key, value in figures.items() if not key.startswith(f"{part}/")}
        started = time.perf_counter()
        found = {key: round(v, 4) if isinstance(v, float) else v for key, v in parts[part]().items()}
        figures = kept | found | {f"{part}/seconds": round(time.perf_counter() - started, 1)}
    low, high = ({key: bar for key, bar in (bars or {}).items() if key in figures} for bars in (at_least, at_most))
    return write(name, figures, low, high)


def last(name: str) -> dict[str, float | int | str]:
    """The figures of the last run; none before the first."""
    try:
        return dict(json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))["figures"])
    except OSError:
        return {}


def missed(
    figures: Mapping[str, float | int | str], at_least: Mapping[str, float], at_most: Mapping[str, float]
) -> list[str]:
    """One sentence per bar that was not reached; DataError for figures that cannot be judged."""
    endless = [key for key, value in figures.items() if isinstance(value, float) and not math.isfinite(value)]
    unknown = [key for key in (*at_least, *at_most) if key not in figures]
    if endless or unknown:
        raise DataError(
            f"every figure should be a number and every bar should have its figure; "
            f"no numbers: {', '.join(endless) or 'none'}; bars without a figure: {', '.join(unknown) or 'none'}"
        )
    low = [(key, bar, "least") for key, bar in at_least.items() if float(figures[key]) < bar]
    high = [(key, bar, "most") for key, bar in at_most.items() if float(figures[key]) > bar]
    return [f"{key} should be at {end} {bar}, is {figures[key]}" for key, bar, end in low + high]


def percentiles(name: str, milliseconds: Sequence[float]) -> dict[str, float]:
    """The median and the 95th percentile as ``<name>p50_ms`` and ``<name>p95_ms``."""
    return {f"{name}p{percent}_ms": float(np.percentile(milliseconds, percent)) for percent in (50, 95)}


def best_dataset() -> str:
    """The dataset that live figures are measured on: real films where RECSYS_DATASETS has them, else the shop."""
    return FILMS if FILMS in {ref.name for ref in catalogue.available()} else SHOP


def machine() -> dict[str, Any]:
    """Processor, cores this process may use, memory in GB, platform."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {"cpu": _cpu_model(), "cores": cores, "memory_gb": _memory_gb(), "platform": platform.platform()}


def _cpu_model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.machine())


def _memory_gb() -> float | None:
    try:
        return round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9, 1)
    except (AttributeError, ValueError, OSError):
        return None
