"""Drawing of the Portrait page: what the app thinks of you, what you change about it, and the list that follows."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from recsys.data import Dataset, Persona
from recsys.live import Seat, Steer
from recsys.live.edits import AVOID, INTEREST, MAX_WORDS, MOST, PIN, TASTE, WANT
from recsys.plots.mood import mood_alt, mood_figure
from recsys.settings import ROOT
from recsys.text.wishes import wish_of
from recsys.ui import actions, cache, frame, links, portrait_model
from recsys.ui.compare_controls import someone
from recsys.ui.controls import seat
from recsys.ui.frame import plain
from recsys.ui.live_words import coloured, counted
from recsys.ui.portrait_model import Row, View, stepped, taken_off
from recsys.ui.portrait_words import NOBODY, badge, bar, course, did, fed_by, topic
from recsys.ui.proof import wanted_on_live
from recsys.ui.state import Key

COMPARE = ROOT / "pages" / "compare.py"
OPEN = "_portrait-open"
N_TITLES = 3
_SORTS = {WANT: "More of", AVOID: "Nothing like"}
_SAID = {**_SORTS, TASTE: "Your taste in"}
_EDIT_HELP = (
    "The bar is its share of all you like, the blocks after it how strong it was after each of your last steps. "
    "More and Less change how many times the things you did for it count. Mute lets them count for nothing. "
    "Pin keeps it from fading while you do other things. Every edit is a step that can be undone."
)
_ADD_HELP = (
    "What you want more of counts like three wishes, spread over the five things closest to your words, and does "
    "not fade; the list leans towards it and keeps the rest. What you want nothing like is pushed down the list."
)


def pick(data: Dataset) -> tuple[Persona, bool]:
    """Draw the choice of a person or of any user of the data; the chosen one, and whether it is a user."""
    person, real = someone(data)
    if real:
        links.follow(seat(data, person))
    return person, real


@frame.part("portrait")
def portrait_of(data: Dataset, person: Persona, real: bool) -> None:
    """Draw the portrait with its edits, and the list beside it; reruns alone after every click."""
    place, wanted = seat(data, person), wanted_on_live(data)
    now = portrait_model.view(data, actions.known(data, person), wanted, *actions.newest_edit(place))
    frame.notices(cache.event_log(data.private).trouble)
    if not now.newest_has_line:
        _newest(now, place)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _interests(now, place)
        _add(now, place)
    with right:
        _list(now, wanted.ranker.label)
        _where_next(data, real)
    _rest(now)
    n = len(now.known.events)
    st.caption(
        f"Portrait of {counted(n, 'step')} drawn in {now.ms:.0f} ms by counting, no language model · "
        f"list by {plain(wanted.ranker.label)} in {now.list_ms:.0f} ms"
    )


def _newest(now: View, place: Seat) -> None:
    """Say what the newest edit did, with the way back."""
    if now.newest is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False, key="did"):
        st.markdown(f":small[{did(now)}]", width="stretch")
        undoing = (place, now.newest.line_id)
        st.button("Undo", key="undo-edit", type="tertiary", on_click=actions.take_back_edit, args=undoing)
        if len(now.edits.steers) > 1:
            everything = (place, *(taken_off(steer) for steer in now.edits.steers))
            st.button("Undo all", key="undo-all", type="tertiary", on_click=actions.steer, args=everything)


def _interests(now: View, place: Seat) -> None:
    frame.section("What you seem to like", _EDIT_HELP)
    if not now.rows:
        frame.empty(NOBODY, "Like something on Live, or say below what you want more of.")
    with st.container(gap=None):
        for row in now.rows:
            _row(now, place, row, now.rows)
    if now.avoided:
        frame.section("What you turn away from")
        with st.container(gap=None):
            for row in now.avoided:
                _row(now, place, row, now.avoided)


def _row(now: View, place: Seat, row: Row, among: Sequence[Row]) -> None:
    """Draw one interest: share, name, course, what can be done, and on demand what it rests on."""
    name, opened = row.line.interest.name, st.session_state.get(OPEN)
    key = name.replace(" ", "-")
    with st.container(gap=None, key=f"row-{key}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(
                f":small[{bar(row, among)}] **{plain(row.line.label)}** {badge(row)} "
                f":small[{row.line.share:.0%} :gray[{course(row.line)}]]",
                width="stretch",
            )
            with st.container(horizontal=True, gap="small", wrap=False, width="content"):
                for label, steer in _choices(row):
                    button = f"{label.lower()}-{key}"
                    st.button(label, key=button, type="tertiary", on_click=actions.steer, args=(place, steer))
                label = "Close" if opened == name else f"Why · {len(row.line.sources)}"
                st.button(label, key=f"why-{key}", type="tertiary", on_click=_open, args=(name,))
        if now.is_newest(name):
            _newest(now, place)
        if opened == name:
            st.caption("  \n".join(fed_by(now, row.line)))


def _choices(row: Row) -> list[tuple[str, Steer]]:
    """What can be done with an interest now."""
    name = row.line.interest.name

    def by(factor: float) -> Steer:
        return Steer(INTEREST, name, factor)

    pin = ("Unpin", Steer(PIN, name, 0.0)) if row.pinned else ("Pin", Steer(PIN, name, 1.0))
    if row.muted:
        return [("Unmute", by(1.0)), pin]
    more = [("More", by(stepped(row.factor, 1)))] if row.factor < MOST else []
    return [*more, ("Less", by(stepped(row.factor, -1))), ("Mute", by(0.0)), pin]


def _open(name: str) -> None:
    st.session_state[OPEN] = None if st.session_state.get(OPEN) == name else name


def _add(now: View, place: Seat) -> None:
    """Draw the lines in the visitor's own words, and the form for another."""
    frame.section("In your own words", _ADD_HELP)
    for steer in now.added:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"line-{steer.line_id}"):
            times = f" ×{steer.factor:g}" if steer.factor != 1 else ""
            st.markdown(f"{_SAID[steer.what]} **{plain(steer.called, 80)}**{times}", width="stretch")
            if steer.what == WANT and steer.factor < MOST:
                more = (place, Steer(WANT, steer.words, stepped(steer.factor, 1)))
                st.button("More", key=f"more-{steer.line_id}", type="tertiary", on_click=actions.steer, args=more)
            off = (place, taken_off(steer))
            st.button("Take off", key=f"off-{steer.line_id}", type="tertiary", on_click=actions.steer, args=off)
        if now.newest == steer:
            _newest(now, place)
    form = st.form("add-line", border=False, clear_on_submit=True)
    with form, st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.segmented_control(
            "Sort of line",
            list(_SORTS),
            format_func=lambda what: _SORTS.get(what, what),
            default=WANT,
            required=True,
            key="add-what",
            label_visibility="collapsed",
        )
        st.text_input(
            "Your line",
            key="add-words",
            max_chars=MAX_WORDS,
            placeholder="quiet evenings · 咖啡",
            label_visibility="collapsed",
            width="stretch",
        )
        st.form_submit_button("Add", key="add-line-send", on_click=_send, args=(place,))


