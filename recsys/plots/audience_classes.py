"""How well main interests are foretold: the learners beside the guesses, and what is taken for what."""

from __future__ import annotations

import plotly.graph_objects as go

from recsys.audience.interest_classes import GUESSES, LABELS, Classes
from recsys.metrics.significance import Interval
from recsys.plots import theme
from recsys.plots.marks import one_line, whiskers

MAX_NAME = 22
ROW = 30


def scores_figure(found: Classes) -> go.Figure:
    """Draw accuracy and macro F1 of each way of foretelling with 95% intervals; its name is in ``customdata``."""
    figure = go.Figure()
    for name, hue, symbol, up in (("accuracy", 0, "circle", 0.12), ("macro F1", 1, "diamond", -0.12)):
        values = [score.accuracy if name == "accuracy" else score.macro_f1 for score in found.scores]
        figure.add_scatter(
            x=[one.value for one in values],
            y=[len(values) - 1 - at + up for at in range(len(values))],
            mode="markers",
            name=name,
            marker={"size": 11, "symbol": symbol, "color": theme.PALETTE[hue]},
            error_x=whiskers([one.value for one in values], [one.low for one in values], [one.high for one in values]),
            customdata=[score.name for score in found.scores],
            hovertext=[
                f"{LABELS[score.name]}, {name}<br>{_said(one)}" for score, one in zip(found.scores, values, strict=True)
            ],
            hoverinfo="text",
        )
    theme.legend_above(theme.apply(figure, height=theme.LOW))
    n = len(found.scores)
    names = [LABELS[score.name] + (" (guess)" if score.name in GUESSES else "") for score in found.scores]
    figure.update_xaxes(title="share right, macro F1 (0 to 1)", range=[0, 1])
    figure.update_yaxes(tickvals=[n - 1 - at for at in range(n)], ticktext=names, range=[-0.6, n - 0.4], zeroline=False)
    figure.update_layout(hovermode="closest")
    return figure


def scores_alt(found: Classes) -> str:
    """Say the scores in words."""
    return "Foretold right: " + "; ".join(f"{LABELS[one.name]} {_said(one.accuracy)}" for one in found.scores)


def confusion_figure(found: Classes, name: str) -> go.Figure:
    """Draw people by what they turned to (rows) and what ``name`` foretold (columns); cells carry both names.

    A heatmap reports no clicks, so that invisible squares lie over the cells.
    """
    table = found.confusion(name)
    n = len(found.interests)
    shown = [one_line(one, MAX_NAME) for one in found.interests]
    cells = [(row, column) for row in range(n) for column in range(n)]
    figure = go.Figure(
        [
            _cells(table.tolist()),
            go.Scatter(
                x=[column for _, column in cells],
                y=[row for row, _ in cells],
                mode="markers",
                marker={"color": theme.CLEAR, "size": 20, "symbol": "square"},
                selected={"marker": {"color": theme.CLEAR}},
                unselected={"marker": {"color": theme.CLEAR}},
                customdata=[[found.interests[row], found.interests[column]] for row, column in cells],
                hovertext=[
                    f"turned to {shown[row]}<br>foretold {shown[column]}<br>{int(table[row, column]):,} people"
                    for row, column in cells
                ],
                hoverinfo="text",
            ),
        ]
    )
    theme.apply(figure, height=170 + ROW * max(4, n))
    figure.update_xaxes(title="foretold", tickvals=list(range(n)), ticktext=shown, tickangle=-45, range=[-0.5, n - 0.5])
    figure.update_yaxes(title="turned to (people)", tickvals=list(range(n)), ticktext=shown, range=[n - 0.5, -0.5])
    for update in (figure.update_xaxes, figure.update_yaxes):
        update(showgrid=False, zeroline=False, fixedrange=True, tickfont={"size": 11})
    figure.update_layout(hovermode="closest", hoverdistance=-1, dragmode=False)
    return figure


def confusion_alt(found: Classes, name: str) -> str:
    """Say the table in words."""
    table = found.confusion(name)
    return f"{LABELS[name]}: {int(table.trace()):,} of {int(table.sum()):,} people foretold right, by interest"


def _cells(table: list[list[int]]) -> go.Heatmap:
    return go.Heatmap(
        z=table,
        colorscale=[list(one) for one in theme.SHADES],
        showscale=False,
        xgap=1,
        ygap=1,
        text=[[str(one) if one else "" for one in row] for row in table],
        texttemplate="%{text}",
        textfont={"color": theme.INK},
        hoverinfo="skip",
    )


def _said(one: Interval) -> str:
    return f"{one.value:.0%} [{one.low:.0%} to {one.high:.0%}]"
