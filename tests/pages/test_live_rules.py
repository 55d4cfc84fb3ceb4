"""Rules beside a recommendation: found on request, and only those that lead from what was liked to this item."""

from __future__ import annotations

import json

from streamlit.testing.v1 import AppTest

from recsys.settings import ROOT


def panel(liked: str, shown: str) -> None:
    from types import SimpleNamespace

    from recsys.data import catalogue
    from recsys.types import Event, Kind, Query
    from recsys.ui.live_rules import rules_here
    from recsys.ui.wording import Wording

    now = SimpleNamespace(query=Query((Event("1", Kind.LIKE, 0.0, liked),)))
    rules_here(Wording(catalogue.load("courses")), now, shown)


def told(liked: str, shown: str) -> str:
    page = AppTest.from_function(panel, args=(liked, shown), default_timeout=60).run()
    assert not page.markdown, "nothing is looked for before somebody asks"
    page.toggle[0].set_value(True).run()
    assert not page.exception
    return page.markdown[0].value


def test_a_planted_pair_is_named_with_its_strength_and_another_item_has_none():
    pair = json.loads((ROOT / "sample_data" / "courses" / "truth.json").read_text(encoding="utf-8"))["pairs"][0]
    said = told(pair["first"], pair["then"])
    assert "took this too" in said
    assert "p below .001" in said
    other = next(f"c{n:03}" for n in range(1, 50) if f"c{n:03}" not in pair.values())
    assert "No rule leads" in told(pair["first"], other)
