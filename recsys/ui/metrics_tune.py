"""Metrics, tune and adopt: try settings inside the training part, compare once on the test part, use on Live."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from recsys.columns import Evaluation
from recsys.data import Dataset
from recsys.evaluate import Experiment, Result
from recsys.evaluate.pairs import digits
from recsys.evaluate.progress import Progress, silent
from recsys.evaluate.standing import change, value, with_ends
from recsys.evaluate.study import seconds_for
from recsys.evaluate.tune import searchable
from recsys.metrics import METRICS, difference_in_words
from recsys.models import MODELS
from recsys.models.setting import Setting
from recsys.plots.tuning import tuning_alt, tuning_figure
from recsys.ui import frame
from recsys.ui.choices import known
from recsys.ui.experiments import experiments
from recsys.ui.metrics_answer import asked_for, proof, use_on_live
from recsys.ui.metrics_question import View, metric_key

METRIC = "ndcg"
BUDGETS = (2, 30, 6)
"""Fewest, most and default number of settings per model."""


_COLUMNS = {
    Evaluation.MODEL: "Recommender",
    Evaluation.TRIAL: "Try",
    Evaluation.KNOBS: "Setting",
    Evaluation.VALUE: "Validation",
}
_SEARCH = (
    "The first setting is the default one. Each further one moves some knobs of the best so far, to points of a "
    "scrambled Halton sequence over their ranges; in the second half of the budget, over the half of each range around "
    "the best. Knobs of typed words stay as they are where nobody typed anything."
)


@dataclass(frozen=True, slots=True)
class Tuning:
    """The same experiment twice: as the models come, and with ``budget`` settings tried for each."""

    config: Experiment
    budget: int

    def ask(self, data: Dataset, progress: Progress = silent) -> tuple[Result, Result]:
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
    known(metric_key(View.TUNE, "budget"), [str(n) for n in range(low, high + 1)], "number of settings")
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
    models = [name for name in config.models if MODELS[name].knobs]
    if not models:
        frame.empty("Nothing chosen here can be tuned.", "Choose a recommender with settings above.")
        return
    found = asked_for(
        data,
        Tuning(config, int(budget)),
        f"One press tries {budget} settings of each recommender and shows what the best of them is worth on people's "
        "later likes, which played no part in the choice.",
    )
    if found is None:
        return
    before, after = found
    for model in models:
        _model(data, before, after, model)
    _tries(after, models, [MODELS[name].label for name in config.models if name not in models])
    proof(after, data)


def _model(data: Dataset, before: Result, after: Result, model: str) -> None:
    """Draw one recommender: its settings and its test score before and after, and the way to Live."""
    setting = Setting.of(model, after.receipt.knobs.get(model, {}))
    gap = change(before, after, model, METRIC)
    worse = bool(setting.knobs) and gap.value < 0
    with st.container(border=True, key=f"tuned-{model}"):
        first, second, third = st.columns([2, 3, 3], gap="medium", vertical_alignment="center")
        with first:
            st.markdown(f"**{frame.plain(MODELS[model].label)}**")
            if worse:
                with st.popover("Use anyway", key=f"anyway-{model}"):
                    use_on_live(data, setting)
            else:
                use_on_live(data, setting)
        with second:
            st.markdown(turned(setting) or "Kept as it comes: nothing tried was better on validation.")
        with third:
            label = METRICS[METRIC].label
            numbers = " → ".join(with_ends(value(result, model, METRIC), METRIC) for result in (before, after))
            st.markdown(f"{label} {frame.plain(numbers)}")
            words = "The same lists as before."
            if setting.knobs:
                words = difference_in_words("Tuned", "as it comes", gap, digits(METRIC))
            st.caption(frame.plain(f"Worse on the test part: better left as it comes. {words}" if worse else words))


def _tries(after: Result, models: Sequence[str], fixed: Sequence[str]) -> None:
    """Draw every setting that was tried, how the search went, and on how many people it was judged."""
    frame.section("What was tried", _SEARCH)
    trials = after.tuning[(after.tuning[Evaluation.FOLD] == 0) & after.tuning[Evaluation.MODEL].isin(models)]
    frame.chart(tuning_figure(trials, METRIC), "trials", tuning_alt(trials, METRIC))
    n_people = int(trials[Evaluation.N_USERS].max()) if len(trials) else 0
    lines = (
        f"Judged by {METRICS[METRIC].label} of {n_people:,} people on a validation part cut out of the training part; "
        "the test part was opened once, after the choice, for the numbers before and after.",
        f"Nothing to tune: {', '.join(fixed)}." if fixed else "",
        "Shown is the first part of the data; each part chooses for itself." if after.receipt.n_folds > 1 else "",
    )
    st.caption("  \n".join(frame.plain(line) for line in lines if line))
    with st.expander("Every setting that was tried", key="all-tries", on_change="rerun") as tries:
        if tries.open:
            table = trials[[str(column) for column in _COLUMNS]].rename(columns=_COLUMNS)
            table["Recommender"] = [MODELS[str(name)].label for name in table["Recommender"]]
            st.dataframe(
                table,
                hide_index=True,
                column_config={"Validation": st.column_config.NumberColumn(format=f"%.{digits(METRIC)}f")},
                alt="Every setting that was tried, with its value on validation",
            )
            st.markdown("\n".join(f"- {frame.plain(line)}" for line in map(_ranges, models)))


def _ranges(model: str) -> str:
    """Where the search looks for each knob of ``model``."""
    said = [
        f"{knob.label} {' or '.join(map(str, knob.choices))}"
        if knob.choices
        else f"{knob.label} {knob.low:g} to {knob.high:g}{', by its logarithm' if knob.log else ''}"
        for knob in MODELS[model].knobs
        if searchable(knob)
    ]
    return f"{MODELS[model].label}: {'; '.join(said)}"


def turned(setting: Setting) -> str:
    """The knobs that changed, as Markdown: before → after."""
    knobs: Mapping[str, Any] = {knob.name: knob for knob in MODELS[setting.model].knobs}
    return "  \n".join(
        f"{frame.plain(knobs[name].label)}: {_short(knobs[name].default)} → **{_short(new)}**"
        for name, new in setting.knobs
    )


def _short(value: Any) -> str:
    if isinstance(value, float):
        # Two digits: a handful of tries tells no finer. The setting itself is kept as it was tried.
        return frame.plain(f"{float(f'{value:.2g}'):g}")
    return frame.plain(value if isinstance(value, str) else json.dumps(value))