def _send(place: Seat) -> None:
    """Store the line of the form; "no coffee" is one to avoid, whatever is chosen beside it."""
    words = " ".join(str(st.session_state.get("add-words") or "").split())
    what = str(st.session_state.get("add-what") or WANT)
    said = wish_of(words)
    if said.refused and not said.wanted:
        words, what = said.refused, AVOID
    if words:
        actions.steer(place, Steer(what, words, 1.0))


def _list(now: View, label: str) -> None:
    frame.section("Your list", f"Ranked by {label}, as on Live. Arrows: what your newest edit moved.")
    lines = []
    for rank, item_id in enumerate(now.now.item_ids, start=1):
        lines.append(f"{rank}. {plain(now.words.title(item_id), 46)} {coloured(now.moved.badge(item_id))}")
    st.markdown("\n".join(lines))
    gone = [plain(now.words.title(item_id), 28) for item_id in now.moved.left[:N_TITLES]]
    if gone:
        more = f" and {len(now.moved.left) - N_TITLES} more" if len(now.moved.left) > N_TITLES else ""
        st.caption(f"Left the list: {', '.join(gone)}{more}.")


def _where_next(data: Dataset, real: bool) -> None:
    page, label = (COMPARE, "See it on Compare →") if real else (links.LIVE, "See it on Live →")
    st.page_link(page, label=label, query_params={Key.DATA.value: data.label})


def _rest(now: View) -> None:
    """Draw topics, key words and mood side by side; nothing for somebody nothing is known of."""
    if not now.known.events:
        return
    topics, words, mood = st.columns(3, gap="medium")
    with topics:
        frame.section("Topics", "Things you like that have an interest in common.")
        _topics(now)
    with words:
        frame.section("Your key words", "Words you use more than other people here do.")
        _key_words(now)
    with mood:
        frame.section("Mood", "How your reviews sound, one after the other.")
        _mood(now)


def _topics(now: View) -> None:
    if not now.portrait.topics:
        frame.hint("None yet: two liked things that have something in common make one.")
    for found in now.portrait.topics:
        st.markdown(topic(now, found))
    if now.portrait.dislikes:
        named = ", ".join(plain(now.words.title(item_id), 40) for item_id in now.portrait.dislikes[:N_TITLES])
        st.caption(f"Not for you: {named}")


def _key_words(now: View) -> None:
    found = {one.word: one for one in now.portrait.key_words}
    if not found:
        frame.hint("None yet: write a review on Live.")
        return
    chosen = st.pills("Key words", list(found), key="key-word", label_visibility="collapsed")
    if chosen in found:
        st.caption("  \n".join(f"You wrote: “{plain(quote, 160)}”" for quote in found[chosen].quotes))
    else:
        frame.hint("Choose one to see where you wrote it.")


def _mood(now: View) -> None:
    told = now.portrait.mood
    if not told:
        frame.hint("No review yet: write one on Live.")
        return
    titles, stars = [now.words.title(one.event.item_id) for one in told], [one.stars for one in told]
    frame.chart(mood_figure(titles, stars, [one.given for one in told]), "mood", mood_alt(titles, stars))
