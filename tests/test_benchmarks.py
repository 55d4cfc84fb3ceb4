"""The benchmarks' own arithmetic: cuts, tuning, kept measurements, names of figures, tables. Nothing heavy is run."""

from __future__ import annotations

import doctest
import importlib.util
from dataclasses import replace
from math import inf, log2

import numpy as np
import pytest

from benchmarks import live, peers, quality, quality_store, quality_tune, report, report_tables, result, splits
from benchmarks.__main__ import main, names
from benchmarks.peers import answers
from benchmarks.quality_ask import exam, lists_of, per_user
from benchmarks.quality_bars import AT_LEAST, AT_MOST, present
from benchmarks.quality_compare import difference, scores
from benchmarks.quality_tune import Search, stepped
from benchmarks.splits import TEST, TRAIN, VALID, FixedSplit, Prepared
from recsys.errors import DataError
from recsys.models import build
from recsys.models.setting import Setting
from recsys.settings import settings
from recsys.types import Knob, Spec

LIKES = [
    # (user, item row, part)
    *((0, item, TRAIN) for item in (0, 1, 2)),
    *((1, item, TRAIN) for item in (0, 1)),
    *((2, item, TRAIN) for item in (0, 3)),
    (3, 9, TEST),  # nothing to learn from: not asked
    (0, 3, VALID),
    (1, 2, VALID),
    (0, 4, TEST),
    (1, 5, TEST),
    (2, 1, TEST),
]


@pytest.fixture
def cut(toy) -> Prepared:
    user, item, part = (np.array(column) for column in zip(*LIKES, strict=True))
    n = len(LIKES)
    split = FixedSplit(
        "toy/random",
        "Made up.",
        ("ann", "bob", "cai", "dee"),
        toy.item_ids,
        user,
        item,
        np.full(n, 5.0),
        np.zeros(n),
        part,
        np.ones((3, toy.n_items), dtype=bool),
    )
    return Prepared(split, toy)


