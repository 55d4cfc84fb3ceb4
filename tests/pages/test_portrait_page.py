"""The Portrait page as a script: everybody's portrait, every edit, what it rests on, and what the list does."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from recsys.data.people import NEW_HERE, people
from recsys.live import EventLog, Seat
from recsys.settings import ROOT, settings
from recsys.ui.state import Key
from tests.pages.shown import fine

MAIN = str(ROOT / "recsys" / "ui" / "main.py")
PAGE = "../../pages/portrait.py"


def open_page(**state: object) -> AppTest:
    app = AppTest.from_file(MAIN, default_timeout=60)
    for key, value in state.items():
        app.session_state[key] = value
    return fine(app.switch_page(PAGE).run())


def words(app: AppTest) -> str:
    return "\n".join(str(element.value) for element in [*app.markdown, *app.caption]).replace("\\", "")


def shown(app: AppTest) -> list[str]:
    """Titles of the list, best first."""
    (text,) = [m.value for m in app.markdown if m.value.startswith("1. ")]
    return [re.sub(r"^\d+\. | :\w+-badge.*$|\\", "", line).strip() for line in text.splitlines()]


def buttons(app: AppTest) -> set[str]:
    return {str(button.key) for button in app.button}


def click(app: AppTest, key: str) -> AppTest:
    return fine(app.button(key=key).click().run())


@pytest.mark.slow
@pytest.mark.parametrize("scenario", ["shop", "video"])
def test_everybody_has_a_portrait_and_somebody_new_is_told_what_to_do(request, scenario):
    data = request.getfixturevalue(scenario)
    for person in people(data):
        app = open_page(**{Key.DATA: scenario, f"person-{scenario}": person.name})
        assert [title.value for title in app.title] == ["Portrait"]
        assert len(shown(app)) == 10
        if person.name == NEW_HERE:
            assert "Nothing is known of you yet" in words(app)
            assert not [key for key in buttons(app) if key.startswith("mute-")]
        else:
            assert len([key for key in buttons(app) if key.startswith("mute-")]) >= 8


def test_a_line_shows_what_it_rests_on_and_closes_again():
    app = click(open_page(), "why-rain")
    assert "You loved “Gutterjump Waterproof Road Shoe”" in words(app)
    assert "and wrote: “Drivers finally see me at six in the morning.”" in words(app)
    assert "and wrote:" not in words(click(app, "why-rain"))


def test_muting_moves_the_list_says_so_and_is_undone():
    app = open_page()
    before = shown(app)
    app = click(app, "mute-rain")
    assert shown(app) != before
    assert re.search(r"\*\*Rain counts for nothing\*\*: \d+ of 16 things with it went up, \d+ down", words(app))
    assert "-badge[NEW]" in words(app)
    assert "Left the list:" in words(app)
    app = click(app, "undo-edit")
    assert shown(app) == before
    assert "undo-edit" not in buttons(app)


def test_more_and_less_step_up_and_down_and_all_edits_go_at_once():
    app = open_page()
    before = shown(app)
    app = click(click(app, "more-waterproof"), "more-waterproof")
    assert "×3" in words(app)
    assert "more-waterproof" not in buttons(app), "three times is the most"
    app = click(click(app, "less-waterproof"), "pin-rain")
    assert "×2" in words(app)
    assert ":green-badge[pinned]" in words(app)
    assert shown(click(app, "undo-all")) == before


def test_an_edit_is_on_disk_when_the_list_moves():
    app = click(open_page(), "mute-rain")
    seat = Seat(app.session_state[Key.SESSION], "shop", "rain-runner")
    log = EventLog(settings().database_url)
    assert [steer.word for steer in log.edits(seat).steers] == ["tag:rain=0"]
    log.close()


def test_an_edit_holds_on_live_and_on_compare():
    app = open_page()
    listed = shown(click(app, "mute-rain"))
    app.switch_page("../../pages/live.py").run()
    cards = [m.value for m in fine(app).markdown if re.match(r"\*\*\d+\*\* ", m.value)]
    assert [re.sub(r"\\", "", re.findall(r"\*\*(.+?)\*\*", card)[1]) for card in cards] == listed
    app.switch_page("../../pages/compare.py").run()
    assert listed[0][:24] in words(fine(app))


def test_live_and_the_portrait_agree_on_what_you_seem_to_like():
    app = click(open_page(), "mute-waterproof")
    rows = [m.value for m in app.markdown if m.value.startswith(":small[:") and "%" in m.value]
    shares = {re.findall(r"\*\*(.+?)\*\*", row)[0]: int(re.findall(r"(\d+)%", row)[0]) for row in rows}
    app.switch_page("../../pages/live.py").run()
    (liked,) = [c.value for c in fine(app).caption if "▇" in c.value]
    named = [re.sub(r"[▇\\]", "", line).strip() for line in liked.split("  \n")]
    assert "waterproof" not in named
    assert len(named) == 5
    assert [shares[name] for name in named] == sorted((shares[name] for name in named), reverse=True)


def add(app: AppTest, line: str, what: str = "want") -> AppTest:
    next(one for one in app.text_input if one.key == "add-words").set_value(line)
    next(one for one in app.button_group if one.label == "Sort of line").set_value(what)
    return fine(app.button(key="add-line-send").click().run())


def test_an_added_line_is_shown_leans_the_list_and_is_taken_off():
    app = open_page()
    before = shown(app)
    app = add(app, "quiet headphones")
    assert "More of **quiet headphones**" in words(app)
    assert 0 < len(set(shown(app)) - set(before)) < 8
    off = next(key for key in buttons(app) if key.startswith("off-"))
    assert shown(click(app, off)) == before


def test_a_refusal_is_a_line_to_avoid_whatever_is_chosen():
    app = add(open_page(), "no socks")
    assert "Nothing like **socks**" in words(app)
    assert not [title for title in shown(app) if "Socks" in title]


def test_an_empty_line_adds_nothing():
    assert "undo-edit" not in buttons(add(open_page(), "   "))


def test_somebody_new_gets_a_list_from_a_line_alone():
    app = open_page(**{"person-shop": NEW_HERE})
    before = shown(app)
    assert shown(add(app, "雨天跑鞋")) != before


def test_chinese_people_read_chinese():
    app = open_page(**{"person-shop": "雨桐 (writes Chinese)"})
    assert "**手帐**" in words(app)
    assert "踏实" in str([one.options for one in app.button_group])


def test_any_user_of_the_data_has_a_portrait_and_can_edit_it(shop):
    user = shop.user_ids[3]
    app = AppTest.from_file(MAIN, default_timeout=60)
    app.query_params["user-shop"] = user
    app = fine(app.switch_page(PAGE).run())
    muted = next(key for key in sorted(buttons(app)) if key.startswith("mute-"))
    before = shown(app)
    app = click(app, muted)
    assert "counts for nothing" in words(app)
    assert shown(click(app, "undo-edit")) == before


def test_a_key_word_shows_where_it_was_written():
    app = open_page()
    pills = next(one for one in app.button_group if one.label == "Key words")
    pills.set_value("downpour")
    assert "a real downpour went through the toes" in words(fine(app.run()))


def test_starting_over_on_live_takes_the_edits_with_it():
    app = open_page()
    before = shown(app)
    click(app, "mute-rain")
    app.switch_page("../../pages/live.py").run()
    app.session_state[Key.TYPED] = "x"
    click(app.run(), "reset")
    assert shown(fine(app.switch_page(PAGE).run())) == before
