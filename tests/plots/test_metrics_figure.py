"""The chart of a metric shows the table's numbers, and says them in words."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from recsys.plots import theme
from recsys.plots.metrics import metric_alt, metric_figure

ROWS = pd.DataFrame(
    {
        "model": ["random", "popularity", "text_profile", "text_mean"],
        "metric": "ndcg",
        "value": [0.01, 0.2, 0.3, np.nan],
        "low": [0.0, 0.15, 0.22, np.nan],
        "high": [0.03, 0.26, 0.41, np.nan],
        "n_users": [50, 50, 50, 0],
    }
)


def test_bars_are_the_values_and_whiskers_end_at_the_interval():
    bar = metric_figure(ROWS, "ndcg").data[0]
    assert list(bar.x) == [0.01, 0.2, 0.3]
    assert np.add(bar.x, bar.error_x.array) == pytest.approx([0.03, 0.26, 0.41])
    assert np.subtract(bar.x, bar.error_x.arrayminus) == pytest.approx([0.0, 0.15, 0.22])


def test_baselines_are_muted_and_every_model_keeps_its_colour():
    marker = metric_figure(ROWS, "ndcg").data[0].marker
    assert list(marker.color) == [theme.colour(m) for m in ("random", "popularity", "text_profile")]
    assert marker.opacity[0] == marker.opacity[1] < marker.opacity[2] == 1


def test_models_and_units_are_named():
    layout = metric_figure(ROWS, "ndcg").layout
    assert "Text profile" in layout.yaxis.ticktext[2]
    assert layout.xaxis.title.text == "share, 0 to 1"


def test_the_words_name_every_measured_model():
    words = metric_alt(ROWS, "ndcg")
    assert "Text profile 0.300 (0.220 to 0.410)" in words
    assert "Average" not in words
    assert metric_alt(ROWS.iloc[3:], "ndcg") == "Nothing could be measured"
