"""Questions with known answers, cut from the training data: what a hybrid learns its weights or trees from.

Some people's likes are hidden, the sources are fitted on what is left, and each source proposes candidates; a good
order has the hidden likes on top. Nothing outside the given dataset is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recsys.columns import Events
from recsys.data import Dataset, touched_rows
from recsys.models.blend import SOURCES, Lists, fitted_sources, lists_of, opinions
from recsys.models.fuse import union
from recsys.models.ranking import top_k
from recsys.models.ranking_features import Places
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

HIDDEN_SHARE = 0.3
"""Share of a person's likes that is hidden, at least one."""

MAX_NEXT = 10
"""Likes in a row that are hidden at most: what somebody likes next."""

N_EACH = 60
"""Candidates taken from each source; the hidden likes among them can be learned from."""

MAX_WISH = 120
"""Characters of a review that stand in for a wish: people type little."""

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


@dataclass(frozen=True, eq=False)
class Lessons:
    """All lessons of one dataset, and the training part they were asked on."""

    lessons: tuple[Lesson, ...]
    train: Dataset

    def of(self, group: str) -> tuple[Lesson, ...]:
        """The lessons of one group that have anything to learn: a hidden like among the candidates."""
        return tuple(lesson for lesson in self.lessons if lesson.group == group)


def lessons(data: Dataset, names: Sequence[str], max_people: int = 400, seed: int = 0, memory: float = 50.0) -> Lessons:
    """Lessons from at most ``max_people`` people with two likes or more, drawn by ``seed``; kept with ``data``.

    Of every second person a run of likes is hidden, and asked for with the one to three events just before it
    (``few``) and with a few more (``some``): what comes next in a session. Of the others scattered likes are hidden,
    and asked for with all that is left (``many``): what else somebody likes. Everybody asks once more with words typed
    where there are any to type: what somebody wrote about a hidden like, which no source has seen, stands in for a
    wish, as such data hold no real ones.
    """
    key = ("lessons", tuple(names), max_people, seed, memory)
    if key not in data.memo:
        data.memo[key] = _cut(data, names, max_people, seed, memory)
    found = data.memo[key]
    assert isinstance(found, Lessons)
    return found


def group_of(query: Query, data: Dataset) -> str:
    """Which kind of lesson is like ``query``: a name of ``GROUPS``."""
    if query.typed.strip():
        return "typed"
    n_opinions = opinions(query.events, data)
    return "few" if n_opinions <= FEW else "some" if n_opinions <= SOME else "many"


def _cut(data: Dataset, names: Sequence[str], max_people: int, seed: int, memory: float) -> Lessons:
    rng = np.random.default_rng([seed, 20])
    hidden = _hidden(data, max_people, rng)
    train = data.with_events(~_held(data, hidden))
    if len(hidden) * 2 < MIN_LESSONS:
        return Lessons((), train)
    # What is read off the texts alone is the same for both.
    sources: dict[str, Scorer] = {}
    for name in names:
        sources |= fitted_sources(data if SOURCES[name].from_texts else train, [name], memory)
    _read_at_once(data, sources, hidden)
    made = []
    for position, (user, rows) in enumerate(hidden.items()):
        left = train.history(user)
        known = touched_rows(left, train)
        next_ones = position % 2 == 0
        for group, query in _what_next(data, user, rows) if next_ones else _what_else(data, left, rows):
            lists = lists_of(sources, query)
            lesson = _lesson(group, query, lists, known, rows)
            if lesson.hits.any():
                made.append(lesson)
    # The dataset goes on without the models fitted on it, which nobody asks again.
    return Lessons(tuple(made), train.with_events(np.ones(len(train.events), dtype=bool)))


