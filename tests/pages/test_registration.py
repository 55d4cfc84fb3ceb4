"""A new recommender is one file and one registry line: nothing on a page names models one by one."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from recsys.models import MODELS
from recsys.types import Knob, Spec

MAIN = Path(__file__).resolve().parents[2] / "recsys" / "ui" / "main.py"


@dataclass
class Backwards:
    """The catalogue from its end; ``push`` stretches the scores."""

    push: float = 1.0
    n_items_: int = field(default=0, init=False)

    def fit(self, data):
        self.n_items_ = data.n_items
        return self

    def score(self, query):
        return np.arange(self.n_items_, dtype=np.float32) * np.float32(self.push)


@pytest.fixture
def backwards(monkeypatch) -> Spec:
    knob = Knob("push", "Push", "Stretches the scores.", 1.0, 0.5, 2.0)
    spec = Spec("backwards", "Backwards", "The catalogue from its end.", Backwards, (knob,))
    monkeypatch.setitem(MODELS, spec.name, spec)
    return spec


def opened(path: str = "", **parameters: str) -> AppTest:
    page = AppTest.from_file(str(MAIN), default_timeout=120)
    for name, value in parameters.items():
        page.query_params[name] = value
    page.run()
    if path:
        page.switch_page(f"../../pages/{path}.py").run()
    assert not page.exception
    return page


def test_it_can_rank_the_live_list(backwards, shop):
    page = opened(**{"by-shop": "backwards"})
    assert backwards.label in page.selectbox(key="ranker").options
    first = next(button.key for button in page.button if (button.key or "").startswith("like-"))
    assert first == f"like-{shop.item_ids[-1]}"


def test_it_can_be_measured(backwards):
    page = opened("metrics")
    assert backwards.label in page.pills(key="models").options
