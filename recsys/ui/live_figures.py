"""Figures and receipt of the Live page."""

from __future__ import annotations

import time

import streamlit as st

from recsys.data import Dataset
from recsys.live import EventLog
from recsys.rerank import RERANKERS
from recsys.scenarios import scenario_of
from recsys.scenarios.bubble import bubble, by_chance
from recsys.ui.frame import plain
from recsys.ui.live_model import K, Picture, percentiles, share_shown, shown_with
from recsys.ui.live_words import counted
from recsys.ui.moment import pretence
from recsys.ui.state import Key

KEPT_TIMES = 200
_SCORED_HELP = "Every item that can be scored, never a sample of them."
_TIME_HELP = "From your click or key reaching the server to the new list, storing included: the median of this session."
_SHARED_HELP = "Items of your list that the right column shows too. A low number means a personal list."
_BUBBLE_HELP = "0: topics mixed as in everything there is. 1: none in common (Jensen-Shannon distance)."
_SEEN_HELP = "Share of all items that have been in your list in this session."


def figures(data: Dataset, now: Picture) -> None:
    """Draw the four figures of this session, and the filter-bubble meter where the scenario wants it."""
    meter = scenario_of(data.name).meter
    times = st.session_state[Key.TIMES]
    p50, p95 = percentiles(times)
    with st.grid(4 + meter, min_column_width=150):
        st.metric("Items scored", f"{now.mine.receipt.n_scored:,}", border=True, help=_SCORED_HELP)
        took = f"{p50:.0f} ms" if times else "—"
        slow = f" 95 of 100 took under {p95:.0f} ms." if times else ""
        st.metric("New list ready in", took, border=True, help=_TIME_HELP + slow)
        st.metric("Same as beside", f"{now.n_shared} of {len(now.mine)}", border=True, help=_SHARED_HELP)
        seen = share_shown(data, _shown(data))
        st.metric("Catalogue seen", f"{seen:.0%}", border=True, help=_SEEN_HELP)
        if meter:
            mine, theirs, chance = bubble(data, now.mine.rows), bubble(data, now.beside.rows), by_chance(data, K)
            compared = f" The list without you has {theirs:.2f}, lists drawn at random {chance:.2f}."
            st.metric("Filter bubble", f"{mine:.2f}", border=True, help=_BUBBLE_HELP + compared)


def receipt_line(now: Picture, log: EventLog) -> str:
    """Say what really ran for my list, in one line."""
    receipt, ms = now.mine.receipt, now.mine.receipt.ms
    bounds = f", {plain(now.heard.said.lower())}" if now.heard.said else ""
    return (
        f"{counted(receipt.texts_read, 'new text')} read in {ms['read']:.0f} ms ({receipt.encoder}) · "
        f"{counted(receipt.n_scored, 'item')} scored in {ms['score']:.1f} ms by {receipt.model}{bounds} · "
        f"ranked and explained in {ms['total'] - ms['read'] - ms['score']:.1f} ms{_reranked(now)} · "
        f"{counted(len(now.session), 'step')} of yours kept {_where(log)}"
    )


def _reranked(now: Picture) -> str:
    """Name the strategies that re-ranked my list."""
    if now.mine.chain is None:
        return ""
    names = ", ".join(RERANKERS[step.name].label for step in now.mine.chain.steps)
    return " ".join(filter(None, (f", re-ranked by {names}", pretence())))


def _where(log: EventLog) -> str:
    if log.waiting:
        return f"({log.waiting} in memory until the disk can be written again)"
    return "where this app runs" if log.durable else "in memory only"


def remember(now: Picture) -> None:
    """Keep the ids shown, with what probability if it was drawn, and the time from the action to this list."""
    _shown(now.situation.data).update(now.mine.item_ids)
    times: list[float] = st.session_state.setdefault(Key.TIMES, [])
    st.session_state[Key.DRAWN] = shown_with(now)
    started = st.session_state.pop(Key.CLOCK, None)
    if started is not None:
        times.append((time.perf_counter() - started) * 1e3)
        del times[:-KEPT_TIMES]


def _shown(data: Dataset) -> set[str]:
    """Ids of the items of ``data`` that this session has listed."""
    by_data: dict[str, set[str]] = st.session_state.setdefault(Key.SHOWN, {})
    return by_data.setdefault(data.name, set())
