"""Experiments: the numbers, who is asked what, and that every way of asking gives the same ones."""

from __future__ import annotations

import dataclasses
import io
import json
import math
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from recsys import cli
from recsys.columns import Evaluation, Events, Items
from recsys.data import Dataset, catalogue
from recsys.data.splits import SPLITS, Split, cuts, split
from recsys.errors import DataError
from recsys.evaluate import Experiment, run
from recsys.evaluate.lists import Asked, answers_of, asked
from recsys.evaluate.measure import Folds
from recsys.metrics import METRICS, holm, mean_interval, paired_difference
from recsys.metrics.ndcg import ndcg
from recsys.metrics.precision import precision
from recsys.metrics.recall import recall
from recsys.models import BASELINES, MODELS, fit
from recsys.types import Query, Vector
from tests.evaluate.town import town


@pytest.fixture(autouse=True)
def words_only(fresh_reader):
    """Read by words: the same numbers on every machine, and no model to load."""
    fresh_reader(RECSYS_ENCODER="lexical")


TOWN = town()
ASK = Experiment("town", k=5, n_boot=200)


def value(result, model, metric) -> float:
    rows = result.metric(metric)
    return float(rows.loc[rows[Evaluation.MODEL] == model, Evaluation.VALUE].iloc[0])


def test_the_table_has_every_model_and_metric_with_ordered_intervals():
    table = run(TOWN, ASK).table
    assert list(table.columns) == ["model", "metric", "value", "low", "high", "n_users"]
    expected = [(m, n) for m in ASK.roster for n in METRICS]
    assert list(zip(table["model"], table["metric"], strict=True)) == expected
    known = table[table["n_users"] > 0]
    assert table.loc[table["n_users"] == 0, ["value", "low", "high"]].isna().all(axis=None)
    assert set(known["metric"]) >= {"ndcg", "precision", "recall", "coverage", "novelty"}
    assert (known["low"] <= known["value"] + 1e-12).all()
    assert (known["value"] <= known["high"] + 1e-12).all()


def test_baselines_are_always_there_and_never_twice():
    alone = Experiment("town", models=()).roster
    assert alone[:2] == BASELINES
    assert set(alone) <= {*BASELINES, "windowed_popularity"}
    assert Experiment("town", models=("popularity", "text_mean", "text_mean")).roster == (*alone, "text_mean")


def test_a_model_that_knows_the_taste_beats_chance_and_the_words_say_so():
    result = run(TOWN, ASK)
    assert result.difference("text_profile", "ndcg").found
    assert value(result, "text_profile", "ndcg") > value(result, "random", "ndcg")
    assert result.sentences("ndcg")[-1].startswith("Text profile against Popular: +0.")


def test_the_same_question_gives_the_same_text():
    assert run(TOWN, ASK).to_csv() == run(town(), ASK).to_csv()
    assert run(TOWN, ASK).to_csv() != run(TOWN, dataclasses.replace(ASK, seed=1)).to_csv()


def test_the_csv_reads_back_to_the_table():
    result = run(TOWN, ASK)
    back = pd.read_csv(io.StringIO(result.to_csv()))
    assert back["value"].to_numpy() == pytest.approx(result.table["value"].to_numpy(), abs=0, nan_ok=True)
    assert set(back["split"]) == {"global_time"}


def test_values_and_differences_are_the_means_of_the_users():
    result = run(TOWN, ASK)
    people = result.per_user.pivot(index="user_id", columns="model", values="ndcg")
    interval = mean_interval(people["text_mean"].to_numpy(), ASK.n_boot, ASK.seed)
    rows = result.metric("ndcg").set_index("model").loc["text_mean"]
    assert (rows["value"], rows["low"], rows["high"]) == pytest.approx((interval.value, interval.low, interval.high))
    difference = paired_difference(
        people["text_mean"].to_numpy(), people["popularity"].to_numpy(), ASK.n_boot, ASK.seed
    )
    assert dataclasses.astuple(result.difference("text_mean", "ndcg")) == pytest.approx(dataclasses.astuple(difference))


