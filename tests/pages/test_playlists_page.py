"""Carrying on a playlist on the Live page: shut at first, and what is added counts as a like."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from recsys.columns import Playlists, Table

MAIN = Path(__file__).resolve().parents[2] / "recsys" / "ui" / "main.py"
TITLE = "Continue a playlist"


@pytest.fixture
def music() -> AppTest:
    page = AppTest.from_file(str(MAIN), default_timeout=60)
    page.query_params["data"] = "Music"
    return page.run()


def adds(page: AppTest) -> list:
    return [one for one in page.button if (one.key or "").startswith("add-")]


def test_nothing_is_computed_until_it_is_opened(music):
    assert TITLE in [one.label for one in music.expander]
    assert not adds(music)


def alone(data) -> None:
    from recsys.live import Seat
    from recsys.ui.playlists_view import carry_on
    from recsys.ui.wording import Wording

    carry_on(Wording(data), Seat("nobody", data.name, "new"), ())


def test_data_without_playlists_do_not_offer_it_and_empty_ones_say_so(toy):
    bare = AppTest.from_function(alone, args=(toy,)).run()
    assert not bare.exception
    assert not bare.expander
    gone = pd.DataFrame({Playlists.NAME: ["Night"], Playlists.PLACE: ["1"], Playlists.ITEM: ["no such item"]})
    lists = AppTest.from_function(alone, args=(replace(toy, tables={Table.PLAYLISTS: gone}),))
    lists.session_state["playlists"] = True
    assert "None of the lists has a track" in lists.run().markdown[0].value


def test_what_is_added_is_liked_and_can_be_added_once(music):
    music.session_state["playlists"] = True
    offered = adds(music.run())
    assert [one.label for one in offered] == ["Add"] * 5
    assert any("Close to “" in one.value for one in music.markdown)
    offered[0].click().run()
    assert not music.exception
    assert adds(music)[0].label == "Added"
    assert adds(music)[0].disabled
    assert any((one.key or "").startswith("undo-") for one in music.button), "a step that can be taken back"
    music.selectbox(key="playlist").select_index(1).run()
    assert adds(music)[0].key != offered[0].key
