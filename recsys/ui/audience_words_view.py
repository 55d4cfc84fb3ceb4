"""Audience, words and mood: what sets some people's words apart, what is talked about, and how the mood moves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum

import streamlit as st

from recsys.audience import Segment
from recsys.audience.course import UNITS, Period, course, unit_of
from recsys.audience.divisions import ACTIVITY, LANGUAGE, NEWNESS, division
from recsys.audience.keywords import LIKES, SPOKEN, Keywords, keywords, scripts
from recsys.audience.mood import ALL, Mood, changes
from recsys.audience.topics import Source, Topics, sources, topics
from recsys.data import Dataset, summary
from recsys.plots import audience_words as plots
from recsys.ui import audience_part, audience_segment, choices, frame
from recsys.ui.live_words import counted


class Side(StrEnum):
    """Parts of this view; also their names in the URL."""

    WORDS = "words"
    TOPICS = "topics"
    MOOD = "mood"


class Key(StrEnum):
    """Controls of this view."""

    SIDE = "say"
    WHAT = "audience-what"
    WHO = "audience-who"
    SOURCE = "audience-source"
    SCRIPT = "audience-script"


_SIDES = {Side.WORDS: "Words that set them apart", Side.TOPICS: "Topics", Side.MOOD: "Mood"}
_SOURCES = {Source.REVIEWS: "Their reviews", Source.LIKED: "Texts of what they like"}
_COHERENT = (
    "Coherence says whether the words of a topic share texts: 1 if they are never apart, 0 by chance, −1 if they never "
    "meet (NPMI). Filled: more coherent than the best topic of shuffled words nearly always is."
)
_SLOPE = (
    "A change counts as found when p, corrected for all categories shown (Holm), is below 0.05. Whiskers are 95% "
    "intervals; people are drawn again, with all they said."
)


def draw(data: Dataset, segment: Segment | None) -> None:
    """Draw the chosen part; nothing is read for the others."""
    sides: dict[Side, Callable[[Dataset, Segment | None], None]] = {
        Side.WORDS: words,
        Side.TOPICS: about,
        Side.MOOD: mood,
    }
    sides[choices.view(_SIDES, Key.SIDE)](data, segment)


@frame.part("audience-keywords")
def words(data: Dataset, segment: Segment | None) -> None:
    """Draw the words of the people looked at (or of a part of everybody) against those of all others."""
    offered = ([LIKES] if data.like_counts.any() else []) + list(scripts(data))
    if not offered:
        frame.empty("Nobody wrote a review here or liked anything.", "Choose other data above.")
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        who = segment or _some(data)
        what = _choice("Compare", {one: _said_of(one) for one in offered}, f"{Key.WHAT}-{data.name}")
    if who is None:
        frame.empty("There is nobody to compare with all others.", "Choose some people above.")
        return
    found = keywords(data, who, what)
    if not found.words:
        why = "both sides have the same" if all(found.n_people) else "one side has nothing to compare"
        frame.empty(f"{who.name}: {why}.", "Choose other people, or something else to compare.")
        return
    st.markdown(frame.plain(_told(found, who, "tags" if what == LIKES else "words")))
    figure = plots.keywords_figure(found.words, "tags" if what == LIKES else "words")
    clicked = audience_part.clicked(
        figure, f"keywords-{what}-{who.name}-{data.version}", plots.keywords_alt(found.words)
    )
    frame.hint("Each person counts once per word. Pale bars may be chance. Click a bar to see the people behind it.")
    if clicked:
        word = found.words[int(clicked[0])]
        verb = "likes" if what == LIKES else "says"
        audience_segment.people(data, f"Who {verb} “{word.term}”", word.finding.user_ids, "audience-keyword")


def _told(found: Keywords, who: Segment, whole: str) -> str:
    here, there = found.n_people
    n_sure, sides = len(found.sure), f"{who.name}, {counted(here, 'person')}, against {there:,} others"
    sides = sides.replace("persons", "people")
    if not n_sure:
        return f"{sides}: none of {found.n_words:,} {whole} sets them apart for sure. Chance could give what is below."
    return f"{sides}: {n_sure} of the {whole} below set them apart for sure, of {found.n_words:,} looked at."


def _some(data: Dataset) -> Segment | None:
    """Draw the choice of a part of everybody, for whoever has not chosen people yet; None where there is none."""
    parts = {part.name: part for kind in (ACTIVITY, NEWNESS, LANGUAGE) for part in division(data, kind)}
    if not parts:
        return None
    names = list(parts)[::-1]
    name = st.selectbox("Whose", names, index=names.index(list(parts)[0]), key=f"{Key.WHO}-{data.name}", width=300)
    return parts.get(name)


def _said_of(what: str) -> str:
    return "What they like" if what == LIKES else f"Reviews, {SPOKEN[what]}"


@frame.part("audience-topics")
def about(data: Dataset, segment: Segment | None) -> None:
    """Draw the topics by how well they hold together, and the chosen one over time with its people."""
    there = sources(data)
    if not there:
        frame.empty("There are too few texts for topics: 40 reviews, or 40 liked items.", "Choose other data above.")
        return
    with st.container(horizontal=True, gap="medium"):
        source = _source(data, there)
        script = _choice("Language", {one: SPOKEN[one] for one in there[source]}, f"{Key.SCRIPT}-{source}-{data.name}")
    with st.spinner("Reading the texts, the first time only …", show_time=True):
        found = topics(data, source, script)
    if not found.topics:
        frame.empty("No words stand together often enough to be a topic.", "Choose other texts above.")
        return
    st.markdown(frame.plain(_held(found)))
    figure = plots.topics_figure(found.topics, found.by_chance)
    clicked = audience_part.clicked(figure, f"topics-{source}-{script}-{data.version}", plots.topics_alt(found.topics))
    frame.hint("Click a dot to see its topic over time and the people behind it.")
    st.caption(frame.plain(_unread(found)), help=_COHERENT)
    _topic(data, found, int(clicked[0]) if clicked else 0, segment)


def _source(data: Dataset, there: dict[Source, tuple[str, ...]]) -> Source:
    """Draw the choice of what is read; the reviews come first where they hold together."""
    names = list(there)
    if Source.REVIEWS in there and Source.LIKED in there:
        with st.spinner("Reading the reviews, the first time only …", show_time=True):
            if not topics(data, Source.REVIEWS, there[Source.REVIEWS][0]).sure:
                names = names[::-1]
    name = _choice("Read", {str(one): _SOURCES[one] for one in names}, f"{Key.SOURCE}-{data.name}")
    return Source(name)


def _held(found: Topics) -> str:
    n_sure, n = sum(topic.finding.sure for topic in found.topics), len(found.topics)
    mean = sum(topic.finding.value for topic in found.topics) / n
    numbers = f"on average {mean:.2f}, shuffled words {found.by_chance:.2f}"
    if not n_sure:
        return f"None of the {n} topics holds together better than shuffled words ({numbers}): read them as chance."
    return f"{n_sure} of {n} topics hold together better than shuffled words ({numbers})."


def _unread(found: Topics) -> str:
    what = "reviews" if found.source == Source.REVIEWS else "liked items"
    left = f", without {found.n_unread:,} older or less liked ones" if found.n_unread else ""
    tried = ", ".join(f"{n}: {value:.2f}" for n, value in found.tried)
    return f"{found.n_texts:,} {what} read{left}. Mean coherence by number of topics tried: {tried}."


def _topic(data: Dataset, found: Topics, place: int, segment: Segment | None) -> None:
    topic, log = found.topics[place], found.about(place, segment)
    frame.section(topic.name.capitalize() if topic.name.isascii() else topic.name)
    frame.hint(f"All its words: {', '.join(topic.words)}.")
    mine = log[log["value"] > 0]
    key = f"topic-{found.source}-{found.script}-{place}-{segment.name if segment else ''}-{data.version}"
    chosen: Period | None = None
    if summary.has_dates(data) and len(log):
        of_all = found.trends(segment)[place]
        trend, p = of_all[0].slope, of_all[1]
        if p == p:
            change = "rises" if trend.value > 0 else "falls"
            size = f"{100 * trend.value:+.1f} percentage points in 30 days, {trend.n:,} people, p {p:.2g}"
            st.markdown(frame.plain(f"Its share {change}: {size}." if p < 0.05 else f"No change found ({size})."))
        what = "reviews" if found.source == Source.REVIEWS else "likes"
        chosen = _course(course(log), UNITS[unit_of(log)], f"share of all {what}", key, share=True)
    if chosen is None:
        audience_segment.people(data, f"About {topic.name}", mine["user_id"].astype(str), "audience-topic")
    else:
        audience_segment.people(data, f"Active from {chosen.day}", chosen.user_ids, "audience-topic")


@frame.part("audience-mood")
def mood(data: Dataset, segment: Segment | None) -> None:
    """Draw by how much the mood changes in each category, and the chosen one over time with its people."""
    found = Mood.of(data)
    log = found.by(segment)
    if log.empty:
        frame.empty("Nobody here gave stars or wrote a review that tells.", "Choose other people, or other data.")
        return
    if not audience_part.dated(data):
        return
    moved = changes(found, segment)
    sure = [change.finding for change in moved if change.finding.sure]
    key, category = f"mood-{segment.name if segment else ''}-{data.version}", ALL
    if moved:
        audience_part.findings(sure)
        if not sure:
            st.markdown("No change found, in all together or in any category: chance alone could explain what moves.")
        clicked = audience_part.clicked(plots.changes_figure(moved, found.per), key, plots.changes_alt(moved))
        category = moved[int(clicked[0])].category if clicked else ALL
        frame.hint("Click a dot to see its mood over time. Filled: a change was found.")
    else:
        frame.hint("Too few people, or too short a time, to test for a change: 20 people and a week are needed.")
    read = f" Without stars, read from their words: {found.n_read:,} of all." if found.n_read else ""
    left = f" Left out, as their words could mean either: {found.n_unsure:,}." if found.n_unsure else ""
    st.caption(frame.plain(f"{len(log):,} opinions, in stars.{read}{left}"), help=_SLOPE)
    about_it = found.by(segment, category)
    frame.section(category)
    chosen = _course(course(about_it), UNITS[unit_of(about_it)], "stars, mean", f"{key}-{category}")
    if chosen is None:
        audience_segment.people(data, f"Opinions: {category}", about_it["user_id"].astype(str), "audience-mood")
    else:
        audience_segment.people(data, f"{category}, from {chosen.day}", chosen.user_ids, "audience-mood")


def _course(periods: Sequence[Period], unit: str, title: str, key: str, share: bool = False) -> Period | None:
    """Draw a course over time and return the period that was clicked; None for none."""
    figure = plots.course_figure(periods, unit, title, share)
    clicked = audience_part.clicked(figure, key, plots.course_alt(periods, unit, title))
    frame.hint(
        f"Whiskers are 95% intervals; hollow: too few people for one. Click a dot to see the people of that {unit}."
    )
    return periods[int(clicked[0])] if clicked else None


def _choice(label: str, names: dict[str, str], key: str) -> str:
    """Draw a choice of one; nothing is drawn where there is no choice."""
    return next(iter(names)) if len(names) == 1 else choices.one_of(label, names, key)
