"""Drawing of the Metrics page: the chosen side of it, measured first where it needs the experiment."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from recsys.data import Dataset
from recsys.evaluate import Experiment, Result
from recsys.ui import (
    frame,
    metrics_cold,
    metrics_curves,
    metrics_density,
    metrics_overview,
    metrics_people,
    metrics_protocol,
    metrics_sure,
    metrics_tune,
)
from recsys.ui.metrics_answer import answered, proof, whom
from recsys.ui.metrics_question import View

SIDES: Mapping[View, Callable[[Dataset, Result], None]] = {
    View.OVERVIEW: metrics_overview.show,
    View.SIDES: metrics_curves.show,
    View.PEOPLE: metrics_people.show,
    View.SIGNIFICANCE: metrics_sure.show,
}
"""Sides of one result: the same experiment, looked at differently."""
STUDIES: Mapping[View, Callable[[Dataset, Experiment], None]] = {
    View.COLD: metrics_cold.show,
    View.DENSITY: metrics_density.show,
    View.PROTOCOLS: metrics_protocol.show,
    View.TUNE: metrics_tune.show,
}
"""Studies of their own: they take longer, and a button starts them."""


def show(view: View, data: Dataset, config: Experiment) -> None:
    """Draw one side of the page; nothing is measured for the others. Above it, what the address got wrong."""
    trouble = st.container()
    if view in STUDIES:
        STUDIES[view](data, config)
    else:
        result = answered(data, config)
        if result is not None:
            if view != View.OVERVIEW:
                st.caption("  \n".join(frame.plain(line) for line in whom(result)))
            SIDES[view](data, result)
            proof(result, data)
    with trouble:
        frame.notices()
