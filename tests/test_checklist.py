"""Points of the checklist that hold for the whole app and belong to no single room: see docs/checklist.md."""

from __future__ import annotations

import ast
import pickle
import random
import subprocess
import sys
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from recsys.data.people import NEW_HERE, people
from recsys.data.splits import SPLITS
from recsys.models import MODELS
from recsys.settings import ROOT
from recsys.ui.metrics_question import LABELS, View
from tests.evaluate.town import town

MAIN = str(ROOT / "recsys" / "ui" / "main.py")
PAGES = ("live", "rerank", "compare", "portrait", "words", "similarity", "metrics", "train", "compress")
PAGES += ("audience", "data", "method")
INTERFACE = [*sorted((ROOT / "recsys" / "ui").glob("*.py")), *sorted((ROOT / "pages").glob("*.py")), ROOT / "app.py"]
MEGABYTE = 2**20


def opened(page: str, **address: str | list[str]) -> AppTest:
    app = AppTest.from_file(MAIN, default_timeout=120)
    app.query_params.update(address)
    return (app if page == "live" else app.switch_page(f"../../pages/{page}.py")).run()


def said(app: AppTest) -> str:
    return "\n".join(str(one.value) for one in (*app.markdown, *app.caption)).replace("\\", "")


def calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    """Every call of something's method with its name: ``st.plotly_chart(...)`` comes with ``plotly_chart``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node, node.func.attr if isinstance(node.func, ast.Attribute) else ""


def parsed() -> Iterator[tuple[str, ast.AST]]:
    for path in INTERFACE:
        yield path.name, ast.parse(path.read_text(encoding="utf-8"))


# --- what the source says ---------------------------------------------------------------------------------------

DRAWN = {"plotly_chart", "dataframe", "data_editor", "table", "image"}
DRAWN |= {f"{kind}_chart" for kind in ("altair", "line", "bar", "area", "scatter", "vega_lite", "graphviz")}


def test_every_chart_and_table_says_in_words_what_it_shows():
    drawn = [(f"{name}:{call.lineno}", call) for name, tree in parsed() for call, what in calls(tree) if what in DRAWN]
    framed = [call for _, tree in parsed() for call, _ in calls(tree) if ast.unparse(call.func) == "frame.chart"]
    assert len(drawn) + len(framed) > 30  # frame.chart cannot be called without words
    assert not [where for where, call in drawn if "alt" not in {word.arg for word in call.keywords}]


FORBIDDEN_WORDS = {"unsafe_allow_html", "unsafe_allow_javascript", "use_container_width", "use_column_width"}
FORBIDDEN_CALLS = {"html", "iframe", "experimental_rerun", "experimental_get_query_params", "cache", "write_stream"}


def test_nothing_raw_injected_or_deprecated_is_called():
    found = []
    for name, tree in parsed():
        for call, what in calls(tree):
            by_streamlit = ast.unparse(call.func).startswith("st.")
            if by_streamlit and (what in FORBIDDEN_CALLS or what.startswith(("experimental_", "beta_"))):
                found.append(f"{name}:{call.lineno} {what}")
            found += [f"{name}:{call.lineno} {w.arg}" for w in call.keywords if w.arg in FORBIDDEN_WORDS]
        found += [f"{name} components" for node in ast.walk(tree) if "streamlit.components" in ast.unparse(node)[:200]]
    assert not found


SMALL = {"str", "int", "float", "bool", "bytes", "tuple", "Roles"}
"""What a cache may look at: names, numbers, digests and tuples of them."""


def test_no_cache_hashes_an_array_or_a_frame():
    n_caches = 0
    for name, tree in parsed():
        for node in ast.walk(tree):
            if not isinstance(node, ast.FunctionDef):
                continue
            if not any("cache_" in ast.unparse(one) for one in node.decorator_list):
                continue
            n_caches += 1
            for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
                if argument.arg.startswith("_"):
                    continue  # Streamlit does not look at these
                assert argument.annotation is not None, f"{name}: {node.name}({argument.arg})"
                words = {one.id for one in ast.walk(argument.annotation) if isinstance(one, ast.Name)}
                assert words <= SMALL, f"{name}: {node.name}({argument.arg}: {ast.unparse(argument.annotation)})"
    assert n_caches >= 9


# --- the process ------------------------------------------------------------------------------------------------


def test_the_heap_is_frozen_once_everything_is_warm_and_no_run_ends_with_a_collection():
    code = (
        "import gc, anyio, app\n"
        "from streamlit import config\n"
        "frozen = []\n"
        "app.start = lambda: frozen.append(gc.get_freeze_count())\n"
        "async def serve():\n"
        "    async with app.lifespan(app.app) as ready:\n"
        "        frozen.append(gc.get_freeze_count())\n"
        "anyio.run(serve)\n"
        "print(frozen[0] == 0, frozen[1] > 100_000, config.get_option('runner.postScriptGC'))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1:] == ["True True False"], done.stderr


@pytest.mark.slow
def test_the_map_is_the_same_after_a_restart():
    code = (
        "import hashlib\n"
        "from recsys import load\n"
        "from recsys.explain import map as atlas\n"
        "from recsys.text import TextSpace, reader\n"
        "shop = load('shop')\n"
        "whole = reader().space(shop, reader().main(shop))\n"
        "space = TextSpace.build(whole.encoder, whole.raw[:100].copy(), whole.read)\n"
        "maps = [atlas.draw(space, method).xy for method in (atlas.PCA, atlas.TSNE_METHOD)]\n"
        "print(*(hashlib.sha256(xy.tobytes()).hexdigest() for xy in maps))"
    )
    runs = [subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True) for _ in range(2)]
    assert len(runs[0].stdout.split()) == 2, runs[0].stderr
    assert runs[0].stdout == runs[1].stdout


# --- the pages --------------------------------------------------------------------------------------------------


def bytes_of(value: object) -> int:
    try:
        return len(pickle.dumps(value))
    except Exception:  # what cannot be pickled is an open thing of the framework: its own text must do
        return len(repr(value))


@pytest.mark.slow
def test_nothing_in_a_session_reaches_a_megabyte_on_any_page():
    app = opened("live")
    for _ in range(3):
        next(button for button in app.button if (button.key or "").startswith("like-")).click().run()
    for page in PAGES:
        app.switch_page(f"../../pages/{page}.py").run()
        assert not app.exception
    kept = {str(key): bytes_of(value) for key, value in app.session_state._state.filtered_state.items()}
    assert len(kept) > 10
    assert max(kept.values()) < MEGABYTE, max(kept, key=lambda key: kept[key])


@pytest.mark.parametrize("name", [NEW_HERE, "nobody of that name", "%00", ""])
def test_a_stranger_is_shown_what_is_popular_and_something_to_do(name, shop):
    app = opened("live", **{"person-shop": name})
    assert not app.exception
    assert not app.error
    stranger = next(one for one in people(shop) if one.name == name) if name == NEW_HERE else people(shop)[0]
    if name:
        assert next(one for one in app.button_group if one.label == "You are").value == stranger.name
    assert len([button for button in app.button if (button.key or "").startswith("like-")]) == 10
    assert "Nothing yet. Like something in the list, or type above." in said(app)
    next(one for one in app.button_group if one.label == "Try").set_value(stranger.wishes[0]).run()
    assert app.text_input(key="q").value
    assert "You typed" in said(app)


def test_the_metrics_page_says_what_was_measured_on_what_and_how_sure_it_is(in_town):
    app = opened("metrics", models=[MODELS["ease"].label], split=SPLITS["random"].label, k="7")
    words = said(app)
    assert not app.exception
    assert in_town.label in words
    assert f"split: {SPLITS['random'].label.lower()}" in words.lower()
    assert "lists of 7" in words
    assert "people" in words
    assert "95%" in words
    charts = " ".join(str(chart.proto.spec) + chart.proto.alt for chart in app.get("plotly_chart"))
    for model in ("random", "popularity", "ease"):
        assert MODELS[model].label in charts


GARBAGE_LINES = """
|x|-1|0|1e999|NaN|inf|None|null|true|[]|{}|()|;|:|::::|,|=|&|+|../../etc/passwd|%00|%|%zz|' OR 1=1 --|";drop table x
<script>alert(1)</script>|<b>|{{7*7}}|${x}|$x^2$|*|_|`|:red[x]|[l](http://example.com)|\\|\\u202e|مرحبا|字字字|🙂|é
""".strip()
GARBAGE = [
    *GARBAGE_LINES.replace("\n", "|").split("|"),
    "x" * 3000,
    "9" * 400,
    " ",
    "\t",
    "\u202e",
    "\ud7ff",
    "-0.0",
    "０",
    "ﬀ",
]
KEYS = {
    "live": "data person-shop encoder q beside from look by-shop chain-shop counts",
    "rerank": "data person-shop chain mix-shop length chain-shop by-shop",
    "compare": "data person-shop compare length knobs adjust user-shop",
    "portrait": "data person-shop user-shop from",
    "words": "data person-shop view item-shop lang writer n",
    "similarity": "data person-shop view drawing",
    "train": "data train tune-model tune-metric split tune-tries tune-time augment-split finetune finetune-from "
    "finetune-on",
    "compress": "data compress person-shop engine",
    "audience": "data view segment-shop say",
    "data": "data show find lang",
    "method": "about lang example",
}
METRIC_KEYS = "view split models liked k"
WITHIN = {
    View.SIDES: "sides-length sides-up sides-across sides-metric sides-by",
    View.PEOPLE: "people-metric people-model",
    View.SIGNIFICANCE: "significance-metric significance-ours significance-theirs",
    View.COLD: "cold-whom",
    View.PROTOCOLS: "protocols-model protocols-metric",
    View.TUNE: "tune-budget",
}


def shuffled(keys: str, seed: int) -> Iterator[dict[str, str]]:
    """Addresses in which every key comes with every piece of garbage once, in an order of its own."""
    names = keys.split()
    orders = {name: random.Random(f"{seed} {name}").sample(GARBAGE, len(GARBAGE)) for name in names}
    for turn in range(len(GARBAGE)):
        yield {name: orders[name][turn] for name in names}


@pytest.mark.slow
@pytest.mark.parametrize("page", KEYS)
def test_fifty_pieces_of_garbage_in_each_key_of_an_address_never_crash(page):
    assert len(set(GARBAGE)) >= 50
    for address in shuffled(KEYS[page], 1):
        app = opened(page, **address)
        assert not app.exception, address
        assert not app.error, address
        assert app.title


@pytest.fixture
def in_town(monkeypatch, fresh_reader):
    fresh_reader(RECSYS_ENCODER="lexical")
    data = town(rated=True)
    monkeypatch.setattr("recsys.ui.controls.dataset_picker", lambda: data)
    return data


def unharmed(addresses: Iterator[dict[str, str]], **fixed: str | list[str]) -> None:
    for address in addresses:
        app = opened("metrics", **fixed, **address)
        assert not app.exception, address
        assert not app.error, address


@pytest.mark.slow
def test_fifty_pieces_of_garbage_in_each_control_of_the_metrics_page_never_crash(in_town):
    unharmed(shuffled(METRIC_KEYS, 2))


@pytest.mark.slow
def test_garbage_in_each_key_of_a_side_of_the_metrics_page_never_crashes(in_town):
    views = list(WITHIN)
    for turn, address in enumerate(shuffled(" ".join(WITHIN.values()), 2)):
        view = LABELS[views[turn % len(views)]]
        unharmed(iter([address]), view=view, models=[MODELS["ease"].label])


BOUND = {
    *("key", "Key.TYPED", "Key.BESIDE", "_KEY"),  # "key": the pickers of data and person, and choices of their own
    *("Key.ABOUT", "Key.LANGUAGE", "Control.MODELS", "MODELS_KEY", "'length'", "Key.VIEW", "Key.DRAWING"),
    *("Control.K", "Control.VIEW", "Control.SPLIT", "Control.LIKED"),
    *("metric_key(View.SIDES, 'by')", "metric_key(View.COLD, 'whom')"),
    *("metric_key(View.TUNE, 'budget')", "Key.SHOW", "Key.FIND", "Key.EXAMPLE", "Key.LANG"),
    *("Key.WRITER", "Key.N_ITEMS", "Key.SIDE", "HOW", "ENGINE", "TARGET", "ELSEWHERE", "SPLIT"),
    *("metric_key(View.TUNE, 'model')", "metric_key(View.TUNE, 'tries')", "metric_key(View.TUNE, 'time')"),
    "metric_key(view, key)",
}
"""How the source names the keys that are bound to the address: a new one here needs a new one above."""


KEY_AT = {"linked": 2, "picked": 2, "choices.view": 1}
"""Where the functions of ``recsys.ui.choices`` that bind a key take it."""


def test_no_key_that_is_bound_to_the_address_is_left_out():
    found = set()
    for _, tree in parsed():
        for call, _name in calls(tree):
            words = {word.arg: ast.unparse(word.value) for word in call.keywords}
            found |= {words.get("key", "key")} if "bind" in words else set()
            place = KEY_AT.get(ast.unparse(call.func), len(call.args))
            found |= {ast.unparse(one) for one in call.args[place : place + 1]}
    assert found == BOUND
