"""How far lists agree as a small square, and what each stage of a pipeline leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from recsys.plots import theme

CELL_HEIGHT = 56
STEP_HEIGHT = 46


def agreement_figure(
    labels: Sequence[str], agreement: Sequence[Sequence[float]], shared: Sequence[Sequence[int]]
) -> go.Figure:
    """Draw the lists against each other: ``agreement`` in [0, 1] as colour, with ``shared`` items under the number.

    All three are square in the order of ``labels``; the diagonal, where a list meets itself, stays blank.
    """
    size = range(len(labels))
    cells = [[None if row == column else agreement[row][column] for column in size] for row in size]
    texts = [
        ["" if one == other else f"<b>{agreement[one][other]:.2f}</b><br>{shared[one][other]} shared" for other in size]
        for one in size
    ]
    figure = go.Figure(
        go.Heatmap(
            z=cells,
            x=list(labels),
            y=list(labels),
            zmin=0,
            zmax=1,
            colorscale=theme.SHADES,
            text=texts,
            texttemplate="%{text}",
            textfont={"color": theme.INK, "size": 12},
            showscale=False,
            xgap=2,
            ygap=2,
            hoverongaps=False,
            hovertemplate="%{y} and %{x}: %{z:.3f}<extra></extra>",
        )
    )
    figure.update_xaxes(title="0 nothing shared, 1 the same list", fixedrange=True, showgrid=False)
    figure.update_yaxes(autorange="reversed", fixedrange=True, showgrid=False)
    return theme.apply(figure, height=70 + CELL_HEIGHT * len(labels))


def agreement_alt(labels: Sequence[str], agreement: Sequence[Sequence[float]], shared: Sequence[Sequence[int]]) -> str:
    """Say the square in words: every two lists once."""
    told = [
        f"{labels[one]} and {labels[other]} {agreement[one][other]:.2f}, {shared[one][other]} shared"
        for one in range(len(labels))
        for other in range(one + 1, len(labels))
    ]
    return f"Rank-biased overlap of the lists: {'; '.join(told)}" if told else "One list, nothing to compare"


@dataclass(frozen=True, slots=True)
class Step:
    """One level of a pipeline: how many items are left after it."""

    label: str
    n_items: int
    ms: float | None
    """Milliseconds it took; None where nothing ran."""

    @property
    def line(self) -> str:
        """What came out and how long it took."""
        took = "" if self.ms is None else f" · {self.ms:.1f} ms"
        return f"{self.n_items:,}{took}"


def pipeline_figure(steps: Sequence[Step]) -> go.Figure:
    """Draw the steps from the top as bars as wide as the number of items that are left, with the time each took."""
    labels = [step.label for step in steps]
    figure = go.Figure(
        go.Bar(
            x=[step.n_items for step in steps],
            y=labels,
            orientation="h",
            marker={"color": [theme.FAINT if step.ms is None else theme.PULL for step in steps]},
            text=[step.line for step in steps],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}: %{text}<extra></extra>",
        )
    )
    widest = max((step.n_items for step in steps), default=0)
    figure.update_xaxes(title="items left", range=[0, 1.3 * (widest or 1)], fixedrange=True)
    figure.update_yaxes(autorange="reversed", fixedrange=True, showgrid=False)
    return theme.apply(figure, height=70 + STEP_HEIGHT * len(steps))


def pipeline_alt(steps: Sequence[Step]) -> str:
    """Say the steps in words."""
    return "Items left after each step: " + ", ".join(f"{step.label} {step.line}" for step in steps)
