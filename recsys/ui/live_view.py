"""Drawing of the Live page: what you did, the list that follows, and the list without you."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from recsys.columns import Facts
from recsys.data import Dataset, Persona, real_reviews
from recsys.live import Edits, Seat
from recsys.models import MODELS
from recsys.plots.marks import cut
from recsys.scenarios import scenario_of
from recsys.settings import ROOT
from recsys.types import Event
from recsys.ui import actions, cache, frame
from recsys.ui.chain import CHAIN
from recsys.ui.closer import closer
from recsys.ui.controls import seat
from recsys.ui.frame import plain
from recsys.ui.habits import habits_picker
from recsys.ui.live_card import card
from recsys.ui.live_figures import figures, receipt_line, remember
from recsys.ui.live_model import BESIDE, Picture, Wanted, fitting, picture, reads_text, tastes
from recsys.ui.live_words import counted, in_words, revision, what_moved
from recsys.ui.people_view import people_to_follow
from recsys.ui.playlists_view import carry_on
from recsys.ui.policy_view import house_policy, re_ranked
from recsys.ui.proof import in_force
from recsys.ui.ranker import ranker_picker
from recsys.ui.save import save_list
from recsys.ui.state import Key
from recsys.ui.take_taste import gone_along, take_taste
from recsys.ui.wording import Wording

PORTRAIT = ROOT / "pages" / "portrait.py"
N_EVENTS = 6
N_WISHES = 3
MAX_WISH = 52
WISH = "wish"
_KEEP_HELP = (
    "What you type moves the list while you type; it is stored only when you keep it. "
    "Marked words did most for this list: without them it would fit less."
)


@frame.part("live")
def live(data: Dataset, person: Persona) -> None:
    """Draw the box and the columns from the session's state; reruns alone after every click and key."""
    gone_along()
    place = seat(data, person)
    with st.container(gap="xsmall"):
        row = _box(data, place, person)
        understood = row if actions.typed() else st.container(horizontal=True, gap="small", vertical_alignment="center")
    left, right = st.columns(2, gap="medium")
    mine = left.container(gap="xsmall")
    you, beside = right.columns(2, gap="medium")
    with mine, st.container(horizontal=True, gap="small", vertical_alignment="center"):
        by = ranker_picker(data)
        chain, left_out = in_force(data, by, CHAIN.read(data.name))
        house_policy(data, chain)
    with beside:
        other = _beside_picker()
    with you:
        shown = st.container()
        habits_picker()
    known = actions.known(data, person)
    revised = actions.revised()
    wanted = Wanted(
        other,
        by,
        chain.build(),
        actions.wondered(),
        actions.clicked_last(),
        None if revised is None else revised.before,
    )
    with mine:
        now = picture(data, known, wanted)
    remember(now)
    words = Wording.for_query(data, now.query)
    with understood:
        _understood(data, now)
    with mine:
        re_ranked(data, chain, left_out)
        _list(words, place, person, now, revised)
        save_list(data, now.query, now.ranker, chain, now.mine)
        carry_on(words, place, now.session)
    with shown:
        _events(words, place, now.session, person, known.steering.edits if known.steering else Edits())
        _tastes(words, now)
        take_taste(data, now.query)
    with beside:
        _other_list(words, now, other)
    with right:
        people_to_follow(data, place, now)
        closer(words, place, now)
    figures(data, now)
    st.caption(receipt_line(now, cache.event_log(data.private)))


def _box(data: Dataset, place: Seat, person: Persona) -> DeltaGenerator:
    """Draw the text box, its suggestions or the button that keeps a wish; return the row of these."""
    st.text_input(
        "What do you feel like?",
        key=Key.TYPED,
        type="search",
        placeholder="What do you feel like? · 想要什么？一句话就行",
        label_visibility="collapsed",
        live="250ms",
        bind="query-params",
        on_change=actions.start_clock,
        args=(False,),
    )
    typing = bool(actions.typed())
    row = st.container(horizontal=True, gap="small", vertical_alignment="center", wrap=typing, key="wishes")
    with row:
        if typing:
            st.button("Keep this wish", key="keep-wish", help=_KEEP_HELP, on_click=actions.keep_wish, args=(place,))
        elif person.wishes:
            frame.beside("Try")
            st.pills(
                "Try",
                person.wishes[:N_WISHES],
                format_func=lambda wish: cut(wish, MAX_WISH),
                key=WISH,
                label_visibility="collapsed",
                on_change=actions.type_in,
                args=(WISH,),
            )
        if not typing and real_reviews.there() and data.has((Facts.PRICE,)):
            label, told = "A real review", "The next of 62,774 reviews that real people wrote in Chinese shops."
            st.button(label, key="real-review", type="tertiary", help=told, on_click=actions.type_real_review)
    return row


