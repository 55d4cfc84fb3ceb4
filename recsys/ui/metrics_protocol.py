"""Metrics, other rules: the same recommender under other rules, and how far its number moves."""

from __future__ import annotations

import streamlit as st

from recsys.columns import Evaluation
from recsys.data import Dataset
from recsys.evaluate import Experiment
from recsys.evaluate.lens import METRICS as LENS_METRICS
from recsys.evaluate.lens import PUBLISHED, READ_ON, Lens, spread
from recsys.evaluate.pairs import shown
from recsys.evaluate.usual import protocols
from recsys.metrics import METRICS
from recsys.models import MODELS
from recsys.plots.lens import lens_alt, lens_figure
from recsys.ui import frame
from recsys.ui.metrics_answer import asked_for, table_proof
from recsys.ui.metrics_question import View, metric_picker, model_picker


def show(data: Dataset, config: Experiment) -> None:
    """Draw one recommender under every protocol, and why each number is what it is."""
    with st.container(horizontal=True, gap="small"):
        model = model_picker(View.PROTOCOLS, config.models[::-1])
        metric = metric_picker(View.PROTOCOLS, LENS_METRICS)
    (least, one), (most, other) = PUBLISHED
    st.markdown(
        "The same recommender and the same data, measured by other rules. **A number without its rule says nothing:** "
        f"the method BPR on MovieLens 100K has been published with an NDCG@10 of {least:.2f} and of {most:.2f}.",
        help=f"{least} in {one}; {most} in {other}.",
    )
    question = protocols(config, model)
    table = asked_for(
        data, question, "One press measures one recommender by other rules of testing that are in use, one by one."
    )
    if table is None:
        return
    low, high = spread(table, metric)
    if low == low:
        st.markdown(
            f"**{frame.plain(MODELS[model].label)}: {METRICS[metric].label} from {shown(low, metric)} to "
            f"{shown(high, metric)}**, by the rule alone."
        )
    frame.chart(lens_figure(table, metric), f"lens-{metric}", lens_alt(table, metric))
    frame.hint(f"The thin lines are 95% intervals; diamonds rank a sample only. Read on: {'; '.join(READ_ON)}.")
    rows = table[table[Evaluation.METRIC] == metric]
    st.markdown(
        "\n".join(
            f"- **{frame.plain(label)}** · {frame.plain(line)}"
            for label, line in zip(rows[Lens.PROTOCOL], rows[Lens.LINE], strict=True)
        )
    )
    table_proof(table, f"protocols-{model}", data, question.call(data.name))
