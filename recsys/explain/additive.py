"""Scores as sums that add up to the last digit: events, words and priors, largest first, in the person's own words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import fsum

import numpy as np
from numpy.typing import NDArray

from recsys.explain.situation import TYPED, Situation
from recsys.explain.tokens import MAX_WORDS, can_be_reason, split
from recsys.ranking import top_k
from recsys.text import reader
from recsys.types import Contributions, Event, Explains, Part, Query, ReadsText, Rows, Scorer, Vector

Floats = NDArray[np.float64]

ROUNDING = 1e-4
"""A rest below this share of the sizes of all parts (at least 1) is the rounding of float32."""

PLAUSIBLE = (0.5, 2.0)
"""Words whose losses together come to this multiple of their text's part are scaled to it; others are left alone."""

REST = Part("model:rest", "model", "what the parts leave open", 0.0)
WHOLE = Part("model:whole", "model", "this recommender gives no reasons", 0.0)
REMAINING = "the rest of the sentence"


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text, and its share of what the text adds to a score."""

    text: str
    value: float
    rest: bool = False
    """True for the one line that holds what belongs to no single word."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One summand of a score."""

    part: Part
    value: float
    words: tuple[Word, ...] = ()
    """In reading order; their values sum to ``value``. Empty where the part is no text or was not taken apart."""


@dataclass(frozen=True, slots=True)
class Reasons:
    """A score as a sum."""

    row: int
    score: float
    """What is displayed: the ``fsum`` of the parts. NaN for an item that cannot be scored."""
    parts: tuple[Reason, ...]
    """Largest first, whatever the sign."""
    rounding: float
    """What was added to the largest part so that float32 parts sum to the float32 score; about 1e-7 of it."""


def exact_values(contributions: Contributions, scores: Vector) -> tuple[Floats, Floats, Floats]:
    """``contributions`` as (n_rows, n_parts) float64 whose rows sum to ``scores``; what was added; what stays open.

    Parts and scores are float32, and both carry its rounding: it goes into the largest part of each row. A rest too
    large for rounding is not hidden there: it is the third return value, (n_rows,) and 0 for a model that keeps its
    word. Rows with a NaN score stay as they are, and so does everything when there are no parts.
    """
    values = contributions.values.astype(np.float64)
    added, open_ = np.zeros(len(values)), np.zeros(len(values))
    for row, score in enumerate(np.asarray(scores, dtype=np.float64) if values.shape[1] else ()):
        if np.isnan(score):
            continue
        rest = score - fsum(values[row])
        if abs(rest) > ROUNDING * max(1.0, fsum(abs(values[row]))):
            open_[row] = rest
        else:
            added[row] = rest
            values[row, int(np.abs(values[row]).argmax())] += rest
    return values, added, open_


def by_key(parts: Sequence[Part], values: Floats) -> dict[str, Floats]:
    """Columns of ``values`` (n_rows, n_parts) summed by the key of their part: a review speaks as item and as text."""
    out: dict[str, Floats] = {}
    for column, part in enumerate(parts):
        out[part.key] = out.get(part.key, 0.0) + values[:, column]
    return out


def exact(contributions: Contributions, scores: Vector, rows: Rows) -> tuple[Reasons, ...]:
    """Reasons of each of ``rows`` whose values sum to its score within 1e-12 of its size, largest first.

    A model without parts has one, its score. Parts that miss the score by more than rounding are shown as they are,
    with one more part for what they leave open.
    """
    if not contributions.parts:
        return tuple(_whole(int(row), float(score)) for row, score in zip(rows, scores, strict=True))
    values, added, open_ = exact_values(contributions, scores)
    told = []
    for place, (row, score) in enumerate(zip(rows, scores, strict=True)):
        found = [*zip(contributions.parts, values[place].tolist(), strict=True)]
        if open_[place]:
            found.append((REST, float(open_[place])))
        ordered = _largest_first([Reason(part, value) for part, value in found])
        total = float("nan") if np.isnan(score) else fsum(reason.value for reason in ordered)
        told.append(Reasons(int(row), total, ordered, float(added[place])))
    return tuple(told)


def _whole(row: int, score: float) -> Reasons:
    return Reasons(row, score, (Reason(WHOLE, score),), 0.0)


def _largest_first(found: Sequence[Reason]) -> tuple[Reason, ...]:
    sizes = np.array([abs(reason.value) for reason in found])
    return tuple(found[place] for place in top_k(sizes, len(sizes)))


