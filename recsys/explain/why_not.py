"""Why an item is not on the list: the gap to the last place taken apart, and what keeps it down."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from math import fsum

import numpy as np
from numpy.typing import NDArray

from recsys.columns import Items
from recsys.data import Dataset
from recsys.explain.additive import exact_values
from recsys.explain.situation import TYPED, Situation
from recsys.ranking import top_k
from recsys.types import Kind, Part

MOST = 20
"""Newest events of the session that are tried for what pushes the item down; one pass each."""


class Hold(StrEnum):
    """What keeps an item off the list."""

    LISTED = "listed"
    DECIDED = "decided"
    HIDDEN = "hidden"
    BEYOND = "beyond"
    """Outside a bound in the person's words: too dear, too long, too old."""
    UNLIKED = "unliked"
    SILENT = "silent"
    NOTHING_SPEAKS = "nothing speaks"
    RERANKED = "reranked"
    OUTSCORED = "outscored"


@dataclass(frozen=True, slots=True)
class Difference:
    """One part of the two scores, side by side."""

    part: Part
    item: float
    bar: float

    @property
    def value(self) -> float:
        """Above 0 speaks for the item, below 0 for the one at the last place."""
        return self.item - self.bar


@dataclass(frozen=True, slots=True)
class Push:
    """An event of the session and what it costs the item."""

    key: str
    label: str
    places: int
    """Places the item would gain without the event; above 0."""


@dataclass(frozen=True, slots=True)
class WhyNot:
    """An item a person asked for, and why it is where it is."""

    item_id: str
    rank: int | None
    """None where it cannot be listed."""
    k: int
    score: float
    """NaN where the model cannot score it."""
    bar_id: str
    """The item at the last place of the list, "" for an empty list."""
    bar_score: float
    holds: tuple[Hold, ...]
    """What keeps it down, the decisive thing first; never empty."""
    says: tuple[str, ...]
    """A sentence for each of ``holds``."""
    parts: tuple[Difference, ...]
    """What holds it back most first, then up to what speaks for it most; values sum to ``-gap``. Empty without scores
    of both."""
    pushes: tuple[Push, ...]
    """Events of the session without which it would stand higher, the costliest first."""

    @property
    def gap(self) -> float:
        """Score missing to the last place; below 0 where its score is enough, NaN without both scores."""
        return self.bar_score - self.score

    @property
    def places_missing(self) -> int:
        """Places between it and the list, 0 for a listed item or one without a rank."""
        return max(0, self.rank - self.k) if self.rank is not None else 0

    def shown(self, most: int = 8) -> tuple[Difference, ...]:
        """The ``most`` largest of ``parts`` in their order, and one for all the others, if any: the same sum."""
        if len(self.parts) <= most + 1:  # a line for one other would hide its name
            return self.parts
        large = set(top_k(np.array([abs(part.value) for part in self.parts]), most).tolist())
        small = [part for place, part in enumerate(self.parts) if place not in large]
        rest = Part("rest", "model", f"{len(small)} smaller parts", 0.0)
        together = Difference(rest, fsum(part.item for part in small), fsum(part.bar for part in small))
        return (*(part for place, part in enumerate(self.parts) if place in large), together)


def why_not(
    situation: Situation, item_id: str, hidden: Mapping[str, str] | None = None, with_pushes: bool = True
) -> WhyNot:
    """Say why ``item_id`` is not on the list.

    ``hidden`` gives the rule, in words, by which items are kept off every list. With pushes, one pass for each of the
    newest twenty causes of the session. Raises UnknownIdError for an item of another catalogue.
    """
    now, row = situation.now, situation.data.row(item_id)
    bar = int(now.rows[-1]) if len(now.rows) else None
    score, bar_score = (float(now.scores[place]) if place is not None else float("nan") for place in (row, bar))
    parts = _differences(situation, row, bar) if np.isfinite(score) and np.isfinite(bar_score) else ()
    rule = (hidden or {}).get(item_id, "")
    holds = _holds(situation, row, parts, rule, bar_score)
    return WhyNot(
        item_id=item_id,
        rank=None if rule else now.place(row),
        k=situation.k,
        score=score,
        bar_id=situation.data.item_ids[bar] if bar is not None else "",
        bar_score=bar_score,
        holds=holds,
        says=tuple(_said(hold, situation, row, rule) for hold in holds),
        parts=parts,
        pushes=_pushes(situation, row) if with_pushes and holds[0] is not Hold.LISTED else (),
    )