def test_slices_can_be_taken_from_the_table_of_people():
    people = run(TOWN, ASK).per_user
    assert (people["n_history"] >= 1).all()
    assert (people["n_relevant"] >= 1).all()
    assert "coverage" not in people.columns


class Spy:
    """A scorer that notes what it is asked and gives every item its row as score."""

    def __init__(self, n_items: int, unknown: tuple[int, ...] = ()) -> None:
        self.queries: list[Query] = []
        self.n_items, self.unknown = n_items, list(unknown)

    def fit(self, data):
        return self

    def score(self, query: Query) -> Vector:
        self.queries.append(query)
        scores = np.arange(self.n_items, dtype=np.float32)
        scores[self.unknown] = np.nan
        return scores


@pytest.mark.parametrize("name", SPLITS)
def test_a_model_is_shown_the_training_part_only(name):
    cut = split(TOWN, name)
    spy = Spy(TOWN.n_items)
    answers_of(spy, asked(cut), 5, lambda _: None)
    assert [query.user_id for query in spy.queries] == list(cut.test)
    for query in spy.queries:
        shown = {TOWN.row_of[event.item_id] for event in query.events if event.item_id}
        assert not shown & set(cut.test[query.user_id].tolist())
        assert query.events == cut.given[query.user_id]


def test_the_whole_catalogue_is_ranked_without_what_the_user_knows():
    people = asked(split(TOWN))
    lists = answers_of(Spy(TOWN.n_items), people, 5, lambda _: None).lists
    for person, rows in zip(people, lists.rows, strict=True):
        best = [row for row in range(TOWN.n_items - 1, -1, -1) if row not in person.known][:5]
        assert rows.tolist() == best


def test_items_without_a_score_leave_empty_places_that_are_misses():
    people = asked(split(TOWN))
    lists = answers_of(Spy(TOWN.n_items, tuple(range(28))), people, 5, lambda _: None).lists
    assert (lists.filled.sum(axis=1) <= 2).all()
    assert (precision(lists) <= 2 / 5).all()


def test_a_model_that_can_score_nothing_shows_what_is_popular_and_the_receipt_says_so():
    blank = TOWN.items.copy()
    blank[Items.DESCRIPTION] = ""
    blank[Items.TITLE] = ["!"] * len(blank)  # a title without anything to read
    blank[Items.CATEGORY] = ""
    mute = Dataset.from_tables("town", blank, TOWN.events, label="Town")
    result = run(mute, ASK)
    assert any("Average of texts had nothing to go on for" in note for note in result.receipt.notes)
    assert value(result, "text_mean", "ndcg") == value(result, "popularity", "ndcg")
    assert math.isnan(value(result, "random", "diversity"))
    assert not result.measured("category_diversity")


def test_the_receipt_accounts_for_everybody():
    receipt = run(TOWN, dataclasses.replace(ASK, max_users=7)).receipt
    assert receipt.n_users == 7
    assert everybody(receipt) == len(TOWN.user_ids)
    assert "7 people" in receipt.sentence()
    assert f"{receipt.n_not_sampled} not drawn" in receipt.left_out()
    assert receipt.seconds["total"] >= receipt.seconds["text_profile"]


def everybody(receipt) -> int:
    left_out = receipt.n_without_history + receipt.n_without_likes + receipt.n_not_asked + receipt.n_not_sampled
    return receipt.n_users + left_out


@pytest.mark.parametrize("max_users", [None, 9])
@pytest.mark.parametrize("name", SPLITS)
def test_every_split_is_measured_and_accounts_for_everybody(name, max_users):
    result = run(TOWN, dataclasses.replace(ASK, split=name, models=("ease",), max_users=max_users))
    receipt = result.receipt
    assert everybody(receipt) == len(TOWN.user_ids)
    assert receipt.n_users <= (max_users or len(TOWN.user_ids))
    assert receipt.leak == SPLITS[name].leak
    assert receipt.n_folds == (5 if name == "k_fold" else 1)
    assert SPLITS[name].label.lower() in receipt.sentence()
    assert len(result.per_user) == receipt.n_users * len(result.models)
    assert 0 <= value(result, "ease", "ndcg") <= 1
    again = run(town(), dataclasses.replace(ASK, split=name, models=("ease",), max_users=max_users))
    assert again.to_csv() == result.to_csv()


