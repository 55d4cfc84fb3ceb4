"""What the sides of the Metrics page share: waiting for an answer, adopting a model, taking the numbers along."""

from __future__ import annotations

import json
import math
from typing import TypeVar

import pandas as pd
import streamlit as st

from recsys.data import Dataset, catalogue
from recsys.errors import DataError
from recsys.evaluate import Experiment, Result
from recsys.evaluate.protocol import Protocol
from recsys.models.setting import Setting
from recsys.ui import frame, links
from recsys.ui.experiments import Question, Study, experiments
from recsys.ui.ranker import NOT_MINE, RANKER

CHART = {"displayModeBar": False}
MAX_PEOPLE = 300
"""Enough to tell two models apart, few enough for a button."""
ROUND = 5
"""Seconds are said in steps of so many."""

Answer = TypeVar("Answer")


def answered(data: Dataset, question: Question[Answer]) -> Answer | None:
    """Return the answer to ``question``, with a progress bar while it is measured; None when it cannot be."""
    known = experiments(data).found(data, question)
    if known is not None:
        return known
    bar = st.progress(0.0, "Waiting for another measurement to finish")

    def draw(share: float, line: str) -> None:
        bar.progress(min(1.0, share), frame.plain(line))

    try:
        return experiments(data).ask(data, question, draw)
    except DataError as error:
        frame.empty(str(error), "Choose another test above, or other data.")
        return None
    finally:
        bar.empty()


def asked_for(data: Dataset, question: Study[Answer]) -> Answer | None:
    """Return the answer to ``question``; the first time a button asks for it, as it takes long."""
    if experiments(data).found(data, question) is None:
        place = st.empty()
        if not place.button(
            f"Measure this (about {said_seconds(question.seconds(data))})",
            key=f"measure-{type(question).__name__}",
            help="Measured once, then kept for everybody." if not data.private else "Kept in this session only.",
        ):
            return None
        place.empty()
    return answered(data, question)


def few_people(config: Experiment) -> Protocol:
    """How a study is measured that belongs to the experiment above it: with at most MAX_PEOPLE."""
    return Protocol(k=config.k, seed=config.seed, max_users=min(MAX_PEOPLE, config.max_users or MAX_PEOPLE))


def said_seconds(seconds: float) -> str:
    """A rough duration in words.

    >>> said_seconds(3), said_seconds(42), said_seconds(200)
    ('5 seconds', '45 seconds', '4 minutes')
    """
    if seconds > 90:
        return f"{math.ceil(seconds / 60)} minutes"
    return f"{max(ROUND, math.ceil(seconds / ROUND) * ROUND)} seconds"


def use_on_live(data: Dataset, setting: Setting, key: str) -> None:
    """Draw the button that lets ``setting`` rank the Live page's list, or say that it does."""
    if setting.model in NOT_MINE:
        return
    links.to_live(RANKER, setting, data, f"Let {setting.label} rank your list on the Live page, in this session.")


def proof(result: Result, data: Dataset) -> None:
    """Draw who was left out, what fell back, the downloads, and the command that gives the same numbers."""
    receipt = result.receipt
    for line in (receipt.left_out(), *receipt.notes):
        st.caption(frame.plain(line))
    name = f"metrics-{receipt.split}-k{receipt.k}"
    _downloads(name, result.to_csv(), result.to_json(), result.to_html())
    with st.expander("How this was measured"):
        if data.name in {ref.name for ref in catalogue.available()}:
            st.caption("The same numbers in the shell:")
            st.code(result.config.command(), language="bash", wrap_lines=True)
        versions = ", ".join(f"{name} {version}" for name, version in receipt.versions.items())
        st.caption(
            frame.plain(
                f"{receipt.n_train_events:,} events to learn from; every item ranked for every person, without what "
                f"they know already; texts compared by {receipt.encoder}; {receipt.seconds['total']:.1f} s; "
                f"data version {receipt.dataset_version}; {versions}."
            )
        )


def table_proof(table: pd.DataFrame, name: str, data: Dataset, call: str) -> None:
    """Draw the downloads of a table, and the lines of Python that give it."""
    page = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{name}</title>{table.to_html(index=False)}</html>'
    )
    said = {"question": call, "data_version": data.version, "rows": json.loads(table.to_json(orient="records"))}
    _downloads(name, table.to_csv(index=False, lineterminator="\n"), json.dumps(said, indent=2), page)
    if data.name in {ref.name for ref in catalogue.available()}:
        with st.expander("How this was measured"):
            st.caption("The same numbers in Python:")
            st.code(call, language="python", wrap_lines=True)


def _downloads(name: str, csv: str, js: str, page: str) -> None:
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
