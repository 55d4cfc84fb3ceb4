"""Causes on the Live page without a browser: why, what if, what each step did, the session played again, why not."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from recsys.ui.closer import REPLAY, STEPS, WHY_NOT
from recsys.ui.live_model import K
from tests.pages.test_live_page import MAIN, keys, sound, text_of


@pytest.fixture
def page() -> AppTest:
    return AppTest.from_file(str(MAIN), default_timeout=60).run()


def look(page: AppTest, view: str) -> AppTest:
    page.button_group(key="look").set_value(view).run()
    sound(page)
    return page


def listed(page: AppTest) -> list[str]:
    return [key.removeprefix("like-") for key in keys(page, "like")]


def like(page: AppTest, place: int) -> str:
    item_id = listed(page)[place]
    page.button(key=f"like-{item_id}").click().run()
    sound(page)
    return item_id


def test_every_card_tells_how_likely_it_is_to_be_liked(page):
    told = re.findall(r"· (\d+)%\slikely", text_of(page))
    assert len(told) == K
    assert all(0 <= int(one) <= 100 for one in told)


def test_the_reasons_name_what_the_place_hangs_on_and_that_it_was_checked(page):
    page.button(key=keys(page, "why")[0]).click().run()
    sound(page)
    verified = r"Without .+ off the list\. :green-badge\[✓ verified\]"
    assert re.search(f"{verified}|It would be on the list whatever you did", text_of(page))


def test_lime_stands_beside_the_exact_reasons_when_asked(page):
    like(page, 3)
    page.button(key=keys(page, "why")[0]).click().run()
    page.toggle(key=f"lime-{listed(page)[0]}").set_value(True).run()
    sound(page)
    assert re.search(r"straight line fits \d+% of what happened in \d+ tries", text_of(page))


def test_a_preview_changes_nothing_until_it_is_done(page):
    item_id = listed(page)[2]
    page.button(key=f"more-{item_id}").click().run()
    before = listed(page)
    page.button(key=f"if-like-{item_id}").click().run()
    sound(page)
    assert listed(page) == before
    assert re.search(r"Only a preview: if you liked it, \*\*\d+ of \d+ would move\.\*\*", text_of(page))
    assert ":gray-badge[would leave]" in text_of(page)
    page.button(key="do-it").click().run()
    sound(page)
    assert item_id not in listed(page)
    assert "Only a preview" not in text_of(page)


def test_a_preview_can_be_left(page):
    item_id = listed(page)[0]
    page.button(key=f"more-{item_id}").click().run()
    before = listed(page)
    page.button(key=f"if-dislike-{item_id}").click().run()
    page.button(key="leave-it").click().run()
    sound(page)
    assert listed(page) == before
    assert "Only a preview" not in text_of(page)


def test_the_preview_is_the_list_that_follows(page):
    item_id = listed(page)[1]
    page.button(key=f"more-{item_id}").click().run()
    page.button(key=f"if-favourite-{item_id}").click().run()
    staying = [card for card in listed(page) if card != item_id]
    foretold = re.findall(r"\*\*\d+\*\* :gray-badge\[(would [^\]]+)\]", text_of(page))
    assert len(foretold) == K
    page.button(key="do-it").click().run()
    after = listed(page)
    gone = sum(what == "would leave" for what in foretold)
    assert len(set(staying) - set(after)) + 1 == gone


def test_the_ledger_has_a_line_for_every_step_and_takes_any_of_them_back(page):
    first, _, _ = (like(page, place) for place in (2, 4, 1))
    look(page, STEPS)
    undo = keys(page, "ledger-undo")
    assert len(undo) == 3
    assert len(re.findall(r"moved then", text_of(page))) == 3
    page.button(key=undo[-1]).click().run()
    sound(page)
    assert len(keys(page, "ledger-undo")) == 2
    assert f"👍 {first}" not in text_of(page)
    restore = keys(page, "restore")
    assert len(restore) == 1
    page.button(key=restore[0]).click().run()
    sound(page)
    assert keys(page, "ledger-undo") == undo
    assert not keys(page, "restore")


def test_a_line_of_the_ledger_reads_out_its_strongest_square(page):
    for place in (2, 4, 1):
        like(page, place)
    look(page, STEPS)
    page.button(key=keys(page, "ledger-show")[0]).click().run()
    sound(page)
    assert re.search(r"→ \*\*.+\*\*: .+its score", text_of(page))
    assert ":blue-badge[marked]" in text_of(page)


def test_a_ledger_of_nothing_says_what_to_do(page):
    look(page, STEPS)
    assert "Nothing yet. Like something" in text_of(page)


def test_the_session_can_be_walked_back_and_forth(page):
    like(page, 3)
    page.button(key=keys(page, "undo")[0]).click().run()
    like(page, 5)
    look(page, REPLAY)
    assert "**3 of 3**" in text_of(page)
    last = numbered(page)
    page.button(key="film-first").click().run()
    assert "**0 of 3** · Before you did anything" in text_of(page)
    start = numbered(page)
    for _ in range(2):
        page.button(key="film-forward").click().run()
    sound(page)
    assert "**2 of 3** · You took back" in text_of(page)
    assert bare(numbered(page)) == bare(start)
    page.button(key="film-last").click().run()
    assert numbered(page) == last


def numbered(page: AppTest) -> str:
    """The list of the moment that is shown: the last numbered list on the page."""
    return [one.value for one in page.markdown if one.value.startswith("1. ")][-1]


def bare(text: str) -> str:
    return re.sub(r" *(:gray-badge\[[^\]]+\])?$", "", text, flags=re.MULTILINE)


def test_nothing_to_play_says_so(page):
    assert "Nothing to play yet" in text_of(look(page, REPLAY))


@pytest.mark.parametrize("words", ["rain cap", "鞋", "SHOE"])
def test_an_item_somebody_names_is_found_and_its_absence_explained(page, words):
    look(page, WHY_NOT)
    page.text_input(key="why-not").input(words).run()
    sound(page)
    found = keys(page, "ask")
    assert found
    page.button(key=found[0]).click().run()
    sound(page)
    assert re.search(r"\*\*.+\*\* (stands \d+(st|nd|rd|th)|cannot be listed)\. .+\.", text_of(page))


@pytest.mark.parametrize("words", ["zzzzqqqq", "🙂🙂", "<script>"])
def test_a_title_that_does_not_exist_says_so(page, words):
    look(page, WHY_NOT)
    page.text_input(key="why-not").input(words).run()
    sound(page)
    assert "No title like that" in text_of(page)


@pytest.mark.parametrize("word", ["nothing", "x" * 2000, "What each step did"])
def test_any_view_in_the_link_opens_a_sound_page(word):
    page = AppTest.from_file(str(MAIN), default_timeout=60)
    page.query_params["look"] = word
    page.run()
    sound(page)
    assert len(listed(page)) == K


def test_an_adopted_chain_re_ranks_the_list_and_is_named(page):
    before = listed(page)
    linked = AppTest.from_file(str(MAIN), default_timeout=60)
    linked.query_params["chain-shop"] = "mmr:diversity=0.9"
    linked.run()
    sound(linked)
    assert listed(linked) != before
    assert "re-ranked by Variety" in text_of(linked)
    linked.button(key=keys(linked, "why")[3]).click().run()
    sound(linked)
    assert "Then re-ranked:" in text_of(linked)


def test_a_click_with_words_in_the_box_is_named_as_the_cause_of_the_arrows(page):
    page.text_input(key="q").input("something for rainy days").run()
    assert "You typed “" in text_of(page)
    like(page, 3)
    assert "You liked “" in text_of(page)
    assert "You typed “" not in text_of(page)
