"""From what stands in the log to a query: a pure function, so that a replayed log gives the same list."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from math import inf
from typing import Self

from recsys.data.dataset import OPEN_KINDS
from recsys.live.mixed import told_apart
from recsys.live.steering import Steering
from recsys.types import Event, Kind, Query

OPINIONS = (Kind.LIKE, Kind.FAVOURITE, Kind.DISLIKE)
"""At most one of these stands per item: the newest."""

MAX_TEXT = 5_000
"""Characters of a review or wish that are kept; the rest is cut before storing."""


FACTORS = {kind: str(kind) for kind in Kind} | {Kind.RATING: "review"}
"""Which field of ``Habits`` says how much a kind counts."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How much what somebody does counts, on top of what a model makes of it: the knobs of the profile.

    An event's strength is the factor of its kind times 0.5 ** (later events / half_life). With all factors 1 and no
    forgetting every event counts as the model says.
    """

    half_life: float = inf
    """After this many later events an event counts half; above 0, inf for never."""
    view: float = 1.0
    click: float = 1.0
    like: float = 1.0
    favourite: float = 1.0
    dislike: float = 1.0
    review: float = 1.0
    """Reviews and ratings, whatever their stars."""
    wish: float = 1.0

    def __post_init__(self) -> None:
        if not self.half_life > 0:
            raise ValueError(f"half_life should be above 0 events, is now {self.half_life}")
        for name in FACTORS.values():
            if not 0 <= getattr(self, name) < inf:
                raise ValueError(f"{name} should be 0 or more, is now {getattr(self, name)}")

    @classmethod
    def parse(cls, word: str) -> Self:
        """Read what :attr:`word` wrote; ValueError says in one sentence what is wrong with anything else.

        >>> Habits.parse("half_life=10,dislike=2").dislike
        2.0
        """
        names, given = tuple(field.name for field in fields(cls)), {}
        for pair in filter(None, word.split(",")):
            name, _, text = pair.partition("=")
            if name not in names:
                raise ValueError(f"{name[:40]!r} is no knob of the profile; there are {', '.join(names)}")
            try:
                given[name] = float(text)
            except ValueError:
                raise ValueError(f"{name} should be a number, is {text[:40]!r}") from None
        return cls(**given)

    @property
    def word(self) -> str:
        """Short text that :meth:`parse` reads back; "" when nothing is turned."""
        turned = ((field.name, getattr(self, field.name)) for field in fields(self))
        return ",".join(f"{name}={value!r}" for name, value in turned if value != getattr(AS_IT_COUNTS, name))

    def weigh(self, events: Sequence[Event]) -> tuple[Event, ...]:
        """``events``, oldest first, each with its strength; themselves when nothing is turned.

        >>> liked = [Event("1", Kind.LIKE, 0.0), Event("2", Kind.WISH, 1.0)]
        >>> [event.strength for event in Habits(half_life=1, like=3).weigh(liked)]
        [1.5, 1.0]
        """
        if self == AS_IT_COUNTS:
            return tuple(events)
        newest = len(events) - 1
        return tuple(
            replace(event, strength=getattr(self, FACTORS[event.kind]) * 0.5 ** ((newest - place) / self.half_life))
            for place, event in enumerate(events)
        )


AS_IT_COUNTS = Habits()
"""Every event counts as the model says."""


def query_from(
    history: Sequence[Event],
    session: Sequence[Event],
    typed: str = "",
    *,
    habits: Habits = AS_IT_COUNTS,
    context: Mapping[str, str] | None = None,
    steering: Steering | None = None,
    follows: Sequence[str] = (),
) -> Query:
    """A persona's history followed by the session's events, contradictions resolved, and the typed text.

    The newest opinion on an item replaces the older ones, in the history too, and so does the newest review; either
    replaces the looks at the item before it, since who opened a thing to complain was not drawn to it. ``habits`` say
    how much each event counts, and ``steering`` what edits of the portrait make of that. Without ``context`` the moment
    is that of the session's newest event, so that the same events give the same query at any time. ``follows`` are the
    people they followed at first; edits add to them and take away.
    """
    moment = context if context is not None else session[-1].context if session else {}
    events = as_it_counts(history, session, habits, steering)
    followed = steering.edits.following(follows) if steering else tuple(follows)
    return Query(told_apart(events), typed.strip()[:MAX_TEXT], context=moment, follows=followed)


def as_it_counts(
    history: Sequence[Event], session: Sequence[Event], habits: Habits = AS_IT_COUNTS, steering: Steering | None = None
) -> tuple[Event, ...]:
    """What somebody did as :func:`query_from` counts it, with every review in one piece: what a portrait tells of."""
    seen: set[tuple[str, str]] = set()
    judged: set[str | None] = set()
    kept: list[Event] = []
    for event in reversed([*history, *session]):
        slot = _slot(event)
        if slot in seen or (event.kind in OPEN_KINDS and event.item_id in judged):
            continue
        if slot is not None:
            seen.add(slot)
            judged.add(event.item_id)
        kept.append(event)
    events = habits.weigh(kept[::-1])
    return steering(events) if steering else events


@dataclass(frozen=True)
class Known:
    """What is known of a person at one moment, and the queries it can give."""

    history: tuple[Event, ...] = ()
    """What they did before the session, oldest first."""
    session: tuple[Event, ...] = ()
    """Standing events of the session, oldest first."""
    typed: str = ""
    """Text in the box."""
    habits: Habits = AS_IT_COUNTS
    context: Mapping[str, str] | None = None
    """The moment; None takes that of the newest event."""
    steering: Steering | None = None
    """Edits of the portrait, and of whom they follow; None for none."""
    follows: tuple[str, ...] = ()
    """Ids of the people they followed before any edit."""

    @cached_property
    def query(self) -> Query:
        """Everything known now; made once."""
        return self.asked(self.session, self.typed)

    @property
    def events(self) -> tuple[Event, ...]:
        """What counts now, with every review in one piece; see :func:`as_it_counts`."""
        return as_it_counts(self.history, self.session, self.habits, self.steering)

    def asked(self, session: Sequence[Event], typed: str = "") -> Query:
        """The query after other events of the session, or with other words."""
        return query_from(
            self.history,
            session,
            typed,
            habits=self.habits,
            context=self.context,
            steering=self.steering,
            follows=self.follows,
        )

    def undone(self, keys: Collection[str], typed: str = "") -> Query:
        """What would be known had the events of ``keys`` never been stored: an older opinion may stand again."""
        history, session = (
            tuple(event for event in events if event.event_id not in keys) for events in (self.history, self.session)
        )
        steering = self.steering and self.steering.without(keys)
        return replace(self, history=history, session=session, typed=typed, steering=steering).query


def opinion_of(events: Sequence[Event], item_id: str) -> Event | None:
    """The opinion (like, favourite, dislike) that stands for ``item_id``, or None."""
    for event in reversed(events):
        if event.item_id == item_id and event.kind in OPINIONS:
            return event
    return None


def _slot(event: Event) -> tuple[str, str] | None:
    if event.item_id is None:
        return None
    if event.kind in OPINIONS:
        return "opinion", event.item_id
    if event.kind in (Kind.REVIEW, Kind.RATING):
        return "stars", event.item_id
    return None
