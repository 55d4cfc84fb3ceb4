"""Train, augment: what dropping, adding and thinning likes, and longer or translated texts, are worth on these data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from recsys.data import Dataset
from recsys.data.splits import SPLITS
from recsys.metrics.significance import signed
from recsys.models import MODELS
from recsys.models.setting import Setting
from recsys.plots.augment import (
    GAIN,
    LOSS,
    NOTHING,
    convergence_alt,
    convergence_figure,
    effects_alt,
    effects_figure,
    name_of,
    verdict,
)
from recsys.train import Job
from recsys.train.augment import SPLITS_OFFERED, Augment, K
from recsys.train.augmentations import AUGMENTATIONS, offered
from recsys.train.sealed import caution
from recsys.ui import frame, train_job
from recsys.ui.choices import picked
from recsys.ui.metrics_answer import use_on_live

SPLIT = "augment-split"
"""Key of the choice of the test, in the address."""
_HELP = {
    "random": "asks most people",
    "global_time": "asks about later likes only",
    "cold_items": "asks about items nobody has touched, where only texts can help",
}
_HOW = (
    "How much of each change is right was chosen on a part cut out of the training part; the test part was asked once. "
    "A difference is that of the same people with and without it (95% interval, people drawn again 1,000 times), and "
    "it is called found only when the interval leaves zero out and p, corrected for the number of changes (Holm), is "
    "below 0.05. Changes by chance are drawn 3 times, and each person counts with the mean."
)
_TWIN = (
    "EDLAE (Steck 2020): dropping each like with probability p in infinitely many copies adds p / (1 - p) times its "
    "likes to each item's own place in the matrix that EASE inverts. One model of all copies tends to that. The mean "
    "of a model for each copy does not: the inverse of a mean is not the mean of inverses."
)
_WORDS = {
    GAIN: "▲ Gain found",
    LOSS: "▼ Worse on this data: left off",
    NOTHING: "○ No gain on this data: left off",
}


def draw(data: Dataset) -> None:
    """Draw what can be tried, the run that measures it, and the verdicts."""
    split = picked("How to test", {name: SPLITS[name].label for name in SPLITS_OFFERED}, SPLIT, "way to test")
    frame.hint(f"{SPLITS[split].label}: {_HELP[split]}.")
    changes = offered(data, split)
    if not changes:
        frame.empty("These data have no further texts to try on new items.", "Choose another test above.")
        return
    job = train_job.done(
        data,
        Augment(split),
        f"Measure {len(changes)} changes" if len(changes) > 1 else "Measure one change",
        "One press tries each change alone, chooses how much of it on a part of the training data, and asks the test "
        "part once. Minutes where texts have to be read again.",
        watch=_watch,
    )
    if job is None:
        frame.section("What will be tried")
        _explained([one.name for one in changes])
        return
    result = job.result
    _effects(result)
    _verdicts(data, result["rows"])
    _table(result)
    if result["twin"]:
        _twin(result["twin"])


def _explained(names: Sequence[str]) -> None:
    """Draw one line per change."""
    lines = (
        f"- **{frame.plain(AUGMENTATIONS[name].label)}.** {frame.plain(AUGMENTATIONS[name].line)}" for name in names
    )
    st.markdown("\n".join(lines))


def _watch(job: Job) -> None:
    """Draw what validation said so far."""
    tried = [point for point in job.points if "label" in point]
    lines = [
        f"- {frame.plain(point['label'])} ({frame.plain(MODELS[point['model']].label)}, "
        f"{frame.plain(point['said'])}): {signed(point['value'] - point['without'])}"
        for point in tried
    ]
    if lines:
        frame.hint(f"On validation so far, NDCG@{K} with it minus without:")
        st.markdown("\n".join(lines))


def _effects(result: Mapping[str, Any]) -> None:
    rows, k = result["rows"], result["k"]
    n_gains = sum(verdict(row) == GAIN for row in rows)
    head = "No gain on this data" if not n_gains else "1 gain found" if n_gains == 1 else f"{n_gains} gains found"
    frame.section(head, _HOW)
    frame.chart(effects_figure(rows, k), "augment-effects", effects_alt(rows, k))
    base = result["models"]
    levels = ", ".join(f"{MODELS[name].label} {base[name]['ndcg']['value']:.3f}" for name in base)
    without = "; ".join(f"{one['label']} ({one['why']})" for one in result["left_out"])
    lines = (
        f"{result['dataset']}, {result['split_label'].lower()}, {result['n_users']:,} people, lists of {k}; strengths "
        f"chosen on {result['n_validation']:,} people.",
        f"NDCG@{k} without any change: {levels}. EASE starts without dropout, with the caution that suits it.",
        f"Not tried: {without}." if without else "",
        caution(result["n_opened"] - 1),
    )
    st.caption("  \n".join(frame.plain(line) for line in lines if line))


def _verdicts(data: Dataset, rows: Sequence[Mapping[str, Any]]) -> None:
    """Draw each change with its line, what became of it, and the way to Live where there is one."""
    names = dict.fromkeys(row["name"] for row in rows)
    with st.grid(2, min_column_width=380, gap="small") as grid:
        for name in names:
            with grid.cell(), st.container(border=True):
                _card(data, [row for row in rows if row["name"] == name], len(rows))


def _card(data: Dataset, rows: Sequence[Mapping[str, Any]], n_compared: int) -> None:
    """Draw one change: its line, and what became of it for each recommender."""
    st.markdown(f"**{frame.plain(rows[0]['label'])}.** {frame.plain(rows[0]['line'])}")
    for row in rows:
        st.markdown(f"**{_WORDS[verdict(row)]}**  \n{frame.plain(_said(row, n_compared))}")
        if row["adopt"]:
            use_on_live(data, Setting.parse(row["setting"]))
    if rows[0]["only_here"] and any(verdict(row) == GAIN for row in rows):
        frame.hint(f"Measured here only. {rows[0]['only_here']}")


def _said(row: Mapping[str, Any], n_compared: int) -> str:
    """One comparison in a sentence."""
    gain, cover = row["gain"], row["coverage"]
    by_chance = not gain["found"] and (gain["low"] > 0 or gain["high"] < 0)
    doubt = f", too little to tell from chance among {n_compared} comparisons" if by_chance else ""
    return (
        f"{MODELS[row['model']].label}, {row['strength']}: NDCG@{K} {_ends(gain)}{doubt}; coverage "
        f"{cover['without']:.0%} to {cover['with']:.0%}."
    )


def _table(result: Mapping[str, Any]) -> None:
    with st.expander("All numbers", key="augment-numbers", on_change="rerun") as numbers:
        if numbers.open:
            st.dataframe(
                [
                    {
                        "Change": name_of(row, ", "),
                        "How much": row["strength"],
                        "Without": row["without"],
                        "With": row["with"],
                        "Difference": _ends(row["gain"]),
                        "p": row["gain"]["p"],
                        "Coverage, difference": _ends(row["coverage"]),
                        "Validation, difference": signed(row["validation"]["with"] - row["validation"]["without"]),
                    }
                    for row in result["rows"]
                ],
                hide_index=True,
                column_config={name: st.column_config.NumberColumn(format="%.4f") for name in ("Without", "With", "p")},
                alt="Every change with its numbers",
            )


def _ends(said: Mapping[str, Any]) -> str:
    return f"{signed(said['value'])} [{signed(said['low'])}, {signed(said['high'])}]"


def _twin(twin: Mapping[str, Any]) -> None:
    """Draw how near dropping likes by hand comes to the closed form, and what that costs."""
    frame.section("Dropout by hand, and in one step", _TWIN)
    points = twin["points"]
    last = points[-1]
    exact = f"takes {_seconds(twin['seconds'])} and is exact: NDCG@{K} {twin['ndcg']:.4f} on validation"
    by_hand = f"take {_seconds(last['seconds'])}, are still {last['distance']:.1%} off, and give {last['ndcg']:.4f}"
    st.markdown(frame.plain(f"The closed form {exact}. {last['n']} copies {by_hand}."))
    frame.chart(convergence_figure(points), "augment-twin", convergence_alt(points))
    part = (
        f"Only the {twin['n_items']:,} most liked of {twin['n_liked']:,} liked items take part, so that a copy is "
        "quickly solved. "
        if twin["n_items"] < 0.9 * twin["n_liked"]
        else ""
    )
    frame.hint(
        f"{part}{twin['dropout']:.0%} of the likes dropped, caution {twin['l2']:g}, {twin['n_people']:,} people; "
        "seconds of the processor; the distance is that of the links, as a share of their size."
    )


def _seconds(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"
