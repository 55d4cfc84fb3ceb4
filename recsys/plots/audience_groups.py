"""Groups of people: where everybody is, and why there are so many groups."""

from __future__ import annotations

import plotly.graph_objects as go

from recsys.audience.groups import Groups, Method
from recsys.plots import theme
from recsys.plots.marks import SYMBOLS, one_line

HEIGHT = 520
MAX_NAME = 40


def people_map(found: Groups) -> go.Figure:
    """Draw everybody who was compared, in the colour and shape of their group; the id is in ``customdata``."""
    figure = go.Figure([_dots(found, place) for place in range(-1, len(found.groups)) if (found.labels == place).any()])
    theme.legend_above(theme.apply(figure, height=HEIGHT))
    for update, words in ((figure.update_xaxes, "largest"), (figure.update_yaxes, "second largest")):
        update(title=f"{words} difference of tastes (no unit)", showticklabels=False, showgrid=False, zeroline=False)
    figure.update_layout(
        dragmode="lasso",
        hovermode="closest",
        uirevision="keep",
        legend={"itemsizing": "constant", "font": {"size": 12}, "y": -0.12, "yanchor": "top"},
        margin={"t": 8},
    )
    return figure


def people_map_alt(found: Groups) -> str:
    """Say in words what the map shows."""
    sizes = ", ".join(f"{group.name}: {len(group.user_ids):,}" for group in found.groups)
    return f"Map of {len(found.user_ids):,} people by what they like. {sizes or 'No groups.'}"


def label(found: Groups, place: int) -> str:
    """What a group is called: its number and its name; -1 is no group."""
    if place < 0:
        return "no group" if found.groups else "everybody"
    return f"{place + 1} {found.groups[place].name}"


def _dots(found: Groups, place: int) -> go.Scattergl:
    here = [at for at, own in enumerate(found.labels) if own == place]
    name = one_line(label(found, place), MAX_NAME)
    n_hues = len(theme.PALETTE)
    return go.Scattergl(
        x=found.xy[here, 0],
        y=found.xy[here, 1],
        mode="markers",
        name=name,
        marker={
            "size": 8 if len(found.user_ids) < 500 else 6,
            "color": theme.NEUTRAL if place < 0 else theme.PALETTE[place % n_hues],
            # From the eleventh group on colours come again, beside another shape.
            "symbol": "circle-open" if place < 0 else SYMBOLS[(place + place // n_hues) % len(SYMBOLS)],
            "opacity": 0.85,
        },
        customdata=[found.user_ids[at] for at in here],
        hovertext=[f"{one_line(found.user_ids[at], MAX_NAME)}<br>{name}" for at in here],
        hoverinfo="text",
    )


def tried_figure(found: Groups) -> go.Figure:
    """Draw how good each number of groups, or each distance that counts as near, would be; a ring marks the best."""
    tried = found.tried
    by_number = found.method == Method.CENTRES
    said = "%{x} groups" if by_number else "near up to %{x:.2f}"
    figure = go.Figure(
        go.Scatter(
            x=list(tried.options),
            y=list(tried.values),
            mode="lines+markers",
            line={"color": theme.PALETTE[2], "width": 2},
            marker={"size": 8},
            hovertemplate=f"{said}: silhouette %{{y:.3f}}<extra></extra>",
        )
    )
    figure.add_scatter(
        x=[tried.best],
        y=[tried.value],
        mode="markers+text",
        marker={"size": 14, "symbol": "circle-open", "color": theme.MARKED, "line": {"width": 3}},
        text=["best"],
        textposition="bottom center",
        textfont={"color": theme.MARKED},
        cliponaxis=False,
        hoverinfo="skip",
    )
    theme.apply(figure, height=theme.LOW)
    figure.update_yaxes(title="mean silhouette (−1 to 1)")
    if by_number:
        figure.update_xaxes(title="groups (count)", dtick=1)
    else:
        figure.update_xaxes(title="distance up to which two people are near (no unit)")
    return figure


def tried_alt(found: Groups) -> str:
    """Say the curve in words."""
    options = zip(found.tried.options, found.tried.values, strict=True)
    points = ", ".join(f"{option:.3g}: {value:.3f}" for option, value in options if value == value)
    return (
        f"{found.why} Silhouettes by {'number of groups' if found.method == Method.CENTRES else 'distance'}: {points}"
    )
