"""Metrics, protocols: the same recommender under other rules, and how far its number moves."""

from __future__ import annotations

import streamlit as st

from recsys.columns import Evaluation
from recsys.data import Dataset
from recsys.evaluate import Experiment
from recsys.evaluate.config import YARDSTICK
from recsys.evaluate.lens import METRICS as LENS_METRICS
from recsys.evaluate.lens import PUBLISHED, Lens, Protocols, spread
from recsys.evaluate.protocol import Protocol
from recsys.metrics import METRICS
from recsys.models import MODELS
from recsys.plots.lens import lens_alt, lens_figure
from recsys.ui import frame
from recsys.ui.metrics_answer import CHART, asked_for, table_proof
from recsys.ui.metrics_question import View, metric_picker, model_picker


def show(data: Dataset, config: Experiment) -> None:
    """Draw one recommender under every protocol, and why each number is what it is."""
    with st.container(horizontal=True, gap="small"):
        model = model_picker(View.PROTOCOLS, config.models[::-1] or (YARDSTICK,))
        metric = metric_picker(View.PROTOCOLS, LENS_METRICS)
    st.markdown(
        "The same recommender and the same data, measured by other rules. **A number without its rule says nothing.**"
    )
    question = Protocols(model, Protocol(k=config.k, seed=config.seed, max_users=config.max_users))
    table = asked_for(data, question)
    if table is None:
        return
    low, high = spread(table, metric)
    if low == low:
        st.markdown(
            f"**{frame.plain(MODELS[model].label)}: {METRICS[metric].label} from {low:.3f} to {high:.3f}**, "
            "by the rule alone."
        )
    st.plotly_chart(lens_figure(table, metric), key=f"lens-{metric}", config=CHART, alt=lens_alt(table, metric))
    if metric == PUBLISHED.metric:
        values = ", ".join(f"{value:.2f}" for value in PUBLISHED.values)
        st.caption(
            f"Open diamonds: three papers printed {values} for {PUBLISHED.model} on {PUBLISHED.dataset} "
            f"({PUBLISHED.label})."
        )
    rows = table[table[Evaluation.METRIC] == metric]
    st.markdown(
        "\n".join(
            f"- **{frame.plain(label)}** · {frame.plain(line)}"
            for label, line in zip(rows[Lens.PROTOCOL], rows[Lens.LINE], strict=True)
        )
    )
    table_proof(table, f"protocols-{model}", data, question.call(data.name))
