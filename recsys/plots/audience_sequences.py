"""Charts of what follows what: steps between categories against chance, and how sessions begin."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from recsys.audience.finding import SURE
from recsys.audience.sequence import STOPS, Step
from recsys.plots import theme
from recsys.plots.audience_grid import Cell, grid_figure
from recsys.plots.marks import one_line

MOST_LIFT = 3.0
"""As many times (or as seldom) as chance at which a colour is full."""
LABEL = 22
"""Letters of a row's label; columns have its number."""
N_SHOWN = 7
"""Categories of a step that have a block of their own; the others share one."""
REST = "others"
BLOCK, GAP = 0.16, 0.015
"""Width of a block in steps, and the space between two as a share of the height."""
N_CURVE, DOT = 16, 9
"""Points of a ribbon's edge, and the one at which its dot is."""
LEAST = 0.004
"""Share of the sessions from which a ribbon has a dot."""
HEIGHT = "height"


def lift_figure(table: pd.DataFrame, names: Sequence[str]) -> go.Figure:
    """Draw a square per pair of categories, from the row to the column; a dot where chance does not explain it."""
    place = {name: n for n, name in enumerate(names)}
    cells = []
    for row in table.to_dict("records"):
        lift, n_people = float(row[Step.LIFT]), int(row[Step.N_PEOPLE])
        tested = not math.isnan(row[Step.P])
        ends = f" [{row[Step.LOW]:.1f}, {row[Step.HIGH]:.1f}], p = {row[Step.P]:.3f}" if tested else ": too few to tell"
        said = (
            f"{one_line(row[Step.FROM], 40)} → {one_line(row[Step.TO], 40)}<br>{int(row[Step.N]):,} steps of "
            f"{n_people:,} people<br>" + (f"{lift:.1f} times chance{ends}" if not math.isnan(lift) else "never")
        )
        cells.append(
            Cell(
                place[row[Step.FROM]],
                place[row[Step.TO]],
                float(np.clip(math.log(max(lift, 1e-3)) / math.log(MOST_LIFT), -1, 1)) if tested else None,
                (row[Step.FROM], row[Step.TO]),
                said,
                bool(row[Step.P] < SURE),
            )
        )
    rows = [f"{one_line(name, LABEL)} · {n}" for n, name in enumerate(names, start=1)]
    columns = [str(n) for n in range(1, len(names) + 1)]
    figure = grid_figure(cells, rows, columns, theme.sides(1.0), (-1.0, 1.0), 26)
    figure.update_xaxes(title="goes to (number of the row)", side="top", tickangle=0)
    figure.update_yaxes(title="from", tickfont={"size": 11})
    return figure


def lift_alt(table: pd.DataFrame) -> str:
    """Say the squares in words: the three surest."""
    top = table[table[Step.P] < SURE].sort_values(Step.P, kind="stable").head(3)
    said = [f"{a} to {b} {lift:.1f} times" for a, b, lift in zip(top["from"], top["to"], top[Step.LIFT], strict=True)]
    return "Steps between categories against chance: " + ("; ".join(said) if said else "nothing beyond chance")


