"""The two lists of the Re-rank page and the lines between them: every item on one line, how it got there beside it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from recsys.columns import Items
from recsys.plots.bump import bump_alt, bump_figure
from recsys.rerank import RERANKERS
from recsys.rerank.effects import Move
from recsys.ui import frame
from recsys.ui.frame import plain
from recsys.ui.moment import moment
from recsys.ui.rerank_model import Reordering
from recsys.ui.wording import Wording

MAX_TITLE, MAX_NAME = 28, 20
"""Letters of a title and of a strategy, so that a line stays a line at the usual width."""
MAX_PARTS = 2
"""Badges beside an item."""
N_NAMED = 5


def side_by_side(words: Wording, by: str, shown: Reordering) -> None:
    """Draw the list before and after with the lines between; on a phone one below the other, without the lines."""
    phone = moment().get("device") == "phone"
    left, *between, right = st.columns([8, 12] if phone else [8, 5, 12], gap="small")
    with left:
        st.markdown(f"**Before** :small[:gray[as recommended by {plain(by)}]]")
        lines = [_line(words, move, move.before, move.before <= shown.chain.k) for move in shown.left]
        _lines(lines, "candidates")
    for place in between:
        with place:
            st.markdown(":small[:gray[place → new place]]", text_alignment="center")
            _between(words, shown)
    with right:
        st.markdown("**After** :small[:gray[re-ranked: what moved each item, and the chance that you like it]]")
        _lines([_moved_line(words, move, shown.chain.k) for move in shown.right], "reranked")


def gone(words: Wording, shown: Reordering) -> str:
    """Say what left the list and what a strategy hides, as Markdown; "" when nothing did."""
    said = []
    if shown.dropped:
        said.append(f"Left the list: {_named(words, [move.row for move in shown.dropped])}.")
    said += [
        f"Hidden by {plain(RERANKERS[step.name].label)}: {_named(words, step.hidden)}."
        for step in shown.chain.steps
        if step.hidden
    ]
    return " ".join(said)


def moved(places: int) -> str:
    """A movement as an arrow and a number.

    >>> moved(3), moved(-2)
    ('▲3', '▼2')
    """
    return f"▲{places}" if places > 0 else f"▼{-places}"


def _between(words: Wording, shown: Reordering) -> None:
    titles = {move.row: words.field(move.row, Items.TITLE) for move in shown.right}
    figure = bump_figure(shown.right, titles, shown.chain.k)
    frame.chart(figure, "bump", bump_alt(shown.right, titles))


def _lines(lines: Sequence[str], key: str) -> None:
    with st.container(key=key):
        st.markdown("  \n".join(lines))


def _line(words: Wording, move: Move, place: int | None, listed: bool, bold: bool = False) -> str:
    """The place and the title; grey for an item that is not on this list."""
    title = plain(words.short(words.data.item_ids[move.row], MAX_TITLE))
    number = str(place or "✕")
    if not listed:
        return f":gray[{number} {title}]"
    return f"**{number}** {f'**{title}**' if bold else title}"


def _moved_line(words: Wording, move: Move, k: int) -> str:
    listed = move.after is not None and move.after <= k
    return f"{_line(words, move, move.after, listed, bold=True)} {_moves(move)}".strip()


def _moves(move: Move) -> str:
    """One badge per strategy that moved an item, or the strongest and the sum of the others, and the chance."""
    if move.hidden_by:
        return f":orange-badge[✕ {plain(RERANKERS[move.hidden_by].label, MAX_NAME)}]"
    named = move.parts
    if len(named) > MAX_PARTS:
        named = (max(named, key=lambda part: abs(part[1])),)
    parts = [_badge(places, RERANKERS[name].label) for name, places in named]
    rest = sum(places for _, places in move.parts) - sum(places for _, places in named)
    if rest:
        parts.append(_badge(rest, f"by {len(move.parts) - len(named)} others"))
    likely = "" if move.chance != move.chance else f":small[:gray[{move.chance:.0%}]]"
    return " ".join(filter(None, (*parts, likely)))


def _badge(places: int, name: str) -> str:
    colour = "green" if places > 0 else "orange"
    return f":{colour}-badge[{moved(places)} {plain(name, MAX_NAME)}]"


def _named(words: Wording, rows: Sequence[int]) -> str:
    names = ", ".join(plain(words.short(words.data.item_ids[row], MAX_TITLE)) for row in rows[:N_NAMED])
    return f"{names} and {len(rows) - N_NAMED} more" if len(rows) > N_NAMED else names