def test_new_items_are_ranked_among_themselves_and_who_cannot_score_them_fills_nothing():
    result = run(TOWN, dataclasses.replace(ASK, split="cold_items", models=("ease", "text_mean"), n_boot=20))
    assert "lists of 5 out of 6 new items" in result.receipt.sentence()
    assert value(result, "ease", "ndcg") == 0.0
    assert any("EASE could not fill" in note for note in result.receipt.notes)
    assert value(result, "text_mean", "ndcg") > value(result, "popularity", "ndcg")


def test_folds_count_each_user_once_with_the_mean_of_their_folds():
    config = dataclasses.replace(ASK, split="k_fold", models=("ease",))
    result = run(TOWN, config)
    numbers: dict[str, list[float]] = {}
    for fold in cuts(TOWN, "k_fold"):
        people = asked(fold)
        answers = answers_of(
            fit("ease", fold.train), people, 5, lambda _: None, when_silent=fit("popularity", fold.train)
        )
        for person, number in zip(people, ndcg(answers.lists), strict=True):
            numbers.setdefault(person.query.user_id, []).append(number)
    means = result.per_user[result.per_user["model"] == "ease"].set_index("user_id")["ndcg"]
    assert means.to_dict() == pytest.approx({user: float(np.mean(of_user)) for user, of_user in numbers.items()})
    assert value(result, "ease", "ndcg") == pytest.approx(means.mean())
    assert result.receipt.n_users == len(numbers) == len(TOWN.user_ids)


def test_folds_cover_as_much_as_their_mean():
    result = run(TOWN, dataclasses.replace(ASK, split="k_fold", models=()))
    shares = []
    for fold in cuts(TOWN, "k_fold"):
        lists = answers_of(fit("popularity", fold.train), asked(fold), 5, lambda _: None).lists
        shares.append(len(np.unique(lists.rows[lists.filled])) / TOWN.n_items)
    assert value(result, "popularity", "coverage") == pytest.approx(np.mean(shares))


def test_credits_of_folds_spread_as_the_mean_of_independent_folds_does():
    folds = Folds.of([[Asked(Query(user_id=u), *[np.zeros(0, dtype=np.int64)] * 3) for u in us] for us in ("ab", "cd")])
    merged = folds.merged_credits([np.array([1.0, 3.0]), np.array([2.0, 6.0])])
    assert merged.tolist() == [2.0, 4.0, 1.0, 5.0]
    # variances of the two means, 1/2 and 2, make a quarter of their sum for the mean of both
    assert (merged - merged.mean()) @ (merged - merged.mean()) / 4**2 == (1 / 2 + 2) / 4
    assert folds.merged([np.array([1.0, np.nan]), np.array([2.0, 6.0])])[[0, 2, 3]].tolist() == [1.0, 2.0, 6.0]


def test_the_curve_at_k_is_the_table_and_hits_only_grow():
    result = run(TOWN, dataclasses.replace(ASK, longest=20))
    curve = result.curve
    at_k = curve[curve["k"] == ASK.k].set_index(["model", "metric"])[["value", "low", "high"]]
    table = result.table.set_index(["model", "metric"])[["value", "low", "high"]]
    pd.testing.assert_frame_equal(at_k, table.loc[at_k.index])
    assert sorted(set(curve["k"])) == [1, 2, 3, 5, 10, 20]
    assert set(curve["metric"]) == {spec.name for spec in METRICS.values() if not spec.full_ranking}
    for _, rows in curve[curve["metric"] == "recall"].groupby("model"):
        assert rows["k"].is_monotonic_increasing
        assert rows["value"].is_monotonic_increasing


def test_an_unusual_k_is_a_point_of_the_curve():
    assert sorted(set(run(TOWN, dataclasses.replace(ASK, k=7, longest=3)).curve["k"])) == [1, 2, 3, 7]


