"""The filter-bubble meter: its ends, what chance gives, and the distance SciPy computes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.spatial.distance import jensenshannon

from recsys.columns import Events, Items
from recsys.data import Dataset, catalogue
from recsys.rerank.mix import Mix
from recsys.scenarios.bubble import bubble, by_chance


def paper(categories: list[str]) -> Dataset:
    ids = [f"i{n}" for n in range(len(categories))]
    items = pd.DataFrame({Items.ID: ids, Items.TITLE: ids, Items.CATEGORY: categories})
    return Dataset.from_tables(
        "paper", items, pd.DataFrame({Events.USER: [], Events.ITEM: [], Events.KIND: [], Events.AT: []})
    )


def test_everything_is_no_bubble_and_one_corner_of_many_is_one():
    data = paper([f"topic {n // 2}" for n in range(400)])
    assert bubble(data, np.arange(400)) == 0
    assert bubble(data, np.array([0, 1])) > 0.95


def test_it_is_the_distance_of_scipy():
    data = catalogue.load("news")
    shares = Mix.of(data).shares
    for seed in range(5):
        rows = np.random.default_rng(seed).permutation(data.n_items)[:10]
        expected = jensenshannon(shares[rows].mean(axis=0), shares.mean(axis=0), base=2)
        assert bubble(data, rows) == pytest.approx(expected)


def test_longer_lists_by_chance_are_mixed_better():
    data = catalogue.load("news")
    assert 1 > by_chance(data, 1) > by_chance(data, 10) > by_chance(data, 100) > by_chance(data, data.n_items)


def test_nothing_has_no_bubble():
    assert np.isnan(bubble(paper(["a", "b"]), np.zeros(0, dtype=np.int64)))
    assert np.isnan(bubble(paper(["", ""]), np.array([0])))