def _read_at_once(data: Dataset, sources: Mapping[str, Scorer], hidden: Mapping[str, Rows]) -> None:
    """Have all wishes read together, which is several times faster than one by one."""
    words = [Query(typed=text) for rows in hidden.values() if (text := wish(data, int(rows[0])))]
    for source in sources.values():
        if isinstance(source, ReadsText):
            texts: dict[str, list[str]] = {}
            for query in words:
                for name, found in source.texts(query).items():
                    texts.setdefault(name, []).extend(found)
            for name, found_texts in texts.items():
                reader().store.read(reader().encoder(name, data), found_texts)


def _hidden(data: Dataset, max_people: int, rng: np.random.Generator) -> dict[str, Rows]:
    """Rows of the likes hidden of each chosen person: a run, oldest first, or scattered, by turns."""
    likes = data.events.loc[data.is_like, [Events.USER, Events.ITEM]].drop_duplicates()
    groups = likes.groupby(Events.USER, sort=True)[Events.ITEM].agg(list)
    able = groups[groups.map(len) >= 2]
    chosen = np.zeros(len(able), dtype=bool)
    chosen[rng.permutation(len(able))[:max_people]] = True
    out: dict[str, Rows] = {}
    for position, (user, items) in enumerate(able[chosen].items()):
        n_hidden = max(1, round(HIDDEN_SHARE * len(items)))
        if position % 2 == 0:
            n_hidden = min(n_hidden, MAX_NEXT)
            first = int(rng.integers(1, len(items) - n_hidden + 1))
            drawn = items[first : first + n_hidden]
        else:
            drawn = [items[place] for place in rng.permutation(len(items))[:n_hidden]]
        out[str(user)] = np.array([data.row_of[item] for item in drawn], dtype=np.int64)
    return out


def _held(data: Dataset, hidden: dict[str, Rows]) -> NDArray[np.bool_]:
    """(n_events,) bool: events of these people with their hidden items."""
    pairs = [(user, data.item_ids[row]) for user, rows in hidden.items() for row in rows]
    if not pairs:
        return np.zeros(len(data.events), dtype=bool)
    index = pd.MultiIndex.from_frame(data.events[[Events.USER, Events.ITEM]])
    return np.asarray(index.isin(pd.MultiIndex.from_tuples(pairs)))


def _what_next(data: Dataset, user: str, hidden: Rows) -> Iterator[tuple[str, Query]]:
    """Questions about a run of likes, from the events before it."""
    names = {data.item_ids[row] for row in hidden}
    before = tuple(takewhile(lambda event: event.item_id not in names, data.history(user)))
    # Counts vary from person to person, the same at every fit.
    few, some = 1 + len(before) % FEW, FEW + 1 + len(before) % (SOME - FEW)
    yield "few", Query(before[-few:])
    if opinions(before, data) > FEW:
        yield "some", Query(before[-some:])
    yield from _typed(data, before[-few:], hidden)


def _what_else(data: Dataset, left: tuple[Event, ...], hidden: Rows) -> Iterator[tuple[str, Query]]:
    """Questions about scattered likes, from everything that is left."""
    if opinions(left, data) > SOME:
        yield "many", Query(left)
    yield from _typed(data, left, hidden)


def _typed(data: Dataset, events: tuple[Event, ...], hidden: Rows) -> Iterator[tuple[str, Query]]:
    words = wish(data, int(hidden[0]))
    if words:
        yield "typed", Query(events, typed=words)


def wish(data: Dataset, row: int) -> str:
    """What somebody might type who looks for the item ``row``: the newest praise of it, "" where nobody wrote any."""
    praise = (text for stars, text in reversed(data.reviews(row)) if stars >= data.liked_stars)
    return next(praise, "")[:MAX_WISH]


def _lesson(group: str, query: Query, lists: Lists, known: Rows, hidden: Rows) -> Lesson:
    rows = union([top_k(lists.raw[name], N_EACH, known) for name in lists.present])
    places = Places.of(lists, tuple(lists.raw), rows)
    return Lesson(group, query, rows, np.isin(rows, hidden), len(hidden), places)
