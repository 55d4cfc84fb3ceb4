"""Metrics, the people: how one metric is spread over them, who is behind a bar, and one person in numbers."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from recsys.columns import Evaluation
from recsys.data import Dataset
from recsys.evaluate import Result
from recsys.evaluate.config import YARDSTICK
from recsys.evaluate.pairs import digits
from recsys.evaluate.spread import Bin, distribution, n_hits, users
from recsys.evaluate.standing import ordered
from recsys.metrics import METRICS
from recsys.models import MODELS
from recsys.plots.people import people_alt, people_figure
from recsys.settings import ROOT
from recsys.ui import frame
from recsys.ui.metrics_question import View, metric_picker, model_picker

COMPARE = ROOT / "pages" / "compare.py"
TABLE_HEIGHT = 320


def show(data: Dataset, result: Result) -> None:
    """Draw the distribution, the people of the chosen bar, and the chosen person."""
    single = [name for name in METRICS if name in result.per_user.columns and result.measured(name)]
    with st.container(horizontal=True, gap="small"):
        metric = metric_picker(View.PEOPLE, single)
        model = model_picker(View.PEOPLE, ordered(result, metric))
    bins = distribution(result, model, metric)
    known = [one for one in bins if one.n]
    if not known:
        frame.empty("Nobody has a number here.", "Choose another metric or recommender.")
        return
    st.markdown(frame.plain(_said(result, model, metric)))
    chosen = _bars(result, model, metric, bins)
    person = _people(result, model, metric, chosen)
    if person:
        _person(data, result, person)


def _said(result: Result, model: str, metric: str) -> str:
    numbers = users(result, model)[metric].dropna()
    label = MODELS[model].label
    line = f"{label}, {METRICS[metric].label}: {len(numbers):,} people, half of them at {numbers.median():.3g} or less."
    if METRICS[metric].group == "accuracy":
        line += f" {(numbers == 0).mean():.0%} have no hit: an average hides them."
    return line


def _bars(result: Result, model: str, metric: str, bins: list[Bin]) -> Bin | None:
    """Draw the distribution and return the bar that was clicked, None for none."""
    other = model != YARDSTICK
    theirs = [one.n for one in distribution(result, YARDSTICK, metric)] if other else None
    labels, ours = [one.label for one in bins], [one.n for one in bins]
    clicked = frame.chart(
        people_figure(labels, ours, theirs, metric, model, YARDSTICK),
        f"people-{model}-{metric}-{result.receipt.dataset_version}",
        people_alt(labels, ours, metric, model),
        on_select="rerun",
        selection_mode="points",
    )
    places = [point["customdata"] for point in clicked["selection"]["points"] if "customdata" in point]
    place = places[0][0] if places and isinstance(places[0], list) else places[0] if places else None
    return bins[int(place)] if place is not None and int(place) < len(bins) else None


def _people(result: Result, model: str, metric: str, chosen: Bin | None) -> str:
    """Draw the table of the people of the chosen bar, or of all, and return the chosen one; empty for none."""
    mine, popular = users(result, model), users(result, YARDSTICK)
    rows = mine[chosen.holds(mine[metric])] if chosen else mine
    st.markdown(
        f"**{len(rows):,} people** with {METRICS[metric].label} {frame.plain(chosen.label)}"
        if chosen
        else "**Everybody.** Click a bar to see its people only; click a row to see one person."
    )
    spec = METRICS[metric]
    label, other = spec.label, f"{spec.label}, {MODELS[YARDSTICK].label}"
    table = pd.DataFrame(
        {
            "Person": rows[Evaluation.USER],
            "Known events": rows[Evaluation.N_HISTORY],
            "Liked later": rows[Evaluation.N_RELEVANT],
            "Hits": n_hits(rows, result.receipt.k),
            label: rows[metric],
        }
    )
    if model != YARDSTICK:
        table[other] = popular.loc[rows.index, metric]
    state = st.dataframe(
        table,
        hide_index=True,
        height=TABLE_HEIGHT if len(table) > 8 else "auto",
        on_select="rerun",
        selection_mode="single-row",
        key=f"users-{model}-{metric}-{chosen.label if chosen else 'all'}-{result.receipt.dataset_version}",
        column_config={name: st.column_config.NumberColumn(format=_format(metric)) for name in (label, other)},
        alt=f"The people, with what was known of them and their {label}",
    )
    picked = state["selection"]["rows"]
    return str(rows[Evaluation.USER].iloc[picked[0]]) if picked and picked[0] < len(rows) else ""


def _person(data: Dataset, result: Result, person: str) -> None:
    """Draw one person under every model, and the way to their lists."""
    frame.section(f"{person} under every recommender")
    rows = result.per_user[result.per_user[Evaluation.USER] == person]
    shown = [name for name in METRICS if name in rows.columns and rows[name].notna().any()]
    table = rows[shown].rename(columns={name: METRICS[name].label for name in shown})
    table.insert(0, "Recommender", [MODELS[str(name)].label for name in rows[Evaluation.MODEL]])
    st.dataframe(
        table,
        hide_index=True,
        column_config={
            METRICS[name].label: st.column_config.NumberColumn(format=_format(name), help=METRICS[name].line)
            for name in shown
        },
        alt=f"Every metric of {person} under every recommender",
    )
    if not data.private and data.history(person):
        st.page_link(
            COMPARE,
            label="See their lists side by side on Compare →",
            query_params={"data": data.label, f"user-{data.name}": person},
            help="There the models know all events of this person, the held-out ones included.",
        )


def _format(metric: str) -> str:
    return f"%.{digits(metric)}f"
