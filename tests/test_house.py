"""The house rules that a tool can check: who may import whom, how long a file gets, what an import costs."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from recsys import _HOMES
from recsys.settings import ROOT

LEVELS = (
    {"types", "errors", "columns", "settings", "ranking"},
    {"data"},
    {"text", "index"},
    {"models", "metrics"},
    {"rerank", "live", "words", "audience", "explain"},
    {"scenarios", "evaluate", "train"},
    {"plots"},
    {"ui", "commands", "cli", "warm", "__main__"},
)
"""Rooms from the ground up: a room may use its own level and those below, never one above."""

LEVEL_OF = {room: level for level, rooms in enumerate(LEVELS) for room in rooms}
MODULES = sorted((ROOT / "recsys").rglob("*.py"))
PAGES = sorted((ROOT / "pages").glob("*.py"))


def room_of(path: Path, package: Path) -> str:
    """``recsys/data/loaders/csv.py`` is in the room ``data``; ``recsys/__init__.py`` is the door, "" here."""
    name = path.relative_to(package).parts[0].removesuffix(".py")
    return "" if name == "__init__" else name


def imports(tree: ast.AST, for_types_only: bool = False) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of every import that runs; those under ``if TYPE_CHECKING`` do not."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            continue
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: relative imports hide the room they come from"
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)
        else:
            yield from imports(node)


def rooms_used(path: Path) -> Iterator[tuple[int, str]]:
    """(line, room) of every import of this package in one file."""
    for line, name in imports(ast.parse(path.read_text(encoding="utf-8"))):
        top, _, rest = name.partition(".")
        if top == "recsys":
            first = rest.partition(".")[0]
            yield line, _HOMES.get(first, f"recsys.{first}").split(".")[1]


def upward_imports(package: Path) -> list[str]:
    """One line for every import of a room from above, and for every room without a level."""
    found = []
    for path in sorted(package.rglob("*.py")):
        room = room_of(path, package)
        if room not in LEVEL_OF:
            found += [f"{path.relative_to(package)}: give the room {room!r} a level in LEVELS"] if room else []
            continue
        for line, used in rooms_used(path):
            if LEVEL_OF.get(used, len(LEVELS)) > LEVEL_OF[room]:
                found.append(f"{path.relative_to(package)}:{line}: {room} may not import {used}, which is above it")
    return found


def test_rooms_import_downwards_only():
    violations = upward_imports(ROOT / "recsys")
    assert not violations, "\n" + "\n".join(violations)


@pytest.mark.parametrize(
    ("source", "n_violations"),
    [
        ("from recsys.text import reader", 1),
        ("import recsys.models.registry", 1),
        ("from recsys import recommend", 1),
        ("def late():\n    from recsys.ui import frame", 1),
        ("from recsys import settings as environment\nfrom recsys.data.dataset import Dataset", 0),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from recsys.text import reader", 0),
    ],
)
def test_an_upward_import_would_be_found(tmp_path, source, n_violations):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "sneaky.py").write_text(source)
    assert len(upward_imports(tmp_path)) == n_violations


def test_rooms_of_one_level_do_not_import_each_other_in_a_circle():
    uses = {
        (room_of(path, ROOT / "recsys"), used)
        for path in MODULES
        for _, used in rooms_used(path)
        if room_of(path, ROOT / "recsys") not in ("", used)
    }
    assert not {(one, other) for one, other in uses if (other, one) in uses}


def test_only_the_interface_imports_streamlit():
    may = {ROOT / "app.py", *PAGES, *(ROOT / "recsys" / "ui").rglob("*.py")}
    others = [path for path in [*MODULES, *(ROOT / "sample_data").glob("*.py")] if path not in may]
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in others
        for line, name in imports(ast.parse(path.read_text(encoding="utf-8")))
        if name.split(".")[0] == "streamlit"
    ]
    assert not found


def test_pages_are_outlines():
    assert PAGES
    for path in PAGES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        used = {name.split(".")[0] for _, name in imports(tree)}
        assert not used & {"numpy", "pandas", "plotly", "torch"}, path.name
        assert not [node for node in ast.walk(tree) if isinstance(node, ast.Try)], path.name


@pytest.mark.parametrize("path", [*MODULES, *PAGES], ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_is_longer_than_a_reader_can_hold(path):
    limit = 80 if path.parent == ROOT / "pages" else 400
    n_lines = len(path.read_text(encoding="utf-8").splitlines())
    assert n_lines <= limit, f"{n_lines} lines; at most {limit}"


def test_every_public_function_and_class_says_what_it_is():
    silent = []
    for path in MODULES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        silent += [] if ast.get_docstring(tree) else [f"{path.relative_to(ROOT)}"]
        silent += [
            f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
            for node in tree.body
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            and not node.name.startswith("_")
            and not ast.get_docstring(node)
        ]
    assert not silent, "\n" + "\n".join(silent)


ARRAYS = re.compile(r"\b(NDArray|ndarray|Vector|Matrix|Rows|Floats|Mask|DataFrame|Series|csr_matrix)\b")


def compared_arrays(source: str) -> list[str]:
    """Frozen dataclasses whose ``==`` and ``hash`` would go over arrays or frames, which have neither."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef):
            made = " ".join(map(ast.unparse, node.decorator_list))
            held = [ast.unparse(field.annotation) for field in node.body if isinstance(field, ast.AnnAssign)]
            holds = any(ARRAYS.search(one) for one in held if not one.startswith("Callable"))
            found += [node.name] if holds and "frozen=True" in made and "eq=False" not in made else []
    return found


@pytest.mark.parametrize(
    ("options", "field", "n_found"),
    [
        ("frozen=True", "x: Vector | None = None", 1),
        ("frozen=True, slots=True", "x: Mapping[str, NDArray[np.bool_]]", 1),
        ("frozen=True, eq=False", "x: Vector", 0),
        ("frozen=True", "x: Callable[[Vector], int]", 0),
        ("frozen=True", "x: VectorStore", 0),
    ],
)
def test_a_comparison_of_arrays_would_be_found(options, field, n_found):
    assert len(compared_arrays(f"@dataclass({options})\nclass Sneaky:\n    {field}")) == n_found


def test_what_holds_arrays_is_compared_by_identity():
    found = {path: compared_arrays(path.read_text(encoding="utf-8")) for path in MODULES}
    assert not {str(path.relative_to(ROOT)): names for path, names in found.items() if names}


def test_the_public_names_exist():
    import recsys

    assert set(recsys.__all__) == set(_HOMES)
    assert all(getattr(recsys, name) is not None for name in recsys.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        recsys.nothing  # noqa: B018  # the access is the test


def test_importing_the_package_is_instant_and_loads_nothing_heavy():
    code = (
        "import sys, time; start = time.perf_counter(); import recsys; seconds = time.perf_counter() - start;"
        "heavy = {'streamlit', 'torch', 'transformers', 'sklearn', 'onnxruntime'} & set(sys.modules);"
        "print(seconds, *heavy)"
    )
    runs = [_python(code).split() for _ in range(3)]
    assert min(float(run[0]) for run in runs) < 0.5
    assert all(run[1:] == [] for run in runs)


def test_everything_but_the_interface_works_without_streamlit():
    names = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in MODULES
        if room_of(path, ROOT / "recsys") not in ("ui", "__main__")
    ]
    assert len(names) > 50
    code = (
        "import importlib, sys; sys.modules['streamlit'] = None\n"
        f"for name in {names!r}: importlib.import_module(name)\n"
        "print({'torch', 'transformers', 'sentence_transformers'} & set(sys.modules) or 'light')"
    )
    assert _python(code) == "light"


def _python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
