"""What an address may say instead of a label, and what it may not."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from recsys.settings import ROOT

pytestmark = pytest.mark.usefixtures("minilm")


def opened(**address: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "recsys" / "ui" / "main.py"), default_timeout=60)
    app.query_params.update(address)
    app.run()
    assert not app.exception
    assert not app.error
    return app


@pytest.mark.parametrize("said", ["video", "VIDEO", "Video"])
def test_a_catalogue_and_a_person_are_found_by_name_and_in_other_letters(said):
    app = opened(data=said, **{"person-video": "space DREAMER"})
    assert app.query_params["data"] in ("Video", ["Video"])
    assert app.query_params["person-video"] in ("Space dreamer", ["Space dreamer"])
    assert not app.warning
    assert any("Video, 256 items" in line.value for line in app.caption)


@pytest.mark.parametrize(
    ("address", "what"), [({"data": "Vidoe"}, "catalogue"), ({"data": "Shop", "person-shop": "Zorro"}, "person")]
)
def test_what_there_is_not_is_said_and_left_out(address, what):
    app = opened(**address)
    wrong = list(address.values())[-1]
    assert [line.value.replace("\\", "") for line in app.warning] == [
        f"“{wrong}” in the link is no {what} here: it is left out."
    ]
    assert any("Shop, 256 items" in line.value for line in app.caption)


def test_ones_own_data_that_are_gone_are_said_to_be_gone_and_nothing_else():
    app = opened(data="Yours: tea shop")
    (line,) = [line.value.replace("\\", "") for line in app.warning]
    assert line.startswith("“Yours: tea shop” was kept in memory for one visit only and is gone")
    assert "data" not in app.query_params
