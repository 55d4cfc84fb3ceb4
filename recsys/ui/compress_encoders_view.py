"""Compress, engines: make smaller ones, measure all side by side, and let one of them read on Live."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from recsys.data import Dataset
from recsys.plots.engines import engines_alt, engines_figure
from recsys.text import made
from recsys.text.registry import selectable
from recsys.train import Job, State
from recsys.train.engine_shelf import FULL, ORIGINAL
from recsys.train.engines import LISTS, SPLITS, Engines, best
from recsys.train.job import all_jobs
from recsys.train.recipes import RECIPES, recipe_class
from recsys.ui import choices, engine, frame, train_job
from recsys.ui.compress_part import lost

PRICE = 0.04
"""Dollars for an hour of one processor core: about what clouds ask for a rented one, and no more than a guess."""
_BUSY = 1.5
"""Programs that want a core, per core, from which on times are longer than they need be."""


@dataclass(frozen=True, slots=True)
class Make:
    """One way to make a smaller engine."""

    kind: str
    """Its recipe."""
    label: str
    button: str
    gives: str


MAKES = (
    Make(
        "quantise",
        "8-bit numbers",
        "Make int8",
        "MiniLM with its weights in whole numbers of 8 bits instead of 32: a quarter of the size, about twice as fast. "
        "Takes a minute or two.",
    ),
    Make(
        "distil",
        "A table of words",
        "Make static",
        "A vector for every piece of a word, learned from MiniLM, and no network at all: the fastest. Knows no order "
        "of words. Takes a few minutes.",
    ),
    Make(
        "prune",
        "Three layers of six",
        "Prune to 3 layers",
        "Half of MiniLM's layers, taught for a short time to say what all six say: half the time for a text. Takes "
        "several minutes.",
    ),
)
QUALITIES = {"cold_items": "Hits among new items", "global_time": "Hits among later likes", LISTS: "Lists that stay"}
_QUALITY = (
    "Hits: how well lists made from texts alone find what people liked later, or which new items they liked (NDCG, 0 "
    "to 1). Lists that stay: how many of everybody's first ten the engine shares with the full model."
)
_SEEN = (
    "* Made with this data: it has seen these texts, and a fine-tuned one these likes, so that its numbers here "
    "flatter it. Where it was made stands what it is worth on what it has not seen."
)


def draw(data: Dataset) -> None:
    """Draw the ways to make an engine, then every engine's measurements."""
    frame.section("Make a smaller engine", "An engine turns texts into vectors, by which items are compared.")
    for place, make in zip(st.columns(len(MAKES), gap="small"), MAKES, strict=True):
        with place, st.container(border=True, key=f"make-{make.kind}"):
            _make(data, make)
    frame.section("What each engine is worth", "All are measured on the same texts, items and people of this data.")
    _measured(data)


def _make(data: Dataset, make: Make) -> None:
    st.markdown(f"**{frame.plain(make.label)}**")
    if make.kind not in RECIPES:
        frame.hint("Not part of this installation.")
        return
    job = train_job.done(data, recipe_class(make.kind)(), make.button, make.gives)
    if job is None:
        return
    name = str(job.result.get("name", ""))
    one = made.find(name) if name else None
    if one is None:
        frame.hint("It was made, and is not on the shelf any more.")
        st.button("Make it again", key=f"again-{make.kind}", on_click=job.forget)
        return
    frame.hint(" ".join(filter(None, (one.line, _in_short(job.result)))))
    engine.use(data, one.name, one.label)


def _in_short(found: Mapping[str, Any]) -> str:
    """What its maker measured, in one sentence.

    >>> _in_short({"cosine_mean": 0.9954, "overlap_items": 0.913, "times_faster": 1.94})
    'Cosine 0.995 to MiniLM, 91% of neighbours stay, 1.9 times as fast.'
    """
    said = {
        "cosine_mean": "cosine {:.3f} to MiniLM",
        "overlap_items": "{:.0%} of neighbours stay",
        "times_faster": "{:,.1f} times as fast",
    }
    parts = ", ".join(words.format(found[key]) for key, words in said.items() if found.get(key) is not None)
    return f"{parts[0].upper()}{parts[1:]}." if parts else ""


def _measured(data: Dataset) -> None:
    """Draw the measurements of what is here now; until they are made, the newest older ones."""
    job = train_job.done(
        data,
        Engines.usual(data),
        "Measure engines",
        "Lets every engine read this catalogue, compares the lists with the full model's, weighs each in a process of "
        "its own and takes the time of all in turn. A minute or two per engine the first time.",
    )
    if job is None:
        job = _older(data)
        if job is None:
            return
        frame.hint("Older measurements: the shelf or the app has changed since. Measure again to see every engine.")
    _table(job.result)
    if _busy(job.result):
        st.button("Measure again", key="measure-again", on_click=job.forget)
    _picture(job.result)
    _engines(data, job.result)


def _older(data: Dataset) -> Job | None:
    """The newest finished measurement of the same data."""
    if data.private:
        return None
    jobs = (job for job in all_jobs() if job.recipe.kind == Engines.kind and job.data_version == data.version)
    return next((job for job in jobs if job.state is State.DONE), None)


