"""The line LIME fitted beside what the model itself says, event by event."""

from __future__ import annotations

from math import isnan

import plotly.graph_objects as go

from recsys.explain.ledger import Measure
from recsys.explain.lime import Lime
from recsys.plots.ledger import nothing, signed
from recsys.plots.why_not import paired_bars

EMPTY = "There is nothing to leave out yet: do or type something first."
EXACT = {Measure.CONTRIBUTIONS: "exact", Measure.DIFFERENCES: "lost without it"}
"""What the bars beside LIME's are."""


def lime_figure(found: Lime) -> go.Figure:
    """Draw a pair of bars per event and word, oldest on top: the exact value in colour, LIME's in grey."""
    if not found.features:
        return nothing(EMPTY)
    return paired_bars(
        [feature.label for feature in found.features],
        (EXACT[found.measure], found.exact.tolist()),
        ("LIME", found.coefficients.tolist()),
        "points of score",
    )


def lime_alt(found: Lime) -> str:
    """Say the bars in words, and how well the line fits."""
    if not found.features:
        return EMPTY
    told = "; ".join(
        f"{feature.label} {signed(exact, 2)}, LIME {signed(guess, 2)}"
        for feature, exact, guess in zip(found.features, found.exact.tolist(), found.coefficients.tolist(), strict=True)
    )
    fit = (
        "had too few samples to tell how well it fits" if isnan(found.r2) else f"explains {found.r2:.0%} of its samples"
    )
    return f"What each adds to the score. LIME {fit}. {told}"
