"""Engines that read text: how good each is against how long it takes, and how much it weighs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from recsys.plots import theme
from recsys.plots.marks import SYMBOLS, cut, whiskers
from recsys.train.engines import LISTS, SPLITS, quality

LEAST, PER_ROOT_MB = 9.0, 2.4
"""Pixels of a dot that weighs nothing, and how many more per square root of its megabytes: areas tell the sizes."""
MAX_NAME = 24
ROOM = 0.45
"""Decades left free on either side of the dots for their names."""
_TITLES = {
    LISTS: "Items of people's lists that stay, share",
    **{name: f"NDCG on {words}, 0 to 1" for name, words in SPLITS.items()},
}

Engines = Sequence[Mapping[str, Any]]
"""``engines`` of what the recipe of ``recsys.train.engines`` returns."""


def engines_figure(
    engines: Engines, what: str, best: Sequence[str], beside: Mapping[str, float] | None = None
) -> go.Figure:
    """Draw a dot per engine, its area its size on disk, and a line through those that no other one beats.

    ``what`` is the quality, one of ``SPLITS`` or ``LISTS``; ``best`` names the engines of the line, the fastest first;
    ``beside`` are levels to compare with, by their label.
    """
    dots = [one for one in engines if quality(one, what)["value"] is not None]
    figure = go.Figure()
    for label, level in (beside or {}).items():
        figure.add_hline(
            y=level,
            line={"color": theme.NEUTRAL, "width": 1, "dash": "dash"},
            annotation={"text": label, "showarrow": False, "font": {"color": theme.NEUTRAL}},
            annotation_position="bottom left",
        )
    by_name = {one["name"]: one for one in dots}
    line = [by_name[name] for name in best if name in by_name]
    figure.add_scatter(
        x=[one["p50_ms"] for one in line],
        y=[quality(one, what)["value"] for one in line],
        mode="lines",
        line={"color": theme.PALETTE[0], "width": 2, "dash": "dot"},
        hoverinfo="skip",
        showlegend=False,
    )
    order = sorted(dots, key=lambda one: one["p50_ms"])
    for place, one in enumerate(order):
        figure.add_trace(_dot(one, what, place, len(order), one["name"] in best))
    figure.update_xaxes(title="Time for one short text, milliseconds (← less is better)", type="log", dtick=1)
    if dots:
        ends = [math.log10(one["p50_ms"]) for one in (order[0], order[-1])]
        figure.update_xaxes(range=[ends[0] - ROOM, ends[1] + ROOM])
    figure.update_yaxes(title=_TITLES[what], zeroline=False)
    theme.legend_above(theme.apply(figure, height=theme.TALL))
    figure.update_layout(legend={"itemsizing": "constant"})
    return figure


def engines_alt(engines: Engines, what: str, best: Sequence[str]) -> str:
    """Say the chart in words: every engine's quality, time and size, and who is on the line."""
    said = [
        f"{one['label']} {value:.3f} at {_ms(one['p50_ms'])}, {_size(one['megabytes'])}"
        for one in engines
        if (value := quality(one, what)["value"]) is not None
    ]
    if not said:
        return "Nothing could be measured"
    labels = {one["name"]: one["label"] for one in engines}
    names = ", ".join(labels[name] for name in best if name in labels)
    return f"{_TITLES[what]}, time and size: {'; '.join(said)}. Beaten by none in both: {names}"


def _dot(one: Mapping[str, Any], what: str, place: int, n: int, on_line: bool) -> go.Scatter:
    found = quality(one, what)
    value, low, high = found["value"], found["low"], found["high"]
    colour = theme.PALETTE[place % len(theme.PALETTE)]
    ends = None if low is None or high is None else f"{low:.3f} to {high:.3f}"
    return go.Scatter(
        x=[one["p50_ms"]],
        y=[value],
        error_y=None if ends is None else whiskers([value or 0.0], [low or 0.0], [high or 0.0]),
        mode="markers+text" if on_line else "markers",
        cliponaxis=False,
        name=cut(one["label"], MAX_NAME),
        text=[f"<b>{cut(one['label'], MAX_NAME)}</b>"],
        # Inwards, so that no name is cut off at the edge of a phone; the others are told by the legend.
        textposition="top right" if place < n / 2 else "top left",
        marker={
            "size": LEAST + PER_ROOT_MB * math.sqrt(one["megabytes"] or 0.0),
            "color": colour,
            "opacity": 0.75,
            "symbol": SYMBOLS[place % len(SYMBOLS)],
            "line": {"width": 1.5, "color": colour},
        },
        hovertemplate=f"{cut(one['label'], MAX_NAME)}<br>%{{y:.3f}}{f' ({ends})' if ends else ''}<br>"
        f"{_ms(one['p50_ms'])}, {_size(one['megabytes'])}<extra></extra>",
    )


def _ms(milliseconds: float) -> str:
    return f"{milliseconds:.3g} ms"


def _size(megabytes: float | None) -> str:
    return "size not known" if megabytes is None else f"{megabytes:.3g} MB"