def test_slices_of_people_add_up_to_the_whole():
    result = run(TOWN, dataclasses.replace(ASK, split="random"))
    slices = result.slices
    assert set(slices["metric"]) == {"ndcg", "recall"}
    for (model, metric), rows in slices[slices["slice_kind"] == "history"].groupby(["model", "metric"]):
        assert rows["n_users"].sum() == result.receipt.n_users
        known = rows[rows["n_users"] > 0]
        whole = (known["value"] * known["n_users"]).sum() / known["n_users"].sum()
        assert whole == pytest.approx(value(result, model, metric))


def test_holm_is_over_the_models_on_one_metric_and_the_words_follow_it():
    result = run(TOWN, dataclasses.replace(ASK, models=("text_mean", "text_profile", "ease")))
    for _, rows in result.differences.groupby("metric"):
        assert rows["p_holm"].to_numpy() == pytest.approx(holm(rows["p_value"].to_numpy()), nan_ok=True)
    for name, sentence in zip(result.challengers, result.sentences("ndcg"), strict=True):
        claimed = result.difference(name, "ndcg").found and result.p_holm(name, "ndcg") < 0.05
        assert ("no difference found" not in sentence) == claimed
    twenty = dataclasses.replace(result, differences=result.differences.assign(p_holm=0.2))
    assert all("no difference found" in sentence for sentence in twenty.sentences("ndcg"))


def test_any_two_models_are_compared_on_the_same_users():
    result = run(TOWN, ASK)
    people = result.per_user.pivot(index="user_id", columns="model", values="ndcg")
    ours, theirs = people["text_profile"].to_numpy(), people["text_mean"].to_numpy()
    expected = paired_difference(ours, theirs, ASK.n_boot, ASK.seed)
    pair = result.pairs("ndcg")["text_profile", "text_mean"]
    assert dataclasses.astuple(pair.difference) == pytest.approx(dataclasses.astuple(expected))
    for metric in ("ndcg", "coverage"):
        against = result.pairs(metric)["text_mean", "popularity"].difference
        assert dataclasses.astuple(against) == pytest.approx(
            dataclasses.astuple(result.difference("text_mean", metric))
        )
    with pytest.raises(KeyError):
        result.pairs("charm")


def test_pairs_are_made_once_per_metric():
    result = run(TOWN, ASK)
    assert result.pairs("ndcg") is result.pairs("ndcg")
    other = dataclasses.replace(result, per_user=result.per_user.assign(ndcg=0.5))
    assert other.pairs("ndcg")["text_profile", "text_mean"].difference.value == 0


def test_the_threshold_of_a_like_changes_who_likes_what():
    stars = town(rated=True, name="stars")
    low, high = (run(stars, Experiment("stars", "random", 5, (), n_boot=20, liked_from=s)) for s in (3.0, 5.0))
    assert low.per_user["n_relevant"].sum() > high.per_user["n_relevant"].sum()
    assert low.receipt.dataset_version == high.receipt.dataset_version == stars.version
    assert low.to_csv() != high.to_csv()


def test_ranking_among_a_sample_flatters_and_the_receipt_says_so():
    full = run(TOWN, dataclasses.replace(ASK, split="random"))
    few = run(TOWN, dataclasses.replace(ASK, split="random", sampled=5))
    assert value(few, "random", "recall") > value(full, "random", "recall")
    assert "the hits and 5 random other items only" in few.receipt.sentence()


def test_settings_given_by_hand_are_used_and_named():
    plain = run(TOWN, dataclasses.replace(ASK, models=("ease",), split="random"))
    config = dataclasses.replace(ASK, models=("ease",), split="random", knobs=(("ease", (("l2", 1.0),)),))
    result = run(TOWN, config)
    assert result.receipt.knobs == {"ease": {"l2": 1.0}}
    assert plain.receipt.knobs == {}
    a, b = (one.per_user[one.per_user["model"] == "ease"]["ndcg"].tolist() for one in (plain, result))
    assert a != b
    with pytest.raises(DataError, match=r'EASE cannot use the setting \{"l2": -1.0\}: l2 should be above 0'):
        run(TOWN, dataclasses.replace(config, knobs=(("ease", (("l2", -1.0),)),)))


