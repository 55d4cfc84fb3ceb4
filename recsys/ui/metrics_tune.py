"""Metrics, tune and adopt: try settings inside the training part, compare once on the test part, use on Live."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from recsys.columns import Evaluation
from recsys.data import Dataset
from recsys.evaluate import Experiment, Result
from recsys.evaluate.pairs import digits
from recsys.evaluate.progress import Progress
from recsys.evaluate.study import seconds_for
from recsys.metrics import METRICS, difference_in_words
from recsys.models import MODELS
from recsys.models.setting import Setting
from recsys.plots.tuning import tuning_alt, tuning_figure
from recsys.ui import frame
from recsys.ui.experiments import experiments
from recsys.ui.metrics_answer import CHART, asked_for, proof, use_on_live
from recsys.ui.metrics_model import change, value, with_ends
from recsys.ui.metrics_question import View, metric_key

METRIC = "ndcg"
BUDGETS = (2, 30, 6)
"""Fewest, most and default number of settings per model."""


@dataclass(frozen=True, slots=True)
class Tuning:
    """The same experiment twice: as the models come, and with ``budget`` settings tried for each."""

    config: Experiment
    budget: int

    def ask(self, data: Dataset, progress: Progress) -> tuple[Result, Result]:
        """Before and after, on the same people; DataError when the training part cannot be cut again."""
        before = experiments(data).found(data, self.config)
        if before is None:
            before = self.config.ask(data, lambda share, line: progress(share / 4, line))
        tuned = replace(self.config, budget=self.budget)
        return before, tuned.ask(data, lambda share, line: progress(0.25 + 0.75 * share, line))

    def seconds(self, data: Dataset) -> float:
        """About how long it takes."""
        models = [name for name in self.config.models if MODELS[name].knobs]
        return seconds_for(data, 0.5 * (self.budget + 1) * len(models))


def show(data: Dataset, config: Experiment) -> None:
    """Draw the budget, what tuning changed for each recommender, and the way to Live."""
    low, high, usual = BUDGETS
    budget = st.slider(
        "Settings tried per recommender",
        low,
        high,
        usual,
        key=metric_key(View.TUNE, "budget"),
        bind="query-params",
        width=320,
        help="The first is the default one. Everybody gets the same number, so that nobody wins by more tries.",
    )
    st.markdown(
        f"Settings are judged by {METRICS[METRIC].label} on a validation part cut out of the training part. The test "
        "part is opened once, after the choice: the numbers before and after are from there, on the same people."
    )
    models = [name for name in config.models if MODELS[name].knobs]
    if not models:
        frame.empty("Nothing chosen here can be tuned.", "Choose a recommender with settings above.")
        return
    found = asked_for(data, Tuning(config, int(budget)))
    if found is None:
        return
    before, after = found
    for model in models:
        _model(data, before, after, model)
    st.header("What was tried", anchor=False)
    trials = after.tuning[(after.tuning[Evaluation.FOLD] == 0) & after.tuning[Evaluation.MODEL].isin(models)]
    st.plotly_chart(tuning_figure(trials, METRIC), key="trials", config=CHART, alt=tuning_alt(trials, METRIC))
    if after.receipt.n_folds > 1:
        st.caption("Shown is the first part of the data; each part chooses for itself.")
    proof(after, data)


def _model(data: Dataset, before: Result, after: Result, model: str) -> None:
    """Draw one recommender: its settings and its test score before and after, and the way to Live."""
    spec = MODELS[model]
    setting = Setting.of(model, after.receipt.knobs.get(model, {}))
    with st.container(border=True, key=f"tuned-{model}"):
        first, second, third = st.columns([2, 3, 3], gap="medium", vertical_alignment="center")
        with first:
            st.markdown(f"**{frame.plain(spec.label)}**")
            use_on_live(data, setting, model)
        with second:
            st.markdown(_turned(setting) or "Kept as it comes: nothing tried was better on validation.")
        with third:
            label = METRICS[METRIC].label
            numbers = " → ".join(with_ends(value(result, model, METRIC), METRIC) for result in (before, after))
            st.markdown(f"{label} {frame.plain(numbers)}")
            gap = change(before, after, model, METRIC)
            words = difference_in_words("Tuned", "as it comes", gap, digits(METRIC))
            st.caption(frame.plain("The same lists as before." if not setting.knobs else words))


def _turned(setting: Setting) -> str:
    """The knobs that changed, as Markdown: before → after."""
    knobs: Mapping[str, Any] = {knob.name: knob for knob in MODELS[setting.model].knobs}
    return "  \n".join(
        f"{frame.plain(knobs[name].label)}: {_short(knobs[name].default)} → **{_short(new)}**"
        for name, new in setting.knobs
    )


def _short(value: Any) -> str:
    return frame.plain(
        f"{value:.4g}" if isinstance(value, float) else value if isinstance(value, str) else json.dumps(value)
    )
