"""The walk through the code names only what is there, and stays short."""

from __future__ import annotations

import ast
import re

import pytest

from recsys.settings import ROOT

WALK = (ROOT / "docs" / "walk.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`([\w/]+\.py): ([\w., ]+)`", WALK.replace("\n", " "))
MAX_HOPS = 8


def names_in(path: str) -> set[str]:
    """Functions and classes of one file, methods as ``Class.method``."""
    tree = ast.parse((ROOT / "recsys" / path).read_text(encoding="utf-8"))
    kinds = ast.FunctionDef | ast.ClassDef
    top = [node for node in tree.body if isinstance(node, kinds)]
    owners = [node for node in top if isinstance(node, ast.ClassDef)]
    methods = {f"{owner.name}.{node.name}" for owner in owners for node in owner.body if isinstance(node, kinds)}
    return {node.name for node in top} | methods


@pytest.mark.parametrize(("path", "names"), NAMED)
def test_every_function_of_the_walk_exists(path, names):
    assert (ROOT / "recsys" / path).is_file(), f"docs/walk.md names {path}"
    missing = set(names.split(", ")) - names_in(path)
    assert not missing, f"docs/walk.md names {', '.join(missing)} of {path}"


def test_every_file_of_the_walk_comes_with_a_function():
    files = set(re.findall(r"`((?:\w+/)+\w+\.py)`", WALK)) - {"ui/main.py", "pages/live.py"}
    assert not files
    assert len(NAMED) > 15


@pytest.mark.parametrize("part", re.split(r"^## ", WALK, flags=re.MULTILINE)[1:], ids=lambda part: part.splitlines()[0])
def test_no_road_takes_more_hops_than_a_reader_can_hold(part):
    hops = [int(number) for number in re.findall(r"^(\d+)\. ", part, flags=re.MULTILINE)]
    assert hops == list(range(1, len(hops) + 1))
    assert 1 <= len(hops) <= MAX_HOPS
