"""Everything a query says, items and words alike, as signed pieces: what models of text start from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from recsys.data import Dataset
from recsys.models.evidence import decayed_weights
from recsys.types import Part, Query


@dataclass(frozen=True, slots=True)
class Piece:
    """One signed piece of a taste: an item of the catalogue, or a text somebody wrote."""

    part: Part
    row: int | None = None
    """None for a text."""
    text: str = ""


def item_pieces(query: Query, data: Dataset, half_life: float, dislike_strength: float) -> list[Piece]:
    """The items touched, every event by itself, weighed by kind or stars and by age; events that weigh 0 left out."""
    weights = decayed_weights(query.events, half_life, dislike_strength)
    return [
        Piece(Part(event.event_id, event.kind, data.title(event.item_id), weight), row=data.row_of[event.item_id])
        for event, weight in zip(query.events, weights, strict=True)
        if weight and event.item_id in data.row_of
    ]


def text_pieces(query: Query, half_life: float, dislike_strength: float) -> list[Piece]:
    """The words of reviews and wishes, weighed like their events."""
    weights = decayed_weights(query.events, half_life, dislike_strength)
    return [
        Piece(Part(event.event_id, event.kind, event.text, weight), text=event.text)
        for event, weight in zip(query.events, weights, strict=True)
        if weight and event.text.strip()
    ]


def with_typed(pieces: list[Piece], typed: str, typed_share: float) -> list[Piece]:
    """``pieces`` and the text in the box, which gets ``typed_share`` of all weight (at most 0.99)."""
    if not typed.strip():
        return pieces
    so_far = sum(abs(piece.part.weight) for piece in pieces)
    share = min(typed_share, 0.99)
    weight = so_far * share / (1 - share) if so_far else 1.0
    return [*pieces, Piece(Part("typed", "typed", typed, weight), text=typed)]


def texts_by_reader(pieces: Iterable[Piece], reader_of: Callable[[str], str]) -> dict[str, tuple[str, ...]]:
    """The texts among ``pieces``, in their order, by the name of the encoder that reads each."""
    found: dict[str, list[str]] = {}
    for piece in pieces:
        if piece.row is None:
            found.setdefault(reader_of(piece.text), []).append(piece.text)
    return {name: tuple(texts) for name, texts in found.items()}
