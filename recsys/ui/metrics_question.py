"""Controls of the Metrics page: what is measured, and which side of it is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import streamlit as st

from recsys.data import Dataset
from recsys.data.dataset import LIKED_STARS
from recsys.data.splits import SPLITS
from recsys.evaluate import Experiment
from recsys.metrics import METRICS
from recsys.models import BASELINES, MODELS
from recsys.ui import frame, links

DEFAULT_MODELS = ("ease_text", "ease", "item_knn", "text_profile", "text_mean")
MAX_LIST = 30
MAX_USERS = 1000
"""People evaluated at most, so that nobody waits minutes for a page; who is not drawn is counted on the page."""
PEOPLE = (100, 300, MAX_USERS)
STARS = (3.0, 3.5, LIKED_STARS, 4.5, 5.0)
MAX_SEED = 9999
LEAST_WIDTH = 330
"""Pixels of the line that names what is measured: it stays beside the controls or moves below them on a phone."""
_OPENED = "_metrics-opened"


class View(StrEnum):
    """Sides of the page; also their names in the URL."""

    OVERVIEW = "overview"
    LENGTH = "length"
    TRADE_OFF = "tradeoff"
    SLICES = "slices"
    PEOPLE = "people"
    SIGNIFICANCE = "significance"
    COLD = "cold"
    PROTOCOLS = "protocols"
    DENSITY = "density"
    TUNE = "tune"


LABELS = {
    View.OVERVIEW: "Overview",
    View.LENGTH: "List length",
    View.TRADE_OFF: "Trade-off",
    View.SLICES: "Who gains",
    View.PEOPLE: "People",
    View.SIGNIFICANCE: "How sure",
    View.COLD: "Cold start",
    View.PROTOCOLS: "Protocols",
    View.DENSITY: "When text pays",
    View.TUNE: "Tune and adopt",
}


class Control(StrEnum):
    """Keys of this page's controls, in the URL."""

    SPLIT = "split"
    K = "k"
    MODELS = "models"
    LIKED = "liked"
    PEOPLE = "most"
    SEED = "seed"
    VIEW = "view"


def question(data: Dataset) -> Experiment:
    """Draw the controls and return the experiment they describe."""
    links.whole_numbers(Control.K, Control.SEED)
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        split = _split()
        k = st.number_input(
            "List length",
            1,
            MAX_LIST,
            10,
            key=Control.K,
            bind="query-params",
            help="How many items each person gets.",
            width=136,
        )
        with st.popover("Choose recommenders"):
            chosen = _models()
        with st.popover("More options"):
            liked, people, seed = _more()
        named = [MODELS[name].label for name in MODELS if name in chosen]
        st.caption(frame.plain(f"Recommenders: {', '.join(named) or 'none chosen yet'}."), width=LEAST_WIDTH)
    # In the registry's order: the same choice is the same experiment, whatever was clicked first.
    models = tuple(name for name in MODELS if name in chosen)
    return Experiment(data.name, split, int(k or 10), models, seed, people, liked_from=liked)


def view() -> View:
    """Draw the choice of a side of the page and return the chosen one."""
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


def metric_picker(view: View, metrics: Sequence[str], label: str = "Metric", key: str = "metric") -> str:
    """Draw the choice of one of ``metrics``, each side of the page with its own, and return the chosen one."""
    name = st.selectbox(
        label,
        list(metrics),
        format_func=lambda name: METRICS[name].label if name in METRICS else name,
        key=metric_key(view, key),
        bind="query-params",
        width=240,
    )
    return name if name in metrics else metrics[0]


def metric_key(view: View, key: str = "metric") -> str:
    """Key of a metric picker, in the URL and in the session."""
    return f"{view}-{key}"


def model_picker(view: View, models: Sequence[str], label: str = "Recommender", key: str = "model") -> str:
    """Draw the choice of one of ``models`` and return the chosen one."""
    name = st.selectbox(
        label,
        list(models),
        format_func=lambda name: MODELS[name].label if name in MODELS else name,
        key=metric_key(view, key),
        bind="query-params",
        width=240,
    )
    return name if name in models else models[0]


def _split() -> str:
    name = st.selectbox(
        "How to test",
        list(SPLITS),
        format_func=lambda name: SPLITS[name].label if name in SPLITS else name,
        key=Control.SPLIT,
        bind="query-params",
        help="Which part of the data the models may learn from, and which part they are asked about.",
        width=210,
    )
    return name if name in SPLITS else next(iter(SPLITS))


def _models() -> list[str]:
    st.caption("Random order and the most popular items are always measured beside them. More take longer.")
    return st.pills(
        "Recommenders",
        [name for name in MODELS if name not in BASELINES],
        selection_mode="multi",
        default=[name for name in DEFAULT_MODELS if name in MODELS],
        format_func=lambda name: MODELS[name].label if name in MODELS else name,
        key=Control.MODELS,
        bind="query-params",
        label_visibility="collapsed",
    )


def _more() -> tuple[float, int, int]:
    """Draw the finer points: what a like is, how many people are asked, which draw of chance."""
    liked = st.selectbox(
        "Liked from",
        STARS,
        index=STARS.index(LIKED_STARS),
        format_func=lambda stars: f"{stars:g} stars",
        key=Control.LIKED,
        bind="query-params",
        help="Ratings of so many stars count as likes. Data without stars do not change.",
    )
    people = st.selectbox(
        "At most so many people",
        PEOPLE,
        index=len(PEOPLE) - 1,
        format_func=lambda n: f"{n:,}",
        key=Control.PEOPLE,
        bind="query-params",
        help="Drawn at random; fewer are faster, more are surer.",
    )
    seed = st.number_input(
        "Seed",
        0,
        MAX_SEED,
        0,
        key=Control.SEED,
        bind="query-params",
        help="Draws random splits, the people and the resamples. Another seed, another draw of chance.",
    )
    return (
        float(liked) if liked in STARS else LIKED_STARS,
        int(people) if people in PEOPLE else MAX_USERS,
        int(seed or 0),
    )