def test_tuned_models_name_their_setting_and_every_trial():
    result = run(TOWN, dataclasses.replace(ASK, models=("ease",), split="random", budget=3))
    trials = result.tuning[result.tuning["model"] == "ease"]
    assert trials["trial"].tolist() == [0, 1, 2]
    best = trials.loc[trials["value"].idxmax(), "knobs"]
    assert result.receipt.knobs["ease"] == json.loads(best)
    assert "random" not in set(result.tuning["model"])
    assert run(TOWN, dataclasses.replace(ASK, models=("ease",))).tuning.empty


def test_progress_rises_from_nothing_to_done():
    told: list[tuple[float, str]] = []
    run(TOWN, ASK, lambda share, line: told.append((share, line)))
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)


def test_data_and_question_must_be_about_the_same_dataset():
    with pytest.raises(ValueError, match="about 'shop', the data are 'town'"):
        run(TOWN, Experiment("shop"))


def test_the_command_line_gives_the_numbers_of_run(capsys, tmp_path: Path):
    refs = [ref.name for ref in catalogue.available() if ref.synthetic]
    if not refs:
        pytest.skip("sample_data/ is missing")
    file = tmp_path / "table.csv"
    arguments = ["--dataset", refs[0], "--k", "7", "--max-users", "40", "--split", "random", "--csv", str(file)]
    assert cli.main(["evaluate", *arguments, "--models", "text_profile"]) == 0
    config = Experiment(refs[0], "random", 7, ("text_profile",), max_users=40)
    result = run(catalogue.load(refs[0]), config)
    assert file.read_text(encoding="utf-8") == result.to_csv()
    printed = capsys.readouterr().out
    for row in result.table.to_dict("records"):
        line = next(x for x in printed.splitlines() if x.split()[:2] == [row["model"], row["metric"]])
        assert line.split()[2] == (f"{row['value']:.4f}" if row["n_users"] else "—")
    assert result.receipt.sentence() in printed


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["--models", "oracle"], "no model 'oracle'"), (["--k", "500"], "k should be"), (["--dataset", "moon"], "moon")],
)
def test_the_command_line_refuses_in_one_sentence(capsys, arguments, words):
    assert cli.main(["evaluate", *arguments]) == 1
    assert words in capsys.readouterr().err


@pytest.mark.data
def test_popularity_reaches_the_published_numbers_on_the_fixed_split():
    """Fixed 80/20 split of MovieLens 100K, every rating positive: P@10 .1907 and R@10 .1180 are published."""
    root = os.environ.get("RECSYS_DATASETS")
    folder = Path(root or ".") / "ml-100k-mcrec-split"
    if not root or not folder.is_dir():
        pytest.skip("RECSYS_DATASETS does not name a folder with ml-100k-mcrec-split")
    train = pd.read_csv(folder / "ml-100k.train.rating", sep="\t", header=None, dtype=str)
    test = {
        user: rows
        for user, *rows in (line.split() for line in (folder / "ml-100k.test.rating").read_text().splitlines())
    }
    names = sorted(set(train[1]) | {item for rows in test.values() for item in rows})
    items = pd.DataFrame({Items.ID: names, Items.TITLE: names})
    events = pd.DataFrame({Events.USER: train[0], Events.ITEM: train[1], Events.KIND: "like", Events.AT: 0.0})
    data = Dataset.from_tables("anchor", items, events)
    hits = {user: np.unique(_rows(data, rows)) for user, rows in sorted(test.items()) if rows}
    cut = Split("fixed", "Fixed", "", data, hits, {user: data.history(user) for user in hits}, {})
    lists = answers_of(fit("popularity", data), asked(cut), 10, lambda _: None).lists
    assert precision(lists).mean() == pytest.approx(0.1907, abs=0.002)
    assert recall(lists).mean() == pytest.approx(0.1180, abs=0.002)
    assert 0 < ndcg(lists).mean() < 1
    assert "popularity" in MODELS


def _rows(data: Dataset, item_ids: list[str]) -> np.ndarray:
    return np.array([data.row_of[item] for item in item_ids], dtype=np.int64)
