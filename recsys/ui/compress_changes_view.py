"""Compress, what changes: one person's list by the usual engine and by another, side by side."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from recsys.columns import Items
from recsys.data import Dataset
from recsys.live import Movement, movement
from recsys.live.answer import Answer, Ranking
from recsys.plots.bump import bump_alt, bump_figure
from recsys.rerank.effects import Move
from recsys.text import reader
from recsys.text.registry import selectable
from recsys.train.engine_shelf import label_of
from recsys.types import Query
from recsys.ui import actions, cache, engine, frame
from recsys.ui.choices import picked
from recsys.ui.controls import let_read, person_picker, pickers
from recsys.ui.frame import plain
from recsys.ui.live_model import TEXT_PROFILE, K
from recsys.ui.moment import moment
from recsys.ui.wording import Wording

ENGINE = "engine"
"""Key of the chosen engine, in the URL."""
MAX_TITLE = 30


def draw(data: Dataset) -> None:
    """Draw the choice of a person and an engine, and both lists."""
    usual = reader().choice(data).name
    names = {name: label_of(name) for name in selectable() if name != usual}
    person = person_picker(data)
    with pickers():
        frame.beside("Read by")
        chosen = _engine(names)
    frame.notices()
    other = cache.read_by(data, chosen)
    choice = reader().choice(other)
    if choice.name != chosen:
        frame.empty(choice.fallback, "Choose another engine above, or make one under Engines.")
        return
    let_read(other)
    query = actions.query(data, person)
    before, after = _answer(data, query), _answer(other, query)
    moved = movement(before.item_ids, after.item_ids)
    st.markdown(f"**{plain(said(moved, len(before.item_ids)))}**")
    _side_by_side(Wording.for_query(data, query), (label_of(usual), names[chosen]), before, after, moved)
    frame.hint("Both lists go by the texts alone (Text profile), and by what you did and typed on Live.")
    engine.use(data, chosen, names[chosen])


def said(moved: Movement, n: int) -> str:
    """What changed in one sentence, ``n`` being the length of the list before.

    >>> from recsys.live import movement
    >>> said(movement(["a", "b", "c"], ["a", "c", "d"]), 3)
    '2 of 3 stay, 1 of them in the same place.'
    """
    n_stay = n - len(moved.left)
    if not n:
        return "Nothing could be listed."
    if not moved.n_moved:
        return f"All {n} stay in the same place: nothing changes."
    n_same = sum(step == 0 for step in moved.steps.values())
    return f"{n_stay} of {n} stay, {n_same or 'none'} of them in the same place." if n_stay else f"None of {n} stays."


def _engine(names: dict[str, str]) -> str:
    return picked("Engine", names, ENGINE, "engine here", width=260, label_visibility="collapsed")


def _answer(data: Dataset, query: Query) -> Answer:
    return Ranking(data, cache.scorer(data, TEXT_PROFILE), K, cache.scorer(data, "popularity")).answer(query)


def _moves(before: Answer, after: Answer) -> list[Move]:
    """Items of either list, in the new order."""
    rows = dict.fromkeys((*after.rows.tolist(), *before.rows.tolist()))
    found = [Move(row, before.place(row) or len(before.scores), after.place(row)) for row in rows]
    return sorted(found, key=lambda move: move.after or len(after.scores))


def _side_by_side(words: Wording, labels: tuple[str, str], before: Answer, after: Answer, moved: Movement) -> None:
    moves = _moves(before, after)
    phone = moment().get("device") == "phone"
    left, *between, right = st.columns([8, 10] if phone else [8, 4, 10], gap="small")
    with left:
        st.markdown(f"**{plain(labels[0])}**")
        old = sorted(moves, key=lambda move: move.before)
        _lines([_line(words, move, move.before) for move in old], "engine-before")
    for place in between:
        with place:
            st.markdown(":small[:gray[place → new place]]", text_alignment="center")
            titles = {move.row: words.field(move.row, Items.TITLE) for move in moves}
            frame.chart(bump_figure(moves, titles, K), "engine-bump", bump_alt(moves, titles))
    with right:
        st.markdown(f"**{plain(labels[1])}**")
        _lines([f"{_line(words, move, move.after)} {_badge(words, move, moved)}" for move in moves], "engine-after")


def _lines(lines: Sequence[str], key: str) -> None:
    with st.container(key=key):
        st.markdown("  \n".join(lines))


def _line(words: Wording, move: Move, place: int | None) -> str:
    title = plain(words.short(words.data.item_ids[move.row], MAX_TITLE))
    return f"**{place}** {title}" if (place or K + 1) <= K else f":gray[{place or '✕'} {title}]"


def _badge(words: Wording, move: Move, moved: Movement) -> str:
    """How an item of the new list moved; an arrow and a number, as colour alone says nothing to many."""
    item_id = words.data.item_ids[move.row]
    if item_id not in moved.steps:
        return ":orange-badge[left]"
    step = moved.steps[item_id]
    colour = "gray" if step == 0 else "green" if step is None or step > 0 else "orange"
    return f":{colour}-badge[{moved.badge(item_id)}]"
