"""The two lists of the Re-rank page and the lines between them: every item on one line, how it got there beside it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from recsys.plots.bump import bump_alt, bump_figure
from recsys.rerank import RERANKERS
from recsys.rerank.effects import Move, moves
from recsys.ui.frame import plain
from recsys.ui.rerank_model import Entry, Reordering
from recsys.ui.wording import Wording

MAX_TITLE, MAX_CHINESE, MAX_NAME = 28, 14, 20
"""Characters of a title and of a strategy, so that a line stays a line at the usual width."""
MAX_PARTS = 2
"""Badges beside an item."""
N_NAMED = 3
LINE = 25.6
"""Pixels of one line of text: the chart's lines begin and end beside the items they belong to."""


def candidates(words: Wording, shown: Reordering) -> None:
    """Draw the list without re-ranking, below it what comes in from further down."""
    _lines([_line(words, entry, entry.before, entry.before <= shown.chain.k) for entry in shown.left], "candidates")


def reranked(words: Wording, shown: Reordering) -> None:
    """Draw the new list with what moved each item, below it what left."""
    _lines(
        [
            f"{_line(words, entry, entry.after, _listed(entry, shown.chain.k), bold=True)} {_moves(entry)}".strip()
            for entry in shown.right
        ],
        "reranked",
    )


def between(shown: Reordering) -> None:
    """Draw a line per item from its old place to its new one."""
    table = moves(shown.chain)
    figure = bump_figure(table, shown.chain.k)
    # The lists beside it name the items: the chart says the places only.
    figure.update_layout(
        height=round(LINE * len(table)),  # a broken pixel would make a box that scrolls
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        yaxis={"ticktext": [str(place) for place in table[Move.BEFORE]]},
        yaxis2={"ticktext": [str(place or "✕") for place in table[Move.AFTER]]},
    )
    figure.update_yaxes(range=[len(table) + 0.5, 0.5])
    figure.update_xaxes(showticklabels=False)
    st.plotly_chart(figure, key="bump", config={"displayModeBar": False}, alt=bump_alt(table))


def gone(words: Wording, shown: Reordering) -> str:
    """Say what left the list and what a strategy hides, as Markdown; "" when nothing did."""
    said = []
    dropped = [entry for entry in shown.before if entry.after is not None and entry.after > shown.chain.k]
    if dropped:
        said.append(f"Left the list: {_named(words, dropped)}.")
    for name in dict.fromkeys(entry.hidden_by for entry in shown.hidden):
        hidden = [entry for entry in shown.hidden if entry.hidden_by == name]
        said.append(f"Hidden by {plain(RERANKERS[name].label)}: {_named(words, hidden)}.")
    return " ".join(said)


def moved(places: int) -> str:
    """A movement as an arrow and a number.

    >>> moved(3), moved(-2)
    ('▲3', '▼2')
    """
    return f"▲{places}" if places > 0 else f"▼{-places}"


def _lines(lines: Sequence[str], key: str) -> None:
    with st.container(key=key):
        st.markdown("  \n".join(lines))


def _line(words: Wording, entry: Entry, place: int | None, listed: bool, bold: bool = False) -> str:
    """The place and the title; grey for an item that is not on this list."""
    title = plain(words.title(entry.item_id), MAX_CHINESE if words.chinese else MAX_TITLE)
    number = str(place or "✕")
    if not listed:
        return f":gray[{number} {title}]"
    return f"**{number}** {f'**{title}**' if bold else title}"


def _listed(entry: Entry, k: int) -> bool:
    return entry.after is not None and entry.after <= k


def _moves(entry: Entry) -> str:
    """One badge per strategy that moved an item, or the strongest and the sum of the others, and the chance."""
    if entry.hidden_by:
        return f":orange-badge[✕ {plain(RERANKERS[entry.hidden_by].label, MAX_NAME)}]"
    named = entry.moved_by
    if len(named) > MAX_PARTS:
        named = (max(named, key=lambda part: abs(part[1])),)
    parts = [_badge(places, RERANKERS[name].label) for name, places in named]
    rest = sum(places for _, places in entry.moved_by) - sum(places for _, places in named)
    if rest:
        parts.append(_badge(rest, f"by {len(entry.moved_by) - len(named)} others"))
    likely = "" if entry.chance != entry.chance else f":small[:gray[{entry.chance:.0%}]]"
    return " ".join(filter(None, (*parts, likely)))


def _badge(places: int, name: str) -> str:
    colour = "green" if places > 0 else "orange"
    return f":{colour}-badge[{moved(places)} {plain(name, MAX_NAME)}]"


def _named(words: Wording, entries: Sequence[Entry]) -> str:
    names = ", ".join(plain(words.title(entry.item_id), MAX_TITLE) for entry in entries[:N_NAMED])
    return f"{names} and {len(entries) - N_NAMED} more" if len(entries) > N_NAMED else names
