"""Playlists of a dataset, and what could come next on one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from recsys.columns import Playlists, Table
from recsys.data import Dataset
from recsys.live.recommend import recommend
from recsys.models.shared import shared
from recsys.models.text_audio import TextAudio
from recsys.ranking import top_k
from recsys.rerank.flow import Flow
from recsys.types import Event, Kind, Query, Ranked

NEXT = 5


def playlists(data: Dataset) -> dict[str, tuple[str, ...]]:
    """Item ids of each list by its name, in their places; lists and items as the table has them.

    Items outside the catalogue are left out, lists without any other item too; empty without the table.
    """
    table = data.tables.get(Table.PLAYLISTS)
    if table is None:
        return {}
    place = pd.to_numeric(table[Playlists.PLACE], errors="coerce")
    known = table.assign(**{Playlists.PLACE: place})[table[Playlists.ITEM].isin(data.row_of)]
    in_order = known.sort_values(Playlists.PLACE, kind="stable")
    by_name = {str(name): tuple(map(str, ids)) for name, ids in in_order.groupby(Playlists.NAME)[Playlists.ITEM]}
    return {name: by_name[name] for name in dict.fromkeys(map(str, known[Playlists.NAME]))}


def continued(data: Dataset, item_ids: Sequence[str], k: int = NEXT) -> Ranked:
    """At most ``k`` items that could follow the list ``item_ids``, none of which is among them.

    The list counts as a taste, its last items most: what reads and sounds like it (``TextAudio``), in an order of
    small steps of tempo and energy from its last item on (``Flow``) where the data tell them. For an empty list what
    is popular. Reasons are the items of the list, by the keys that :func:`near` reads.
    """
    once = dict.fromkeys(item_ids)
    events = tuple(Event(item_id, Kind.LIKE, float(place), item_id) for place, item_id in enumerate(once))
    return recommend(data, shared(TextAudio(), data), Query(events), k, rerank={"flow": Flow()})


def near(ranked: Ranked, place: int, n: int = 2) -> tuple[str, ...]:
    """Ids of at most ``n`` items of the list that speak most for the continuation at ``place``, the strongest first."""
    values = ranked.contributions.values[place].astype(np.float64)
    parts = ranked.contributions.parts
    speaks = [part.kind == Kind.LIKE and value > 0 for part, value in zip(parts, values, strict=True)]
    return tuple(parts[at].key for at in top_k(np.where(speaks, values, np.nan), n)) if parts else ()
