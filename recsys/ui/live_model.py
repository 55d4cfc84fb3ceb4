"""What the Live page computes for one picture: my list, the list beside it, and what changed. No drawing here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from recsys.data import Dataset
from recsys.explain.ledger import Preview, what_if
from recsys.explain.situation import Situation
from recsys.explain.tokens import Token, tokens
from recsys.live import Known, Movement, Ranking, movement, overlap, recommend
from recsys.models.evidence import decayed_weights
from recsys.models.pieces import wanted as asked_for
from recsys.models.setting import Setting
from recsys.models.text_profile import TextProfile
from recsys.rerank.explore import shown_by_chance
from recsys.types import Event, Query, Ranked, ReadsText, Reranker
from recsys.ui import cache

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
    mine = _ranked(now.ranking, now.query, wanted.ranker.label)
    alone = Ranking(data, cache.scorer(data, wanted.beside), K, now.ranking.when_silent)
    revised = wanted.before is not None
    clicked = revised or (bool(known.session) and (wanted.clicked_last or not now.query.typed))
    earlier = known.session[:-1] if wanted.before is None else wanted.before
    before = now.answer(now.asked(earlier, now.query.typed) if clicked else now.asked(known.session))
    return Picture(
        situation=now,
        clicked=clicked,
        ranker=wanted.ranker,
        mine=mine,
        beside=_ranked(alone, now.query, Setting(wanted.beside).label),
        moved=movement(before.item_ids, mine.item_ids),
        words=_words(data, wanted.ranker, now.query.typed, mine) if now.query.typed else (),
        strange=_strange(data, now.query),
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


def _words(data: Dataset, ranker: Setting, typed: str, mine: Ranked) -> tuple[Token, ...]:
    """Return the typed words with what each did, where the ranker reads them at all."""
    if not reads_text(data, ranker):
        return ()
    return tokens(cast(TextProfile, cache.scorer(data, TEXT_PROFILE)), typed, mine.rows)


def shown_with(now: Picture) -> dict[str, float]:
    """Return the probability with which each listed item was shown; empty unless a strategy explores."""
    if now.mine.chain is None:
        return {}
    found = shown_by_chance(now.mine.chain, now.situation.ranking.rerank or {})
    return {now.situation.data.item_ids[row]: chance for row, chance in found.items()}


def reads_text(data: Dataset, ranker: Setting) -> bool:
    """Say whether ``ranker`` reads what is typed and written, or looks at items only."""
    return isinstance(cache.fitted(data, ranker), ReadsText)


def tastes(data: Dataset, query: Query, n: int = 5) -> list[tuple[str, float]]:
    """Return the ``n`` tags and categories with the most positive weight in the query's events.

    A pair is (tag, share of the strongest one's weight in (0, 1]); empty without likes. A tag's weight is the sum
    of the signed, decayed weights of the items that carry it, times its rarity log(n_items / items with it).
    """
    weights: defaultdict[str, float] = defaultdict(float)
    for event, weight in zip(query.events, decayed_weights(query.events, TextProfile.half_life), strict=True):
        if event.item_id in data.row_of:
            for tag in data.tags(data.row_of[event.item_id]):
                weights[tag] += weight
    rare = {tag: weight * _rarity(data, tag) for tag, weight in weights.items() if weight > 0}
    top = sorted(rare.items(), key=lambda pair: (-pair[1], pair[0]))[:n]
    return [(tag, weight / top[0][1]) for tag, weight in top if weight > 0]


def share_shown(data: Dataset, shown: Collection[str]) -> float:
    """Return the share of the catalogue among the items shown so far, in [0, 1]."""
    return len(set(shown)) / data.n_items if data.n_items else 0.0


def percentiles(times_ms: Sequence[float]) -> tuple[float, float]:
    """Return the median and the 95th percentile in milliseconds; NaN without times."""
    if not times_ms:
        return float("nan"), float("nan")
    p50, p95 = np.percentile(times_ms, (50, 95))
    return float(p50), float(p95)


def _rarity(data: Dataset, tag: str) -> float:
    return float(np.log(data.n_items / max(1, data.tag_counts[tag])))
