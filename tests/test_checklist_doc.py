"""docs/checklist.md names tests and commands that exist, and scores every point once."""

from __future__ import annotations

import ast
import re

import pytest

from benchmarks.__main__ import names
from recsys.cli import COMMANDS
from recsys.settings import ROOT

TEXT = (ROOT / "docs" / "checklist.md").read_text(encoding="utf-8")
_, HOUSE, DEMO = re.split(r"^## .*$", TEXT, flags=re.MULTILINE)
SCORE = re.compile(r"holds|holds in part: .+|not yet: .+")


def rows(table: str) -> list[list[str]]:
    """Number, point, score and proof of every row."""
    lines = [line for line in table.splitlines() if re.match(r"\| *\d", line)]
    return [[cell.strip() for cell in line.strip().strip("|").split(" | ")] for line in lines]


CITED = re.findall(r"`(tests/[^`]*)`", TEXT)
COMMANDS_CITED = re.findall(r"`((?:python -m|make) [^`]*)`", TEXT)


@pytest.mark.parametrize(("table", "n_points"), [(HOUSE, 10), (DEMO, 40)], ids=["house", "demo"])
def test_every_point_has_one_row_with_a_score_and_a_proof(table, n_points):
    found = rows(table)
    assert [int(row[0]) for row in found] == list(range(1, n_points + 1))
    for row in found:
        assert len(row) == 4, row
        assert SCORE.fullmatch(row[2]), row
        assert row[2].startswith("not yet") or "`" in row[3], row


@pytest.mark.parametrize("cited", sorted(set(CITED)))
def test_every_test_it_names_exists(cited):
    path, _, name = cited.partition("::")
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert not name or (name.startswith("test_") and name in defined)


def test_every_command_it_names_exists():
    shell = {module.__name__.rpartition(".")[2] for module in COMMANDS}
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    known = {"python -m benchmarks": set(names()), "python -m recsys": shell, "make": targets}
    assert COMMANDS_CITED
    for command in COMMANDS_CITED:
        start, _, rest = command.rpartition(" ")
        assert rest in known[start], command


def test_every_file_of_figures_it_names_is_there_with_those_figures():
    for line in TEXT.splitlines():
        for file in set(re.findall(r"`(benchmarks/results/[^`]*)`", line)):
            figures = (ROOT / file).read_text(encoding="utf-8")
            for figure in re.findall(r"`(\w+_(?:ms|s|mb|errors|visits))`", line):
                assert f'"{figure}"' in figures, f"{figure} is not in {file}"


def test_a_wrong_citation_would_be_found():
    with pytest.raises(AssertionError):
        test_every_test_it_names_exists("tests/test_house.py::test_that_nobody_wrote")
