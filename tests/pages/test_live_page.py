"""The Live page without a browser: what it says, and what it does when something is odd."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from recsys.errors import StorageError
from recsys.live import EventLog
from recsys.models import MODELS
from recsys.ui import cache
from recsys.ui.live_model import K, percentiles

MAIN = Path(__file__).resolve().parents[2] / "recsys" / "ui" / "main.py"
PAGES = ("rerank", "compare", "portrait", "words", "similarity", "metrics", "train", "compress")
PAGES += ("audience", "data", "method")


@pytest.fixture
def page() -> AppTest:
    return AppTest.from_file(str(MAIN), default_timeout=60).run()


def text_of(page: AppTest) -> str:
    return "\n".join([*(one.value for one in page.markdown), *(one.value for one in page.caption)])


def sound(page: AppTest) -> None:
    assert not page.exception
    assert not page.error


def listed(page: AppTest) -> list[str]:
    return [key.removeprefix("like-") for key in keys(page, "like")]


def keys(page: AppTest, kind: str) -> list[str]:
    return [button.key for button in page.button if button.key and button.key.startswith(f"{kind}-")]


def test_title_promise_and_a_full_list(page):
    sound(page)
    assert page.title[0].value.startswith("Type what you feel like, or click")
    assert len(keys(page, "like")) == K
    assert "Synthetic sample data" in text_of(page)


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_the_entry_script_runs_after_a_switch_to_another_page(page, name):
    page.switch_page(f"../../pages/{name}.py").run()
    sound(page)
    assert page.title[0].value != "Type what you feel like, or click. The list follows."
    assert page.session_state["_session"], "main.py gives every session its id: it did not run"


def test_new_here_starts_from_what_is_popular():
    page = AppTest.from_file(str(MAIN), default_timeout=60)
    page.query_params["person-shop"] = "New here"
    page.run()
    sound(page)
    assert f"**{K} of {K} are in your list too.**" in text_of(page)


def test_where_a_model_has_nothing_to_go_on_the_page_names_it_and_who_ranks_instead():
    page = AppTest.from_file(str(MAIN), default_timeout=60)
    page.query_params["person-shop"], page.query_params["by-shop"] = "New here", "ease"
    page.run()
    sound(page)
    said = [one.value.replace("\\", "") for one in page.warning]
    assert "EASE has nothing to go on yet: showing what is popular" in said
    receipt = next(one.value for one in page.caption if "ranked and explained" in one.value)
    assert MODELS["popularity"].label in receipt
    assert "EASE" not in receipt


def test_like_is_named_counted_and_undone(page):
    first = keys(page, "like")
    page.button(key=first[2]).click().run()
    sound(page)
    assert re.search(r"You liked “.+”: \*\*\d+ of 10 moved\.\*\*", text_of(page))
    assert "1 step of yours kept where this app runs" in text_of(page)
    page.button(key=keys(page, "undo")[0]).click().run()
    assert keys(page, "like") == first
    assert "0 steps of yours kept" in text_of(page)


def test_every_shown_sum_of_reasons_is_the_score(page):
    for position in range(3):
        key = keys(page, "why")[position]
        page.button(key=key).click().run()
        sound(page)
        line = next(one.value for one in page.caption if "its score" in one.value)
        total, score = re.match(r"(.+?) = \*\*([-\d.]+)\*\*", line).groups()
        amounts = [float(part) for part in total.replace("− ", "+ -").split(" + ")]
        assert sum(amounts) == pytest.approx(float(score), abs=0.006 * len(amounts))


def test_more_counts_as_a_click_once(page):
    key = keys(page, "more")[1]
    for _ in range(4):  # open, close, open, close: it counts once the card is closed
        page.button(key=key).click().run()
    sound(page)
    assert "1 step of yours" in text_of(page)
    assert any("You opened" in one.value for one in page.markdown)


@pytest.mark.parametrize("words", ["", "   ", "🙂", "<b>x</b> *y* :red[z]", "字" * 5000, "\u202eabc", "\x00"])
def test_any_typed_text_gives_a_list_or_leaves_it(page, words):
    page.text_input(key="q").input(words).run()
    sound(page)
    assert len(keys(page, "like")) == K


def test_typed_chinese_names_items_in_chinese_and_the_reader(page):
    page.text_input(key="q").input("想要一双适合雨天跑步的鞋").run()
    sound(page)
    assert re.search(r"read in \d+ ms \([^)]*dictionary\+minilm", text_of(page))
    assert re.search(r"\*\*1\*\* .*[\u4e00-\u9fff]", text_of(page))


def test_a_kept_wish_is_an_event_and_empties_the_box(page):
    page.text_input(key="q").input("something for rainy days").run()
    page.button(key="keep-wish").click().run()
    sound(page)
    assert page.text_input(key="q").value == ""
    assert "You wished for “something for rainy days”" in text_of(page)


def test_a_log_that_cannot_be_written_moves_nothing_and_says_so(page, monkeypatch):
    before = keys(page, "like")

    def full(*_: object) -> str:
        raise StorageError("your last action could not be stored (disk full)")

    monkeypatch.setattr(EventLog, "append", full)
    page.button(key=before[0]).click().run()
    sound(page)
    assert "could not be stored" in page.warning[0].value
    assert keys(page, "like") == before


def test_a_locked_log_moves_the_list_keeps_the_click_and_stores_it_when_it_can(page):
    log, before = cache.event_log(), keys(page, "like")
    with closing(sqlite3.connect(log._store.address.database, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        page.button(key=before[0]).click().run()
        sound(page)
        assert before[0] not in keys(page, "like")
        assert "another program holds it locked" in page.warning[0].value
        assert "kept in memory only" in page.warning[0].value
        assert "1 step of yours kept (1 in memory until the disk can be written again)" in text_of(page)
        other.execute("ROLLBACK")
    assert log.flush()
    page.run()
    sound(page)
    assert not page.warning
    assert "1 step of yours kept where this app runs" in text_of(page)


def test_two_sessions_share_nothing():
    one, other = (AppTest.from_file(str(MAIN), default_timeout=60).run() for _ in range(2))
    untouched = keys(other, "like")
    one.button(key=keys(one, "favourite")[0]).click().run()
    other.run()
    assert keys(other, "like") == untouched
    assert "0 steps of yours kept" in text_of(other)


def test_session_state_holds_ids_and_small_things_only(page):
    for _ in range(5):
        page.button(key=keys(page, "like")[0]).click().run()
    size = len(repr(dict(page.session_state._state.filtered_state)))
    assert 100 < size < 20_000


def test_percentiles_of_nothing_are_nothing():
    assert all(value != value for value in percentiles([]))
    assert percentiles([4.0, 2.0, 3.0])[0] == 3.0


def test_another_ranker_gives_another_list_and_its_link(page):
    before = keys(page, "like")
    page.selectbox(key="ranker").set_value("ease").run()
    sound(page)
    assert keys(page, "like") != before
    assert page.query_params["by-shop"] == "ease"
    assert "by EASE" in text_of(page)
    linked = AppTest.from_file(str(MAIN), default_timeout=60)
    linked.query_params["by-shop"] = "ease"
    linked.run()
    assert keys(linked, "like") == keys(page, "like")


def test_a_ranker_that_reads_no_words_says_so(page):
    page.query_params["by-shop"] = "ease:l2=50"
    page.text_input[0].set_value("dry shoes").run()
    sound(page)
    assert "EASE · tuned looks at clicks only, not at words" in text_of(page)


@pytest.mark.parametrize("word", ["oracle", "ease:l2=-1", "ease:l2=nan", "::::", "x" * 3000, "random"])
def test_a_garbage_ranker_in_the_link_never_breaks_the_page(word):
    page = AppTest.from_file(str(MAIN), default_timeout=60)
    page.query_params["by-shop"] = word
    page.run()
    sound(page)
    assert len(keys(page, "like")) == K


@pytest.mark.parametrize(("words", "said"), [("asdf qwer zzzz", True), ("shoes for running in the rain", False)])
def test_words_that_nothing_is_close_to_are_called_so(page, words, said):
    page.text_input(key="q").input(words).run()
    sound(page)
    assert ("Nothing here is close to these words" in text_of(page)) is said


def test_undo_says_what_was_taken_back_and_starting_over_can_be_taken_back(page):
    liked = listed(page)[2]
    page.button(key=f"like-{liked}").click().run()
    moved = listed(page)
    page.button(key=keys(page, "undo")[0]).click().run()
    assert re.search(r"Taken back: you liked “.+”\. \*\*\d+ of 10 moved\.\*\*", text_of(page))
    page.button(key=f"like-{liked}").click().run()
    page.button(key="reset").click().run()
    assert "Started over" in text_of(page)
    page.button(key="bring-back").click().run()
    sound(page)
    assert listed(page) == moved
