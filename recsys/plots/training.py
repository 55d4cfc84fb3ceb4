"""A training while it runs and what came of it: loss and validation by step, and each ranking with its interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from recsys.plots import theme
from recsys.plots.marks import whiskers

LOSS, VALIDATION = "loss", "validation"
"""What a point of a training may have beside its ``step``."""
_PANELS = {
    LOSS: ("loss, lower is better", theme.PUSH, "circle"),
    VALIDATION: ("NDCG@10 on validation", theme.PULL, "diamond"),
}
"""Title of the axis, colour and shape."""
PANEL, ROW = 220, 38
"""Pixels of a panel, and of a row of dots."""
METRIC = "NDCG@10, from 0 (no hit) to 1 (perfect list)"

Points = Sequence[Mapping[str, Any]]


def training_figure(points: Points, across: str) -> go.Figure:
    """Draw a panel for the loss and one for validation, of those that ``points`` have, over ``step``.

    ``across`` says what a step is, such as ``training step``. A step noted twice, after a training went on from an
    older state, counts as noted last. Without points there is no panel.
    """
    found = {name: _line(points, name) for name in _PANELS}
    present = [name for name, line in found.items() if line]
    figure = make_subplots(rows=max(1, len(present)), cols=1, shared_xaxes=True, vertical_spacing=0.08)
    for row, name in enumerate(present, start=1):
        title, colour, shape = _PANELS[name]
        figure.add_scatter(
            x=list(found[name]),
            y=list(found[name].values()),
            mode="lines+markers",
            name=title,
            line={"color": colour, "width": 2},
            marker={"symbol": shape, "size": 7},
            hovertemplate=f"{across} %{{x}}: %{{y:.4f}}<extra></extra>",
            row=row,
            col=1,
        )
        figure.update_yaxes(title=title, fixedrange=True, row=row, col=1)
    figure.update_xaxes(tickformat="d", zeroline=False, fixedrange=True)
    figure.update_xaxes(title=across, row=max(1, len(present)), col=1)
    return theme.apply(figure, height=80 + PANEL * max(1, len(present)))


def training_alt(points: Points, across: str) -> str:
    """Say the chart in words."""
    said = []
    for name, (title, *_) in _PANELS.items():
        line = _line(points, name)
        if line:
            values = list(line.values())
            best = min(values) if name == LOSS else max(values)
            said.append(f"{title}: from {values[0]:.3f}, best {best:.3f}, over {len(values)} points")
    return f"By {across}. {'; '.join(said)}" if said else "Nothing has been measured yet"


def worth_figure(rows: Points) -> go.Figure:
    """Draw a row per ranking with a dot and the whisker of its 95% interval, in the order given.

    ``rows`` have ``label``, ``value``, ``low``, ``high``, ``n`` people and ``ours``: whether it is what was made here.
    """
    figure = go.Figure()
    values, low, high = ([row[end] for row in rows] for end in ("value", "low", "high"))
    figure.add_scatter(
        x=values,
        y=[row["label"] for row in rows],
        error_x=whiskers(values, low, high),
        mode="markers",
        cliponaxis=False,
        marker={
            "size": [13 if row["ours"] else 10 for row in rows],
            "color": [theme.PULL if row["ours"] else theme.NEUTRAL for row in rows],
            "symbol": ["diamond" if row["ours"] else "circle" for row in rows],
        },
        customdata=[[f"{a:.3f} to {b:.3f}", row["n"]] for a, b, row in zip(low, high, rows, strict=True)],
        hovertemplate="%{y}: %{x:.3f}<br>95% interval %{customdata[0]}, %{customdata[1]:,} people<extra></extra>",
    )
    figure.update_yaxes(autorange="reversed", showgrid=False, fixedrange=True)
    figure.update_xaxes(title=METRIC, rangemode="tozero", fixedrange=True)
    return theme.apply(figure, height=90 + ROW * max(1, len(rows)))


def worth_alt(rows: Points) -> str:
    """Say the dots in words."""
    said = [f"{row['label']} {row['value']:.3f} [{row['low']:.3f}, {row['high']:.3f}]" for row in rows]
    return f"NDCG@10 on new items: {', '.join(said)}" if said else "Nobody could be asked"


def _line(points: Points, name: str) -> dict[int, float]:
    """Value by step, ascending; the last one noted for a step."""
    found = {int(point["step"]): float(point[name]) for point in points if point.get(name) is not None}
    return dict(sorted(found.items()))
