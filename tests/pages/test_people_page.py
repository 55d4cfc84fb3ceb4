"""People to follow on Live, as a script: who is suggested and why, following, what it moves, and the ways back."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest

from recsys.live import EventLog, Seat
from recsys.settings import ROOT, settings
from recsys.ui.people_view import SOCIAL
from recsys.ui.ranker import RANKER
from recsys.ui.state import Key
from tests.pages.shown import fine

TOWN, VILLAGE = "town", "village"
MAIN = str(ROOT / "recsys" / "ui" / "main.py")
TOPICS = ("bread", "tide", "bike", "star")
PEOPLE = [f"{topic}{n}" for topic in TOPICS for n in range(3)]


def _town() -> dict[str, str]:
    """A network of twelve people in four camps, three posts each; the three of a camp follow each other."""
    posts = [(f"{person}-{n}", person, n) for person in PEOPLE for n in range(3)]
    follows = [(a, b) for a in PEOPLE for b in PEOPLE if a != b and a[:-1] == b[:-1]]
    likes = [(a, f"{b}-{n}", 100 + n) for a, b in follows for n in range(2)]
    return {
        "items.csv": "item_id,title,description,category,author\n"
        + "".join(f"{post},{who} says {n},About {who[:-1]} and more,{who[:-1]},{who}\n" for post, who, n in posts),
        "events.csv": "user_id,item_id,kind,at,stars,text\n"
        + "".join(f"{who},{post},like,{at},,\n" for who, post, at in likes),
        "follows.csv": "user_id,followed_id\n" + "".join(f"{a},{b}\n" for a, b in [*follows, ("bread1", "tide0")]),
        "people.csv": "user_id,name,bio\n" + "".join(f"{who},Ms {who},All about {who[:-1]}.\n" for who in PEOPLE),
        "personas.json": json.dumps(
            [
                {"name": "Baker", "line": "Bakes.", "follows": ["bread0", "bread1"],
                 "events": [{"kind": "like", "item_id": "bread0-0", "days_ago": 1}]},
                {"name": "New here", "line": "Nobody yet."},
            ]
        ),
    }  # fmt: skip


@pytest.fixture(autouse=True)
def _scenario(tmp_path, monkeypatch):
    for place in (TOWN, VILLAGE):
        (tmp_path / place).mkdir()
        for name, text in _town().items():
            if place == TOWN or name != "follows.csv":
                (tmp_path / place / name).write_text(text, encoding="utf-8")
    monkeypatch.setenv("RECSYS_SCENARIOS", str(tmp_path))
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


def open_page(person: str, by: str = SOCIAL, data: str = TOWN) -> AppTest:
    app = AppTest.from_file(MAIN, default_timeout=60)
    app.session_state[Key.DATA] = data
    app.session_state[f"person-{data}"] = person
    app.session_state[RANKER.name(data)] = app.session_state[f"_{RANKER.name(data)}"] = by
    return fine(app.run())


def click(app: AppTest, key: str) -> AppTest:
    return fine(app.button(key=key).click().run())


def words(app: AppTest) -> str:
    return "\n".join(str(element.value) for element in [*app.markdown, *app.caption]).replace("\\", "")


def offered(app: AppTest) -> list[str]:
    return [str(button.key).removeprefix("follow-") for button in app.button if str(button.key).startswith("follow-")]


def buttons(app: AppTest) -> set[str]:
    return {str(button.key) for button in app.button}


def listed(app: AppTest) -> list[str]:
    likes = [str(button.key) for button in app.button if str(button.key).startswith("like-")]
    return [key.removeprefix("like-") for key in likes]


def stored(app: AppTest, person: str) -> list[str]:
    log, seat = EventLog(settings().database_url), Seat(app.session_state[Key.SESSION], TOWN, person)
    found = [steer.word for steer in log.edits(seat).steers]
    log.close()
    return found


def test_following_somebody_is_stored_moves_their_posts_and_is_undone():
    app = open_page("Baker")
    suggested, before = offered(app), listed(app)
    assert suggested[0] == "bread2", "both whom the baker follows follow her"
    assert "followed by 2 people you follow · writes about what you like" in words(app)
    assert "Ms bread1 follows them" in words(app)
    assert "undo-follow" not in buttons(app)
    app = click(app, "follow-tide0")
    assert stored(app, "baker") == ["follow:tide0=1"]
    assert "You follow **Ms tide0**: their 3 posts went up." in words(app)
    assert "tide0" not in offered(app)
    assert listed(app) != before
    app = click(app, "undo-follow")
    assert (offered(app), listed(app), stored(app, "baker")) == (suggested, before, [])


def test_somebody_followed_before_is_left_and_all_is_as_it_was_after_starting_over():
    app = open_page("Baker")
    before = listed(app)
    app.session_state["you-follow"] = True
    app = click(fine(app.run()), "unfollow-bread1")
    assert stored(app, "baker") == ["unfollow:bread1=1"]
    assert "You no longer follow **Ms bread1**" in words(app)
    assert listed(app) != before
    assert "Your edits of the portrait" not in words(app)
    assert listed(click(app, "reset")) == before


def test_somebody_new_is_shown_whom_most_follow():
    app = open_page("New here")
    assert "tide0" in offered(app)
    assert "3 followers" in words(app)
    assert "Ms tide0 follows them" in words(click(app, "follow-tide0"))


def test_a_recommender_that_takes_no_notice_says_so_and_offers_the_one_that_does():
    app = click(open_page("New here", by="popularity"), "follow-tide0")
    assert "takes no notice of whom you follow" in words(app)
    app = click(app, "rank-by-social")
    assert "takes no notice of whom you follow" not in words(app)
    assert all(post.startswith("tide") for post in listed(app)[:6])


def test_data_without_follows_have_no_such_block():
    app = open_page("New here", by="", data=VILLAGE)
    assert "People to follow" not in words(app)
    assert not offered(app)
