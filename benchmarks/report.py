"""Rebuild the README's tables from the files in benchmarks/results: no figure is typed by hand."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from benchmarks.result import RESULTS

README = Path(__file__).resolve().parent.parent / "README.md"

ROWS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "live": (
        ("click_paint_p50_ms", "click on a card → new list painted, median", "{:.0f} ms"),
        ("click_paint_p95_ms", "the same, 95th percentile", "{:.0f} ms"),
        ("typed_list_p95_ms", "last key → new list painted, 250 ms of waiting included, 95th percentile", "{:.0f} ms"),
        ("second_start_s", "second start until the port opens, warm", "{:.1f} s"),
        ("first_visit_s", "first visitor's first page run", "{:.2f} s"),
        ("resident_mb", "memory of the app after that", "{:.0f} MB"),
    ),
    "encode": (
        ("speedup_short", "one short text, times faster than sentence-transformers", "{:.1f}×"),
        ("speedup_batch", "a catalogue, times faster than sentence-transformers", "{:.2f}×"),
        ("cosine_min", "least cosine to sentence-transformers", "{:.6f}"),
    ),
}
"""Per benchmark: (figure, what it says, format)."""


QUALITY_COLUMNS = ("NDCG@10", "P@10", "R@10", "coverage@10")


def main() -> int:
    """Rewrite every marked table of the README; 0 when all results are there, 1 when one is missing."""
    text = README.read_text(encoding="utf-8")
    missing = []
    for name in (*ROWS, "quality"):
        file = RESULTS / f"{name}.json"
        if not file.exists():
            missing.append(name)
            continue
        result = json.loads(file.read_text(encoding="utf-8"))
        lines = _quality(result["figures"]) if name == "quality" else _plain(name, result["figures"])
        text = _replaced(text, name, "\n".join([*lines, "", _where(result)]))
    README.write_text(text, encoding="utf-8")
    for name in missing:
        print(f"no results of {name} yet: run python -m benchmarks {name}")
    return 1 if missing else 0


def _plain(name: str, figures: dict[str, Any]) -> list[str]:
    rows = [f"| {says} | {form.format(float(figures[key]))} |" for key, says, form in ROWS[name] if key in figures]
    return ["| what | measured |", "|---|---|", *rows]


def _quality(figures: dict[str, Any]) -> list[str]:
    """One row per split and model, each figure with its 95% interval."""
    models = dict.fromkeys(tuple(key.split("/")[:3]) for key in figures if key.count("/") == 3)
    lines = [f"| split, people | model | {' | '.join(QUALITY_COLUMNS)} |", "|---" * (2 + len(QUALITY_COLUMNS)) + "|"]
    for dataset, split, model in models:
        cells = [_with_interval(figures, f"{dataset}/{split}/{model}/{column}") for column in QUALITY_COLUMNS]
        people = figures[f"{dataset}/{split}/n_users"]
        lines.append(f"| {split}, {people:,} | `{model}` | {' | '.join(cells)} |")
    return lines


def _with_interval(figures: dict[str, Any], key: str) -> str:
    return f"{figures[key]:.3f} [{figures[f'{key}/low']:.3f}, {figures[f'{key}/high']:.3f}]"


def _where(result: dict[str, Any]) -> str:
    machine = result["machine"]
    where = f"{machine.get('cpu', 'unknown processor')}, {machine.get('cores', '?')} cores"
    return f"`{result['command']}`, {result['date'][:10]}, {where}."


def _replaced(text: str, name: str, table: str) -> str:
    start, end = f"<!-- figures:{name} -->", f"<!-- /figures:{name} -->"
    return re.sub(f"{start}.*?{end}", lambda _: f"{start}\n{table}\n{end}", text, flags=re.DOTALL)
