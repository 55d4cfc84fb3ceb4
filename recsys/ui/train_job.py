"""A training on a page: the button that starts it, its bar while it runs, and the ways to stop and to go on."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from recsys.data import Dataset
from recsys.errors import DataError
from recsys.train import Job, Recipe, State
from recsys.ui import frame

EVERY = 1.0
"""Seconds between two looks at a training that runs."""


def done(
    data: Dataset,
    recipe: Recipe,
    button: str,
    gives: str,
    *,
    watch: Callable[[Job], None] | None = None,
) -> Job | None:
    """The finished job of ``recipe`` on ``data``; until it is, draw the way there and return None.

    ``gives`` says in a sentence what a press of ``button`` gives and how long that takes. ``watch`` draws the chart of
    a training that is not done yet, from ``job.points``.
    """
    try:
        job = Job.of(recipe, data)
    except DataError as error:
        frame.empty(str(error), "Choose one of the samples above.")
        return None
    if job.state is State.DONE:
        return job
    key = job.folder.name
    if job.state is State.RUNNING:
        _running(job, key, watch)
        return None
    if job.state is State.FAILED:
        st.error(frame.plain(f"{recipe.title} did not finish. {job.error}"))
    elif job.state is State.STOPPED:
        frame.hint(f"{recipe.title} was stopped at {job.progress[0]:.0%}. It goes on from where it was.")
    else:
        frame.hint(gives)
    if watch is not None and job.points:
        watch(job)
    going_on = job.state is State.STOPPED
    if st.button("Go on" if going_on else button, key=f"start-{key}"):
        job.start()
        st.rerun()
    return None


@st.fragment(run_every=EVERY)
def _running(job: Job, key: str, watch: Callable[[Job], None] | None) -> None:
    """Draw how far it is, once a second; the page is drawn anew when it ended."""
    if job.state is not State.RUNNING:
        st.rerun()
    share, line = job.progress
    st.progress(share, frame.plain(f"{job.recipe.title}: {line}"))
    if st.button("Cancel", key=f"cancel-{key}", help="Stops within two seconds. What was done so far is kept."):
        job.cancel()
        st.rerun()
    if watch is not None:
        watch(job)
