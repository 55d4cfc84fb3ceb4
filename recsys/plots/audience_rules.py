"""Association rules: how strong each is, and on how much it rests."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from recsys.audience.association import Rule
from recsys.plots import theme
from recsys.plots.marks import one_line, whiskers

MAX_NAME = 48
TICKS = [one * ten for ten in (1, 10, 100, 1_000, 10_000) for one in (1, 2, 3, 5, 7)]


def rules_figure(rules: Sequence[Rule], told: Sequence[str]) -> go.Figure:
    """Draw each rule by its baskets and its lift, down to the lift it has at least; its place is its ``customdata``.

    ``told`` says each rule in words.
    """
    lifts = [rule.lift for rule in rules]
    figure = go.Figure(
        go.Scatter(
            x=[rule.n for rule in rules],
            y=lifts,
            mode="markers",
            marker={"size": 10, "color": theme.PALETTE[0], "opacity": 0.85},
            selected={"marker": {"opacity": 1}},
            unselected={"marker": {"opacity": 0.5}},
            error_y={**whiskers(lifts, [rule.lift_low for rule in rules], lifts, width=3), "thickness": 1},
            customdata=list(range(len(rules))),
            hovertext=[
                f"{one_line(words, MAX_NAME * 2)}<br>{rule.n:,} baskets, {rule.lift:.1f} times as often, "
                f"at least {rule.lift_low:.1f}"
                for rule, words in zip(rules, told, strict=True)
            ],
            hoverinfo="text",
        )
    )
    theme.apply(figure, height=theme.MIDDLE)
    figure.update_xaxes(title="baskets in which it held (count)", type="log", tickvals=TICKS)
    figure.update_yaxes(title="lift (times as often as anyway)", type="log", tickvals=TICKS)
    figure.update_layout(hovermode="closest", dragmode=False)
    return figure


def rules_alt(rules: Sequence[Rule], told: Sequence[str]) -> str:
    """Say in words what the chart shows."""
    first = f" First: {told[0]}, lift {rules[0].lift:.1f}." if rules else ""
    return f"{len(rules):,} rules by baskets and lift.{first}"
