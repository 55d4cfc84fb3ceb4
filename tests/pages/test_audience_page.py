"""The Audience page as a script: every view, the people behind a choice, and segments that everything follows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from recsys.audience.segments import usual, within
from recsys.data import Dataset
from recsys.settings import ROOT
from recsys.ui import audience_segment, audience_view
from recsys.ui.audience_view import View
from recsys.ui.controls import OWN
from recsys.ui.state import Key
from recsys.ui.uploads import uploads
from tests.pages.shown import fine

MINE = (View.HEALTH, View.ACTIVITY, View.PERIODS, View.SEQUENCES)


def open_page(view: View = View.HEALTH, own: Dataset | None = None, **address: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "recsys" / "ui" / "main.py"), default_timeout=60)
    app.query_params.update({**address, "view": audience_view._LABELS[view]})
    if own is not None:
        app.session_state[Key.UPLOAD] = uploads().add(own)
    app = app.switch_page("../../pages/audience.py").run()
    if own is not None:
        app.button_group(key="data").set_value(OWN).run()
    return fine(app)


def words(app: AppTest) -> str:
    return "\n".join(str(one.value) for one in (*app.markdown, *app.caption, *app.header)).replace("\\", "")


@pytest.mark.parametrize("view", list(View))
def test_every_view_says_something_of_the_sample(view):
    app = open_page(view)
    assert app.title[0].value == "Audience"
    assert app.markdown or app.header
    assert "Synthetic sample data" in words(app)
    assert app.button_group(key="view").value == view


@pytest.mark.slow
@pytest.mark.parametrize("view", list(View))
def test_no_view_breaks_on_a_catalogue_without_events_or_without_dates(view, toy):
    undated = open_page(view, replace(toy, private=True))
    assert undated.title
    empty = open_page(view, replace(toy.with_events(np.zeros(len(toy.events), dtype=bool)), private=True))
    assert "Nobody has done anything in this data" in words(empty)


def test_the_views_say_how_sure_they_are():
    assert "All 10 checks are fine" in words(open_page(View.HEALTH))
    assert "cycles of 7 days, a week" in words(open_page(View.PERIODS))
    activity = words(open_page(View.ACTIVITY))
    assert "Hours are UTC" in activity
    assert "Chance alone could explain it" in activity
    assert "stay more often than chance has it" in words(open_page(View.SEQUENCES))


@pytest.mark.parametrize("view", MINE)
def test_a_segment_of_the_address_is_what_every_view_is_about(view, shop):
    app = open_page(view, **{"segment-shop": "active"})
    n = len(usual(shop)["active"])
    assert app.selectbox(key="audience-segment-shop").value == "active"
    assert not app.warning
    if view == View.HEALTH:
        mine = within(shop, usual(shop)["active"])
        found = "\n".join(app.dataframe[0].value["Found"])
        assert f"None of {len(mine.events):,} events" in found
        assert f"over {n} people" in found


def test_a_segment_that_is_not_known_is_said_once_and_everybody_is_shown():
    app = open_page(View.ACTIVITY, **{"segment-shop": "who?"})
    assert ["put together in another visit" in one.value for one in app.warning] == [True]
    assert app.selectbox(key="audience-segment-shop").value == ""
    assert not fine(app.run()).warning


def people_page() -> AppTest:
    """A page of the people behind something, as any chart draws them."""

    def script() -> None:
        import streamlit as st

        from recsys.data import catalogue
        from recsys.ui import audience_segment

        data = catalogue.load("shop")
        audience_segment.picker(data)
        audience_segment.people(data, "Three *people*", ["u003", "u001", "u002", "u001"], "test")
        found = audience_segment.current(data)
        st.text(f"looking at {','.join(found.user_ids) if found else 'everybody'}")

    return fine(AppTest.from_function(script, default_timeout=60).run())


def test_the_people_behind_something_can_be_looked_at_alone_and_left_again():
    app = people_page()
    assert "Three *people***: 3 people" in words(app)
    assert app.text[0].value == "looking at everybody"
    assert set(app.dataframe[0].value["user_id"]) == {"u001", "u002", "u003"}
    app.button(key="test-use").click().run()
    assert fine(app).text[0].value == "looking at u001,u002,u003"
    assert app.query_params["segment-shop"] == "Three *people*"
    app.selectbox(key="audience-segment-shop").set_value("").run()
    assert fine(app).text[0].value == "looking at everybody"
    assert "segment-shop" not in app.query_params


def test_a_session_keeps_few_segments_in_little_room(shop):
    def script() -> None:
        from recsys.audience import Segment
        from recsys.data import catalogue
        from recsys.ui import audience_segment

        data = catalogue.load("shop")
        for n in range(20):
            audience_segment.use(data, Segment.of(f"s{n}", data.user_ids[: n + 1]))

    app = fine(AppTest.from_function(script, default_timeout=60).run())
    kept = app.session_state[f"_segments-{shop.version}"]
    assert list(kept) == [f"s{n}" for n in range(20 - audience_segment.MAX_KEPT, 20)]
    assert max(len(bits) for bits in kept.values()) == -(-len(shop.user_ids) // 8)


def test_the_worth_of_cures_is_measured_on_a_press_and_never_before():
    app = open_page(View.HEALTH)
    [button] = [one for one in app.button if one.label.startswith("Measure this")]
    assert len(app.dataframe) == 1
    button.click().run()
    fine(app)
    assert len(app.dataframe) == 2
    assert "people, before → after" in words(app)
