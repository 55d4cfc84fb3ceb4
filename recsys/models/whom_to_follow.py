"""People to follow: whom those one follows follow, and who is like oneself, with the reasons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from recsys.columns import People, Table
from recsys.data import Dataset
from recsys.models.evidence import touched
from recsys.models.follow_graph import Floats, FollowGraph, likes_of
from recsys.models.fuse import z_scored
from recsys.models.pieces import Readers, item_pieces, vectors_of
from recsys.models.shared import frozen
from recsys.ranking import top_k
from recsys.text.scripts import HAN
from recsys.types import Contributions, Matrix, Part, Query, Vector

UNKNOWN = 0.1
"""Ties that everybody is given, so that somebody nobody knows can still be found by what they like."""
WEIGHTS = {"circle": 1.0, "likes": 0.1, "bio": 0.2, "followers": 0.1}
"""Weight of each part, chosen on hidden follows of the sample and of Last.fm (docs/decisions.md)."""
LABELS = {
    "circle": "followed by people you follow",
    "likes": "likes what you like",
    "bio": "writes about what you like",
    "followers": "followed by many",
}
MEMORY = 50.0
"""Half-life, in items, of what somebody liked."""
DISLIKE_STRENGTH = 0.7


@dataclass(frozen=True, eq=False, slots=True)
class Suggested:
    """Some people to follow, best first."""

    people: tuple[str, ...]
    through: tuple[tuple[str, ...], ...]
    """For each of them, those the asker follows who follow them."""
    reasons: Contributions
    """(n, n_parts) what each part adds; a row's sum is the score."""


def whom_to_follow(data: Dataset, query: Query, k: int = 5, hidden: Iterable[str] = ()) -> Suggested:
    """The ``k`` best people of ``data`` whom ``query.follows`` does not name, nor ``hidden``; nobody without a graph.

        score_p = log((AA_p + 0.1) / 0.1) + 0.1 z(likes_p) + 0.2 z(bio_p) + 0.1 log(1 + followers of p)
        AA_p    = sum over those followed who follow p of 1 / log(1 + people they follow)

    AA is the measure of Adamic and Adar (2003), with the asker counted among the ties of each: who follows everybody
    says little by following one more. ``likes`` is the cosine of what both liked, rare things counting more, ``bio``
    that of what the asker liked and what the person says of themselves, both in standard deviations over all people. A
    part that tells no two people apart is left out.
    """
    graph = FollowGraph.of(data)
    parts = _parts(data, graph, query)
    scores = sum((column for _, column in parts), start=_nothing(graph))
    chosen = top_k(scores, k, graph.places((*query.follows, *hidden)))
    places, ties = graph.followed_through(query.follows)
    through = tuple(
        tuple(graph.people[places[row]] for row in ties[:, [place]].nonzero()[0].tolist()) for place in chosen
    )
    values = np.column_stack([column[chosen] for _, column in parts]) if parts else np.zeros((len(chosen), 0))
    reasons = Contributions(tuple(part for part, _ in parts), values.astype(np.float32))
    return Suggested(tuple(graph.people[place] for place in chosen), through, reasons)


def adamic_adar(graph: FollowGraph, followed: Iterable[str]) -> Floats:
    """(n_people,) >= 0, the formula above; 0 for those whom nobody of ``followed`` follows."""
    places, ties = graph.followed_through(followed)
    return np.asarray(ties.T @ (1 / np.log(1 + np.maximum(graph.n_followed[places], 1))))


def _parts(data: Dataset, graph: FollowGraph, query: Query) -> list[tuple[Part, Vector]]:
    """What each part adds to the score of each person."""
    known = {
        "circle": np.log((adamic_adar(graph, query.follows) + UNKNOWN) / UNKNOWN),
        "likes": z_scored(_likes_alike(data, graph, query)),
        "bio": z_scored(_bio_alike(data, graph, query)),
        "followers": np.log1p(graph.n_followers),
    }
    return [
        (Part(f"feature:{name}", "feature", LABELS[name], WEIGHTS[name]), (WEIGHTS[name] * column).astype(np.float32))
        for name, column in known.items()
        if column.any()
    ]


def _likes_alike(data: Dataset, graph: FollowGraph, query: Query) -> Vector:
    """(n_people,) cosine in [0, 1] of the likes of ``query`` and of each person, by how rare each item is."""
    rarity = np.log1p(len(data.user_ids) / np.maximum(data.like_counts, 1.0))
    found = touched(query.events, data, MEMORY)
    mine = np.zeros(data.n_items)
    mine[found.rows] = found.weights
    mine *= rarity
    theirs = likes_of(data) @ sp.diags_array(rarity)
    sizes = np.sqrt(np.asarray(theirs.power(2).sum(axis=1)).ravel()) * np.linalg.norm(mine)
    alike = np.divide(theirs @ mine, sizes, out=np.zeros(graph.n_people), where=sizes > 0)
    return np.asarray(alike, dtype=np.float32)


def _bio_alike(data: Dataset, graph: FollowGraph, query: Query) -> Vector:
    """(n_people,) cosine of the items ``query`` touched and what each person says of themselves; 0 without bios."""
    pieces = item_pieces(query, data, MEMORY, DISLIKE_STRENGTH)
    bios = _bios(data, graph)
    if not pieces or bios is None:
        return _nothing(graph)
    space = Readers.of(data).main
    weights = np.array([piece.part.weight for piece in pieces], dtype=np.float32)
    taste = weights @ vectors_of(pieces, space.items, space.vectors)
    return np.asarray(bios @ taste / (np.linalg.norm(taste) or 1.0), dtype=np.float32)


def bios_are_read(data: Dataset) -> bool:
    """Whether what people say of themselves is in memory, so that suggestions take milliseconds."""
    return _bios in data.memo


def _bios(data: Dataset, graph: FollowGraph) -> Matrix | None:
    """(n_people, dim) the bios in the space of the items, read once; zeros for people without, None without table."""
    return data.once(_bios, lambda: _read_bios(data, graph))


def _read_bios(data: Dataset, graph: FollowGraph) -> Matrix | None:
    known = data.tables.get(Table.PEOPLE)
    if known is None or People.BIO not in known.columns:
        return None
    space = Readers.of(data).main
    languages = (People.BIO, People.BIO_ZH) if HAN in space.encoder.languages else (People.BIO,)
    columns = [known[name].fillna("").astype(str) for name in languages if name in known.columns]
    texts = dict(zip(known[People.ID].astype(str), map(". ".join, zip(*columns, strict=True)), strict=True))
    vectors = space.vectors([texts.get(person, "") for person in graph.people])
    frozen(vectors)
    return vectors


def _nothing(graph: FollowGraph) -> Vector:
    return np.zeros(graph.n_people, dtype=np.float32)
