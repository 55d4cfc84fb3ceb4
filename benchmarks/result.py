"""What a benchmark leaves behind: its figures, and where, when and with what they were measured."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from recsys.evaluate.experiment import versions

RESULTS = Path(__file__).resolve().parent / "results"
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

    1 is returned, and said, when a figure is below its bar in ``at_least`` or above the one in ``at_most``.
    """
    result = {
        "benchmark": name,
        "figures": dict(figures),
        "command": f"python -m benchmarks {name}",
        "versions": versions(PACKAGES),
        "machine": machine(),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    low, high = at_least or {}, at_most or {}
    missed = [f"{key} should be at least {bar}" for key, bar in low.items() if not float(figures[key]) >= bar]
    missed += [f"{key} should be at most {bar}" for key, bar in high.items() if not float(figures[key]) <= bar]
    for sentence in missed:
        print(f"{sentence}, is {figures[sentence.split()[0]]}", file=sys.stderr)
    print(json.dumps(result, ensure_ascii=False), flush=True)
    return 1 if missed else 0


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
