"""The arithmetic around the measurement of scenarios: controls, figures, tables, and what happens without the data."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from benchmarks import report_scenarios, result, scenarios, scenarios_figures, scenarios_policy, scenarios_sound
from benchmarks.__main__ import names
from benchmarks.report_tables import long_table
from benchmarks.scenarios_figures import compared
from recsys.columns import Audio, Events, Items
from recsys.data import Dataset
from recsys.rerank import Candidates, chained
from recsys.rerank.novelty import Novelty


def tracks(n: int = 30) -> Dataset:
    items = pd.DataFrame({Items.ID: [f"t{k}" for k in range(n)], Items.TITLE: [f"Track {k}" for k in range(n)]})
    items = items.assign(**{str(column): np.arange(n) + place for place, column in enumerate(Audio)})
    items.loc[::3, Audio.TEMPO] = np.nan
    events = pd.DataFrame(columns=[Events.USER, Events.ITEM, Events.KIND, Events.AT])
    return Dataset.from_tables("tracks", items, events)


def test_the_control_deals_whole_sounds_to_other_tracks():
    data, columns = tracks(), [str(column) for column in Audio]
    dealt = scenarios_sound._shuffled(data, 0)
    assert dealt.item_ids == data.item_ids
    assert (dealt.items[columns[1]] != data.items[columns[1]]).mean() > 0.8
    before, after = (sorted(map(str, one.items[columns].to_numpy().tolist())) for one in (data, dealt))
    assert after == before
    assert len(scenarios_sound._audible(data).items) == 20


def test_watching_a_list_changes_nothing():
    candidates = Candidates(np.arange(20), np.repeat([2.0, 1.0], 10).astype(np.float32), np.ones((20, 1)))
    first, last = scenarios_policy.Watch(), scenarios_policy.Watch()
    chain = chained(candidates, {"first": first, "novelty": Novelty(), "last": last}, 10)
    assert chain.end.rows.tolist() == candidates.rows.tolist()
    assert first.lists[0].tolist() == last.lists[0].tolist() == list(range(10))
    assert len(first.lists) == len(last.lists) == 1


def test_people_without_a_number_are_not_counted_and_differences_are_paired():
    values = {"a": {"AUC": np.array([0.9, 0.7, np.nan] * 8)}, "b": {"AUC": np.array([0.6, 0.4, np.nan] * 8)}}
    found = compared("clicks/d", values, [("a", "b")])
    assert found["clicks/d/n_people"] == 16
    assert found["clicks/d/a/AUC"] == pytest.approx(0.8)
    assert found["clicks/d/a-vs-b/AUC"] == found["clicks/d/a-vs-b/AUC/low"] == pytest.approx(0.3)


def test_without_the_public_data_it_is_said_and_nothing_is_written_as_measured(monkeypatch, capsys):
    monkeypatch.setattr(scenarios_figures, "catalogue", SimpleNamespace(available=lambda: []))
    assert scenarios.friends() == scenarios.clicks() == {}
    said = capsys.readouterr().err
    assert "RECSYS_DATASETS does not lead to lastfm-2k: what friends are worth is NOT measured" in said
    assert "RECSYS_DATASETS does not lead to bing-news: click AUC is NOT measured" in said


def test_a_part_that_is_measured_again_replaces_its_figures_and_no_others(tmp_path, monkeypatch):
    monkeypatch.setattr(result, "RESULTS", tmp_path)
    for number, only in ((1, ()), (2, ("sound",))):
        parts = {name: lambda name=name, n=number: {f"{name}/{n}": n} for name in ("sound", "policy")}
        monkeypatch.setattr(scenarios, "PARTS", parts)
        assert scenarios.main(only) == 0
    assert {key for key in result.last("scenarios") if "seconds" not in key} == {"sound/2", "policy/1"}
    assert "scenarios" in names()


def test_tables_show_differences_and_say_when_nothing_was_found():
    figures = {
        **compared("friends/d", {m: {"NDCG@10": np.full(20, v)} for m, v in (("a", 0.3), ("b", 0.2))}, [("a", "b")]),
        **{f"crossing/x to y/popular/NDCG@10{end}": 0.2 for end in ("", "/low", "/high")},
        **{f"crossing/x to y/learned-vs-popular/NDCG@10{end}": v for end, v in (("", 0.1), ("/low", -1), ("/high", 1))},
        **{f"switching/{when}_p{p}_s": 1.5 for when in ("first", "again") for p in (50, 95)},
        **{"switching/news/first_s": 1.25, "switching/news/again_s": 0.5},
        **{"switching/load": 0.5, "switching/resident_mb": 400.0},
    }
    lines = report_scenarios.scenarios(long_table(figures, "scenarios"))
    assert "| d, 20 people | `a` minus `b` | NDCG@10 | +0.100 [+0.100, +0.100] |" in lines
    assert "| x to y | 0.200 [0.200, 0.200] | +0.100 [-1.000, +1.000], no difference found |" in lines
    assert "| news | 1.25 s | 0.50 s |" in lines
    assert report_scenarios.scenarios(long_table({"friends/seconds": 1.0}, "scenarios")) == []
