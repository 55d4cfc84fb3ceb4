"""Train, fuse: several encoders together, by their scores and by their vectors, beside each of them alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from recsys.data import Dataset
from recsys.plots.fusion import (
    fusion_alt,
    fusion_figure,
    sizes_alt,
    sizes_figure,
    weights_alt,
    weights_figure,
)
from recsys.text import made
from recsys.train import Job
from recsys.train.fuse import JOINED, SCORES, Fuse, better, label_of
from recsys.train.sealed import caution
from recsys.ui import engine, frame, train_job

_HOW = (
    "Scores added up: each encoder ranks, the scores are put on one scale and added in learned weights. Vectors "
    "joined: the encoders' vectors stand side by side in learned weights, and the few directions in which items really "
    "differ are kept (principal component analysis): one new encoder. Weights and size are chosen on parts cut out of "
    "the training part; the test parts are opened once. An encoder that learned from these likes is left out."
)
_INTERVAL = "Each person is asked once under every ranking. Whiskers are 95% intervals over people."


def draw(data: Dataset) -> None:
    """Draw the start, the search while it runs, and what fusing is worth on ``data``."""
    ask = Fuse.usual(data)
    names = ", ".join(map(label_of, ask.names))
    job = train_job.done(
        data,
        ask,
        "Fuse encoders",
        f"Do several readers of the same texts rank better together? Together here: {names}. Takes a few minutes; the "
        "first time each has to read the catalogue.",
        watch=_watch,
    )
    if job is not None:
        _found(data, job.result)


def _watch(job: Job) -> None:
    """Draw the sizes tried so far."""
    if job.points:
        _sizes(job.points)


def _found(data: Dataset, result: Mapping[str, Any]) -> None:
    """Draw the verdict, what each ranking reaches, and what was learned."""
    kept = made.find(result["kept"]) if result["kept"] else None
    frame.section(_headline(result), _HOW)
    st.markdown(frame.plain(result["verdict"]))
    if kept is not None:
        frame.hint(kept.line)
        engine.use(data, kept.name, kept.label)
    for part in result["parts"]:
        _part(part)
    frame.section("What each encoder weighs", "Learned on validation. At 0 an encoder is not asked at all.")
    ways = {label_of(way): _labelled(result[way]) for way in (SCORES, JOINED) if result[way]}
    frame.chart(weights_figure(ways), "fuse-weights", weights_alt(ways))
    if result["trials"]:
        frame.section("How much of the joined vectors to keep", f"{result['dim']} numbers per text did best.")
        _sizes(result["trials"])
    for sentence in result["left_out"]:
        frame.hint(f"Left out: {sentence}.")


def _headline(result: Mapping[str, Any]) -> str:
    if result["kept"]:
        return "Better together"
    return "Added scores gain, one encoder does not" if better(result["parts"], SCORES) else "No gain on this data"


def _part(part: Mapping[str, Any]) -> None:
    """Draw one test part: the gains in words, then everybody's dots."""
    n_people = max((row["n"] for row in part["rows"]), default=0)
    frame.section(f"{part['label']}, {n_people:,} people", _INTERVAL)
    for gain in part["gains"]:
        frame.hint(gain["words"])
    frame.chart(fusion_figure(part["rows"]), f"fuse-{part['split']}", fusion_alt(part["rows"], part["label"].lower()))
    warning = caution(part["n_opened"] - 1)
    if warning:
        frame.hint(warning)


def _sizes(trials: Sequence[Mapping[str, Any]]) -> None:
    labelled = [{**trial, "weights": _labelled(trial["weights"])} for trial in trials]
    frame.chart(sizes_figure(labelled), "fuse-sizes", sizes_alt(labelled))


def _labelled(weights: Mapping[str, float]) -> dict[str, float]:
    return {label_of(name): weight for name, weight in weights.items()}