def reasons(situation: Situation, rows: Rows, most_texts: int = 2) -> tuple[Reasons, ...]:
    """Why ``rows`` score as they do now; the ``most_texts`` largest parts that are text are taken apart by word.

    Every word costs one question to the model, so ask for one row when it is opened.
    """
    answer = situation.now
    told = exact(answer.contributions(rows), answer.scores[rows], rows)
    return tuple(_with_words(answer.scorer, answer.query, one, most_texts) for one in told)


def _with_words(scorer: Scorer, query: Query, told: Reasons, most: int) -> Reasons:
    parts, left = [], most
    for reason in told.parts:
        words = words_of(scorer, query, told.row, reason) if left and text_of(query, reason.part) else ()
        left -= bool(words)
        parts.append(replace(reason, words=words))
    return replace(told, parts=tuple(parts))


def text_of(query: Query, part: Part) -> str:
    """The words behind a part: what is typed, or what a review or wish says; "" where its item speaks."""
    if part.key == TYPED:
        return query.typed
    said = {event.text for event in query.events if event.event_id == part.key}
    return part.label if part.label in said else ""


def words_of(scorer: Scorer, query: Query, row: int, reason: Reason) -> tuple[Word, ...]:
    """Share out the value of a text among its words: each is left out once, and what the part loses is its loss.

    An encoder reads a sentence as a whole, so losses need not sum to the value. Where their sum is from half to twice
    the value, all are scaled by one factor to sum to it; where signs cancel or the sum is far off, scaling would
    invent weights, so the losses stay as measured and one more line holds the rest of the sentence. A single word
    gets everything; a text of more than 24 words, or one the model does not read, is not taken apart.
    """
    pieces = split(text_of(query, reason.part))
    places = [place for place, piece in enumerate(pieces) if can_be_reason(piece)]
    if not 0 < len(places) <= MAX_WORDS:
        return ()
    if len(places) == 1:
        return (Word(pieces[places[0]], reason.value),)
    texts = ["".join(_but(pieces, place)) for place in places]
    variants = [_reworded(query, reason.part, text) for text in texts]
    read_ahead(scorer, variants)
    losses = [
        reason.value - _value(scorer, variant, row, reason.part, text)
        for variant, text in zip(variants, texts, strict=True)
    ]
    return tuple(_shared([pieces[place] for place in places], losses, reason.value))


def read_ahead(scorer: Scorer, queries: Sequence[Query]) -> None:
    """Read the texts of many queries in one batch, which costs a fraction of one at a time."""
    data = getattr(scorer, "data_", None)
    if not isinstance(scorer, ReadsText) or data is None:
        return
    wanted: dict[str, dict[str, None]] = {}
    for query in queries:
        for name, texts in scorer.texts(query).items():
            wanted.setdefault(name, {}).update(dict.fromkeys(texts))
    for name, found in wanted.items():
        reader().store.read(reader().encoder(name, data), list(found))


def _shared(words: Sequence[str], losses: Sequence[float], value: float) -> list[Word]:
    total = fsum(losses)
    ratio = total / value if value else 0.0
    if PLAUSIBLE[0] <= ratio <= PLAUSIBLE[1]:
        shares = [loss / ratio for loss in losses]
        largest = max(range(len(shares)), key=lambda place: abs(shares[place]))
        shares[largest] += value - fsum(shares)
        return [Word(word, share) for word, share in zip(words, shares, strict=True)]
    found = [Word(word, loss) for word, loss in zip(words, losses, strict=True)]
    return [*found, Word(REMAINING, value - total, rest=True)]


def _but(pieces: Sequence[str], place: int) -> list[str]:
    return [piece for at, piece in enumerate(pieces) if at != place]


def _reworded(query: Query, part: Part, text: str) -> Query:
    if part.key == TYPED:
        return replace(query, typed=text)

    def said(event: Event) -> Event:
        return replace(event, text=text) if (event.event_id, event.text) == (part.key, part.label) else event

    return replace(query, events=tuple(map(said, query.events)))


def _value(scorer: Scorer, query: Query, row: int, part: Part, text: str) -> float:
    """What the part says with ``text`` for its words; 0 where nothing of it is left."""
    if not isinstance(scorer, Explains):
        return 0.0
    told = scorer.contributions(query, np.array([row], dtype=np.int64))
    same = [column for column, other in enumerate(told.parts) if (other.key, other.label) == (part.key, text)]
    return fsum(float(told.values[0, column]) for column in same)
