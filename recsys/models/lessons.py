"""Questions with known answers, cut from the training data: what a hybrid learns its weights or trees from.

Some people play strangers: the sources are fitted without them, are shown the beginning of a session, and each
proposes candidates; a good order has the likes that follow on top. Nothing outside the given dataset is looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from recsys.columns import Events
from recsys.data import Dataset, touched_rows
from recsys.data.dataset import counts_as_like
from recsys.models.blend import SOURCES, fitted_sources, lists_of, opinions
from recsys.models.fuse import union
from recsys.models.pieces import wanted
from recsys.models.ranking_features import Places
from recsys.ranking import top_k
from recsys.text import reader
from recsys.types import Event, Query, ReadsText, Rows, Scorer

FEW = 3
"""Up to so many opinions somebody is new."""

SOME = 15
"""Up to so many opinions somebody is known a little."""

GROUPS: Mapping[str, str] = MappingProxyType(
    {
        "few": f"up to {FEW} opinions",
        "some": f"up to {SOME} opinions",
        "many": f"more than {SOME} opinions",
        "typed": "typed words",
    }
)
"""Kinds of people, with their labels: each asks lessons of its own and gets weights of its own."""

NEXT, OTHER = "next", "other"
ASKED = (NEXT, OTHER)
"""What lessons ask for: the likes that follow a session, or likes from anywhere in a history."""

MOST = 40
"""Sessions are stopped after so many likes at the latest."""

STOPS = 2
"""Times a session is stopped per range of lengths."""

N_PARTS = 3
"""Parts of the people, each asked of sources that know the others."""

HIDDEN_SHARE = 0.3
"""Share of a person's likes that is hidden, at least one, where likes from anywhere are asked for."""

MAX_NEXT = 10
"""Likes that are asked for at most: those that follow at once."""

N_EACH = 40
"""Candidates taken from each source; the hidden likes among them can be learned from."""

MAX_WISH = 120
"""Characters of a review that stand in for a wish: people type little."""

MIN_PEOPLE = 30
"""With fewer to ask, nothing is learned either: the lessons of one person resemble each other."""

MIN_LESSONS = 30
"""With fewer, nothing is learned: luck would choose."""


@dataclass(frozen=True, eq=False)
class Lesson:
    """One question and, for its candidates, what the sources say and which are right."""

    group: str
    query: Query
    rows: Rows
    """(n,) candidates: the union of what the sources propose, without what the person knows."""
    hits: NDArray[np.bool_]
    """(n,) which candidates are hidden likes."""
    n_relevant: int
    """Hidden likes, among the candidates or not."""
    places: Places
    """Z-scores and ranks of ``rows`` in the lists."""
    part: int = 0
    """Place in ``Lessons.trains`` of the data that the sources had seen."""


@dataclass(frozen=True, eq=False)
class Lessons:
    """All lessons of one dataset, and the training parts they were asked on."""

    lessons: tuple[Lesson, ...]
    trains: tuple[Dataset, ...]
    """What the sources had seen: never any event of the people they were asked about."""

    def of(self, group: str) -> tuple[Lesson, ...]:
        """The lessons of one group."""
        return tuple(lesson for lesson in self.lessons if lesson.group == group)


def lessons(
    data: Dataset,
    names: Sequence[str],
    max_people: int = 400,
    seed: int = 0,
    memory: float = 50.0,
    asked: str = NEXT,
) -> Lessons:
    """Lessons from at most ``max_people`` people with two likes or more, drawn by ``seed``; kept with ``data``.

    The people come in N_PARTS parts, and each part meets sources that were fitted without it: strangers, as on the
    Live page. Where ``asked`` is NEXT, a session is stopped after a drawn number of likes, up to FEW, SOME and MOST,
    and the likes that follow are asked for; by turns all events are shown and the likes alone, as some people only
    ever say what they like. Where it is OTHER, likes scattered over the whole history are asked for, once with all
    that is left and once with a few of it. Everybody asks once more with words typed where there are any to type:
    what somebody wrote about a hidden like, which no source of behaviour has seen, stands in for a wish, as such data
    hold no real ones.
    """
    if asked not in ASKED:
        raise ValueError(f"asked should be one of {', '.join(ASKED)}, is now {asked!r}")
    key = ("lessons", tuple(names), max_people, seed, memory, asked)
    return data.once(key, lambda: _cut(data, names, max_people, seed, memory, asked))


def group_of(query: Query, data: Dataset) -> str:
    """Which kind of lesson is like ``query``: a name of ``GROUPS``."""
    if wanted(query):
        return "typed"
    n_opinions = opinions(query.events, data)
    return "few" if n_opinions <= FEW else "some" if n_opinions <= SOME else "many"


@dataclass(frozen=True, eq=False)
class _Question:
    query: Query
    hidden: Rows


