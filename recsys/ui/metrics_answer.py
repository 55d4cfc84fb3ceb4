"""What the sides of the Metrics page share: waiting for an answer, adopting a model, taking the numbers along."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import TypeVar

import pandas as pd
import streamlit as st

from recsys.data import Dataset, catalogue
from recsys.errors import DataError
from recsys.evaluate import Result
from recsys.evaluate.usual import Question, Study
from recsys.models.setting import Setting
from recsys.ui import frame, links
from recsys.ui.experiments import experiments
from recsys.ui.ranker import NOT_MINE, RANKER

ROUND = 5
"""Seconds are said in steps of so many."""
WAITING = 420
"""Height in pixels of what stands where the answer will be."""
HOW_SURE = (
    "The thin lines and the brackets are 95% intervals: the people are drawn again 1,000 times, and the middle 95% of "
    "what comes out is shown (percentile bootstrap). Coverage and Gini are not averages over people: there each person "
    "counts by how much the number would move without them (infinitesimal jackknife).  \n"
    "A difference is compared for the same people on the same draws. Its p is how often chance alone gives as large a "
    "difference (bootstrap test of a shifted mean), corrected for the number of comparisons (Holm). It is called found "
    "only when that p is below 0.05 and the interval leaves zero out; the two can disagree where people are few."
)

Answer = TypeVar("Answer")


def answered(data: Dataset, question: Question[Answer]) -> Answer | None:
    """The answer to ``question``, with a progress bar while it is measured; None when it cannot be."""
    known = experiments(data).found(data, question)
    if known is not None:
        return known
    place = st.empty()
    with place.container():
        bar = st.progress(0.0, "Waiting for another measurement to finish")
        st.skeleton(height=WAITING)

    def draw(share: float, line: str) -> None:
        bar.progress(min(1.0, share), frame.plain(f"Measured once, then kept. {line}"))

    try:
        answer = experiments(data).ask(data, question, draw)
    except DataError as error:
        place.empty()
        frame.empty(str(error), "Choose another test above, or other data.")
        return None
    place.empty()
    return answer


def asked_for(data: Dataset, question: Study[Answer], gives: str = "") -> Answer | None:
    """The answer to ``question``; the first time a button asks for it, as it takes long. ``gives`` says what it is."""
    if experiments(data).found(data, question) is None:
        place = st.empty()
        with place.container():
            if gives:
                frame.hint(gives)
            pressed = st.button(
                f"Measure this (about {said_seconds(question.seconds(data))})",
                key=f"measure-{type(question).__name__}",
                help="Measured once, then kept for everybody." if not data.private else "Kept in this session only.",
            )
        if not pressed:
            return None
        place.empty()
    return answered(data, question)


def said_seconds(seconds: float) -> str:
    """A rough duration in words.

    >>> said_seconds(3), said_seconds(42), said_seconds(200)
    ('5 seconds', '45 seconds', '4 minutes')
    """
    if seconds > 90:
        return f"{math.ceil(seconds / 60)} minutes"
    return f"{max(ROUND, math.ceil(seconds / ROUND) * ROUND)} seconds"


def use_on_live(data: Dataset, setting: Setting) -> None:
    """Draw the link that lets ``setting`` rank the Live page's list, or say that it does."""
    if setting.model not in NOT_MINE:
        links.to_live(RANKER, setting, data, f"Let {setting.label} rank your list on the Live page, in this session.")


def whom(result: Result) -> tuple[str, ...]:
    """Whom the numbers are about and by which rules; and where nothing can be told from them, why."""
    receipt = result.receipt
    return (f"{receipt.sentence()} {receipt.rules()}", *filter(None, (receipt.caution(),)))


def proof(result: Result, data: Dataset) -> None:
    """Draw who was left out, what fell back, the downloads, and the command that gives the same numbers."""
    receipt = result.receipt
    about = (f"What the models get to know: {receipt.leak}", receipt.left_out(), receipt.intervals(), *receipt.notes)
    st.caption("  \n".join(map(frame.plain, about)), help=HOW_SURE)
    downloads(f"metrics-{receipt.split}-k{receipt.k}", result.to_csv, result.to_json, result.to_html)
    with st.expander("How this was measured", key="how", on_change="rerun") as how:
        if not how.open:
            return
        if data.name in {ref.name for ref in catalogue.available()}:
            st.caption("The same numbers in the shell:")
            st.code(result.config.command(), language="bash", wrap_lines=True)
        versions = ", ".join(f"{name} {version}" for name, version in receipt.versions.items())
        st.caption(
            frame.plain(
                f"{receipt.n_train_events:,} events to learn from; every item ranked for every person, without what "
                f"they know already; texts compared by {receipt.encoder}; seed {receipt.seed}; {receipt.n_boot:,} "
                f"resamples; {receipt.seconds['total']:.1f} s; data version {receipt.dataset_version}; {versions}."
            )
        )
        st.caption(HOW_SURE)


def table_proof(table: pd.DataFrame, name: str, data: Dataset, call: str) -> None:
    """Draw the downloads of a table, and the lines of Python that give it."""

    def as_json() -> str:
        rows = json.loads(table.to_json(orient="records"))
        return json.dumps({"question": call, "data_version": data.version, "rows": rows}, indent=2)

    def as_html() -> str:
        head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{name}</title>'
        return f"{head}{table.to_html(index=False)}</html>"

    downloads(name, lambda: str(table.to_csv(index=False, lineterminator="\n")), as_json, as_html)
    if data.name in {ref.name for ref in catalogue.available()}:
        with st.expander("How this was measured", key="how", on_change="rerun") as how:
            if how.open:
                st.caption("The same numbers in Python:")
                st.code(call, language="python", wrap_lines=True)


def downloads(name: str, csv: Callable[[], str], js: Callable[[], str], page: Callable[[], str]) -> None:
    """Draw a button per format; a file is written when its button is pressed."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        frame.beside("Download")
        for kind, text, mime in (
            ("CSV", csv, "text/csv"),
            ("JSON", js, "application/json"),
            ("HTML", page, "text/html"),
        ):
            st.download_button(
                kind, text, f"{name}.{kind.lower()}", mime, key=f"download-{kind.lower()}", on_click="ignore"
            )
