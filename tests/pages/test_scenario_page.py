"""A scenario of one's own: a folder beside the samples, which Live offers, ranks and says the policy of."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from recsys.settings import settings

MAIN = Path(__file__).resolve().parents[2] / "recsys" / "ui" / "main.py"
ABOUT = """label = "Tool shed"
goal = "Lend everything once."
facts = ["weight"]
[policy]
in_force = true
[[policy.steps]]
strategy = "lift"
knobs = { column = "weight", weight = 1.0 }
why = "The heavy ones first."
"""


@pytest.fixture
def shed(tmp_path, monkeypatch):
    """A folder with fifteen tools, the heaviest last, that nobody has borrowed but for two."""
    place = tmp_path / "shed"
    place.mkdir()
    rows = [f"t{n:02},Tool number {n},{n} kg of steel,Tools,{n}" for n in range(15)]
    (place / "items.csv").write_text("item_id,title,description,category,weight\n" + "\n".join(rows), encoding="utf-8")
    (place / "events.csv").write_text(
        "user_id,item_id,kind,at,stars,text\nu1,t00,like,10,,\nu2,t01,like,20,,\n", encoding="utf-8"
    )
    (place / "scenario.toml").write_text(ABOUT, encoding="utf-8")
    monkeypatch.setenv("RECSYS_SCENARIOS", str(tmp_path))
    settings.cache_clear()
    yield place
    monkeypatch.undo()
    settings.cache_clear()


def opened() -> AppTest:
    app = AppTest.from_file(str(MAIN), default_timeout=60)
    app.query_params["data"] = "Tool shed"
    return app.run()


def told(app: AppTest) -> str:
    return "\n".join([*(one.value for one in app.markdown), *(one.value for one in app.caption)])


def cards(app: AppTest) -> list[str]:
    return [button.key for button in app.button if (button.key or "").startswith("like-")]


def test_it_is_offered_ranked_and_ruled_with_no_other_change(shed):
    app = opened()
    assert not app.exception
    assert "Tool shed" in app.pills[0].options
    ruled = cards(app)
    assert "like-t14" in ruled[:3]
    app.session_state["house-policy-shed-True"] = True
    app.run()
    assert "The heavy ones first." in told(app)
    app.button(key="no-chain").click().run()
    assert "like-t14" not in cards(app)[:3]


def test_a_file_that_cannot_be_used_is_said_and_the_list_stands(shed):
    (shed / "scenario.toml").write_text(ABOUT.replace('"lift"', '"magic"'), encoding="utf-8")
    app = opened()
    assert not app.exception
    assert "there is no strategy" in told(app)
    assert len(cards(app)) == 10
