"""The portrait: what the app thinks of a person, every line with what it rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.columns import Events
from recsys.data import Dataset
from recsys.models.evidence import decayed_weights, event_weight
from recsys.ranking import top_k
from recsys.text.wishes import wish_of
from recsys.types import Event, Kind, Query
from recsys.words.contract import Language
from recsys.words.interests import HALF_LIFE, MAX_EVENTS, Interest, interests, named_in
from recsys.words.sentences import sentences
from recsys.words.sentiment import stars_of
from recsys.words.tags import PRIOR, log_odds, terms

N_LINES, N_AVOIDED = 8, 4
N_KEY_WORDS = 10
N_TOPICS = 4
NAMES_PER_TOPIC = 3
N_REVIEWS = 5_000
"""Reviews that say how often people here use a word; the newest."""
TELLING = 1.65
"""Standard deviations a key word is more usual with the person than with everybody: one in twenty by chance."""


@dataclass(frozen=True, slots=True)
class Source:
    """One event behind a line."""

    event: Event
    weight: float
    """Signed, aged: what the event adds before rarity."""
    quote: str
    """The sentence of its words that names the interest, else its first one; "" when nothing was written."""


@dataclass(frozen=True, slots=True)
class Line:
    """One interest of the portrait."""

    interest: Interest
    label: str
    """Its name in the language of the portrait."""
    share: float
    """Its part of all positive (for what is avoided: negative) weight, in [0, 1]."""
    sources: tuple[Source, ...]
    """What it rests on, the newest first; never empty."""


@dataclass(frozen=True, slots=True)
class KeyWord:
    """A word the person uses more than people here do."""

    word: str
    z: float
    """How much more, in standard deviations; ``TELLING`` or more."""
    quotes: tuple[str, ...]
    """Their sentences with it, exactly as written; never empty."""


@dataclass(frozen=True, slots=True)
class Topic:
    """Liked items that share an interest."""

    labels: tuple[str, ...]
    """Its interest, then others its items share, in the language of the portrait."""
    item_ids: tuple[str, ...]
    """Each liked item is in one topic: that of its strongest interest."""


@dataclass(frozen=True, slots=True)
class Mood:
    """How one review sounds."""

    event: Event
    stars: float
    """0.5..5: as given, else as the words sound."""
    given: bool
    quote: str


@dataclass(frozen=True, slots=True)
class Portrait:
    """All of it; every part is empty for somebody nothing is known of."""

    lines: tuple[Line, ...] = ()
    """What they like, the strongest first."""
    avoided: tuple[Line, ...] = ()
    """What they turn away from, the strongest first."""
    likes: tuple[str, ...] = ()
    """Ids of the items they like, the strongest first."""
    dislikes: tuple[str, ...] = ()
    key_words: tuple[KeyWord, ...] = ()
    topics: tuple[Topic, ...] = ()
    mood: tuple[Mood, ...] = ()
    """Reviews and ratings, oldest first."""

    def line(self, name: str) -> Line | None:
        """The line of one interest, liked or avoided."""
        return next((line for line in (*self.lines, *self.avoided) if line.interest.name == name), None)


def portrait(
    data: Dataset, query: Query, language: Language = "en", n_lines: int = N_LINES, keep: Sequence[str] = ()
) -> Portrait:
    """What ``query`` says of whoever asks, at most ``n_lines`` interests and those of the names ``keep`` whatever.

    Shares, order and signs are those of :func:`recsys.words.interests.interests`. Nothing is guessed: somebody
    without events and words gets an empty portrait.
    """
    events = query.events[-MAX_EVENTS:]
    found = interests(data, events)
    liked = [interest for interest in found if interest.weight > 0]
    avoided = [interest for interest in reversed(found) if interest.weight < 0]
    evidence = _Evidence.of(data, events)

    def lines(chosen: Sequence[Interest], n: int) -> tuple[Line, ...]:
        total = sum(abs(interest.weight) for interest in chosen) or 1.0
        shown = [one for place, one in enumerate(chosen) if place < n or one.name in keep]
        return tuple(evidence.line(one, abs(one.weight) / total, language) for one in shown)

    by_item = _by_item(data, events)
    likes = _strongest(by_item, 1)
    return Portrait(
        lines(liked, n_lines),
        lines(avoided, N_AVOIDED),
        likes,
        _strongest(by_item, -1),
        key_words(data, events),
        _topics(data, liked, likes, language),
        _mood(evidence),
    )


def label_of(data: Dataset, name: str, language: Language) -> str:
    """Name of a tag or category in ``language``, in that of the catalogue where there is no other."""
    return data.chinese_tags.get(name, name) if language == "zh" else name


def key_words(data: Dataset, events: Sequence[Event], n: int = N_KEY_WORDS) -> tuple[KeyWord, ...]:
    """At most ``n`` words of what somebody wrote that set them apart, the most telling first; () without words.

    Log-odds with an informative Dirichlet prior (``recsys.words.tags.log_odds``) of the person's words against those of
    the reviews of ``data``. Words refused in a wish do not count.
    """
    said = {sentence: _words(sentence) for event in events for sentence in sentences(_wanted_words(event))}
    ours = Counter(word for words in said.values() for word in words)
    if not ours:
        return ()
    theirs = _vocabulary(data)
    both = dict.fromkeys((*ours, *theirs))
    here, there = (np.array([counts.get(word, 0) for word in both], dtype=np.float64) for counts in (ours, theirs))
    z = log_odds(here, np.maximum(there - here, 0), PRIOR)[: len(ours)]
    words = list(ours)
    return tuple(
        KeyWord(words[place], float(z[place]), tuple(one for one, found in said.items() if words[place] in found))
        for place in top_k(np.where(z >= TELLING, z, np.nan), n)
    )


def _vocabulary(data: Dataset) -> Mapping[str, int]:
    """How often reviews use each word; counted once per dataset."""
    return data.once(_vocabulary, lambda: Counter(word for text in _reviews(data) for word in _words(text)))


def _reviews(data: Dataset) -> list[str]:
    return [str(text) for text in data.events[Events.TEXT] if text][-N_REVIEWS:]


def _words(text: str) -> list[str]:
    return [term for term in terms(text) if " " not in term]


def _wanted_words(event: Event) -> str:
    return wish_of(event.text).wanted if event.kind is Kind.WISH else event.text


@dataclass(frozen=True, eq=False)
class _Evidence:
    """The events of one portrait, read once."""

    data: Dataset
    weights: Mapping[Event, float]
    said: Mapping[Event, Sequence[tuple[str, frozenset[str]]]]
    """Of every event with words its sentences, each with the interests it names."""

    @classmethod
    def of(cls, data: Dataset, events: Sequence[Event]) -> Self:
        weights = dict(zip(events, decayed_weights(events, HALF_LIFE), strict=True))
        written = {event: sentences(event.text) for event in events if event.text}
        said = {event: [(one, frozenset(named_in(data, one))) for one in found] for event, found in written.items()}
        return cls(data, weights, said)

    def line(self, interest: Interest, share: float, language: Language) -> Line:
        sources = [Source(one, self.weights[one], self.quote(one, interest.name)) for one in reversed(interest.events)]
        return Line(interest, label_of(self.data, interest.name, language), share, tuple(sources))

    def quote(self, event: Event, name: str = "") -> str:
        """The sentence that names ``name``, else the first one; "" for an event without words."""
        said = self.said.get(event) or [("", frozenset())]
        return next((one for one, names in said if name in names), said[0][0])


def _by_item(data: Dataset, events: Sequence[Event]) -> dict[str, float]:
    """Weight of each item of the catalogue, by everything done with it."""
    out: dict[str, float] = {}
    for event in events:
        if event.item_id in data.row_of and event.kind is not Kind.WISH:
            out[str(event.item_id)] = out.get(str(event.item_id), 0.0) + event_weight(event)
    return out


def _strongest(by_item: Mapping[str, float], sign: int) -> tuple[str, ...]:
    """Items of that sign, the strongest first, of equal ones the latest."""
    latest = list(by_item.items())[::-1]
    weights = np.array([sign * weight if sign * weight > 0 else np.nan for _, weight in latest], dtype=np.float64)
    return tuple(latest[place][0] for place in top_k(weights, max(1, len(latest))))


def _topics(data: Dataset, liked: Sequence[Interest], likes: Sequence[str], language: Language) -> tuple[Topic, ...]:
    """Take the strongest interest and its liked items, then the strongest of what is left, and so on."""
    left = {item_id: data.tags(data.row_of[item_id]) for item_id in likes}
    topics: list[Topic] = []
    for interest in liked:
        if len(topics) == N_TOPICS or len(left) < 2:
            break
        mine = [item_id for item_id, tags in left.items() if interest.name in tags]
        if len(mine) < 2:
            continue
        shared = Counter(tag for item_id in mine for tag in left[item_id])
        names = [one.name for one in liked if shared[one.name] * 2 > len(mine) and one is not interest]
        labels = [label_of(data, name, language) for name in (interest.name, *names)][:NAMES_PER_TOPIC]
        topics.append(Topic(tuple(labels), tuple(mine)))
        for item_id in mine:
            del left[item_id]
    return tuple(topics)


def _mood(evidence: _Evidence) -> tuple[Mood, ...]:
    found = []
    for event in evidence.weights:
        if event.kind in (Kind.REVIEW, Kind.RATING):
            stars = event.stars if event.stars is not None else stars_of(evidence.data, event.text)
            if stars is not None:
                found.append(Mood(event, stars, event.stars is not None, evidence.quote(event)))
    return tuple(found)
