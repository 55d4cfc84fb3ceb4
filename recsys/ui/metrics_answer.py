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
from recsys.evaluate import Experiment, Result
from recsys.models.setting import Setting
from recsys.settings import ROOT
from recsys.ui import frame
from recsys.ui.experiments import Progress, Question, experiments
from recsys.ui.ranker import NOT_MINE, adopt, ranker
from recsys.ui.state import ranker_key

CHART = {"displayModeBar": False}
LIVE = ROOT / "pages" / "live.py"
ROUND = 5
"""Seconds are said in steps of so many."""

Answer = TypeVar("Answer")


def answer(data: Dataset, config: Experiment) -> Result | None:
    """Return the result of ``config``, with a progress bar while it is measured; None when it cannot be."""
    found = experiments(data).find(data, config)
    return found or _with_bar(lambda draw: experiments(data).run(data, config, draw))


def asked_for(data: Dataset, question: Question[Answer], seconds: float) -> Answer | None:
    """Return the answer to ``question``; the first time a button asks for it, as it takes ``seconds``."""
    found = experiments(data).found(data, question)
    if found is not None:
        return found
    place = st.empty()
    if not place.button(
        f"Measure this (about {said_seconds(seconds)})",
        key=_key(question),
        help="Measured once, then kept for everybody." if not data.private else "Kept in this session only.",
    ):
        return None
    place.empty()
    return _with_bar(lambda draw: experiments(data).ask(data, question, draw))


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
    if ranker(data) == setting:
        link = {"data": data.label, ranker_key(data.name): setting.word}
        st.page_link(LIVE, label="✓ Ranks your Live list →", query_params=link)
        return
    st.button(
        "Use on Live",
        key=f"use-{key}",
        help=f"Let {setting.label} rank your list on the Live page, in this session.",
        on_click=adopt,
        args=(data, setting),
    )


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


def _with_bar(work: Callable[[Progress], Answer]) -> Answer | None:
    bar = st.progress(0.0, "Waiting for another measurement to finish")

    def draw(share: float, line: str) -> None:
        bar.progress(min(1.0, share), frame.plain(line))

    try:
        return work(draw)
    except DataError as error:
        frame.empty(str(error), "Choose another test above, or other data.")
        return None
    finally:
        bar.empty()


def _key(question: object) -> str:
    return f"measure-{type(question).__name__}"


def liked_as(data: Dataset, stars: float) -> Dataset:
    """The data with ratings of so many ``stars`` as likes."""
    return data if data.liked_stars == stars else data.liked_from(stars)