def flow_figure(table: pd.DataFrame, order: Sequence[str]) -> go.Figure:
    """Draw the first steps of sessions as blocks joined by ribbons, ``order`` naming the categories from the top.

    A block is as high as it has sessions. Plotly's own Sankey reports no clicks, so that this is drawn of areas; the
    dot on a ribbon or block carries ``[step, from, to]`` as ``customdata``, ``REST`` for what shares a block and "" for
    any.
    """
    flows = _fewer(table, order)
    names = [*order[:N_SHOWN], REST, STOPS]
    hue = dict(zip(names, theme.PALETTE, strict=False)) | {REST: theme.FAINT, STOPS: theme.NEUTRAL}
    blocks = _blocks(flows, names)
    figure = go.Figure()
    dots = _ribbons(figure, flows, blocks, hue)
    dots += _drawn_blocks(figure, blocks, hue)
    figure.add_scatter(
        showlegend=False,
        x=[dot.x for dot in dots],
        y=[dot.y for dot in dots],
        mode="markers",
        marker={"color": [dot.hue for dot in dots], "size": 8, "line": {"width": 1, "color": theme.NEUTRAL}},
        customdata=[list(dot.key) for dot in dots],
        hovertext=[dot.said for dot in dots],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    theme.apply(figure, height=theme.TALL)
    last = int(flows[Step.STEP].max()) + 1
    places = list(range(1, last + 1))
    still = {"showgrid": False, "zeroline": False, "fixedrange": True}
    figure.update_xaxes(tickvals=places, range=[0.85, last + 0.15], title="place of the item in its session", **still)
    figure.update_yaxes(showticklabels=False, title="sessions (share)", **still)
    figure.update_layout(hovermode="closest", dragmode=False)
    for name in names:
        shown = {"color": hue[name], "size": 11, "symbol": "square"}
        figure.add_scatter(x=[None], y=[None], mode="markers", marker=shown, name=one_line(name, 24), showlegend=True)
    return theme.legend_above(figure)


def _fewer(table: pd.DataFrame, order: Sequence[str]) -> pd.DataFrame:
    """The flows with all but the first ``N_SHOWN`` categories as one, and each flow's share of the sessions."""
    shown = {*order[:N_SHOWN], STOPS}
    short = table.assign(
        **{str(c): [name if name in shown else REST for name in table[c]] for c in (Step.FROM, Step.TO)}
    )
    keys = [str(column) for column in (Step.STEP, Step.FROM, Step.TO)]
    short = short.groupby(keys, sort=False)[str(Step.N)].sum().reset_index()
    rank = {name: n for n, name in enumerate([*order[:N_SHOWN], REST, STOPS])}
    short = short.iloc[np.lexsort((short[Step.TO].map(rank), short[Step.FROM].map(rank), short[Step.STEP]))]
    return short.assign(**{HEIGHT: short[Step.N] / short.loc[short[Step.STEP] == 1, str(Step.N)].sum()})


def _blocks(flows: pd.DataFrame, names: Sequence[str]) -> dict[tuple[int, str], tuple[float, float]]:
    """Top and size of each block by step and name."""
    sizes: dict[tuple[int, str], float] = {}
    for column, later in ((Step.FROM, 0), (Step.TO, 1)):
        sums = flows.groupby([str(Step.STEP), str(column)])[HEIGHT].sum().reset_index()
        for step, name, size in sums.itertuples(index=False):
            key = int(step) + later, str(name)
            sizes[key] = max(sizes.get(key, 0.0), float(size))
    found: dict[tuple[int, str], tuple[float, float]] = {}
    for step in sorted({step for step, _ in sizes}):
        top = 0.0
        for name in names:
            if (step, name) in sizes:
                found[step, name] = top, sizes[step, name]
                top -= sizes[step, name] + GAP
    return found


@dataclass(frozen=True, slots=True)
class _Dot:
    """What can be clicked."""

    x: float
    y: float
    key: tuple[int, str, str]
    said: str
    hue: str


def _ribbons(
    figure: go.Figure,
    flows: pd.DataFrame,
    blocks: Mapping[tuple[int, str], tuple[float, float]],
    hue: Mapping[str, str],
) -> list[_Dot]:
    """Draw each flow as an area between two blocks, all of one colour as one trace; return their dots."""
    leaves, reaches = ({key: top for key, (top, _) in blocks.items()} for _ in range(2))
    along = np.linspace(0, 1, N_CURVE)
    bend, dots = 3 * along**2 - 2 * along**3, []
    areas: dict[str, tuple[list[float | None], list[float | None]]] = {name: ([], []) for name in hue}
    for row in flows.to_dict("records"):
        step, name, goal, size = int(row[Step.STEP]), row[Step.FROM], row[Step.TO], row[HEIGHT]
        y0, y1 = leaves[step, name], reaches[step + 1, goal]
        leaves[step, name], reaches[step + 1, goal] = y0 - size, y1 - size
        x, upper = step + BLOCK / 2 + along * (1 - BLOCK), y0 + (y1 - y0) * bend
        areas[name][0].extend([*x, *x[::-1], None])
        areas[name][1].extend([*upper, *(upper - size)[::-1], None])
        said = f"{one_line(name, 40)} → {one_line(goal, 40)}: {row[Step.N]:,} sessions ({size:.1%})"
        if size >= LEAST:
            dots.append(_Dot(float(x[DOT]), float(upper[DOT] - size / 2), (step, name, goal), said, hue[name]))
    for name, (xs, ys) in areas.items():
        look = {"fill": "toself", "fillcolor": hue[name], "mode": "none", "opacity": 0.3}
        figure.add_scatter(x=xs, y=ys, hoverinfo="skip", showlegend=False, **look)
    return dots


def _drawn_blocks(
    figure: go.Figure, blocks: Mapping[tuple[int, str], tuple[float, float]], hue: Mapping[str, str]
) -> list[_Dot]:
    """Draw each block; return their dots."""
    dots, shapes = [], []
    for (step, name), (top, size) in blocks.items():
        x0, x1 = step - BLOCK / 2, step + BLOCK / 2
        box = {"x0": x0, "x1": x1, "y0": top, "y1": top - size, "fillcolor": hue[name]}
        shapes.append({"type": "rect", "line": {"width": 0}, "layer": "below", **box})
        if name != STOPS:
            said = f"{one_line(name, 40)}: {size:.1%} of the sessions at place {step}"
            dots.append(_Dot(float(step), top - size / 2, (step, name, ""), said, "#FFFFFF"))
    figure.update_layout(shapes=shapes)
    return dots


def flow_alt(table: pd.DataFrame) -> str:
    """Say how sessions begin in words."""
    first = table[table[Step.STEP] == 1]
    if first.empty:
        return "No sessions"
    total = first[Step.N].sum()
    top = first.groupby(str(Step.FROM))[str(Step.N)].sum().sort_values(ascending=False, kind="stable").head(3)
    stops = first.loc[first[Step.TO] == STOPS, str(Step.N)].sum()
    said = ", ".join(f"{name} {n / total:.0%}" for name, n in top.items())
    return f"First items of {total:,} sessions: {said}; {stops / total:.0%} stop after one item"