def _understood(data: Dataset, now: Picture) -> None:
    """Say which items the words keep to, each bound with the way to take it back."""
    for at, one in enumerate(now.heard.filters):
        label = f"Only {plain(one.label)}"
        if not now.heard.from_box:
            st.markdown(f":blue-badge[{label}]", width="content")
            continue
        st.button(
            label,
            icon=":material/close:",
            icon_position="right",
            key=f"unsay-{at}",
            help=f"You wrote “{plain(one.said)}”. Click to take these words out.",
            on_click=actions.unsay,
            args=(one.said,),
        )
    if now.heard.filters:
        frame.beside(fitting(data, now))


def _events(words: Wording, place: Seat, session: tuple[Event, ...], person: Persona, edits: Edits) -> None:
    """Draw the newest events, each with its undo, then the person's own history; say that the portrait was edited."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown("**What you did**")
        if session or edits or actions.typed():
            st.button("Start over", key="reset", type="tertiary", on_click=actions.reset, args=(place,))
    typing = actions.typed()
    if edits.of_taste:
        st.page_link(PORTRAIT, label="Your edits of the portrait count here →")
    if not session and not edits and not typing:
        st.caption("Nothing yet. Like something in the list, or type above.")
    with st.container(gap=None):
        if typing:
            st.caption(f"⌨ typing “{plain(typing, 80)}”, not kept")
        for event in reversed(session[-N_EVENTS:]):
            _event(words, place, event)
    if len(session) > N_EVENTS:
        earlier = session[:-N_EVENTS]
        with st.expander(f"{counted(len(earlier), 'earlier step')}", key="earlier", on_change="rerun") as box:
            if box.open:
                for event in reversed(earlier):
                    _event(words, place, event)
    if person.events:
        with st.expander(f"Before you came: {counted(len(person.events), 'event')}"):
            st.caption("  \n".join(in_words(words, event) for event in reversed(person.events)))


def _event(words: Wording, place: Seat, event: Event) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="xxsmall", wrap=False):
        st.caption(in_words(words, event), width="stretch")
        key, target = f"undo-{event.event_id}", (place, event.event_id)
        st.button("Undo", key=key, type="tertiary", on_click=actions.undo, args=target)


def _tastes(words: Wording, now: Picture) -> None:
    found = tastes(words.data, now.situation.known.events)
    if found:
        st.markdown("**You seem to like**")
        st.caption(
            "  \n".join(f"{'▇' * max(1, round(strength * 6))} {plain(words.tag(tag))}" for tag, strength in found)
        )


def _list(words: Wording, place: Seat, person: Persona, now: Picture, revised: actions.Revision | None) -> None:
    """Draw the sentence that says what moved, then the cards."""
    said = what_moved(words, now) if revised is None else revision(words, now, revised)
    st.markdown(said or f":small[{plain(person.line)}]")
    if revised is not None and revised.about is None and revised.before:
        again = f"Bring back {counted(len(revised.before), 'step')}"
        st.button(again, key="bring-back", type="tertiary", on_click=actions.bring_back, args=(place,))
    trouble = cache.event_log(words.data.private).trouble
    frame.notices(trouble, *now.mine.receipt.fallbacks)
    if now.strange:
        st.caption("Nothing here is close to these words: below is the nearest there is.")
    if now.typed and not reads_text(words.data, now.ranker):
        st.caption(f"{now.ranker.label} looks at clicks only, not at words: choose another recommender to type.")
    columns = scenario_of(words.data.name).facts
    with st.container(gap="xxsmall"):
        for rank, item_id in enumerate(now.mine.item_ids):
            card(words, place, now, rank, item_id, columns)


def _beside_picker() -> str:
    chosen = st.selectbox(
        "Without you",
        BESIDE,
        format_func=lambda name: MODELS[name].label if name in MODELS else name,
        key=Key.BESIDE,
        bind="query-params",
        help="The same catalogue ranked another way, as an honest comparison. "
        + " ".join(f"{MODELS[name].label}: {MODELS[name].line}" for name in BESIDE),
    )
    return chosen if chosen in BESIDE else BESIDE[0]


def _other_list(words: Wording, now: Picture, model: str) -> None:
    st.caption(f"{MODELS[model].line} **{now.n_shared} of {len(now.mine)} are in your list too.**")
    mine = set(now.mine.item_ids)
    lines = [
        f"{rank}. {plain(words.title(item_id), 72)}{' *· also yours*' if item_id in mine else ''}"
        for rank, item_id in enumerate(now.beside.item_ids, start=1)
    ]
    st.markdown("\n".join(lines))