def _cut(data: Dataset, names: Sequence[str], max_people: int, seed: int, memory: float, asked: str) -> Lessons:
    rng = np.random.default_rng([seed, 20])
    people = _drawn(data, max_people, rng)
    if len(people) < MIN_PEOPLE:
        return Lessons((), ())
    ask = _what_next if asked == NEXT else _what_else
    questions = {user: _with_words(ask(data.history(user), data, rng), data) for user in people}
    # What is read off the texts alone is the same for all parts.
    of_texts = fitted_sources(data, [name for name in names if SOURCES[name].from_texts], memory)
    _read_at_once(data, of_texts, [one for of_user in questions.values() for one in of_user])
    made: list[Lesson] = []
    trains = []
    for part in range(N_PARTS):
        strangers = people[part::N_PARTS]
        train = data.with_events(~data.events[Events.USER].isin(strangers).to_numpy())
        known = of_texts | fitted_sources(train, [name for name in names if name not in of_texts], memory)
        sources = {name: known[name] for name in names}
        answered = (_lesson(data, one, sources, part) for user in strangers for one in questions[user])
        made += [lesson for lesson in answered if lesson.hits.any()]
        # The lessons keep the events, not the models fitted on them, which nobody asks again.
        trains.append(replace(train))
    return Lessons(tuple(made), tuple(trains))


def _read_at_once(data: Dataset, sources: Mapping[str, Scorer], questions: Sequence[_Question]) -> None:
    """Have all wishes read together, which is several times faster than one by one."""
    words = [Query(typed=one.query.typed) for one in questions if one.query.typed]
    for source in sources.values():
        if isinstance(source, ReadsText):
            texts: dict[str, list[str]] = {}
            for query in words:
                for name, found in source.texts(query).items():
                    texts.setdefault(name, []).extend(found)
            for name, found_texts in texts.items():
                reader().store.read(reader().encoder(name, data), found_texts)


def _drawn(data: Dataset, max_people: int, rng: np.random.Generator) -> list[str]:
    """People with two likes or more, at most so many, in a drawn order."""
    n_likes = np.diff(data.likes.indptr)
    able = np.flatnonzero(n_likes >= 2)
    return [data.user_ids[place] for place in rng.permutation(able)[:max_people]]


def _what_next(events: Sequence[Event], data: Dataset, rng: np.random.Generator) -> list[_Question]:
    """The likes that follow when a session is stopped."""
    likes = _first_likes(events, data)
    out = []
    for turn, n_known in enumerate(_lengths(len(likes), rng)):
        shown = tuple(events[: likes[n_known]])
        hidden = _new_rows([events[at] for at in likes[n_known:]], shown, data)[:MAX_NEXT]
        if turn % 2 == 0:
            shown = tuple(event for event in shown if counts_as_like(event, data.liked_stars))
        if len(hidden):
            out.append(_Question(Query(shown), hidden))
    return out


def _what_else(events: Sequence[Event], data: Dataset, rng: np.random.Generator) -> list[_Question]:
    """Likes drawn at random: asked for with all else that was done, and with a few of its last events."""
    likes = _first_likes(events, data)
    n_hidden = max(1, round(HIDDEN_SHARE * len(likes)))
    names = {events[likes[at]].item_id for at in rng.permutation(len(likes))[:n_hidden]}
    hidden = np.array(sorted(data.row_of[str(name)] for name in names), dtype=np.int64)
    left = tuple(event for event in events if event.item_id not in names)
    return [_Question(Query(left), hidden), _Question(Query(left[-int(rng.integers(1, SOME + 1)) :]), hidden)]


def _with_words(questions: list[_Question], data: Dataset) -> list[_Question]:
    """``questions``, and the first once more with a wish for a hidden like, if there are words to take for one."""
    words = wish(data, int(questions[0].hidden[0])) if questions else ""
    if not words:
        return questions
    return [*questions, _Question(Query(questions[0].query.events, typed=words), questions[0].hidden)]


def _first_likes(events: Sequence[Event], data: Dataset) -> list[int]:
    """Places in ``events`` at which an item was liked for the first time, ascending."""
    places: dict[str, int] = {}
    for place, event in enumerate(events):
        if event.item_id is not None and counts_as_like(event, data.liked_stars):
            places.setdefault(event.item_id, place)
    return sorted(places.values())


def _lengths(n_likes: int, rng: np.random.Generator) -> list[int]:
    """Numbers of likes to stop a session after, ascending, each once: so many of each group, one to ask for left."""
    drawn: set[int] = set()
    for low, high in ((1, FEW), (FEW + 1, SOME), (SOME + 1, MOST)):
        high = min(high, n_likes - 1)
        if high >= low:
            drawn |= set(rng.integers(low, high + 1, size=STOPS).tolist())
    return sorted(drawn)


def _new_rows(events: Sequence[Event], shown: Sequence[Event], data: Dataset) -> Rows:
    """Rows of the items of ``events`` that are not in ``shown``, in their order."""
    known = {event.item_id for event in shown}
    return np.array([data.row_of[str(e.item_id)] for e in events if e.item_id not in known], dtype=np.int64)


def wish(data: Dataset, row: int) -> str:
    """What somebody might type who looks for the item ``row``: the newest praise of it, "" where nobody wrote any."""
    praise = (text for stars, text in reversed(data.reviews(row)) if stars >= data.liked_stars)
    return next(praise, "")[:MAX_WISH]


def _lesson(data: Dataset, question: _Question, sources: Mapping[str, Scorer], part: int) -> Lesson:
    lists = lists_of(sources, question.query)
    known = touched_rows(question.query.events, data)
    rows = union([top_k(lists.raw[name], N_EACH, known) for name in lists.present])
    places = Places.of(lists, tuple(lists.raw), rows)
    hits = np.isin(rows, question.hidden)
    return Lesson(group_of(question.query, data), question.query, rows, hits, len(question.hidden), places, part)
