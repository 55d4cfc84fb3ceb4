"""Two scores side by side, part by part: the item somebody asked for and the one at the last place."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from recsys.explain.why_not import WhyNot
from recsys.plots import theme
from recsys.plots.ledger import nothing, signed
from recsys.plots.marks import one_line

OURS, OTHER = theme.PULL, theme.FAINT
"""The app's green for what is looked at, grey for what it is compared with."""

MAX_LABEL = 22
BAR_HEIGHT = 40
EMPTY = "There are no two scores to compare."


def why_not_figure(found: WhyNot, title: str, bar_title: str, most: int = 8) -> go.Figure:
    """Draw the parts of both scores as pairs of bars, what holds the item back most on top."""
    parts = found.shown(most)
    if not parts:
        return nothing(EMPTY)
    return paired_bars(
        [part.part.label for part in parts],
        (title, [part.item for part in parts]),
        (f"{found.k}. {bar_title}", [part.bar for part in parts]),
        "points of score",
    )


def why_not_alt(found: WhyNot, title: str, bar_title: str, most: int = 8) -> str:
    """Say the pairs in words."""
    parts = found.shown(most)
    if not parts:
        return EMPTY
    told = "; ".join(f"{part.part.label} {signed(part.item, 2)} against {signed(part.bar, 2)}" for part in parts)
    return f"{title} has {found.score:.2f}, {bar_title} at the last place {found.bar_score:.2f}. {told}"


def paired_bars(
    labels: Sequence[str],
    ours: tuple[str, Sequence[float]],
    other: tuple[str, Sequence[float]],
    unit: str,
) -> go.Figure:
    """Draw two horizontal bars per label: ``ours`` (name, values) in colour above ``other`` in grey."""
    figure = go.Figure()
    places = list(range(len(labels)))
    for (name, values), colour in ((ours, OURS), (other, OTHER)):
        figure.add_bar(
            x=list(values),
            y=places,
            name=one_line(name, MAX_LABEL),
            orientation="h",
            text=[signed(value, 2) for value in values],
            textposition="outside",
            cliponaxis=False,
            marker={"color": colour},
            customdata=[one_line(label, 60) for label in labels],
            hovertemplate=f"%{{customdata}}<br>{one_line(name, MAX_LABEL)}: %{{x:+.3f}}<extra></extra>",
        )
    every = [*ours[1], *other[1], 0.0]
    room = 0.3 * ((max(every) - min(every)) or 1.0)
    theme.apply(figure, height=120 + BAR_HEIGHT * len(labels))
    left, right = min(every) - room * (min(every) < 0), max(every) + room * (max(every) > 0)
    figure.update_xaxes(title=unit, range=[left, right], fixedrange=True)
    figure.update_yaxes(
        tickvals=places,
        ticktext=[one_line(label, MAX_LABEL) for label in labels],
        range=[len(labels) - 0.5, -0.5],
        fixedrange=True,
        showgrid=False,
    )
    figure.update_layout(
        showlegend=True,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        margin={"t": 40},
    )
    return figure
