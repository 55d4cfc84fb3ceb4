"""Groups, kinds of people and rules on the Audience page: each finding with its strength and who is behind it."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.typing import PlotlyState

from recsys.audience import clusters, groups
from recsys.audience.association import Rules, rules_of
from recsys.audience.baskets import Level, Together
from recsys.audience.finding import Segment
from recsys.audience.groups import Method, find
from recsys.audience.interest_classes import classes_of
from recsys.audience.segments import within
from recsys.data import Dataset, catalogue
from recsys.settings import ROOT
from recsys.ui.audience_view import View


@pytest.fixture(scope="module")
def courses() -> Dataset:
    return catalogue.load("courses")


@pytest.fixture(scope="module", autouse=True)
def _fewer_numbers_of_groups():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clusters, "KS", range(5, 8))
        patch.setattr(groups, "N_CHANCE", 20)
        yield


def open_page(view: View, data: Dataset, segment: Segment | None = None) -> AppTest:
    app = AppTest.from_file(str(ROOT / "recsys" / "ui" / "main.py"), default_timeout=60)
    app.session_state["data"] = data.name
    app.session_state["view"] = view
    if segment is not None:
        app.session_state[f"_segments-{data.version}"] = {
            segment.name: np.packbits(np.isin(np.array(data.user_ids), segment.user_ids)).tobytes()
        }
        app.session_state[f"_segment-{data.name}"] = segment.name
    return app.switch_page("../../pages/audience.py").run()


def fine(app: AppTest) -> AppTest:
    assert not app.exception
    assert not app.error, [one.value for one in app.error]
    return app


def drawn(app: AppTest) -> str:
    return "\n".join(str(one.value) for one in [*app.markdown, *app.caption])


def click(app: AppTest, key: str, *customdata: object) -> AppTest:
    points = [{"customdata": one} for one in customdata]
    app.session_state[key] = PlotlyState({"selection": {"points": points}})
    return fine(app.run())


def test_groups_are_counted_named_in_two_languages_and_sure(courses):
    app = fine(open_page(View.GROUPS, courses))
    found = find(courses, Method.CENTRES)
    assert f"**{len(found.groups)} groups of people with alike tastes.**" in drawn(app)
    assert {one.label: one.value for one in app.metric}["By chance (p)"] == f"{found.finding.p:.3f}"
    table = app.dataframe[0].value
    assert list(table["People"]) == [len(group.user_ids) for group in found.groups]
    assert list(table["中文"]) == [group.name_zh(courses) for group in found.groups]
    assert table["Group"][0] == f"1 {found.groups[0].name}"
    assert set(app.dataframe[1].value["user_id"]) <= set(found.groups[0].user_ids)


def test_who_is_drawn_around_on_the_map_is_listed(courses):
    app = fine(open_page(View.GROUPS, courses))
    people = find(courses, Method.CENTRES).user_ids[:3]
    app = click(app, f"groups-map-{Method.CENTRES}-{courses.version}", *people)
    assert set(app.dataframe[1].value["user_id"]) == set(people)
    assert "People drawn around" in drawn(app)


def test_dense_groups_leave_people_out(courses):
    app = fine(open_page(View.GROUPS, courses))
    app.button_group(key="audience-groups-by").set_value(Method.DENSITY).run()
    assert "of no group" in drawn(fine(app))


def test_too_few_people_are_a_sentence_and_no_empty_chart(courses):
    few = Segment.of("Few", courses.user_ids[:5])
    app = fine(open_page(View.GROUPS, courses, few))
    assert "too few people to look for groups" in drawn(app)
    assert not app.get("plotly_chart")


def test_learners_stand_beside_guesses_and_cells_hold_people(courses):
    app = fine(open_page(View.CLASSES, courses))
    found = classes_of(courses)
    assert f"{found.finding.n:,} people, {len(found.interests)} interests" in drawn(app)
    assert len(app.dataframe[0].value) == len(found.leaves)
    app = click(app, f"classes-scores-{courses.version}", "forest")
    assert "Foretold right by “Random forest”" in drawn(app)


def test_too_few_people_to_teach_are_a_sentence(courses):
    app = fine(open_page(View.CLASSES, courses, Segment.of("Few", courses.user_ids[:5])))
    assert "Too few people liked enough" in drawn(app)
    assert not app.get("plotly_chart")


def test_rules_say_how_many_were_possible_and_who_is_behind_one(courses):
    app = fine(open_page(View.RULES, courses))
    found = rules_of(courses, Together.VISIT)
    assert f"**{len(found.one_way)} rules hold**, of {found.n_tested:,} that were possible." in drawn(app)
    table = app.dataframe[0].value
    assert len(table) == len(found.one_way)
    assert {"Support", "Confidence", "Lift", "p"} <= set(table.columns)
    app = click(app, f"rules-visit-item-{courses.version}-chart", 1)
    assert set(app.dataframe[1].value["user_id"]) == set(found.owners(found.one_way[1], courses))


def test_no_rule_is_a_sentence_with_something_to_do(courses):
    few = Segment.of("Few", courses.user_ids[:5])
    app = fine(open_page(View.RULES, courses, few))
    assert not rules_of(within(courses, few), Together.VISIT).rules
    assert "No rule holds" in drawn(app)
    assert not app.get("plotly_chart")


def test_without_the_package_for_rules_the_page_says_what_to_install(monkeypatch, courses):
    monkeypatch.setitem(sys.modules, "mlxtend.frequent_patterns", None)
    courses.memo.pop((Rules, Together.VISIT, Level.ITEM), None)
    app = open_page(View.RULES, courses)
    assert [one.value for one in app.error] == ["Looking for rules needs the package mlxtend\\: pip install mlxtend"]