def _differences(situation: Situation, row: int, bar: int | None) -> tuple[Difference, ...]:
    assert bar is not None
    rows = np.array([row, bar], dtype=np.int64)
    scores = situation.now.scores[rows]
    reasons = situation.now.contributions(rows)
    values, _, open_ = exact_values(reasons, scores)
    told = [
        Difference(part, float(values[0, column]), float(values[1, column]))
        for column, part in enumerate(reasons.parts)
        if values[:, column].any()
    ]
    if not reasons.parts:
        told = [Difference(Part("model:whole", "model", "this recommender gives no reasons", 0.0), *map(float, scores))]
    if open_.any():
        told.append(Difference(Part("model:rest", "model", "what the parts leave open", 0.0), *map(float, open_)))
    held = np.array([-difference.value for difference in told])
    return tuple(told[place] for place in top_k(held, max(1, len(held))))


def _holds(
    situation: Situation, row: int, parts: tuple[Difference, ...], rule: str, bar_score: float
) -> tuple[Hold, ...]:
    now = situation.now
    found: list[Hold] = []
    if rule:
        found.append(Hold.HIDDEN)
    if (now.rows == row).any() and not rule:
        return (Hold.LISTED,)
    if now.heard.why_out(situation.data, row):
        found.append(Hold.BEYOND)
    if np.isnan(now.scores[row]):
        return (*found, Hold.SILENT if situation.data.like_counts[row] else Hold.UNLIKED)
    if np.isin(row, situation.decided):
        found.append(Hold.DECIDED)
    elif not found and now.scores[row] > bar_score:
        found.append(Hold.RERANKED)
    own = [
        difference.item for difference in parts if difference.part.kind == TYPED or difference.part.kind in set(Kind)
    ]
    names_events = any(part.part.kind not in ("prior", "model", "feature") for part in parts)
    if situation.keys and names_events and not any(value > 0 for value in own):
        found.append(Hold.NOTHING_SPEAKS)
    return tuple(found) or (Hold.OUTSCORED,)


def _said(hold: Hold, situation: Situation, row: int, rule: str) -> str:
    rank = situation.now.place(row)
    if hold is Hold.LISTED:
        return f"It is on the list, at place {rank}."
    if hold is Hold.HIDDEN:
        return f"A rule keeps it off the list: {rule.rstrip('.')}."
    if hold is Hold.BEYOND:
        return situation.now.heard.why_out(situation.data, row)
    if hold is Hold.DECIDED:
        return "You already gave your opinion on it, so it is not recommended again."
    return {
        Hold.UNLIKED: "Nobody in the data liked it, so this recommender cannot score it.",
        Hold.SILENT: "This recommender finds no link between it and what you did.",
        Hold.NOTHING_SPEAKS: "Nothing you did speaks for it.",
        Hold.RERANKED: "Its score would be enough, but re-ranking preferred other items.",
        Hold.OUTSCORED: "Other items fit what you did better.",
    }[hold]


def _pushes(situation: Situation, row: int) -> tuple[Push, ...]:
    place = situation.now.place(row)
    if place is None:
        return ()
    found = []
    for key in situation.session_keys[-MOST:]:
        without = situation.among_the_same(situation.answer(situation.without({key}))).place(row)
        if without is not None and without < place:
            found.append(Push(key, situation.label(key), place - without))
    if not found:
        return ()
    order = top_k(np.array([push.places for push in found], dtype=np.float64), len(found))
    return tuple(found[position] for position in order)


# --- finding the item somebody means ---------------------------------------------------------------------------------

GRAMS = 3
MIN_ALIKE = 0.5
"""Share of the letter groups of what is typed that a title has to contain, for a typing error."""

_NONE = np.zeros(0, dtype=np.int64)
_WORDS = re.compile(r"\w+")


