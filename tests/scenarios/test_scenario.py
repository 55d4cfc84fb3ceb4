"""A scenario is one folder: what its file may say, what is said of one that cannot be used."""

from __future__ import annotations

import re
import tomllib

import pytest

from recsys.data import catalogue
from recsys.errors import DataError
from recsys.models.setting import Setting
from recsys.rerank import RERANKERS
from recsys.scenarios import scenario_of
from recsys.scenarios.scenario import USUAL_FACTS, Scenario, scenario_from
from recsys.settings import ROOT, settings

SAMPLES = [ref.name for ref in catalogue.available() if ref.synthetic]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of scenarios of one's own with one in it."""
    place = tmp_path / "tools"
    place.mkdir()
    (place / "items.csv").write_text("item_id,title\nt1,Hammer\nt2,Saw\n", encoding="utf-8")
    (place / "events.csv").write_text("user_id,item_id,kind,at,stars,text\nu1,t1,like,10,,\n", encoding="utf-8")
    monkeypatch.setenv("RECSYS_SCENARIOS", str(tmp_path))
    settings.cache_clear()
    yield place
    monkeypatch.undo()
    settings.cache_clear()


def test_the_samples_come_in_their_order_with_a_goal_and_a_policy_that_builds():
    assert SAMPLES[:5] == ["shop", "video", "news", "music", "social"]
    for name in SAMPLES:
        scenario = scenario_of(name)
        assert scenario.trouble == ""
        assert scenario.goal.endswith(".")
        assert {rule.strategy for rule in scenario.rules} == set(scenario.policy.build())
        assert all(rule.why.endswith(".") for rule in scenario.rules)
        data = catalogue.load(name)
        assert data.has(scenario.facts)
        assert all(data.has(RERANKERS[rule.strategy].needs) for rule in scenario.rules)


def test_data_without_a_file_is_a_plain_scenario(folder):
    assert scenario_of("tools") == Scenario("tools", facts=USUAL_FACTS)
    assert scenario_of("nowhere") == Scenario("nowhere")


def test_a_folder_is_a_scenario_with_no_other_change(folder):
    (folder / "scenario.toml").write_text(
        'label = "Tool shed"\nline = "Tools."\norder = 0\ngoal = "Lend everything once."\nfacts = ["title"]\n'
        '[model]\nname = "ease"\nknobs = { prior = 1.0 }\n'
        '[policy]\nin_force = true\n[[policy.steps]]\nstrategy = "mmr"\nknobs = { diversity = 0.5 }\nwhy = "More."\n',
        encoding="utf-8",
    )
    first = catalogue.available()[0]
    assert (first.name, first.label, first.line) == ("tools", "Tool shed", "Tools.")
    assert catalogue.load("tools").label == "Tool shed"
    scenario = scenario_of("tools")
    assert scenario.ranker == Setting.of("ease", {"prior": 1.0})
    assert scenario.chain == scenario.policy
    assert scenario.chain.word == "mmr:diversity=0.5"


@pytest.mark.parametrize(
    ("told", "wrong"),
    [
        ({"policy": {"steps": [{"strategy": "magic"}]}}, "magic"),
        ({"policy": {"steps": [{"why": "no name"}]}}, "strategy"),
        ({"policy": {"steps": [{"strategy": "mmr", "knobs": {"speed": 1}}]}}, "speed"),
        ({"policy": 3}, "cannot be used"),
        ({"model": {"name": "oracle"}}, "oracle"),
        ({"model": {"name": "ease", "knobs": {"depth": 2}}}, "depth"),
        ({"facts": 7}, "cannot be used"),
    ],
)
def test_a_file_that_cannot_be_used_says_why_in_one_sentence(told, wrong):
    with pytest.raises(DataError, match=wrong):
        scenario_from("tools", told)


def test_the_file_of_the_documentation_can_be_used():
    page = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
    told = tomllib.loads(re.search(r"```toml\n(.*?)```", page, re.DOTALL).group(1))
    assert scenario_from("courses", told).chain.word == "mmr:diversity=0.5"
    assert {"label", "line", "source", "order", "goal", "facts", "bubble_meter", "model", "policy"} == set(told)


def test_a_broken_file_never_takes_the_app_down(folder):
    (folder / "scenario.toml").write_text("label = ", encoding="utf-8")
    assert "tools" in [ref.name for ref in catalogue.available()]
    assert "cannot be read" in scenario_of("tools").trouble
    with pytest.raises(DataError, match="cannot be read"):
        catalogue.load("tools")