@pytest.fixture(scope="module")
def peer_script():
    spec = importlib.util.spec_from_file_location("peer_run", answers.SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_commands_are_the_measurements_and_not_their_parts(capsys):
    assert {"quality", "peers", "density", "scoring", "report", "live", "encode"} <= set(names())
    assert not [name for name in names() if name.startswith("_") or name in ("result", "splits", "quality_ask")]
    assert main(["nothing"]) == 2
    assert main(["report", "--fast"]) == 2
    assert "takes no options" in capsys.readouterr().err


def test_an_exam_hides_what_was_liked_and_asks_for_the_rest(cut):
    asked = exam(cut, TEST)
    assert asked.user_ids == ("ann", "bob", "cai")
    assert [rows.tolist() for rows in asked.barred] == [[0, 1, 2, 3], [0, 1, 2], [0, 3]]
    assert [rows.tolist() for rows in asked.relevant] == [[4], [5], [1]]
    assert len(asked.train.events) == 9  # train and valid
    assert len(exam(cut, VALID).train.events) == 7


def test_items_that_are_no_candidates_are_never_listed(cut):
    only = np.zeros((3, 10), dtype=bool)
    only[TEST, [4, 5]] = True
    cold = replace(cut, split=replace(cut.split, candidates=only))
    asked = exam(cold, TEST)
    assert asked.user_ids == ("ann", "bob")
    lists = lists_of(build("popularity").fit(asked.train), asked)
    assert set(lists.rows[lists.filled].tolist()) <= {4, 5}
    # Both films of two are shown: all that can be covered.
    assert per_user(lists, asked)["coverage@10"].mean() == pytest.approx(1.0)


def test_peers_read_the_same_questions_and_count_hits_alike(cut, peer_script, tmp_path):
    theirs = peer_script.Cut(cut.split.write(tmp_path))
    asked = exam(cut, TEST)
    assert theirs.test_users.tolist() == [0, 1, 2]
    assert theirs.digest == cut.split.digest
    assert (theirs.likes().toarray()[:3] == asked.train.likes.toarray()).all()
    lists = lists_of(build("popularity").fit(asked.train), asked)
    ours = per_user(lists, asked)["NDCG@10"].mean()
    assert peer_script.ndcg(lists.rows, theirs.test_users, theirs.hits()) == pytest.approx(ours, abs=1e-12)
    assert 0 < ours < 1


def test_a_random_cut_is_tuned_in_rounds_that_never_touch_test(cut, peer_script, tmp_path):
    held = np.array([0, 1, -1, -1, 0, 1, -1, -1, -1, 1, -1, -1, -1])[: len(LIKES)]
    rounds = replace(cut, split=replace(cut.split, held=held)).rounds()
    assert len(rounds) == 2
    for number, each in enumerate(rounds):
        assert np.flatnonzero(each.split.part == VALID).tolist() == np.flatnonzero(held == number).tolist()
        assert ((each.split.part == TEST) == (cut.split.part == TEST)).all()
        asked = exam(each, VALID)
        theirs = peer_script.Cut(replace(cut.split, held=held).write(tmp_path))
        assert (theirs.likes(number).toarray()[:3] == asked.train.likes.toarray()).all()
        assert theirs.valid_users[number].tolist() == [cut.split.users.index(user) for user in asked.user_ids]
        for user, rows in zip(theirs.valid_users[number], asked.relevant, strict=True):
            assert theirs.hits(number)[user].indices.tolist() == rows.tolist()


def test_a_cut_without_rounds_is_tuned_on_its_valid_part(cut):
    (only,) = cut.rounds()
    assert (only.split.part == cut.split.part).all()


def test_rounds_are_disjoint_tenths_of_what_is_not_test():
    part = np.repeat([TRAIN, VALID, TEST], [60, 20, 20])
    held = splits._held(part, seed=0)
    assert np.unique(held, return_counts=True)[1].tolist() == [60, 10, 10, 10, 10]
    assert (held[part == TEST] == -1).all()
    assert (held != splits._held(part, seed=1)).any()


def test_every_peer_has_as_many_settings_as_our_models_get(peer_script):
    assert min(len(grid) for _, grid in peer_script.MODELS.values()) >= quality.Config.budget == peers.Config.budget


def test_a_cut_changes_its_digest_with_any_like(cut):
    part = cut.split.part.copy()
    part[-1] = VALID
    assert replace(cut.split, part=part).digest != cut.split.digest


def test_cold_parts_are_a_fifth_each_and_share_the_much_liked():
    counts = np.array([1, 100, 2, 90, 80, 3, 70, 4, 60, 5])
    part = splits._even_parts(counts, seed=0)
    much = part[counts >= 60]
    assert sorted(much) == sorted(part[counts < 60]) == [TRAIN, TRAIN, TRAIN, VALID, TEST]
    assert (splits._even_parts(counts, seed=1) != part).any()


def test_without_text_nothing_is_written_about_any_item(cut):
    bare = cut.without_text().fitted_on(TEST)
    assert not any(text.strip(" .") for text in bare.latin_texts + bare.all_texts)
    assert bare.item_ids == cut.split.items
    assert (bare.likes != cut.fitted_on(TEST).likes).nnz == 0


def searched(budget: int, measure=None) -> Search:
    knobs = (
        Knob("l2", "", "", 1.0, 0.01, 100.0, log=True),
        Knob("share", "", "", 0.0, 0.0, 1.0),
        Knob("idle", "", "", 3, 1, 9, whole=True),
        Knob("half_life", "", "", 50.0, 1.0, 1000.0, log=True),
    )

    def hill(knobs):
        aged = 0.0 if knobs.get("half_life") == inf else 0.5
        return 5 - (np.log10(knobs.get("l2", 1.0)) - 1) ** 2 - (knobs.get("share", 0.0) - 0.75) ** 2 - aged

    search = Search(Spec("toy", "", "", object, knobs), budget, measure or hill)
    search.run()
    return search


def test_the_search_climbs_within_its_budget():
    search = searched(12)
    assert search.best == {"half_life": inf, "l2": 10.0, "share": 0.75}
    assert search.value == pytest.approx(5.0)
    assert len(search.tried) <= 12
    assert search.tried[0][0] == {}
    assert len({str(knobs) for knobs, _ in search.tried}) == len(search.tried)
    assert len(searched(3).tried) == 3


def test_starts_are_settings_of_their_models():
    for model, starts in quality_tune.STARTS.items():
        assert all(Setting.of(model, start).knobs for start in starts)


def test_settings_that_only_help_together_are_tried_together(monkeypatch):
    together = {"l2": 10.0, "share": 0.75}
    monkeypatch.setattr(quality_tune, "STARTS", {"toy": (together,)})
    search = searched(3)
    assert search.tried[2][0] == search.best == {"half_life": inf, **together}


def test_the_search_leaves_alone_what_changes_nothing():
    turned = [knobs["idle"] for knobs, _ in searched(40).tried if "idle" in knobs]
    assert len(turned) == 1
    assert len(searched(12, lambda _: 0.0).tried) == 2


def test_steps_stay_in_range():
    assert list(stepped(Knob("n", "", "", 9, 1, 9, whole=True), 9, 0.25)) == []
    assert list(stepped(Knob("kind", "", "", "a", choices=("a", "b")), "a", 0.25)) == ["b"]
    assert list(stepped(Knob("kind", "", "", "a", choices=("a", "b")), "a", -0.25)) == []
    assert doctest.testmod(quality_tune).failed == 0


def test_a_kept_measurement_is_found_until_something_changes():
    kept = quality_store.Measured(
        {"key": "one", "knobs": {"half_life": inf}}, {"NDCG@10": np.ones(2)}, np.zeros((2, 3))
    )
    quality_store.save("toy/kept", "ease", kept)
    found = quality_store.load("toy/kept", "ease", "one")
    assert found.about == kept.about
    assert found.values["NDCG@10"].tolist() == [1.0, 1.0]
    assert quality_store.load("toy/kept", "ease", "two") is None
    assert quality_store.load("toy/kept", "ials") is None


def test_a_comment_makes_no_measurement_stale(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    digests = []
    for number, source in enumerate(('"""One."""\nx = 1\n', '"""Two."""\n# why\nx = 1\n', '"""One."""\nx = 2\n')):
        (tmp_path / f"model_{number}.py").write_text(source)
        digests.append(quality_store._digest(f"model_{number}"))
    assert digests[0] == digests[1] != digests[2]


def test_models_that_read_texts_are_told_from_their_code():
    names = ("ease", "popularity", "ease_text", "bm25")
    reads = {name: quality_store.reads_text(f"recsys.models.{name}") for name in names}
    assert reads == {"ease": False, "popularity": False, "ease_text": True, "bm25": True}


@pytest.mark.parametrize(
    ("changed", "stale"),
    [
        ("recsys.text.space", {"ease", "text_profile", "ease_text"}),
        ("recsys.text.minilm", {"ease", "text_profile", "ease_text"}),
        ("recsys.data.dataset", {"ease", "text_profile", "ease_text"}),
        ("recsys.metrics.ndcg", {"ease", "text_profile", "ease_text"}),
        ("recsys.ranking", {"ease", "text_profile", "ease_text"}),
        ("benchmarks.quality_ask", {"ease", "text_profile", "ease_text"}),
        ("benchmarks.quality_tune", {"ease", "text_profile", "ease_text"}),
        ("benchmarks.splits", {"ease", "text_profile", "ease_text"}),
        ("recsys.models.ease", {"ease", "ease_text"}),
        ("recsys.models.ease_text", {"ease_text"}),
        ("recsys.models.pieces", {"text_profile"}),
        ("recsys.models.ltr", set()),
        ("recsys.ui.frame", set()),
    ],
)
def test_measurements_are_stale_when_code_they_stand_on_changes_and_only_then(monkeypatch, changed, stale):
    modules = {name: f"recsys.models.{name}" for name in ("ease", "text_profile", "ease_text")}
    before = {name: quality_store.code_of(module) for name, module in modules.items()}
    digest = quality_store._digest
    monkeypatch.setattr(quality_store, "_digest", lambda name: "new" if name == changed else digest(name))
    assert {name for name, module in modules.items() if quality_store.code_of(module) != before[name]} == stale


def test_a_name_is_traced_through_the_doors_of_packages_to_where_it_is_made():
    assert "recsys.text.registry" in quality_store._imports("recsys.models.pieces")
    assert quality_store._home("recsys.models", "shared") == "recsys.models.shared"
    assert quality_store._home("recsys.models", "top_k") == "recsys.ranking"


def test_differences_are_paired_and_gains_are_ratios_of_means():
    ours, theirs = np.array([0.6, 0.2] * 10), np.array([0.3, 0.1] * 10)
    found = difference("a/b/x-vs-y", {"NDCG@10": ours}, {"NDCG@10": theirs}, ("NDCG@10",))
    assert found["a/b/x-vs-y/NDCG@10"] == pytest.approx(2 / 10)
    assert found["a/b/x-vs-y/NDCG@10/gain"] == pytest.approx(1.0)
    # Twice as good for everybody: no resample says otherwise.
    assert found["a/b/x-vs-y/NDCG@10/gain/low"] == found["a/b/x-vs-y/NDCG@10/gain/high"] == pytest.approx(1.0)
    nothing = difference("n", {"P@10": ours}, {"P@10": np.zeros(20)}, ("P@10",))
    assert not [name for name in nothing if "gain" in name]


def test_figures_are_named_dataset_protocol_model_metric(cut):
    exams = quality._Exams(cut)
    for model in ("popularity", "ease"):
        quality.ensure(exams, model, 2)
    figures = quality.figures_of(cut, 2)
    for model in ("popularity", "ease"):
        for metric in report_tables.METRICS:
            name = f"toy/random/{model}/{metric}"
            assert 0 <= figures[f"{name}/low"] <= figures[name] <= figures[f"{name}/high"] <= 1
    assert figures["toy/random/n_users"] == 3
    # Everybody's one like is in the ten: ann's and cai's first, bob's third, after an item others like and a tie.
    assert figures["toy/random/popularity/P@10"] == pytest.approx(1 / 10)
    assert figures["toy/random/popularity/NDCG@10"] == pytest.approx((1 + 1 / 2 + 1) / 3, abs=5e-5)
    assert quality.best_model(cut.split, 2) in ("popularity", "ease")
    assert quality.best_model(cut.split, 3) is None


def test_ndcg_has_its_ideal_cut_at_k(cut):
    asked = exam(cut, TEST)
    many = replace(asked, relevant=(np.arange(4, 10), *asked.relevant[1:]))
    lists = lists_of(build("popularity").fit(asked.train), many, k=2)
    assert per_user(lists, many)["NDCG@2"][0] == pytest.approx((1 + 1 / log2(3)) / (1 + 1 / log2(3)))


def test_bars_name_the_best_reader_and_only_what_was_measured():
    figures = {
        "ml-latest-small/random/best_reader": "ltr",
        "ml-latest-small/random/ltr-vs-ease/NDCG@10/gain": 0.2,
        "ml-100k/mcrec/popularity/P@10": 0.1904,
    }
    at_least, at_most = present(figures, AT_LEAST, AT_MOST)
    assert at_least == {"ml-latest-small/random/ltr-vs-ease/NDCG@10/gain": 0.15, "ml-100k/mcrec/popularity/P@10": 0.190}
    assert at_most == {"ml-100k/mcrec/popularity/P@10": 0.191}


def test_tables_show_the_best_first_and_say_when_nothing_was_found():
    values = {"ease": 0.3, "popularity": 0.1, "ltr": 0.4}
    figures = {"d/p/about": "Made up.", "d/p/n_users": 1200, "d/p/n_candidates": 50, "d/p/best_reader": "ltr"}
    for model, value in values.items():
        figures |= {f"d/p/{model}/setting": model}
        figures |= scores(f"d/p/{model}", {metric: np.full(20, value) for metric in report_tables.METRICS})
    name = "d/p/ltr-vs-ease"
    for metric in report_tables.SHORT_METRICS:
        figures |= {f"{name}/{metric}/gain": 0.1, f"{name}/{metric}/gain/low": -0.1, f"{name}/{metric}/gain/high": 0.3}
        figures |= {f"{name}/{metric}": 0.1}
    rows = report_tables.long_table(figures, "quality")
    short = report_tables.quality_short(rows)
    assert short[2].startswith("| d/p, 1,200 people | `ltr` | 0.400 [0.400, 0.400]")
    assert [line.split("`")[1] for line in short[2:]] == ["ltr", "ease", "popularity"]
    assert "### d/p" in report_tables.quality_full(rows)
    assert "+10.0% [-10.0%, +30.0%], no difference found" in report_tables.differences(rows)[2]


def test_a_figures_name_is_taken_apart_once():
    figures = {
        "budget": 8,
        "d/p/n_users": 12,
        "d/p/ease/NDCG@10": 0.3,
        "d/p/ease/NDCG@10/low": 0.2,
        "d/p/ease/NDCG@10/high": 0.4,
        "d/p/ltr-vs-ease/NDCG@10/gain": 0.1,
    }
    rows = report_tables.long_table(figures, "quality").fillna(-1.0)
    assert [tuple(row) for row in rows.itertuples(index=False)] == [
        ("", "", "", "", "budget", 8, -1, -1),
        ("d", "p", "", "", "n_users", 12, -1, -1),
        ("d", "p", "ease", "", "NDCG@10", 0.3, 0.2, 0.4),
        ("d", "p", "ltr", "ease", "NDCG@10/gain", 0.1, -1, -1),
    ]
    thin = report_tables.long_table({"d/ease_text-vs-ease/0.5/gain": 0.2}, "density").iloc[0]
    assert (thin["model"], thin["against"], thin["protocol"]) == ("ease_text", "ease", "0.5")


def test_a_table_goes_between_its_marks_and_nowhere_else():
    marked = "a <!-- figures:claim -->old<!-- /figures:claim --> b"
    assert report._replaced(marked, "claim", ["new"]) == "a <!-- figures:claim -->\nnew\n<!-- /figures:claim --> b"
    for wrong in ("no mark", marked + marked, marked.replace("/figures:claim", "/figures:clam")):
        with pytest.raises(DataError, match="<!-- figures:claim -->"):
            report._replaced(wrong, "claim", ["new"])


@pytest.mark.parametrize("mark", report.rosters())
def test_the_readme_names_every_recommender_and_every_strategy(mark):
    readme = report.README.read_text(encoding="utf-8")
    assert report.block(readme, mark).strip().split("\n") == report.rosters()[mark]


def test_the_readme_has_a_place_for_every_table():
    readme = report.README.read_text(encoding="utf-8")
    for mark in report.SHORT:
        assert report.block(readme, mark).strip()


def test_figures_are_judged_before_they_are_written(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(result, "RESULTS", tmp_path)
    for figures, bars in (({"a": float("nan")}, {}), ({"a": float("inf")}, {}), ({"a": 1.0}, {"b": 2.0})):
        with pytest.raises(DataError, match="every figure should be a number and every bar should have its figure"):
            result.write("made-up", figures, bars)
    assert list(tmp_path.iterdir()) == []
    assert result.write("made-up", {"two words": 1.0, "b": 3}, {"two words": 2.0}, {"b": 2.0}) == 1
    said = capsys.readouterr().err.splitlines()
    assert said == ["two words should be at least 2.0, is 1.0", "b should be at most 2.0, is 3"]
    assert result.write("made-up", {"a": 1.0}, {"a": 1.0}, {"a": 1.0}) == 0
    assert (tmp_path / "made-up.json").is_file()


def test_a_list_that_never_repaints_voids_the_measurement_of_clicks_and_keys():
    class Page:
        """A page whose list follows the first two acts and not the third."""

        keyboard = first = property(lambda self: self)

        def __init__(self) -> None:
            self.times = [50.0, 60.0, -1.0]

        def evaluate(self, script: str, *selector: str) -> float | None:
            return self.times.pop(0) if selector or script == "window.typed" else None

        def __getattr__(self, _name):
            return lambda *_: self

    with pytest.raises(RuntimeError, match="the measurement is void"):
        live._keys(Page(), live.Config(n_wishes=3))
    with pytest.raises(RuntimeError, match="the measurement is void"):
        live.clicks(Page(), live.Config(n_clicks=3))
    assert live._keys(Page(), live.Config(n_wishes=2)) == [50.0, 60.0]


def test_percentiles_are_named_after_what_they_are_of():
    assert result.percentiles("click_", range(101)) == {"click_p50_ms": 50.0, "click_p95_ms": 95.0}


@pytest.mark.data
@pytest.mark.skipif(settings().datasets_dir is None, reason="RECSYS_DATASETS is unset: the published split is not here")
def test_the_published_split_gives_the_published_numbers():
    asked = exam(splits.prepared("ml-100k/mcrec"), TEST)
    for model, knobs, expected in (
        ("popularity", {}, (0.1904, 0.1179)),
        ("ease", {"l2": 400.0, **quality_tune.PLAIN_EASE}, (0.3743, 0.2435)),
    ):
        found = per_user(lists_of(build(model, **knobs).fit(asked.train), asked), asked)
        assert (found["P@10"].mean(), found["R@10"].mean()) == pytest.approx(expected, abs=5e-5), model
