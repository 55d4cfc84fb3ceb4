"""A small world for explanations: two groups of films, people who like one of them, and sessions of any kind."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from recsys.columns import Events
from recsys.data import Dataset
from recsys.explain.situation import Situation
from recsys.live.answer import Ranking
from recsys.live.profile import Known
from recsys.models import build, shared
from recsys.types import Event, Kind, Query, Vector

N_ITEMS = 24
SUBJECTS = ("harbour ships sea storm", "mountain climbing snow rope")
TEXTS = ("ships in a storm", "snow and rope", "想看雪山", "quiet sea")
NEVER_LIKED = "f23"


def world(seed: int = 0, n_people: int = 60) -> Dataset:
    """Even films are about the sea, odd ones about mountains; people like five of one kind and one of the other."""
    rng = np.random.default_rng(seed)
    items = pd.DataFrame(
        {
            "item_id": [f"f{n}" for n in range(N_ITEMS)],
            "title": [
                f"Film {n}, The" if n == 3 else f"Film {n} of the {SUBJECTS[n % 2].split()[0]}" for n in range(N_ITEMS)
            ],
            "title_zh": [f"第{n}部{('海', '山')[n % 2]}" for n in range(N_ITEMS)],
            "description": [f"{SUBJECTS[n % 2]} number {n}" for n in range(N_ITEMS)],
            "category": [SUBJECTS[n % 2].split()[0] for n in range(N_ITEMS)],
        }
    )
    events = []
    for person in range(n_people):
        own, others = np.arange(person % 2, N_ITEMS - 1, 2), np.arange(1 - person % 2, N_ITEMS - 1, 2)
        for place, row in enumerate([*rng.choice(own, 5, replace=False), rng.choice(others)]):
            events.append((f"p{person:02}", f"f{row}", "like", 1e9 + 100.0 * person + place, np.nan, ""))
    return Dataset.from_tables("causes", items, pd.DataFrame(events, columns=list(map(str, Events))))


@st.composite
def sessions(draw, item_ids: tuple[str, ...], most: int = 6) -> tuple[Event, ...]:
    """Likes, dislikes, clicks, stars, reviews and wishes in any order; the same item may come again."""
    out = []
    for position in range(draw(st.integers(0, most))):
        kind = draw(st.sampled_from(Kind))
        starred = kind in (Kind.RATING, Kind.REVIEW)
        out.append(
            Event(
                f"e{position}",
                kind,
                float(position),
                None if kind is Kind.WISH else draw(st.sampled_from(item_ids)),
                draw(st.sampled_from([1.0, 3.0, 4.5, 5.0])) if starred else None,
                draw(st.sampled_from(TEXTS)) if kind in (Kind.REVIEW, Kind.WISH) else "",
            )
        )
    return tuple(out)


def liked(*item_ids: str, prefix: str = "e") -> tuple[Event, ...]:
    return tuple(Event(f"{prefix}{n}", Kind.LIKE, float(n), item_id) for n, item_id in enumerate(item_ids))


@dataclass
class Counting:
    """A scorer that counts how often it is asked."""

    inner: object
    n: int = 0

    def fit(self, data: Dataset) -> Counting:
        return self

    def score(self, query: Query) -> Vector:
        self.n += 1
        return self.inner.score(query)

    def contributions(self, query, rows):
        return self.inner.contributions(query, rows)


@dataclass
class Fickle:
    """A scorer that never repeats itself: every other time the last items come first."""

    n_items: int
    n: int = 0

    def fit(self, data: Dataset) -> Fickle:
        return self

    def score(self, query: Query) -> Vector:
        self.n += 1
        return np.arange(self.n_items, dtype=np.float32) * (1 if self.n % 2 else -1)


def in_world(films, name, session, typed="", history=(), *, k, **more) -> Situation:
    """Somebody in front of the films, with popularity where the model is silent."""
    popular = shared(build("popularity"), films)
    ranking = Ranking(films, shared(build(name), films), k, popular, **more)
    return Situation(ranking, Known(history, session, typed))
