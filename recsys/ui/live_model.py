"""What the Live page computes for one picture: my list, the list beside it, and what changed. No drawing here."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from recsys.data import Dataset
from recsys.explain.ledger import Preview, what_if
from recsys.explain.situation import Situation
from recsys.explain.tokens import Token, split, tokens
from recsys.live import Known, Movement, Ranking, movement, overlap, recommend
from recsys.models.pieces import wanted as asked_for
from recsys.models.setting import Setting
from recsys.models.text_profile import TextProfile
from recsys.rerank.explore import shown_by_chance
from recsys.types import Event, Query, Ranked, ReadsText, Reranker
from recsys.ui import cache
from recsys.words.heard import Heard, heard
from recsys.words.interests import interests

FOR_YOU = "switching"
"""The model that ranks my list unless the visitor chose or adopted another."""
TEXT_PROFILE = "text_profile"
BESIDE = ("popularity", "text_mean", "random")
"""Models offered in the right column, the default first."""
K = 10
CLOSE = 2.3
"""Random letters stay below it on the samples, wishes for what is there reach 3 and more (docs/decisions.md)."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything one drawing of the Live page shows."""

    situation: Situation
    """What my list follows from, for asking why, why not and what if."""
    heard: Heard
    """What was understood of the words: the wish that models read, and the bounds that hide items from both lists."""
    clicked: bool
    """Whether the newest action was a click: the arrows are its doing, not that of the words."""
    ranker: Setting
    """The model, with its knobs, that ranks my list."""
    mine: Ranked
    beside: Ranked
    moved: Movement
    """My list against the one before the last event or the last typed words."""
    words: tuple[Token, ...]
    """The typed text, word by word, with what each does for my list; empty without typed text."""
    strange: bool
    """Whether nothing of the catalogue is close to the typed words."""
    wondered: Event | None
    """What the visitor asks to see the consequence of; not stored."""
    preview: Preview | None
    """The list as it would be after that."""

    @property
    def query(self) -> Query:
        """Everything known of the person."""
        return self.situation.query

    @property
    def session(self) -> tuple[Event, ...]:
        """Standing events of this session, oldest first."""
        return self.situation.session

    @property
    def typed(self) -> str:
        """Text in the box, "" when it is empty."""
        return self.query.typed

    @property
    def newest(self) -> Event | None:
        """The session's last standing event."""
        return self.session[-1] if self.session else None

    @property
    def n_shared(self) -> int:
        """Items in both columns."""
        return overlap(self.mine.item_ids, self.beside.item_ids)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the visitor has chosen to look at."""

    beside: str
    """Model of the right column."""
    ranker: Setting
    rerank: Mapping[str, Reranker]
    """Strategies that re-rank my list, in their order; none when empty."""
    wondered: Event | None = None
    clicked_last: bool = False
    """Whether the newest action was a click, although there are words in the box."""
    before: tuple[Event, ...] | None = None
    """What stood before the newest action, when that was no step but an undo or the like."""


def picture(data: Dataset, known: Known, wanted: Wanted) -> Picture:
    """Compute both lists, and what the last event or the typed words changed.

    The list before is computed, not remembered, so that a reload or an undo shows the same arrows.
    """
    now = situation(data, known, wanted)
    asked = heard(now.query, data)
    mine = _ranked(now.ranking, now.query, wanted.ranker.label)
    alone = Ranking(data, cache.scorer(data, wanted.beside), K, now.ranking.when_silent)
    revised = wanted.before is not None
    clicked = revised or (bool(known.session) and (wanted.clicked_last or not now.query.typed))
    earlier = known.session[:-1] if wanted.before is None else wanted.before
    before = now.answer(now.asked(earlier, now.query.typed) if clicked else now.asked(known.session))
    return Picture(
        situation=now,
        heard=asked,
        clicked=clicked,
        ranker=wanted.ranker,
        mine=mine,
        beside=_ranked(alone, now.query, Setting(wanted.beside).label),
        moved=movement(before.item_ids, mine.item_ids),
        words=_words(data, wanted.ranker, now.query.typed, asked.query.typed, mine) if asked.query.typed else (),
        strange=_strange(data, asked.query),
        wondered=wanted.wondered,
        preview=what_if(now, wanted.wondered) if wanted.wondered else None,
    )


def situation(data: Dataset, known: Known, wanted: Wanted) -> Situation:
    """Return what my list follows from."""
    popular, interest = cache.scorer(data, "popularity"), cache.interest(data)
    return Situation(Ranking(data, cache.fitted(data, wanted.ranker), K, popular, wanted.rerank, interest), known)


def _ranked(by: Ranking, query: Query, label: str) -> Ranked:
    """My list, or the one beside it, which is never re-ranked and has no chances."""
    return recommend(
        by.data,
        by.scorer,
        query,
        by.k,
        model=label,
        when_silent=by.when_silent,
        rerank=by.rerank,
        interest=by.interest,
    )


def _strange(data: Dataset, query: Query) -> bool:
    """Whether what is asked for in words is further from every item than random letters usually are."""
    asked = asked_for(query) if query.typed else ""
    return bool(asked) and cast(TextProfile, cache.scorer(data, TEXT_PROFILE)).closeness(asked) < CLOSE


def _words(data: Dataset, ranker: Setting, typed: str, wish: str, mine: Ranked) -> tuple[Token, ...]:
    """Return the typed words with what each did, where the ranker reads them; those of a bound did nothing."""
    if not reads_text(data, ranker):
        return ()
    read = tokens(cast(TextProfile, cache.scorer(data, TEXT_PROFILE)), wish, mine.rows)
    return read if wish == typed else tuple(_aligned(split(typed), read))


def _aligned(pieces: Sequence[str], read: Sequence[Token]) -> Iterator[Token]:
    """Yield every piece of the whole text, those that were ``read`` with what they did."""
    left = list(read)
    for piece in pieces:
        at = next((place for place, token in enumerate(left) if token.text == piece and not piece.isspace()), None)
        yield Token(piece, 0.0, False) if at is None else left[at]
        del left[: 0 if at is None else at + 1]


def shown_with(now: Picture) -> dict[str, float]:
    """Return the probability with which each listed item was shown; empty unless a strategy explores."""
    if now.mine.chain is None:
        return {}
    found = shown_by_chance(now.mine.chain, now.situation.ranking.rerank or {})
    return {now.situation.data.item_ids[row]: chance for row, chance in found.items()}


def reads_text(data: Dataset, ranker: Setting) -> bool:
    """Say whether ``ranker`` reads what is typed and written, or looks at items only."""
    return isinstance(cache.fitted(data, ranker), ReadsText)


def fitting(data: Dataset, now: Picture) -> str:
    """Say how many items keep to the bounds in the words, and what to know about that."""
    n_fit = data.n_items - len(now.heard.hidden)
    said = [f"{n_fit:,} of {data.n_items:,} items, in both lists", *now.heard.notes(data)]
    if len(now.mine) < min(K, n_fit):
        said.append(f"{len(now.mine)} can be listed, as you judged the others or {now.ranker.label} cannot rank them")
    if not now.heard.from_box:
        said.append("from the wish you kept: undo it to see everything")
    return " · ".join(said)


def tastes(data: Dataset, events: Sequence[Event], n: int = 5) -> list[tuple[str, float]]:
    """Return the ``n`` strongest interests of the portrait that ``events`` give, as (name, share of the strongest one).

    Shares are in (0, 1]; empty without likes.
    """
    top = [interest for interest in interests(data, events)[:n] if interest.weight > 0]
    return [(interest.name, interest.weight / top[0].weight) for interest in top]


def share_shown(data: Dataset, shown: Collection[str]) -> float:
    """Return the share of the catalogue among the items shown so far, in [0, 1]."""
    return len(set(shown)) / data.n_items if data.n_items else 0.0


def percentiles(times_ms: Sequence[float]) -> tuple[float, float]:
    """Return the median and the 95th percentile in milliseconds; NaN without times."""
    if not times_ms:
        return float("nan"), float("nan")
    p50, p95 = np.percentile(times_ms, (50, 95))
    return float(p50), float(p95)
