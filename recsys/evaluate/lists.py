"""The lists an experiment measures: every model, every evaluated user, the whole catalogue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from recsys.columns import Items
from recsys.data import Dataset, touched_rows
from recsys.data.splits import Split
from recsys.metrics import NO_ITEM, Catalogue, TopLists
from recsys.models import top_k
from recsys.text import TextSpace
from recsys.types import Query, Rows, Scorer

TICK_USERS = 20
"""Users between two reports of progress."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One evaluated user: what a model is shown, what it may not recommend, what would be a hit."""

    query: Query
    known: Rows
    relevant: Rows


def asked(cut: Split) -> list[Asked]:
    """One per evaluated user of ``cut``, in its order."""
    out = []
    for user_id, relevant in cut.test.items():
        history = cut.train.history(user_id)
        out.append(Asked(Query(events=history, user_id=user_id), touched_rows(history, cut.train), relevant))
    return out


def lists_of(scorer: Scorer, people: list[Asked], k: int, progress: Callable[[float], None]) -> TopLists:
    """Rank the whole catalogue for each of ``people``, without what they know already.

    Items that the model cannot score (NaN) are not ranked; a list they make shorter keeps empty places, which count
    as misses. ``progress`` gets the share done, in [0, 1].
    """
    lists = []
    for position, person in enumerate(people):
        if position % TICK_USERS == 0:
            progress(position / len(people))
        lists.append(top_k(scorer.score(person.query), k, person.known))
    return TopLists.of(lists, [person.relevant for person in people], k)


def catalogue_of(train: Dataset, space: TextSpace) -> Catalogue:
    """What novelty, coverage and diversity need of the catalogue; likes are those of the training part."""
    return Catalogue(
        n_items=train.n_items,
        n_people=len(train.user_ids),
        like_counts=train.like_counts,
        vectors=space.items,
        categories=_category_numbers(train),
    )


def _category_numbers(data: Dataset) -> Rows:
    if Items.CATEGORY not in data.items.columns:
        return np.full(data.n_items, NO_ITEM, dtype=np.int64)
    names = data.items[Items.CATEGORY].fillna("").astype(str)
    numbers = names.factorize()[0].astype(np.int64)
    return np.where((names == "").to_numpy(), NO_ITEM, numbers)
