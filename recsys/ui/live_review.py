"""The review of a card while it is being typed: what it praises, how many stars it sounds like, what it would move."""

from __future__ import annotations

import streamlit as st

from recsys.explain import map as atlas
from recsys.explain.ledger import Preview, what_if
from recsys.live import MAX_TEXT, Seat
from recsys.plots.step import step_alt, step_figure
from recsys.types import Event, Kind
from recsys.ui import actions, frame
from recsys.ui.frame import plain
from recsys.ui.live_model import Picture
from recsys.ui.map_view import drawing_of
from recsys.ui.similarity_view import profile_of, space_of
from recsys.ui.state import Key
from recsys.ui.wording import Wording
from recsys.words.aspects import Aspect, aspects_of, pulls, things_of
from recsys.words.sentiment import stars_of

N_NAMED = 2
FITS = 60
"""Characters that the box shows at once: a longer review is shown again below it."""
MAX_MARKED = 600
"""Characters of a long review that are shown again, marked."""
NEUTRAL = 3.0
MAX_TITLE = 40
_PRAISES, _COMPLAINS = "+\u2060", "−\u2060"
"""Signs that stay on the line of their word."""
_MAP_HELP = "A flat drawing of all items by what their texts say: the arrow is how far this review would carry you."


@frame.part("review")
def review_form(words: Wording, place: Seat, now: Picture, item_id: str) -> None:
    """Draw the form and what the words so far would do; reruns alone at every pause in typing."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption("Your stars", width="content")
        chosen = st.feedback("stars", key=f"stars-{item_id}")
    # Of the text boxes only the one-line one tells what is being typed before it is left.
    st.text_input(
        "Your review",
        key=f"words-{item_id}",
        live="250ms",
        placeholder="What was good, what was not? · 好在哪里，差在哪里？",
    )
    text = str(st.session_state.get(f"words-{item_id}") or "").strip()[:MAX_TEXT]
    given = None if chosen is None else float(chosen) + 1
    heard = stars_of(words.data, text) if text else None
    aspects = aspects_of(text, things_of(words.data))
    if aspects or len(text) > FITS:
        st.markdown(marked(text, aspects))
    said = sounds_like(given, heard, text)
    if said:
        st.caption(said)
    if disagree(given, heard):
        st.warning(f"You chose {given:g} stars, but your words sound like {heard:g}. Your stars count.")
    stars = heard if given is None else given
    if stars is not None:
        _would_move(words, now, Event("reviewing", Kind.REVIEW, 0.0, item_id, stars, text))
    st.button("Send review", key=f"send-{item_id}", on_click=_send, args=(place, item_id))
    if stars is None and st.session_state.get(Key.STARLESS) == item_id:
        st.warning("How many stars? They say whether your words praise or complain. Your words are kept.")


def _send(place: Seat, item_id: str) -> None:
    """Store the review and draw the whole list again, not the form alone."""
    actions.send_review(place, item_id)
    st.rerun("live")


def marked(text: str, aspects: tuple[Aspect, ...]) -> str:
    """The text as Markdown, praised things green with a plus, others orange with a minus; cut after ``MAX_MARKED``."""
    out, at = [], 0
    for aspect in aspects:
        if aspect.end > MAX_MARKED:
            break
        colour, sign = ("green", _PRAISES) if aspect.polarity > 0 else ("orange", _COMPLAINS)
        out += [_spaced(text[at : aspect.start]), f":{colour}-background[**{sign}{plain(aspect.text)}**]"]
        at = aspect.end
    return "".join([*out, _spaced(text[at:], max(1, MAX_MARKED - at))]).rstrip()


def _spaced(text: str, limit: int | None = None) -> str:
    """``text`` escaped, with the space around it that parts it from its neighbours."""
    before, after = (" " if end.isspace() else "" for end in (text[:1], text[-1:]))
    return f"{before}{plain(text, limit)}{after}"


def sounds_like(given: float | None, heard: float | None, text: str) -> str:
    """Say which stars a review without any would be sent with; "" where stars were chosen or nothing is written.

    >>> sounds_like(None, 4.5, "lovely"), sounds_like(2.0, 4.5, "lovely")
    ('Sounds like **4.5 stars**: it is sent with them unless you choose others.', '')
    """
    if given is not None or not text:
        return ""
    if heard is None:
        return "Your words could go either way: choose stars to send them."
    return f"Sounds like **{heard:g} stars**: it is sent with them unless you choose others."


def disagree(given: float | None, heard: float | None) -> bool:
    """Whether chosen stars and words are clearly on two sides.

    >>> disagree(5.0, 1.5), disagree(3.0, 1.5), disagree(None, 1.5)
    (True, False, False)
    """
    if given is None or heard is None:
        return False
    return abs(given - heard) >= 2 and (given - NEUTRAL) * (heard - NEUTRAL) < 0


def _would_move(words: Wording, now: Picture, event: Event) -> None:
    """Say what sending ``event`` would do to the list, and draw the way on a small map for who asks."""
    preview = what_if(now.situation, event)
    said = [_drawn(event), _moved(words, preview, event)]
    st.caption("  \n".join(filter(None, said)))
    if event.text and st.toggle("Show the way on a map", key="review-map", help=_MAP_HELP):
        _on_the_map(words, now, event)


def _drawn(event: Event) -> str:
    """Name what the words would draw toward and push away."""
    said = pulls(event.text)
    sides = {sign: ", ".join(pull.text for pull in said if pull.sign == sign) for sign in (1, -1)}
    verbs = ((1, "Draws you toward"), (-1, "Pushes away"))
    return " · ".join(f"{verb}: {plain(sides[sign])}" for sign, verb in verbs if sides[sign])


def _moved(words: Wording, preview: Preview, event: Event) -> str:
    """Say which items would come, and how many others would move."""
    moved = preview.moved
    if not moved.n_moved:
        return "Would move nothing on your list."
    named = ", ".join(f"“{plain(words.title(item_id), 28)}”" for item_id in preview.came[:N_NAMED])
    more = f" and {len(preview.came) - N_NAMED} more" if len(preview.came) > N_NAMED else ""
    up = sum(step is not None and step > 0 for step in moved.steps.values())
    down = sum(step is not None and step < 0 for step in moved.steps.values())
    steps = [f"{n} {way}" for n, way in ((up, "up ▲"), (down, "down ▼")) if n]
    parts = [f"bring {named}{more}" if named else "", f"move {' and '.join(steps)}" if steps else ""]
    return f"Would {', '.join(filter(None, parts))}."


def _on_the_map(words: Wording, now: Picture, event: Event) -> None:
    profile = profile_of(words.data)
    drawing = drawing_of(words.data, space_of(profile), atlas.PCA)
    known = now.situation
    ways = [
        atlas.my_way(profile, query, drawing)
        for query in (known.query, known.asked((*known.session, event), known.known.typed))
    ]
    if ways[1] is None:
        st.caption("These words do not move your place on the map.")
        return
    before = ways[0].trail[-1] if ways[0] is not None else None
    titles = [words.short(words.data.item_ids[row], MAX_TITLE) for row in drawing.rows]
    figure = step_figure(drawing.xy, titles, before, ways[1].trail[-1])
    frame.chart(figure, "review-step", step_alt(before is None))
