"""How somebody's reviews sound, one after the other."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from recsys.plots import theme
from recsys.plots.marks import one_line
from recsys.types import STARS

NEUTRAL = 3.0
MAX_TITLE = 40


def mood_figure(titles: Sequence[str], stars: Sequence[float], given: Sequence[bool]) -> go.Figure:
    """Draw one dot per review, oldest left, as high as its stars (0.5..5), hollow where they are read from words."""
    names = [one_line(title, MAX_TITLE) for title in titles]
    said = ["given" if known else "read from the words" for known in given]
    figure = go.Figure(
        go.Scatter(
            x=list(range(1, len(stars) + 1)),
            y=list(stars),
            mode="lines+markers",
            line={"color": theme.PULL, "width": 2},
            marker={"size": 10, "color": theme.PULL, "symbol": ["circle" if one else "circle-open" for one in given]},
            customdata=list(zip(names, said, strict=True)),
            hovertemplate="%{customdata[0]}: %{y:g} stars, %{customdata[1]}<extra></extra>",
            cliponaxis=False,
        )
    )
    figure.add_hline(y=NEUTRAL, line={"color": theme.NEUTRAL, "dash": "dot", "width": 1})
    figure.update_xaxes(title="review, oldest first", dtick=max(1, len(stars) // 8), range=[0.7, len(stars) + 0.3])
    figure.update_yaxes(title="stars", range=[0, STARS[1] + 0.2], dtick=1)
    return theme.apply(figure, height=220)


def mood_alt(titles: Sequence[str], stars: Sequence[float]) -> str:
    """Say the chart in words."""
    said = "; ".join(f"{title}: {one:g}" for title, one in zip(titles[-8:], stars[-8:], strict=True))
    return f"Stars of {len(stars)} reviews, oldest first, the last ones: {said}" if stars else "No reviews"
