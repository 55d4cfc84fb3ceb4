"""Everything a query says, items and words alike, as signed pieces: what models of text start from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from recsys.data import Dataset
from recsys.data.dataset import OPEN_KINDS
from recsys.models.evidence import decayed_weights
from recsys.text import TextSpace, reader
from recsys.text.wishes import Wish, wish_of
from recsys.types import Event, Kind, Matrix, Part, Query, Rows

LEADS_FOR = 3
"""Items judged after a kept wish until it counts like any other step."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One signed piece of a taste: an item of the catalogue, or a text somebody wrote."""

    part: Part
    row: int | None = None
    """None for a text."""
    text: str = ""
    refuses: bool = False
    """Whether the text says what is not wanted: it pushes away what is near it and says nothing of the rest."""


def of_query(query: Query, data: Dataset, half_life: float, dislike_strength: float, typed_share: float) -> list[Piece]:
    """Every piece with its weight: items touched, words written, and what the box asks for and refuses."""
    found = item_pieces(query, data, half_life, dislike_strength)
    found += text_pieces(query, half_life, dislike_strength)
    return with_wish(found, query, typed_share)


def item_pieces(query: Query, data: Dataset, half_life: float, dislike_strength: float) -> list[Piece]:
    """The items touched, every event by itself, weighed by kind or stars and by age; events that weigh 0 left out."""
    weights = decayed_weights(query.events, half_life, dislike_strength)
    return [
        Piece(Part(event.event_id, event.kind, data.title(event.item_id), weight), row=data.row_of[event.item_id])
        for event, weight in zip(query.events, weights, strict=True)
        if weight and event.item_id in data.row_of
    ]


def text_pieces(query: Query, half_life: float, dislike_strength: float) -> list[Piece]:
    """The words of reviews and wishes, weighed like their events; what a wish refuses pushes as hard."""
    weights = decayed_weights(query.events, half_life, dislike_strength)
    return [
        piece
        for event, weight in zip(query.events, weights, strict=True)
        if weight and event.text.strip()
        for piece in _worded(event, weight)
    ]


def _worded(event: Event, weight: float) -> Iterator[Piece]:
    said = wish_of(event.text) if event.kind is Kind.WISH else Wish(event.text, "")
    if said.wanted.strip():
        yield Piece(Part(event.event_id, event.kind, event.text, weight), text=said.wanted)
    if said.refused:
        yield _refusing(event.event_id, event.kind, said.refused, weight)


def _refusing(key: str, kind: str, text: str, weight: float) -> Piece:
    return Piece(Part(key, kind, f"not {text}", -weight), text=text, refuses=True)


def wanted(query: Query) -> str:
    """What leads the list in words: what the text in the box asks for, else the kept wish; "" for neither."""
    if query.typed.strip():
        return wish_of(query.typed).wanted
    kept = leading(query)
    return "" if kept is None else wish_of(kept.text).wanted


def refused(query: Query) -> str:
    """What the text in the box, or else the kept wish that leads, does not want; "" for nothing."""
    kept = None if query.typed.strip() else leading(query)
    return wish_of(query.typed if kept is None else kept.text).refused


def leading(query: Query) -> Event | None:
    """The newest kept wish, until ``LEADS_FOR`` items have been judged after it: keeping a wish moves nothing."""
    judged: set[str | None] = set()
    for event in reversed(query.events):
        if event.kind is Kind.WISH:
            return event if event.strength else None
        if event.kind not in OPEN_KINDS:
            judged.add(event.item_id)
            if len(judged) >= LEADS_FOR:
                return None
    return None


def with_wish(pieces: list[Piece], query: Query, typed_share: float) -> list[Piece]:
    """``pieces`` and the words that lead, which get ``typed_share`` of all weight (at most 0.99).

    What the text in the box refuses is a piece of its own that pushes as hard. A kept wish is there already, and counts
    like typed words as long as it leads.
    """
    said, kept = wish_of(query.typed), None if query.typed.strip() else leading(query)
    leads = [kept is not None and piece.row is None and piece.part.key == kept.event_id for piece in pieces]
    share = min(typed_share, 0.99)
    so_far = sum(abs(piece.part.weight) for piece, is_it in zip(pieces, leads, strict=True) if not is_it)
    weight = so_far * share / (1 - share) if so_far else 1.0
    out = [
        _weighing(piece, -weight if piece.refuses else weight) if is_it else piece
        for piece, is_it in zip(pieces, leads, strict=True)
    ]
    if said.wanted.strip():
        out.append(Piece(Part("typed", "typed", query.typed, weight), text=said.wanted))
    if said.refused:
        out.append(_refusing("refused", "typed", said.refused, weight))
    return out


def _weighing(piece: Piece, weight: float) -> Piece:
    return replace(piece, part=replace(piece.part, weight=weight))


def vectors_of(pieces: Sequence[Piece], items: Matrix, read: Callable[[Sequence[str]], Matrix]) -> Matrix:
    """(n, dim) float32: rows of ``items``, and what ``read`` gives for the texts, which it gets in one call."""
    out = np.zeros((len(pieces), items.shape[1]), dtype=np.float32)
    written = []
    for place, piece in enumerate(pieces):
        if piece.row is None:
            written.append(place)
        else:
            out[place] = items[piece.row]
    if written:
        out[written] = read([pieces[place].text for place in written])
    return out


@dataclass(frozen=True, eq=False)
class Readers:
    """The encoders that together read what is said about one catalogue, whatever its script."""

    data: Dataset
    spaces: Mapping[str, TextSpace]
    """By name of the encoder; the one that reads the items comes first."""

    @classmethod
    def of(cls, data: Dataset) -> Self:
        """Those that the process's reader chooses."""
        return cls(data, {name: reader().space(data, name) for name in reader().readers(data)})

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.spaces)

    @property
    def main(self) -> TextSpace:
        """The space in which items are compared."""
        return self.spaces[self.names[0]]

    def name_of(self, text: str) -> str:
        """The encoder that reads the script of ``text``."""
        name = reader().route(text, self.data)
        return name if name in self.spaces else self.names[0]

    def texts(self, pieces: Iterable[Piece]) -> dict[str, tuple[str, ...]]:
        """The texts among ``pieces``, in their order, by the name of the encoder that reads each."""
        found: dict[str, list[str]] = {}
        for piece in pieces:
            if piece.row is None:
                found.setdefault(self.name_of(piece.text), []).append(piece.text)
        return {name: tuple(texts) for name, texts in found.items()}

    def read(self, pieces: Sequence[Piece]) -> Iterator[tuple[str, Rows, Matrix]]:
        """For each encoder that reads any of ``pieces``: its name, their positions (n,), their vectors (n, dim).

        Vectors are centred and of unit length.
        """
        names = [self.names[0] if piece.row is not None else self.name_of(piece.text) for piece in pieces]
        for name, space in self.spaces.items():
            places = [place for place, reads in enumerate(names) if reads == name]
            if places:
                chosen = [pieces[place] for place in places]
                yield name, np.array(places, dtype=np.int64), vectors_of(chosen, space.items, space.vectors)
