"""Rebuild the README's tables and docs/results.md from the files in benchmarks/results: no figure is typed by hand."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks import report_tables as tables
from benchmarks.report_scenarios import scenarios
from benchmarks.report_training import compress, train
from benchmarks.result import RESULTS
from recsys.errors import DataError
from recsys.models import MODELS
from recsys.rerank import RERANKERS
from recsys.types import Spec

README = Path(__file__).resolve().parent.parent / "README.md"
FULL = README.parent / "docs" / "results.md"

Table = Callable[[pd.DataFrame], list[str]]

SHORT: dict[str, tuple[str, Table]] = {
    "live": ("live", tables.live),
    "loop": ("loop", tables.loop),
    "loop-quality": ("loop", tables.loop_quality),
    "words": ("words", tables.words),
    "encode": ("encode", tables.encode),
    "quality": ("quality", tables.quality_short),
    "claim": ("quality", tables.claim),
    "peers": ("peers", tables.peers_short),
    "density": ("density", tables.density),
    "train": ("train", train),
    "compress": ("compress", compress),
    "scoring": ("scoring", tables.scoring_short),
}
"""Mark in the README -> (benchmark, its table)."""

LONG: tuple[tuple[str, str, Table], ...] = (
    ("Every model on every cut", "quality", tables.quality_full),
    ("Differences, on the same people", "quality", tables.differences),
    ("Other libraries on the same cuts", "peers", tables.peers_full),
    ("Re-ranking", "loop", tables.rerank),
    ("What edits of a portrait do", "words", tables.steering),
    ("Scenarios", "scenarios", scenarios),
    ("When text pays", "density", tables.density),
    ("Milliseconds per live query", "scoring", tables.scoring_full),
)
"""Sections of docs/results.md."""


def main() -> int:
    """Rewrite every marked table of the README and all of docs/results.md; 1 when results are missing."""
    shown = [name for name, _ in SHORT.values()] + [name for _, name, _ in LONG]
    results = {name: _read(name) for name in dict.fromkeys(shown)}
    found = {name: result for name, result in results.items() if result is not None}
    rows = {name: tables.long_table(result["figures"], name) for name, result in found.items()}
    text = README.read_text(encoding="utf-8")
    for mark, (name, table) in SHORT.items():
        if name in found:
            text = _replaced(text, mark, [*table(rows[name]), "", _where(found[name])])
    for mark, lines in rosters().items():
        text = _replaced(text, mark, lines)
    README.write_text(text, encoding="utf-8")
    FULL.write_text(_full(found, rows), encoding="utf-8")
    missing = [name for name in results if name not in found]
    for name in missing:
        print(f"no results of {name} yet: run python -m benchmarks {name}")
    return 1 if missing else 0


def rosters() -> dict[str, list[str]]:
    """Mark in the README -> every recommender and every strategy of the registries: name, label, what it does."""
    return {"roster": _roster(MODELS.values()), "strategies": _roster(RERANKERS.values())}


def _roster(specs: Iterable[Spec]) -> list[str]:
    rows = [f"| `{spec.name}` | {spec.label} | {spec.line} |" for spec in specs]
    return ["| name | on the pages | what it does |", "|---|---|---|", *rows]


def _full(results: Mapping[str, dict[str, Any]], rows: Mapping[str, pd.DataFrame]) -> str:
    lines = [
        "# Results",
        "",
        "Made by `python -m benchmarks report` from `benchmarks/results/`; brackets are 95% intervals.",
    ]
    for title, name, table in LONG:
        if name in results:
            lines += ["", f"## {title}", "", *table(rows[name]), "", _where(results[name])]
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


def block(text: str, mark: str) -> str:
    """What stands between the marks ``<!-- figures:mark -->``; DataError unless they are there once."""
    found = re.findall(_between(mark), text, flags=re.DOTALL)
    if len(found) != 1:
        raise DataError(
            f"the README should have <!-- figures:{mark} --> and <!-- /figures:{mark} --> once, has them {len(found)} "
            "times: put them back where the table belongs"
        )
    return str(found[0])


def _replaced(text: str, mark: str, lines: Sequence[str]) -> str:
    old = block(text, mark)
    start, end = f"<!-- figures:{mark} -->", f"<!-- /figures:{mark} -->"
    return text.replace(f"{start}{old}{end}", "\n".join((start, *lines, end)))


def _between(mark: str) -> str:
    return f"<!-- figures:{re.escape(mark)} -->(.*?)<!-- /figures:{re.escape(mark)} -->"
