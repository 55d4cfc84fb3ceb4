"""Compact vectors: what stays of the exact answers against the bytes they take."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from recsys.plots import theme
from recsys.plots.marks import SYMBOLS, whiskers

QUALITIES = {
    "overlap_items": "Nearest items that stay, share",
    "overlap_people": "Items of people's lists that stay, share",
    "ndcg": "NDCG on new items, 0 to 1",
}
"""What can be drawn upwards: keys of a representation, and the title of the axis."""
ROOM = 0.1
"""Decades left free on either side of the dots."""

Representations = Sequence[Mapping[str, Any]]
"""``representations`` of what the recipe of ``recsys.train.vectors`` returns."""


def vectors_figure(found: Representations, what: str, n_items: int) -> go.Figure:
    """Draw a dot per representation: ``what`` of QUALITIES against the bytes per item that every search reads.

    NDCG has whiskers to the ends of its 95% interval. Representations without a number are left out.
    """
    dots = sorted((one for one in found if one[what] is not None), key=lambda one: one["swept_bytes"])
    figure = go.Figure()
    for place, one in enumerate(dots):
        per_item, value = one["swept_bytes"] / max(n_items, 1), one[what]
        colour = theme.PALETTE[place % len(theme.PALETTE)]
        figure.add_scatter(
            x=[per_item],
            y=[value],
            error_y=whiskers([value], [one["ndcg_low"]], [one["ndcg_high"]]) if what == "ndcg" else None,
            mode="markers",
            cliponaxis=False,
            name=one["label"],
            showlegend=True,
            marker={"size": 12, "color": colour, "symbol": SYMBOLS[place % len(SYMBOLS)]},
            hovertemplate=f"{one['label']}<br>%{{y:.3f}}<br>%{{x:,.0f}} bytes per item<extra></extra>",
        )
    figure.update_xaxes(title="Bytes per item that a search reads (← less is better)", type="log", dtick=math.log10(2))
    if dots:
        ends = [math.log10(max(one["swept_bytes"] / max(n_items, 1), 1)) for one in (dots[0], dots[-1])]
        figure.update_xaxes(range=[ends[0] - ROOM, ends[1] + ROOM])
    figure.update_yaxes(title=QUALITIES[what], zeroline=False)
    return theme.legend_above(theme.apply(figure, height=theme.TALL))


def vectors_alt(found: Representations, what: str) -> str:
    """Say the chart in words."""
    said = [f"{one['label']} {one[what]:.3f} at {one['swept_bytes']:,} bytes" for one in found if one[what] is not None]
    return f"{QUALITIES[what]}, by size: {'; '.join(said)}" if said else "Nothing could be measured"