@dataclass(frozen=True, eq=False)
class _Titles:
    """Titles of a catalogue made ready for searching; one entry per title, several per item."""

    rows: NDArray[np.int64]
    texts: tuple[str, ...]
    """Lower case words with single spaces and a space at both ends."""
    likes: NDArray[np.float64]
    """(n_texts,) in [0, 1): decides between titles that fit equally."""

    @cached_property
    def lengths(self) -> NDArray[np.int64]:
        """(n_texts,) letters."""
        return np.array([len(text) for text in self.texts], dtype=np.int64)

    @cached_property
    def holders(self) -> Mapping[str, NDArray[np.int64]]:
        """Positions of the texts that have each group of letters; made at the first typing error."""
        found: dict[str, list[int]] = {}
        for place, text in enumerate(self.texts):
            for group in _groups(text):
                found.setdefault(group, []).append(place)
        return {group: np.array(places, dtype=np.int64) for group, places in found.items()}


def find_items(data: Dataset, words: str, n: int = 8) -> tuple[str, ...]:
    """Ids of at most ``n`` items whose English or Chinese title somebody may mean, the best match first.

    Every word typed may be the beginning of a word of the title, in any order; a title that holds the words in a row
    comes before, and the very title first. Where letters are wrong, titles that share at least half of the groups of
    three letters follow. Equal matches: what more people liked first. Nothing typed finds nothing.
    """
    titles = _titles(data)
    wanted = _plain(words)
    if not wanted.strip() or n < 1:
        return ()
    fits = np.fromiter((_fit(text, wanted) for text in titles.texts), dtype=np.float64, count=len(titles.texts))
    strength = np.where(fits > 0, fits + titles.likes, np.nan)
    if np.count_nonzero(fits) < n:
        alike = _alike(titles, wanted)
        strength = np.where((fits == 0) & (alike >= MIN_ALIKE), alike + 1e-3 * titles.likes, strength)
    best = dict.fromkeys(int(titles.rows[place]) for place in top_k(strength, 2 * n))
    return tuple(data.item_ids[row] for row in best)[:n]


def _fit(text: str, wanted: str) -> float:
    """5 the very title, 4 it begins so, 3 words in a row, 2 all words begin a word of it, 0 none of these."""
    if text == wanted:
        return 5.0
    tail = wanted.rstrip()
    if tail in text:
        return 4.0 if text.startswith(tail) else 3.0
    if tail.strip() in text:
        return 2.0 if len(tail.strip()) > 1 or not tail.strip().isascii() else 0.0
    return 2.0 if all(f" {word}" in text for word in wanted.split()) else 0.0


def _alike(titles: _Titles, wanted: str) -> NDArray[np.float64]:
    """(n_texts,) in [0, 1] share of the groups of letters of ``wanted`` in each title; longer ones less."""
    groups = _groups(wanted)
    shared = np.zeros(len(titles.texts))
    for group in groups:
        shared[titles.holders.get(group, _NONE)] += 1 / len(groups)
    longer = np.minimum(0.2, np.abs(titles.lengths - len(wanted)) * 1e-3)
    return np.where(shared >= MIN_ALIKE, shared - longer, shared)


def _titles(data: Dataset) -> _Titles:
    return data.once(_titles, lambda: _prepared(data))


def _prepared(data: Dataset) -> _Titles:
    pairs = [
        (row, _plain(cell)) for column in (Items.TITLE, Items.TITLE_ZH) for row, cell in enumerate(data.column(column))
    ]
    found = [(row, text) for row, text in pairs if text.strip()]
    rows = np.array([row for row, _ in found], dtype=np.int64)
    likes = data.like_counts[rows] / (data.like_counts.max(initial=0.0) + 1.0)
    return _Titles(rows, tuple(text for _, text in found), likes)


def _plain(text: str) -> str:
    """Lower case, an article put back in front, words only: ``Matrix, The (1999)`` becomes `` the matrix 1999 ``."""
    moved = re.sub(r"^(.*), (the|a|an)\b", r"\2 \1", text.casefold())
    return f" {' '.join(_WORDS.findall(moved))} "


def _groups(text: str) -> set[str]:
    """Groups of three letters of ``text``, which has a space at both ends; pairs, where it is shorter."""
    size = min(GRAMS, max(1, len(text.strip())))
    return {text[at : at + size] for at in range(len(text) - size + 1)}
