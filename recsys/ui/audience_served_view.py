"""Audience, served: which people get worse lists than the rest, from which recommender, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from recsys.audience import Segment
from recsys.audience.divisions import ACTIVITY, GROUP, LABELS, by_activity, division
from recsys.audience.served import Part, served
from recsys.columns import Evaluation
from recsys.data import Dataset
from recsys.evaluate import Experiment, Result
from recsys.evaluate.config import YARDSTICK
from recsys.metrics import ACCURACY, METRICS
from recsys.metrics.significance import FEW_USERS
from recsys.models import MODELS
from recsys.plots.audience_served import served_alt, served_figure
from recsys.settings import ROOT
from recsys.ui import audience_part, audience_segment, choices, frame
from recsys.ui.experiments import experiments
from recsys.ui.metrics_answer import answered, whom
from recsys.ui.state import Key as StateKey

METRICS_PAGE = ROOT / "pages" / "metrics.py"
MODELS_SHOWN = ("random", YARDSTICK, "text_profile", "ease")
"""No opinion, what is popular, one that reads texts, one that learns from behaviour."""
SEGMENT = "segment"
_HELP = (
    "The same test as on Metrics: each person is asked about what they liked later. A part is compared with everybody "
    "else who was asked. Whiskers are 95% intervals; p says how often random people would differ as much, "
    "corrected for all comparisons of the chart (Holm)."
)


def draw(data: Dataset, segment: Segment | None) -> None:
    """Draw who is served worse, measured first where nobody has asked yet."""
    config = Experiment.usual(data.name)
    if experiments(data).found(data, config) is None:
        place = st.empty()
        with place.container():
            frame.empty(
                "Who gets worse lists than the others, and from which recommender?",
                "Nine recommenders learn from the past and are asked about what came later. Measured once, then kept.",
            )
            pressed = st.button("Measure this (under a minute on the samples)", key="audience-measure")
        if not pressed:
            return
        place.empty()
    result = answered(data, config)
    if result is not None:
        _compared(data, result, segment)


@frame.part("audience-served")
def _compared(data: Dataset, result: Result, segment: Segment | None) -> None:
    st.caption("  \n".join(map(frame.plain, whom(result))), help=_HELP)
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        kind = _kind(segment)
        metric = _metric(result)
        models = _models(result)
    parts = _parts(data, result, kind, segment)
    if not parts or not models:
        frame.empty(f"{_named(kind)}: the people cannot be divided this way here.", "Compare by something else.")
        return
    found = served(result.per_user, parts, metric, models, result.receipt.seed)
    _told(found, kind)
    if any(part.finding.value == part.finding.value for part in found):
        key = f"served-{kind}-{metric}-{'-'.join(models)}-{segment.name if segment else ''}-{data.version}"
        clicked = audience_part.clicked(served_figure(found, metric), key, served_alt(found, metric))
        frame.hint("Filled: a difference was found. Hollow: chance explains it. Click a dot to see the people.")
        chosen = next((part for part in found if clicked and part.name == clicked[0]), None)
        if chosen is not None:
            audience_segment.people(data, chosen.name, chosen.finding.user_ids, "audience-served")
    _numbers(found, metric)
    st.page_link(
        METRICS_PAGE,
        label="The whole measurement on Metrics →",
        query_params={str(StateKey.DATA): data.label},
        help="The same experiment: every recommender, metric and person.",
    )


def _told(found: Sequence[Part], kind: str) -> None:
    """Draw what was found, or that nothing was, and who was too few to tell."""
    sure = [part.finding for part in found if part.found]
    few = sorted({f"{part.name} ({part.n})" for part in found if part.finding.p != part.finding.p})
    sizes = [part.n for part in found if part.finding.p == part.finding.p]
    audience_part.findings(sure)
    if sizes and not sure:
        st.markdown("No difference found: chance alone could explain how these people differ.")
    notes = [f"The smallest part compared has {min(sizes)} people." if sizes else ""]
    notes.append(f"Fewer than {FEW_USERS} people on one side, not compared: {', '.join(few)}." if few else "")
    if kind == GROUP:
        notes.append("Groups come from all that people liked, what they liked later included.")
    st.caption("  \n".join(frame.plain(note) for note in notes if note))


def _numbers(found: Sequence[Part], metric: str) -> None:
    """Draw the numbers behind the chart."""
    label = METRICS[metric].label
    table = pd.DataFrame(
        [
            (
                part.name,
                MODELS[part.model].label,
                part.n,
                part.here.value,
                part.rest.value,
                part.finding.value,
                part.finding.p,
            )
            for part in found
        ],
        columns=["People", "Recommender", "Asked", label, f"{label}, the rest", "Difference", "p"],
    )
    st.dataframe(
        table,
        hide_index=True,
        height=320 if len(table) > 8 else "content",
        key="served-numbers",
        column_config={
            name: st.column_config.NumberColumn(format="%.3f")
            for name in (label, f"{label}, the rest", "Difference", "p")
        },
        alt=f"{label} of every part and the rest under every recommender, with the difference and its p",
    )


def _parts(data: Dataset, result: Result, kind: str, segment: Segment | None) -> tuple[Segment, ...]:
    """The parts of ``kind``; how much somebody did is what the recommenders were shown of it."""
    if kind == SEGMENT:
        return (segment,) if segment else ()
    if kind == ACTIVITY:
        rows = result.per_user[result.per_user[Evaluation.MODEL] == YARDSTICK]
        return by_activity(rows.set_index(Evaluation.USER)[Evaluation.N_HISTORY])
    with st.spinner("Looking for the parts, the first time only …", show_time=True):
        return division(data, kind)


def _kind(segment: Segment | None) -> str:
    names = {kind: _named(kind) for kind in (*([SEGMENT] if segment else []), *LABELS)}
    return choices.one_of("Compare", names, f"served-kind-{'one' if segment else 'all'}")


def _named(kind: str) -> str:
    return "The people chosen above" if kind == SEGMENT else LABELS[kind]


def _metric(result: Result) -> str:
    names = [
        name
        for name, spec in METRICS.items()
        if spec.group == ACCURACY and spec.per_user and name in result.per_user.columns and result.measured(name)
    ]
    name = st.selectbox("Metric", names, format_func=lambda name: METRICS[name].label, key="served-metric", width=140)
    return name if name in names else names[0]


def _models(result: Result) -> list[str]:
    with st.popover("Choose recommenders"):
        return st.pills(
            "Recommenders",
            list(result.models),
            selection_mode="multi",
            default=[name for name in MODELS_SHOWN if name in result.models],
            format_func=lambda name: MODELS[name].label,
            key="served-models",
            label_visibility="collapsed",
        )
