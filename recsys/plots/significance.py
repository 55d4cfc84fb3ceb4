"""Who beats whom: a square of signs, a row against a column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from recsys.metrics import METRICS
from recsys.models import MODELS
from recsys.plots import theme

CELL = 46
WINS, NOTHING, LOSES, ITSELF = "▲", "○", "▼", ""

Cell = tuple[str, str]
"""Sign and sentence of one pair."""
_LEVELS = {WINS: 1, NOTHING: 0, LOSES: -1}


def significance_figure(models: Sequence[str], cells: Mapping[tuple[str, str], Cell]) -> go.Figure:
    """Draw a square per pair: ▲ the row is better, ▼ it is worse, ○ no difference found.

    ``cells`` holds a sign and a sentence for every ordered pair that was compared.
    """
    grid = [[cells.get((row, column), (ITSELF, "")) for column in models] for row in models]
    labels = [MODELS[name].label for name in models]
    figure = go.Figure(
        go.Heatmap(
            z=[[_LEVELS.get(sign) for sign, _ in line] for line in grid],
            x=labels,
            y=labels,
            hoverinfo="skip",
            colorscale=theme.sides(0.4),
            zmin=-1,
            zmax=1,
            showscale=False,
            xgap=2,
            ygap=2,
        )
    )
    # Signs of their own: the text of a heatmap takes its colour from the fill and vanishes on a dark page.
    figure.add_scatter(
        x=labels * len(models),
        y=[label for label in labels for _ in models],
        mode="text",
        text=[sign for line in grid for sign, _ in line],
        textfont={"size": 18},
        customdata=[said for line in grid for _, said in line],
        hovertemplate="%{customdata}<extra></extra>",
    )
    figure.update_xaxes(title="against", side="top", showgrid=False, zeroline=False, tickangle=-35)
    figure.update_yaxes(title="this recommender", autorange="reversed", showgrid=False, zeroline=False)
    return theme.apply(figure, height=170 + CELL * len(models))


def significance_alt(models: Sequence[str], cells: Mapping[tuple[str, str], Cell], metric: str) -> str:
    """Say the square in words: whom each model beats."""
    said = []
    for row in models:
        beaten = [MODELS[column].label for column in models if cells.get((row, column), ("",))[0] == WINS]
        if beaten:
            said.append(f"{MODELS[row].label} beats {', '.join(beaten)}")
    return f"Who beats whom on {METRICS[metric].label}: {'; '.join(said) or 'no difference found between any two'}"
