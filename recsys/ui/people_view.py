"""People to follow, on the Live page: who, why, and what following somebody did to the list."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace

import streamlit as st

from recsys.columns import Facts, People, Table
from recsys.data import Dataset
from recsys.evaluate.steering import effect
from recsys.live import Seat, Steering
from recsys.live.edits import FOLLOW, Steer, follow, unfollow
from recsys.models import MODELS
from recsys.models.follow_graph import FollowGraph, posts_of
from recsys.models.setting import Setting
from recsys.models.whom_to_follow import Suggested, bios_are_read, whom_to_follow
from recsys.ui import actions, frame
from recsys.ui.frame import plain
from recsys.ui.live_model import Picture
from recsys.ui.live_words import counted
from recsys.ui.ranker import RANKER
from recsys.ui.wording import Wording

N_PEOPLE = 3
N_NAMED = 2
MAX_NAME, MAX_BIO, MAX_CHINESE = 30, 68, 34
CIRCLE, FOLLOWERS = "feature:circle", "feature:followers"
SOCIAL = "social"
"""The recommender that is offered where the one in force takes no notice of whom somebody follows."""
STRONG = 0.1
"""A part of a suggestion's score from which on it is named as a reason."""
_HELP = (
    "Ranked by how many of those you follow follow them (one who follows few says more), by what you both liked, "
    "by how near what they say of themselves is to what you like, and by how many follow them."
)


def people_to_follow(data: Dataset, place: Seat, now: Picture) -> None:
    """Draw whom to follow and who is followed; nothing for data in which nobody follows anybody."""
    if not data.has((Table.FOLLOWS, Table.PEOPLE)):
        return
    words, before = Wording.for_query(data, now.query), now.situation.known.follows
    with st.container(gap="xsmall", key="people-to-follow"):
        frame.section("People to follow", _HELP)
        _done(words, place, now)
        with nullcontext() if bios_are_read(data) else st.spinner("Reading what people say of themselves…"):
            found = whom_to_follow(data, now.query, N_PEOPLE)
        for rank, person in enumerate(found.people):
            _suggestion(words, place, person, why(words, found, rank), follow(person, before))
        if not found.people:
            frame.hint("You follow everybody there is.")
        _followed(words, place, now.query.follows, before)


def _suggestion(words: Wording, place: Seat, person: str, because: str, steer: Steer) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
        width = MAX_CHINESE if words.chinese else MAX_BIO
        st.markdown(
            f"**{_name(words, person)}** :small[:gray[{because}]]  \n"
            f":small[{plain(words.person(person, People.BIO), width)}]",
            width="stretch",
        )
        st.button("Follow", key=f"follow-{person}", type="tertiary", on_click=actions.steer, args=(place, steer))


def _done(words: Wording, place: Seat, now: Picture) -> None:
    """Say what following, or no longer following, somebody did to the list, with the way back."""
    newest, earlier = actions.newest_follow(place)
    if newest is None:
        return
    does = "You follow" if (newest.what == FOLLOW) is bool(newest.factor) else "You no longer follow"
    with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False, key="followed"):
        said = f"{does} **{_name(words, newest.words)}**{_moved(words, now, newest, Steering(words.data, earlier))}"
        st.markdown(f":small[{said}]", width="stretch")
        undoing = (place, newest.line_id)
        st.button("Undo", key="undo-follow", type="tertiary", on_click=actions.take_back_edit, args=undoing)
    if Table.FOLLOWS not in MODELS[now.ranker.model].needs and SOCIAL in MODELS:
        label = MODELS[SOCIAL].label
        frame.hint(f"{plain(now.ranker.label)} takes no notice of whom you follow.")
        chosen = (Setting(SOCIAL), words.data.name)
        st.button(f"Rank by {label}", key="rank-by-social", type="tertiary", on_click=RANKER.keep, args=chosen)


def _moved(words: Wording, now: Picture, newest: Steer, earlier: Steering) -> str:
    """Say how many of somebody's posts moved because of the edit ``newest``; a full stop where they have none."""
    if Facts.AUTHOR not in words.data.items.columns:
        return "."
    known = replace(now.situation.known, steering=earlier)
    found = effect(now.situation.answer(known.query), now.situation.now, posts_of(words.data, newest.words))
    if not found.n:
        return ": there is nothing of theirs to list."
    if not found.n_up + found.n_down:
        return f": that moves none of their {counted(found.n, 'post')}."
    if found.n_up == found.n:
        return f": their {counted(found.n, 'post')} went up."
    if found.n_down == found.n:
        return f": their {counted(found.n, 'post')} went down."
    return f": {found.n_up} of their {counted(found.n, 'post')} went up, {found.n_down} down."


def why(words: Wording, found: Suggested, rank: int) -> str:
    """Say why the person at ``rank`` is suggested, the strongest reason first."""
    value = {part.key: float(found.reasons.values[rank, at]) for at, part in enumerate(found.reasons.parts)}
    strong = [part for part in found.reasons.parts if value[part.key] >= STRONG and part.key != FOLLOWERS]
    strong.sort(key=lambda part: -value[part.key])
    said = [_through(words, found.through[rank]) if part.key == CIRCLE else part.label for part in strong[:N_NAMED]]
    graph = FollowGraph.of(words.data)
    n_followers = int(graph.n_followers[graph.place_of[found.people[rank]]])
    return " · ".join(said) or f"{counted(n_followers, 'follower')}"


def _through(words: Wording, through: tuple[str, ...]) -> str:
    """Name those who follow somebody, or count them.

    "Maud Ferrily follows them", "followed by 3 people you follow"
    """
    if len(through) == 1:
        return f"{_name(words, through[0])} follows them"
    return f"followed by {len(through)} people you follow"


def _followed(words: Wording, place: Seat, follows: tuple[str, ...], before: tuple[str, ...]) -> None:
    """Draw who is followed, each with the way to end that."""
    if not follows:
        return
    with st.expander(f"You follow {len(follows)}", key="you-follow", on_change="rerun") as box:
        if not box.open:
            return
        with st.container(gap=None):
            for person in follows:
                _leaving(words, place, person, unfollow(person, before))


def _leaving(words: Wording, place: Seat, person: str, steer: Steer) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
        st.caption(_name(words, person), width="stretch")
        st.button("Unfollow", key=f"unfollow-{person}", type="tertiary", on_click=actions.steer, args=(place, steer))


def _name(words: Wording, person: str) -> str:
    return plain(words.person(person) or person, MAX_NAME)
