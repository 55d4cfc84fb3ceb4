"""The Audience page, words and mood and who is served worse: every part answers, clicks show people, empty states."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from recsys.audience import Segment
from recsys.audience.course import course
from recsys.audience.divisions import ACTIVITY, division
from recsys.audience.keywords import LIKES, keywords
from recsys.audience.mood import Mood, changes
from recsys.audience.served import served
from recsys.data import Dataset
from recsys.evaluate import Experiment
from recsys.plots import audience_served, audience_words
from recsys.settings import ROOT
from recsys.text.scripts import HAN
from recsys.ui.audience_view import View
from recsys.ui.audience_words_view import Side
from recsys.ui.controls import OWN
from recsys.ui.state import Key
from recsys.ui.uploads import uploads


def open_page(view: View = View.WORDS, **state: object) -> AppTest:
    app = AppTest.from_file(str(ROOT / "recsys" / "ui" / "main.py"), default_timeout=60)
    for key, value in {"view": view, **state}.items():
        app.session_state[key] = value
    return fine(app.switch_page("../../pages/audience.py").run())


def open_own(own: Dataset, **state: object) -> AppTest:
    app = open_page(**{Key.UPLOAD: uploads().add(own)}, **state)
    app.button_group(key="data").set_value(OWN).run()
    return fine(app)


def fine(app: AppTest) -> AppTest:
    assert not app.exception
    assert not app.error
    assert [title.value for title in app.title] == ["Audience"]
    return app


def drawn(app: AppTest) -> str:
    parts = [*app.markdown, *app.caption, *app.warning]
    return "\n".join(str(one.value) for one in parts).replace("\\", "")


def n_charts(app: AppTest) -> int:
    return len(app.get("plotly_chart"))


def own(name: str, rows: list[tuple[str, str, str, float, float | None, str]]) -> Dataset:
    items = pd.DataFrame({"item_id": ["a", "b"], "title": ["Green tea", "Black mug"], "tags": ["leaf", "clay"]})
    events = pd.DataFrame(rows, columns=["user_id", "item_id", "kind", "at", "stars", "text"])
    return replace(Dataset.from_tables(name, items, events, label=f"Yours: {name}"), private=True)


def test_words_compare_a_part_of_everybody_until_people_are_chosen(shop):
    app = open_page()
    assert n_charts(app) == 1
    first = division(shop, ACTIVITY)[0]
    assert f"{first.name}, {len(first)} people, against" in drawn(app)
    app.selectbox(key="audience-who-shop").set_value("Newcomers (after 2026-03-12)").run()
    assert "Newcomers" in drawn(fine(app))


def test_words_of_the_chosen_people_are_compared_with_all_others():
    app = open_page(**{"_segment-shop": "active"})
    assert "The most active tenth, 33 people, against" in drawn(app)
    assert not [box for box in app.selectbox if box.key == "audience-who-shop"]
    app.button_group(key="audience-what-shop").set_value(HAN).run()
    assert n_charts(fine(app)) == 1


def test_topics_say_how_many_are_better_than_shuffled_words_and_who_is_behind_one(shop):
    app = open_page(say=Side.TOPICS)
    said = drawn(app)
    assert "topics hold together better than shuffled words" in said
    assert "Mean coherence by number of topics tried" in said
    assert n_charts(app) == 2
    assert "people" in said.split("About ")[-1]
    app.button_group(key="audience-source-shop").set_value("reviews").run()
    assert "topics hold together" in drawn(fine(app)).replace("None of the", "").replace("holds", "hold")


def test_mood_says_what_changed_or_that_nothing_did(shop):
    app = open_page(say=Side.MOOD)
    assert n_charts(app) == 2
    assert "No change found, in all together or in any category" in drawn(app)
    assert f"{len(Mood.of(shop).log):,} opinions, in stars" in drawn(app)


def test_who_is_served_worse_is_measured_on_a_press_then_compared_in_every_way(monkeypatch):
    small = Experiment("shop", models=("text_profile", "ease"), max_users=60, n_boot=50)
    monkeypatch.setattr(Experiment, "usual", classmethod(lambda _cls, _name: small))
    app = open_page(View.SERVED)
    assert n_charts(app) == 0
    app.button(key="audience-measure").click().run()
    assert n_charts(fine(app)) == 1
    assert "The smallest part compared has" in drawn(app)
    again = open_page(View.SERVED)
    assert n_charts(again) == 1  # kept: nothing is measured twice
    for kind in (ACTIVITY, "newness"):
        again.button_group(key="served-kind-all").set_value(kind).run()
        assert n_charts(fine(again)) == 1
    again.button_group(key="served-models").set_value([]).run()
    assert "Compare by something else." in drawn(fine(again))


def test_data_without_words_likes_or_dates_say_so():
    views = [(f"u{n}", "a", "view", 1.77e9 + n, None, "") for n in range(8)]
    app = open_own(own("views", views))
    assert "Nobody wrote a review here or liked anything." in drawn(app)
    app.button_group(key="say").set_value(Side.TOPICS).run()
    assert "There are too few texts for topics" in drawn(fine(app))
    app.button_group(key="say").set_value(Side.MOOD).run()
    assert "Nobody here gave stars" in drawn(fine(app))
    undated = [(f"u{n}", "a", "rating", float(n), 4.0, "") for n in range(8)]
    app = open_own(own("undated", undated), say=Side.MOOD)
    assert "have no dates" in drawn(app)
    assert n_charts(app) == 0


def test_titles_and_words_of_a_stranger_are_drawn_as_they_are():
    rows = [(f"u{n}", "a", "review", 1.77e9 + n * 90_000, 4.0, "kayak <b>" if n < 8 else "lamp") for n in range(20)]
    app = open_own(own("<script>", rows))
    assert "both sides have the same" in drawn(app)  # everybody likes the same thing
    next(one for one in app.button_group if str(one.key).startswith("audience-what")).set_value("latin").run()
    assert n_charts(fine(app)) == 1
    assert "<script>" not in "".join(str(one.value) for one in app.markdown)


@pytest.mark.parametrize("what", ["keywords", "mood", "served"])
def test_every_chart_has_axis_titles_and_says_itself_in_words(what, shop):
    someone = Segment.of("some", shop.user_ids[:60])
    if what == "keywords":
        words = keywords(shop, someone, LIKES).words
        figure, alt = audience_words.keywords_figure(words, "tags"), audience_words.keywords_alt(words)
        assert list(figure.data[0].customdata) == list(range(len(words)))
    elif what == "mood":
        moved = changes(Mood.of(shop))
        figure, alt = audience_words.changes_figure(moved, "30 days"), audience_words.changes_alt(moved)
        line = audience_words.course_figure(course(Mood.of(shop).log), "week", "stars, mean")
        assert line.layout.yaxis.title.text == "stars, mean"
        assert "week" in line.layout.xaxis.title.text
    else:
        table = pd.DataFrame({"model": "ease", "user_id": shop.user_ids, "ndcg": range(len(shop.user_ids))})
        parts = served(table, [someone], "ndcg", ("ease",))
        figure, alt = audience_served.served_figure(parts, "ndcg"), audience_served.served_alt(parts, "ndcg")
        assert "some" in alt
    assert figure.layout.xaxis.title.text
    assert alt
