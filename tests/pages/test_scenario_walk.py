"""What a walk through the scenarios and the Audience page found wrong once."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from recsys.audience import Segment
from recsys.columns import Items
from recsys.settings import ROOT
from recsys.ui import audience_segment, cache, links
from recsys.ui.audience_view import _LABELS, View
from recsys.ui.facts import facts
from recsys.ui.wording import Wording
from tests.pages.shown import fine

MAIN = str(ROOT / "recsys" / "ui" / "main.py")


def open_page(name: str, **address: str) -> AppTest:
    app = AppTest.from_file(MAIN, default_timeout=60)
    app.query_params.update(address)
    return fine(app.switch_page(f"../../pages/{name}.py").run())


def words(app: AppTest) -> str:
    return "\n".join(str(one.value) for one in (*app.markdown, *app.caption)).replace("\\", "")


def warned(app: AppTest) -> str:
    return "\n".join(str(one.value) for one in app.warning).replace("\\", "")


def holds(app: AppTest) -> bool:
    """Whether the house's policy is in force: there is a button that takes it off."""
    app.session_state["house-policy-news-True"] = True  # opened, where there is one that holds
    return "Take it off" in [button.label for button in fine(app.run()).button]


def test_back_puts_the_policy_in_force_again(monkeypatch):
    app = open_page("live", data="News")
    assert holds(app)
    app = fine(app.button(key="no-chain").click().run())
    assert not holds(app)
    del app.query_params["chain-news"]
    monkeypatch.setattr(links, "history", lambda: True)
    assert holds(app)


def test_what_is_said_before_a_page_runs_once_more_is_said_again():
    def script() -> None:
        import streamlit as st

        from recsys.ui import frame, state

        if "again" not in st.session_state:
            state.notice("Your taste came along.")
        frame.page("Anything")
        if not st.session_state.get("again"):
            st.session_state["again"] = True
            state.rerun()

    app = AppTest.from_function(script).run()
    assert "came along" in warned(app)
    assert "came along" not in warned(app.run()), "once is enough"


def test_a_recommender_that_the_data_cannot_feed_gives_way_and_says_why():
    app = open_page("live", data="Shop", **{"by-shop": "social"})
    assert "needs data of a kind that Shop has not got" in warned(app)
    assert "nothing to go on" not in warned(app)
    assert app.selectbox(key="ranker").value != "social"


def test_rerank_names_the_policy_of_the_house_as_such():
    app = open_page("rerank", data="Courses")
    assert "The policy of the house." in words(app)
    assert "by hand. Strategies" not in words(app)


@pytest.mark.parametrize("view", [View.ACTIVITY, View.PERIODS, View.SEQUENCES])
def test_a_segment_of_one_person_is_called_what_it_is(view):
    data = cache.dataset("news")
    segment = Segment.of("Alone", [data.user_ids[0]])
    app = AppTest.from_file(MAIN, default_timeout=60)
    app.query_params.update({"data": "News", "view": _LABELS[view], f"{audience_segment.SEGMENT}-news": "Alone"})
    bits = b"\x80" + bytes((len(data.user_ids) - 1) // 8)
    app.session_state[f"_segments-{data.version}"] = {segment.name: bits}
    app = fine(app.switch_page("../../pages/audience.py").run())
    assert "Only 1 person is looked at" in words(app)
    assert "1 people" not in words(app)
    assert ("Too few people take any one step" in words(app)) is (view == View.SEQUENCES)


def test_facts_of_a_course_are_told_in_the_language_of_the_list():
    data = cache.dataset("courses")
    row = next(row for row in range(data.n_items) if data.field(row, "level") == "beginner")
    assert facts(Wording(data), row, ["level"]) == ["beginner"]
    assert facts(Wording(data, chinese=True), row, ["level"]) == ["入门"]


def test_a_headline_is_shown_whole():
    app, data = open_page("live", data="News"), cache.dataset("news")
    shown = [str(button.key).removeprefix("like-") for button in app.button if str(button.key).startswith("like-")]
    titles = [data.field(data.row(item_id), Items.TITLE) for item_id in shown]
    assert max(map(len, titles)) > 60
    assert all(title in words(app) for title in titles)
