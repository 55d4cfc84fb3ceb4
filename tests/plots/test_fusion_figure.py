"""The charts of fusing say the same numbers as their tables."""

from __future__ import annotations

from recsys.plots.fusion import fusion_alt, fusion_figure, sizes_alt, sizes_figure, weights_alt, weights_figure


def row(label: str, kind: str, value: float) -> dict:
    return {"label": label, "kind": kind, "value": value, "low": value - 0.01, "high": value + 0.02, "n": 40}


ROWS = [row("MiniLM", "single", 0.1), row("Joined", "fused", 0.2), row("Random", "baseline", 0.02)]
TRIALS = [
    {"dim": 64, "value": 0.1, "weights": {"MiniLM": 1.0, "Words": 0.5}},
    {"dim": 8, "value": 0.2, "weights": {"MiniLM": 1.0, "Words": 0.5}},
    {"dim": 8, "value": 0.15, "weights": {"MiniLM": 1.0, "Words": 0.0}},
]


def test_every_ranking_has_its_dot_and_its_interval():
    figure = fusion_figure(ROWS)
    drawn = {(name, x) for trace in figure.data for name, x in zip(trace.y, trace.x, strict=True)}
    assert drawn == {("MiniLM", 0.1), ("Joined", 0.2), ("Random", 0.02)}
    for trace in figure.data:
        assert trace.error_x.array[0] == 0.02 or abs(trace.error_x.array[0] - 0.02) < 1e-9
        assert abs(trace.error_x.arrayminus[0] - 0.01) < 1e-9
    assert len({trace.marker.symbol for trace in figure.data}) == 3
    assert figure.layout.xaxis.title.text
    assert "Joined 0.200 [0.190, 0.220]" in fusion_alt(ROWS, "new items")


def test_nothing_measured_is_an_empty_chart_with_words():
    assert not fusion_figure([]).data
    assert fusion_alt([], "new items") == "Nobody could be asked: new items"
    assert sizes_alt([]) == "Nothing was tried yet"
    assert not sizes_figure([]).data
    assert weights_alt({}) == "Nothing was weighed"
    assert not weights_figure({}).data


def test_weights_are_drawn_as_shares():
    ways = {"Scores": {"MiniLM": 1.0, "Words": 1.0}, "Vectors": {"MiniLM": 1.0, "Words": 0.25}}
    figure = weights_figure(ways)
    assert [list(trace.x) for trace in figure.data] == [[0.5, 0.5], [0.8, 0.2]]
    assert "Vectors: MiniLM 80%, Words 20%" in weights_alt(ways)
    assert list(weights_figure({"Scores": {"MiniLM": 0.0}}).data[0].x) == [0.0]


def test_sizes_are_in_order_and_the_best_is_said():
    figure = sizes_figure(TRIALS)
    assert list(figure.layout.xaxis.categoryarray) == ["8", "64"]
    assert [trace.name for trace in figure.data] == ["MiniLM 1, Words 0.5", "MiniLM 1"]
    assert "best 0.200 with 8 numbers (MiniLM 1, Words 0.5)" in sizes_alt(TRIALS)
