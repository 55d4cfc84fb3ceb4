"""Train, tune: look for a better setting of one recommender, see what it is worth, open the test set once, adopt it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

import streamlit as st

from recsys.data import Dataset
from recsys.data.splits import SPLITS
from recsys.evaluate.config import YARDSTICK
from recsys.evaluate.lists import hit_metrics
from recsys.evaluate.pairs import digits
from recsys.evaluate.standing import NO_OPINION
from recsys.metrics import METRICS, Interval, difference_in_words
from recsys.models import MODELS
from recsys.models.registry import offered
from recsys.models.setting import Setting
from recsys.plots.study import PRUNED, importance_alt, importance_figure, study_alt, study_figure, study_table
from recsys.train import Job
from recsys.train.sealed import OpenTest, caution, openings
from recsys.train.tune import Tune, tunable
from recsys.train.worth import AS_IT_COMES, TUNED, interval
from recsys.ui import frame, train_job
from recsys.ui.choices import picked
from recsys.ui.metrics_answer import use_on_live
from recsys.ui.metrics_question import View, metric_key, metric_picker, split_picker
from recsys.ui.metrics_tune import turned

TRIALS = {"10": "10 tries", "20": "20 tries", "40": "40 tries", "80": "80 tries"}
MINUTES = {"1": "1 minute", "5": "5 minutes", "15": "15 minutes", "60": "1 hour"}
USUAL_MODEL = "ease"
NARROW = 130
"""Pixels of a choice between numbers."""
SHOWN = 3
"""So many of the last openings of the test set are named."""
_IMPORTANCE = (
    "How much of the differences between the settings judged on everybody each knob explains (functional analysis of "
    "variance over a random forest). A knob that was hardly moved shows little."
)
_HOW = (
    "A setting is judged on a quarter of the validation people first, then on half, three quarters and all of them, "
    "and stopped as soon as it is below the middle of the earlier ones. The first is the recommender as it comes. "
    "New settings are drawn where good ones were found (tree-structured Parzen estimator)."
)
_SEALED = (
    "The test set is the part that neither the recommenders nor the search have seen. It is fair once. Openings are "
    "counted for everybody here, by data, rule and seed; what the Metrics page measures on it is not counted."
)


def draw(data: Dataset) -> None:
    """Draw the controls, the search while it runs, and what it found."""
    ask = _controls(data)
    frame.notices()  # what the address got wrong
    minutes = MINUTES[f"{ask.seconds / 60:g}"]
    job = train_job.done(
        data,
        ask,
        f"Tune {MODELS[ask.model].label}",
        f"One press tries up to {ask.trials} settings of {MODELS[ask.model].label} for at most {minutes}, judged on a "
        "part cut out of the training part. The test set stays sealed.",
        watch=partial(_watch, ask),
    )
    if job is not None:
        _found(data, ask, job.result)


def _controls(data: Dataset) -> Tune:
    """Draw what is tuned, for what, and how long; the address names it all."""
    models = [name for name in offered(data) if tunable(name)]
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        model = picked("Recommender", _labels(models), metric_key(View.TUNE, "model"), "recommender", USUAL_MODEL)
        metric = metric_picker(View.TUNE, hit_metrics(), usual="ndcg")
        split = split_picker()
        trials = picked("Settings", TRIALS, metric_key(View.TUNE, "tries"), "number of tries", "40", NARROW)
        minutes = picked("For at most", MINUTES, metric_key(View.TUNE, "time"), "time", "5", NARROW)
    return Tune(model, metric, split, trials=int(trials), seconds=60.0 * int(minutes))


def _labels(models: list[str]) -> dict[str, str]:
    return {name: MODELS[name].label for name in models}


def _watch(ask: Tune, job: Job) -> None:
    """Draw the tries so far."""
    if not job.points:
        frame.hint("The first setting is being judged: the recommender as it comes.")
        return
    _chart(ask, job.points)


def _chart(ask: Tune, points: list[dict[str, Any]]) -> None:
    frame.chart(
        study_figure(points, ask.model, ask.metric),
        f"study-{ask.model}-{ask.metric}",
        study_alt(points, ask.model, ask.metric),
    )


def _found(data: Dataset, ask: Tune, result: Mapping[str, Any]) -> None:
    """Draw what the best setting is worth, the seal of the test set, and how the search went."""
    setting = Setting.of(ask.model, result["knobs"])
    place = st.container()
    tested = _sealed(data, ask, setting) if setting.knobs else None
    with place:
        _verdict(data, ask, setting, result, tested)
    _search(ask, result)


def _verdict(
    data: Dataset, ask: Tune, setting: Setting, result: Mapping[str, Any], tested: Mapping[str, Any] | None
) -> None:
    """Draw whether anything was gained, beside what has to be beaten, and the way to Live where it was."""
    worth = (tested or result)["worth"]
    gain, metric = interval(worth["gain"]), METRICS[ask.metric].label
    label, where = MODELS[ask.model].label, "the test set" if tested else "validation"
    better = gain.found and gain.value > 0
    head = f"{label} gains {metric} by tuning, on {where}" if better else f"No gain on this data, on {where}"
    frame.section(head, _HOW)
    _cards(ask, worth)
    left, right = st.columns([4, 1], vertical_alignment="center")
    left.markdown(turned(setting) or "Kept as it comes: nothing tried was better.")
    left.caption(frame.plain(_words(data, ask, setting, gain, result, tested)))
    if better:
        with right:
            use_on_live(data, setting)


def _words(
    data: Dataset,
    ask: Tune,
    setting: Setting,
    gain: Interval,
    result: Mapping[str, Any],
    tested: Mapping[str, Any] | None,
) -> str:
    """The difference as a sentence, whom it stands on, and how far to trust it."""
    said = [f"{data.label}, {SPLITS[ask.split].label.lower()}, {gain.n:,} people, lists of {ask.k}."]
    if setting.knobs:
        said.insert(0, difference_in_words("Tuned", "as it comes", gain, digits(ask.metric)))
    if not tested and setting.knobs:
        said.append("It was chosen on these people, so its number is a little too good: the test set tells.")
    if tested:
        said.append(caution(int(tested["n_opened"]) - 1))
    return " ".join(filter(None, said))


def _cards(ask: Tune, worth: Mapping[str, Any]) -> None:
    """Draw the four numbers with their intervals."""
    names = {TUNED: "tuned", AS_IT_COMES: "as it comes", YARDSTICK: MODELS[YARDSTICK].label, NO_OPINION: "Random"}
    with st.grid(4, min_column_width=180, gap="small") as grid:
        for key, name in names.items():
            number, d = interval(worth[key]), digits(ask.metric)
            with grid.cell():
                st.metric(
                    f"{METRICS[ask.metric].label}, {name}",
                    f"{number.value:.{d}f}" if number.n else "—",
                    f"{number.low:.{d}f} to {number.high:.{d}f}" if number.n else None,
                    delta_color="off",
                    delta_arrow="off",
                    border=True,
                )


def _sealed(data: Dataset, ask: Tune, setting: Setting) -> Mapping[str, Any] | None:
    """Draw the button that opens the test set, who opened it before, and return what it said."""
    frame.section("Test set", _SEALED)
    test = OpenTest(setting.model, setting.knobs, ask.metric, ask.split, ask.k, ask.seed, ask.max_users)
    before = openings(data, ask.split, ask.seed)
    job = train_job.done(
        data,
        test,
        "Open the test set",
        "One press compares the chosen setting with the recommender as it comes on people's held-out likes, which "
        "played no part in this search.",
    )
    if job is None and before:
        st.warning(frame.plain(caution(len(before))))
    if before:
        looks = ", ".join(f"{one.by} ({datetime.fromtimestamp(one.at, UTC):%Y-%m-%d %H:%M})" for one in before[-SHOWN:])
        more = f"{len(before) - SHOWN} earlier, " if len(before) > SHOWN else ""
        times = "Opened once" if len(before) == 1 else f"Opened {len(before)} times"
        frame.hint(f"{times}: {more}{looks}, UTC.")
    return None if job is None else job.result


def _search(ask: Tune, result: Mapping[str, Any]) -> None:
    """Draw every try, and which knobs mattered."""
    points = result["trials"]
    n_stopped = sum(point["state"] == PRUNED for point in points)
    saved = 1 - sum(point["share"] for point in points) / len(points)
    frame.section("What was tried", _HOW)
    _chart(ask, points)
    tries = "1 setting" if len(points) == 1 else f"{len(points)} settings"
    why = "" if len(points) >= ask.trials else " The time was over before all were tried."
    frame.hint(
        f"{tries} in {result['seconds']:.0f} s, {n_stopped} stopped early, which saved {saved:.0%} of the lists; "
        f"judged by {METRICS[ask.metric].label} of {result['n_people']:,} people. "
        f"A cross stands where it was stopped: on fewer people, so it may lie above the best.{why}"
    )
    frame.section("Which knobs mattered", _IMPORTANCE)
    if result["importance"]:
        frame.chart(
            importance_figure(result["importance"], ask.model),
            f"importance-{ask.model}",
            importance_alt(result["importance"], ask.model),
        )
    else:
        frame.hint(result["note"])
    _table(ask, points)


def _table(ask: Tune, points: list[dict[str, Any]]) -> None:
    with st.expander("Every setting that was tried", key="study-tries", on_change="rerun") as tries:
        if tries.open:
            st.dataframe(
                study_table(points, ask.model),
                hide_index=True,
                column_config={"Validation": st.column_config.NumberColumn(format=f"%.{digits(ask.metric)}f")},
                alt="Every setting that was tried, with its value on validation",
            )
