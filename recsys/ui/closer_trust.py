"""How far a chance can be taken at its word: what was said to people held out, and what came of it."""

from __future__ import annotations

import streamlit as st

from recsys.live import Seat
from recsys.metrics.probability import Reliability
from recsys.models.interest import Interest, Reliabilities
from recsys.plots.reliability import reliability_alt, reliability_figure
from recsys.ui import cache, frame
from recsys.ui.live_model import Picture
from recsys.ui.wording import Wording

_LINE = (
    "“82% likely” means: of all things this was said about, people liked 82% once they tried them. It was learned "
    "from four fifths of the people and checked on the others. It knows nothing of words in the box, so it is not "
    "shown while you type. Checked are things that people chose to rate or click themselves; of what nobody "
    "chose, and of the top of a list alone, it may say too much."
)
_BRIER = "Mean squared distance between the chance and what happened: 0 is perfect, lower is better."
_ECE = "How far the chances are off on average, bin by bin (expected calibration error): 0 is perfect."
_SKILL = (
    "How much of the average's squared error the chances save: 0% is no better than saying the average of everybody."
)


def trust(words: Wording, place: Seat, now: Picture) -> None:
    """Draw the reliability chart and its figures beside those of simpler predictions."""
    data = words.data
    model = cache.interest(data)
    if not isinstance(model, Interest):
        frame.empty("Still learning from everybody's events.", "Look again in a few seconds.")
        return
    with st.spinner("Asking people who taught nothing"):
        told = model.reliability()
    if told is None:
        frame.empty("The chances cannot be checked here.", model.note or "There are too few people to check them on.")
        return
    st.caption(_LINE)
    frame.chart(
        reliability_figure(told.calibrated.bins, model.average_), "reliability", reliability_alt(told.calibrated.bins)
    )
    with st.container(horizontal=True):
        st.metric("Brier score", f"{told.calibrated.brier:.3f}", help=_BRIER)
        st.metric("Off by", f"{told.calibrated.ece:.1%}", help=_ECE)
        st.metric("Better than the average", f"{told.skill:.0%}", help=_SKILL)
    frame.hint(f"Checked on {sum(one.n for one in told.calibrated.bins):,} answers of people who taught nothing.")
    st.caption("  \n".join(f"{label}: Brier {one.brier:.3f}, off by {one.ece:.1%}" for label, one in _others(told)))


def _others(told: Reliabilities) -> tuple[tuple[str, Reliability], ...]:
    return (
        ("Without calibration", told.uncalibrated),
        ("Without learning from each of your steps", told.unmoved),
        ("Saying everybody's average of everything", told.average),
    )