def _table(found: Mapping[str, Any]) -> None:
    price = st.number_input(
        "Dollars per core-hour",
        min_value=0.0,
        max_value=10.0,
        value=PRICE,
        step=0.01,
        format="%.3f",
        key="core-price",
        width=200,
        help="An assumption: put in what you pay for an hour of one processor core.",
    )
    st.dataframe(
        pd.DataFrame([_row(one, float(price)) for one in found["engines"]]),
        hide_index=True,
        height="content",
        placeholder="–",
        column_config=_columns(int(found["k"])),
        alt="Every engine with its quality, size, memory, speed and cost",
    )
    for line in _beneath(found, float(price)):
        frame.hint(line)


def _row(one: Mapping[str, Any], price: float) -> dict[str, Any]:
    hits = {name: (one["hits"].get(name) or {}).get("value") for name in SPLITS}
    return {
        "Engine": f"{one['label']}{' *' if one['learned_here'] else ''}",
        "New items": hits["cold_items"],
        "Later likes": hits["global_time"],
        "Cosine": (one["cosine"] or {}).get("mean"),
        "Neighbours": _percent(one["neighbours"]),
        "Lists": _percent(one["lists"]),
        "Disk": one["megabytes"],
        "Memory": one["memory_mb"],
        "p50": one["p50_ms"],
        "p95": one["p95_ms"],
        "Texts/s": one["texts_per_s"],
        "Core-hours": one["core_hours"],
        "Cost": one["core_hours"] * price,
    }


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _columns(k: int) -> dict[str, Any]:
    number = st.column_config.NumberColumn
    return {
        "New items": number(format="%.3f", help=f"NDCG@{k} of lists of items that nobody has touched yet."),
        "Later likes": number(format="%.3f", help=f"NDCG@{k} of lists for what people liked in the last fifth."),
        "Cosine": number(
            format="%.4f",
            help="How alike this engine's and the full model's vectors of the same text are; empty where the engine "
            "has vectors of another kind.",
        ),
        "Neighbours": number(format="%.0f%%", help=f"Of each item's {k} nearest items, those that stay."),
        "Lists": number(format="%.0f%%", help=f"Of everybody's first {k}, those that stay."),
        "Disk": number(format="%.0f MB", help="Size of the files that it loads, without the libraries that run it."),
        "Memory": number(
            format="%.0f MB", help="What it adds to the memory of a fresh process, libraries and texts included."
        ),
        "p50": number(format="%.3g ms", help="Time for one short text, half of them are faster."),
        "p95": number(format="%.3g ms", help="Nineteen of twenty short texts are faster."),
        "Texts/s": number(format="%,d", help="Texts of the catalogue per second, many at once."),
        "Core-hours": number(format="%.3g", help="Hours of one processor core for a million texts of this catalogue."),
        "Cost": number(format="$%.4f", help="Dollars for a million texts of this catalogue, at the price above."),
    }


def _beneath(found: Mapping[str, Any], price: float) -> list[str]:
    """What to know beside the table."""
    people = " and ".join(f"{n:,} people on {SPLITS[name]}" for name, n in found["n_people"].items())
    lines = [
        f"{found['data']}: {found['n_items']:,} items, {people or 'nobody to ask'}. Lists are made from texts alone. "
        f"Costs are for a million texts of this catalogue at {price:g} dollars per core-hour, which is an assumption."
    ]
    lines += [f"No numbers on {SPLITS[name]}: {reason}." for name, reason in found["without"].items()]
    lines += [f"{label} is left out: {reason}." for label, reason in found["left_out"].items()]
    if any(one["learned_here"] for one in found["engines"]):
        lines.append(_SEEN)
    if _busy(found):
        lines.append(
            f"The machine was busy ({found['busy']:.0f} programs per core): all took longer than they need to, "
            "the slow ones most. Measure again when it is quiet."
        )
    return lines


def _busy(found: Mapping[str, Any]) -> bool:
    return (found["busy"] or 0.0) > _BUSY


def _picture(found: Mapping[str, Any]) -> None:
    what = choices.one_of("Quality", QUALITIES, "engine-quality", help=_QUALITY)
    names = best(found["engines"], what)
    if not names:
        frame.empty("This quality could not be measured here.", "Choose another quality, or other data above.")
        return
    levels = {"What is popular": (found["baselines"]["popularity"].get(what) or {}).get("value")}
    beside = {label: level for label, level in levels.items() if level is not None}
    frame.chart(
        engines_figure(found["engines"], what, names, beside),
        f"engines-{what}",
        engines_alt(found["engines"], what, names),
    )
    frame.hint("The larger a dot, the more it takes on disk. On the dotted line: nobody else is faster and better.")


def _engines(data: Dataset, found: Mapping[str, Any]) -> None:
    """Draw what each engine loses, and the way to Live."""
    frame.section("What is lost, and who should read")
    here = selectable()
    for one in found["engines"]:
        if one["name"] == ORIGINAL:
            continue
        with st.container(border=True, key=f"engine-row-{one['name']}"):
            words, button = st.columns([5, 1], vertical_alignment="center")
            with words:
                st.markdown(f"**{frame.plain(one['label'])}** {frame.plain(_verdict(one))}")
                frame.hint(one["line"])
            with button:
                if one["name"] in here:
                    engine.use(data, one["name"], one["label"])
                else:
                    frame.hint("Not on the shelf any more.")


def _verdict(one: Mapping[str, Any]) -> str:
    """What is lost against the full model, in one line."""
    if one["name"] == FULL:
        return "is what the others are held against."
    return lost({SPLITS[name]: loss for name, loss in one["loss"].items()})
