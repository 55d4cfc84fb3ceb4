"""Rebuild the README's tables and docs/results.md from the files in benchmarks/results: no figure is typed by hand."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from benchmarks import report_tables as tables
from benchmarks.result import RESULTS
from recsys.models import MODELS

README = Path(__file__).resolve().parent.parent / "README.md"
FULL = README.parent / "docs" / "results.md"

Table = Callable[[Mapping[str, Any]], list[str]]

SHORT: dict[str, tuple[str, Table]] = {
    "live": ("live", tables.live),
    "loop": ("loop", tables.loop),
    "loop-quality": ("loop", tables.loop_quality),
    "encode": ("encode", tables.encode),
    "quality": ("quality", tables.quality_short),
    "claim": ("quality", tables.claim),
    "peers": ("peers", tables.peers_short),
    "density": ("density", tables.density),
    "scoring": ("scoring", tables.scoring_short),
}
"""Mark in the README -> (benchmark, its table)."""

LONG: tuple[tuple[str, str, Table], ...] = (
    ("Every model on every cut", "quality", tables.quality_full),
    ("Differences, on the same people", "quality", tables.differences),
    ("Other libraries on the same cuts", "peers", tables.peers_full),
    ("Re-ranking", "loop", tables.rerank),
    ("When text pays", "density", tables.density),
    ("Milliseconds per live query", "scoring", tables.scoring_full),
)
"""Sections of docs/results.md."""


def main() -> int:
    """Rewrite every marked table of the README and all of docs/results.md; 1 when results are missing."""
    results = {name: _read(name) for name in dict.fromkeys(name for name, _ in SHORT.values())}
    text = README.read_text(encoding="utf-8")
    for mark, (name, table) in SHORT.items():
        result = results[name]
        if result is not None:
            text = _replaced(text, mark, "\n".join([*table(result["figures"]), "", _where(result)]))
    text = _replaced(text, "roster", "\n".join(roster()))
    README.write_text(text, encoding="utf-8")
    FULL.write_text(_full(results), encoding="utf-8")
    missing = [name for name, result in results.items() if result is None]
    for name in missing:
        print(f"no results of {name} yet: run python -m benchmarks {name}")
    return 1 if missing else 0


def roster() -> list[str]:
    """Every recommender of the registry: name, label, what it does in one sentence."""
    rows = [f"| `{spec.name}` | {spec.label} | {spec.line} |" for spec in MODELS.values()]
    return ["| name | on the pages | what it does |", "|---|---|---|", *rows]


def _full(results: Mapping[str, dict[str, Any] | None]) -> str:
    lines = [
        "# Results",
        "",
        "Made by `python -m benchmarks report` from `benchmarks/results/`; brackets are 95% intervals.",
    ]
    for title, name, table in LONG:
        result = results[name]
        if result is not None:
            lines += ["", f"## {title}", "", *table(result["figures"]), "", _where(result)]
    return "\n".join(lines) + "\n"


def _read(name: str) -> dict[str, Any] | None:
    file = RESULTS / f"{name}.json"
    if not file.is_file():
        return None
    result: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return result


def _where(result: Mapping[str, Any]) -> str:
    machine = result["machine"]
    where = f"{machine.get('cpu', 'unknown processor')}, {machine.get('cores', '?')} cores"
    return f"`{result['command']}`, {result['date'][:10]}, {where}."


def _replaced(text: str, mark: str, table: str) -> str:
    start, end = f"<!-- figures:{mark} -->", f"<!-- /figures:{mark} -->"
    return re.sub(f"{start}.*?{end}", lambda _: f"{start}\n{table}\n{end}", text, flags=re.DOTALL)
