"""Checks that need a house of their own: one without the interface, without a network, with a sign flipped."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from recsys.settings import ROOT

MIRRORS = ("data", "text", "models", "metrics", "rerank", "live", "explain", "evaluate", "plots")
"""Folders of tests of rooms below the interface."""


def python(code: str, folder: Path, **environment: str) -> str:
    """What a fresh interpreter prints in ``folder``, whose own ``recsys`` it imports."""
    env = {**os.environ, "PYTHONPATH": str(folder), **environment}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The package and its tests in a folder of their own, the samples beside them."""
    for name in ("recsys", "tests", "benchmarks"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "browser", "load"))
    (tmp_path / "sample_data").symlink_to(ROOT / "sample_data", target_is_directory=True)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_without_the_interface_everything_else_still_recommends(copy):
    shutil.rmtree(copy / "recsys" / "ui")
    code = (
        "import importlib, pkgutil, sys, recsys\n"
        "sys.modules['streamlit'] = None\n"
        "found = pkgutil.walk_packages(recsys.__path__, 'recsys.')\n"
        "names = [module.name for module in found if not module.name.endswith('__main__')]\n"
        "for name in names: importlib.import_module(name)\n"
        "from recsys import Query, cli, fit, load, recommend\n"
        "shop = load('shop')\n"
        "ranked = recommend(shop, fit('text_profile', shop), Query(typed='shoes for the rain'))\n"
        "assert cli.main(['data', 'list']) == 0\n"
        "print(len(names) > 100, len(ranked.item_ids), recsys.__file__)"
    )
    last = python(code, copy).splitlines()[-1]
    assert last == f"True 10 {copy / 'recsys' / '__init__.py'}"


def test_tests_of_the_rooms_below_need_no_interface():
    found = []
    for folder in MIRRORS:
        for path in sorted((ROOT / "tests" / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                names += [f"{node.module}"] if isinstance(node, ast.ImportFrom) else []
                found += [f"{path.name}: {n}" for n in names if n.startswith(("recsys.ui", "streamlit", "pages"))]
    assert not found


def test_a_list_and_its_metrics_need_no_network():
    code = (
        "import sys\n"
        "def refuse(event, args):\n"
        "    if event in ('socket.connect', 'socket.getaddrinfo', 'urllib.Request'):\n"
        "        raise OSError(f'no network here: {event} {args}')\n"
        "sys.addaudithook(refuse)\n"
        "from recsys import Query, fit, load, recommend\n"
        "from recsys.evaluate import Experiment, run\n"
        "from recsys.text import reader\n"
        "shop = load('shop')\n"
        "ranked = recommend(shop, fit('text_profile', shop), Query(typed='shoes for the rain'))\n"
        "result = run(shop, Experiment('shop', models=('text_mean',), max_users=20))\n"
        "print(reader().default().name, len(ranked.item_ids), len(result.table) > 0)"
    )
    assert python(code, ROOT).splitlines()[-1] == "minilm 10 True"


FLIPS = {
    "a dislike pulls": (
        "recsys/models/evidence.py",
        ("Kind.DISLIKE: -1.0", "Kind.DISLIKE: 1.0"),
        "tests/models/test_text_profile.py::test_a_disliked_item_sinks_its_neighbours",
    ),
    "one star is praise": (
        "recsys/models/evidence.py",
        ("(event.stars - NEUTRAL_STARS) / 2", "(NEUTRAL_STARS - event.stars) / 2"),
        "tests/models/test_text_profile.py::test_the_words_of_a_review_count_with_its_stars",
    ),
    "old events count more": (
        "recsys/models/evidence.py",
        ("* 0.5 ** ((newest - position)", "* 0.5 ** ((position - newest)"),
        "tests/models/test_evidence.py::test_half_as_much_after_half_life_events",
    ),
    "arrows point the other way": (
        "recsys/live/movement.py",
        ("old[item_id] - rank if", "rank - old[item_id] if"),
        "tests/live/test_movement.py::test_a_step_is_the_old_rank_minus_the_new_one",
    ),
    "the worst comes first": (
        "recsys/ranking.py",
        ("(-keyed[rows]).argsort", "keyed[rows].argsort"),
        "tests/models/test_ranking.py::test_top_k_equals_a_stable_sort",
    ),
    "what everybody knows is new": (
        "recsys/metrics/novelty.py",
        ("surprise = -np.log2", "surprise = np.log2"),
        "tests/metrics/test_beyond.py::test_novelty_is_one_bit_more_when_half_as_many_people_liked_it",
    ),
}


def run_tests(folder: Path, *tests: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    env = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_with_every_sign_right_those_tests_pass(copy):
    done = run_tests(copy, *(test for _, _, test in FLIPS.values()))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("flip", FLIPS)
def test_a_flipped_sign_fails_the_test_named_for_that_fact(flip, copy):
    name, (right, wrong), test = FLIPS[flip]
    path = copy / name
    code = path.read_text(encoding="utf-8")
    assert code.count(right) == 1, f"{name} no longer says {right!r} once"
    path.write_text(code.replace(right, wrong), encoding="utf-8")
    done = run_tests(copy, test)
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"FAILED {test}" in done.stdout
