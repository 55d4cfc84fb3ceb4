"""Encoders alone and together: how well each ranks, what each weighs, and how many numbers per text are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from recsys.plots import theme
from recsys.plots.marks import SYMBOLS, one_line, whiskers

ROW_HEIGHT, WIDEST = 34, 22
"""Pixels per row, and characters of its name."""
KINDS = {
    "fused": (theme.PULL, "diamond", "together"),
    "single": (theme.PALETTE[2], "circle", "alone"),
    "baseline": (theme.FAINT, "square", "to compare"),
}
"""Colour, shape and words of each kind of row."""
METRIC = "NDCG@10, from 0 (no hit) to 1 (perfect list)"

Rows = Sequence[Mapping[str, Any]]


def fusion_figure(rows: Rows) -> go.Figure:
    """Draw a row per ranking, in their order by kind, with a dot and the whisker of its 95% interval.

    ``rows`` have ``label``, ``kind`` (a key of ``KINDS``), ``value``, ``low``, ``high`` and ``n`` people.
    """
    figure = go.Figure()
    for kind, (colour, shape, words) in KINDS.items():
        mine = [row for row in rows if row["kind"] == kind]
        if not mine:
            continue
        values, low, high = ([row[end] for row in mine] for end in ("value", "low", "high"))
        figure.add_scatter(
            x=values,
            y=[one_line(row["label"], WIDEST) for row in mine],
            error_x=whiskers(values, low, high),
            mode="markers",
            name=words,
            cliponaxis=False,
            marker={"size": 11, "color": colour, "symbol": shape},
            customdata=[[f"{a:.3f} to {b:.3f}", row["n"]] for a, b, row in zip(low, high, mine, strict=True)],
            hovertemplate="%{y}: %{x:.3f}<br>95% interval %{customdata[0]}, %{customdata[1]:,} people<extra></extra>",
        )
    figure.update_yaxes(autorange="reversed", showgrid=False, fixedrange=True)
    figure.update_xaxes(title=METRIC, rangemode="tozero", fixedrange=True)
    return theme.legend_above(theme.apply(figure, height=110 + ROW_HEIGHT * len(rows)))


def fusion_alt(rows: Rows, about: str) -> str:
    """Say the dots in words."""
    said = [f"{row['label']} {row['value']:.3f} [{row['low']:.3f}, {row['high']:.3f}]" for row in rows]
    return f"NDCG@10, {about}: {', '.join(said)}" if said else f"Nobody could be asked: {about}"


def weights_figure(ways: Mapping[str, Mapping[str, float]]) -> go.Figure:
    """Draw what each encoder weighs, a bar per way of fusing; ``ways`` has weights in [0, 1] by encoder by way."""
    figure = go.Figure()
    for place, (way, weights) in enumerate(ways.items()):
        total = sum(weights.values()) or 1.0
        figure.add_bar(
            x=[weight / total for weight in weights.values()],
            y=[one_line(label, WIDEST) for label in weights],
            orientation="h",
            name=way,
            marker={"color": theme.PALETTE[place], "pattern": {"shape": ("", "/")[place % 2]}},
            hovertemplate=f"%{{y}}: %{{x:.0%}} of {way.lower()}<extra></extra>",
        )
    n_encoders = len(next(iter(ways.values()), {}))
    figure.update_xaxes(title="share of the weight", tickformat=".0%", range=[0, 1], fixedrange=True)
    figure.update_yaxes(autorange="reversed", showgrid=False, fixedrange=True)
    figure.update_layout(barmode="group", bargap=0.35)
    return theme.legend_above(theme.apply(figure, height=110 + 2 * ROW_HEIGHT * n_encoders))


def weights_alt(ways: Mapping[str, Mapping[str, float]]) -> str:
    """Say the bars in words."""
    said = []
    for way, weights in ways.items():
        total = sum(weights.values()) or 1.0
        said.append(f"{way}: {', '.join(f'{label} {weight / total:.0%}' for label, weight in weights.items())}")
    return f"Share of the weight. {'; '.join(said)}" if said else "Nothing was weighed"


def sizes_figure(trials: Rows) -> go.Figure:
    """Draw how well joined vectors rank by how many numbers of them are kept; a line per weighting.

    ``trials`` have ``dim``, ``value`` (mean NDCG@10 of validation) and ``weights`` by encoder.
    """
    figure = go.Figure()
    for place, said in enumerate(dict.fromkeys(_words(trial["weights"]) for trial in trials)):
        mine = [trial for trial in trials if _words(trial["weights"]) == said]
        figure.add_scatter(
            x=[str(trial["dim"]) for trial in mine],
            y=[trial["value"] for trial in mine],
            mode="lines+markers",
            name=one_line(said, 60),
            cliponaxis=False,
            line={"color": theme.PALETTE[place % len(theme.PALETTE)], "width": 2},
            marker={"size": 9, "symbol": SYMBOLS[place % len(SYMBOLS)]},
            hovertemplate="%{x} numbers: %{y:.3f}<extra></extra>",
        )
    dims = sorted({trial["dim"] for trial in trials})
    order = [str(dim) for dim in dims]
    figure.update_xaxes(title="numbers kept per text", type="category", categoryorder="array", categoryarray=order)
    figure.update_yaxes(title="NDCG@10 on validation")
    return theme.legend_above(theme.apply(figure, height=theme.LOW))


def sizes_alt(trials: Rows) -> str:
    """Say the best point in words."""
    if not trials:
        return "Nothing was tried yet"
    best = max(trials, key=lambda trial: float(trial["value"]))
    return (
        f"NDCG@10 on validation by numbers kept per text, {len(trials)} tries; best {best['value']:.3f} with "
        f"{best['dim']} numbers ({_words(best['weights'])})"
    )


def _words(weights: Mapping[str, float]) -> str:
    return ", ".join(f"{label} {weight:g}" for label, weight in weights.items() if weight)
