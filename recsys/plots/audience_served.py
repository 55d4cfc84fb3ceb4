"""Who is served better or worse than the rest, by which recommender."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from recsys.audience.served import Part
from recsys.metrics import METRICS
from recsys.models import MODELS
from recsys.plots import theme
from recsys.plots.marks import one_line, symbol, whiskers

DOT_HEIGHT, ROW_GAP = 16, 24
"""Pixels per recommender within a part, and between parts."""
SPREAD = 0.72
"""Share of a row's height that its dots take."""


def served_figure(parts: Sequence[Part], metric: str) -> go.Figure:
    """Draw a row per part of the people with a dot and the whisker of its 95% interval per model.

    How far a dot is from 0 says by how much the part differs from the rest; it is filled where that is found. Dots
    carry the name of their part as ``customdata``. Parts too small for a test have none.
    """
    tested = [part for part in parts if part.finding.value == part.finding.value]
    names, models = (list(dict.fromkeys(getattr(part, one) for part in tested)) for one in ("name", "model"))
    figure = go.Figure()
    for place, model in enumerate(models):
        mine = [part for part in tested if part.model == model]
        shift, label, sign = SPREAD * ((place + 0.5) / len(models) - 0.5), MODELS[model].label, symbol(models, model)
        figure.add_scatter(
            x=[part.finding.value for part in mine],
            y=[names.index(part.name) + shift for part in mine],
            error_x=whiskers(
                [part.finding.value for part in mine],
                [part.finding.low for part in mine],
                [part.finding.high for part in mine],
            ),
            mode="markers",
            name=label,
            marker={
                "size": 11,
                "color": theme.colour(model),
                "symbol": [sign if part.found else f"{sign}-open" for part in mine],
            },
            customdata=[part.name for part in mine],
            hovertext=[
                f"{one_line(part.name, 60)}: {part.here.value:.3f}, the rest {part.rest.value:.3f}<br>"
                f"95% interval of the difference {part.finding.low:+.3f} to {part.finding.high:+.3f}, "
                f"p {part.finding.p:.2g} after correction"
                for part in mine
            ],
            hovertemplate=f"{label}, %{{hovertext}}<extra></extra>",
        )
    figure.add_vline(x=0, line={"color": theme.NEUTRAL, "width": 1})
    sizes = {part.name: part.n for part in tested}
    figure.update_yaxes(
        tickvals=list(range(len(names))),
        ticktext=[f"<b>{one_line(name, 34)}</b><br>{sizes[name]:,} people" for name in names],
        range=[len(names) - 0.4, -0.6],
        showgrid=False,
        zeroline=False,
    )
    for place in range(1, len(names)):
        figure.add_hline(y=place - 0.5, line={"color": theme.GRID, "width": 1})
    figure.update_xaxes(title=f"{METRICS[metric].label} of these people minus that of the rest")
    return theme.legend_above(theme.apply(figure, height=110 + len(names) * (ROW_GAP + DOT_HEIGHT * len(models))))


def served_alt(parts: Sequence[Part], metric: str) -> str:
    """Say the chart in words: what was found, or that nothing was."""
    found = " ".join(part.finding.sentence for part in parts if part.found)
    return f"Differences of {METRICS[metric].label} between parts of the people and the rest. {found or 'None found.'}"
