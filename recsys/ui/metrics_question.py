"""Controls of the Metrics page: what is measured, and which side of it is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import streamlit as st

from recsys.columns import Events
from recsys.data import Dataset
from recsys.data.dataset import LIKED_STARS
from recsys.data.splits import SPLITS
from recsys.evaluate import Experiment
from recsys.evaluate.config import USUAL_MODELS, USUAL_PEOPLE
from recsys.metrics import METRICS
from recsys.models import BASELINES, MODELS
from recsys.models.registry import offered
from recsys.ui import frame, links
from recsys.ui.choices import known, picked
from recsys.ui.ranker import RANKER

LENGTHS = {k: str(k) for k in range(1, 31)}
STARS = {stars: f"{stars:g} stars" for stars in (3.0, 3.5, LIKED_STARS, 4.5, 5.0)}
LEAST_WIDTH = 330
"""Pixels of the line that names what is measured: it stays beside the controls or moves below them on a phone."""
_OPENED = "_metrics-opened"


class View(StrEnum):
    """Sides of the page; also their names in the URL."""

    OVERVIEW = "overview"
    SIDES = "sides"
    PEOPLE = "people"
    SIGNIFICANCE = "significance"
    COLD = "cold"
    DENSITY = "density"
    PROTOCOLS = "protocols"
    TUNE = "tune"


LABELS = {
    View.OVERVIEW: "Overview",
    View.SIDES: "Closer look",
    View.PEOPLE: "People",
    View.SIGNIFICANCE: "How sure",
    View.COLD: "Cold start",
    View.DENSITY: "When text pays",
    View.PROTOCOLS: "Other rules",
    View.TUNE: "Tune and adopt",
}


class Control(StrEnum):
    """Keys of this page's controls, in the URL."""

    SPLIT = "split"
    K = "k"
    MODELS = "models"
    LIKED = "liked"
    VIEW = "view"


def question(data: Dataset) -> Experiment:
    """Draw the controls and return the experiment they describe; what ranks the Live list is always in it."""
    live = RANKER.read(data.name)
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        split = split_picker()
        k = _length()
        liked = _liked() if data.events[Events.STARS].notna().any() else LIKED_STARS
        with st.popover("Choose recommenders"):
            chosen = {*_models(data), live.model}
        named = [MODELS[name].label + (" (on Live)" if name == live.model else "") for name in MODELS if name in chosen]
        st.caption(frame.plain(f"Recommenders: {', '.join(named)}."), width=LEAST_WIDTH)
    # In the registry's order: the same choice is the same experiment, whatever was clicked first.
    models = tuple(name for name in MODELS if name in chosen)
    knobs = ((live.model, live.knobs),) if live.knobs else ()
    return Experiment(data.name, split, k, models, max_users=USUAL_PEOPLE, liked_from=liked, knobs=knobs)


def view() -> View:
    """Draw the choice of a side of the page and return the chosen one; then what the address got wrong."""
    known(Control.VIEW, LABELS.values(), "side of this page")
    name = st.segmented_control(
        "Show",
        list(View),
        format_func=lambda name: LABELS.get(name, name),
        # A default beside a value that ``open_view`` has just set would be a contradiction.
        default=None if st.session_state.pop(_OPENED, False) else View.OVERVIEW,
        required=True,
        key=Control.VIEW,
        bind="query-params",
        label_visibility="collapsed",
        wrap=True,
    )
    return View(name) if name in list(View) else View.OVERVIEW


def open_view(view: View) -> None:
    """Show ``view`` in the next run; for callbacks."""
    st.session_state[Control.VIEW] = view
    st.session_state[_OPENED] = True


def metric_picker(
    view: View, metrics: Sequence[str], label: str = "Metric", key: str = "metric", usual: str = ""
) -> str:
    """Draw the choice of one of ``metrics``, each side of the page with its own, and return the chosen one."""
    labels = {name: METRICS[name].label for name in metrics}
    return picked(label, labels, metric_key(view, key), "metric", usual or None)


def metric_key(view: View, key: str = "metric") -> str:
    """Key of a metric picker, in the URL and in the session."""
    return f"{view}-{key}"


def model_picker(view: View, models: Sequence[str], label: str = "Recommender", key: str = "model") -> str:
    """Draw the choice of one of ``models`` and return the chosen one."""
    return picked(label, {name: MODELS[name].label for name in models}, metric_key(view, key), "recommender")


def split_picker() -> str:
    """Draw the choice of the rule by which the data are cut and return its name."""
    return picked(
        "How to test",
        {name: split.label for name, split in SPLITS.items()},
        Control.SPLIT,
        "way to test",
        width=210,
        help="Which part of the data the recommenders may learn from, and which part they are asked about.",
    )


def _length() -> int:
    # Not a box of numbers, which breaks on an address that says 1e999.
    return picked(
        "List length", LENGTHS, Control.K, "list length", 10, width=120, help="How many items each person gets."
    )


def _liked() -> float:
    return picked(
        "Liked from",
        STARS,
        Control.LIKED,
        "number of stars",
        LIKED_STARS,
        width=136,
        help="Ratings of so many stars count as likes.",
    )


def _models(data: Dataset) -> list[str]:
    choice = [name for name in offered(data) if name not in BASELINES]
    links.only(Control.MODELS, choice)
    st.caption("Random order, what is popular and what ranks your list on Live are always measured too.")
    known(Control.MODELS, [MODELS[name].label for name in choice], "recommender")
    return st.pills(
        "Recommenders",
        choice,
        selection_mode="multi",
        default=[name for name in USUAL_MODELS if name in choice],
        format_func=lambda name: MODELS[name].label if name in MODELS else name,
        key=Control.MODELS,
        bind="query-params",
        label_visibility="collapsed",
    )
