"""The nouns every room shares: events, queries, ranked lists, and what the parts of the app ask of each other.

Nothing here computes. Arrays are NumPy; ``rows`` always means positions in ``Dataset.items``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol, Self, runtime_checkable

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from recsys.data import Dataset
    from recsys.rerank import Candidates, Chain

Vector = NDArray[np.float32]
Matrix = NDArray[np.float32]
Rows = NDArray[np.int64]


class Kind(StrEnum):
    """What a person did."""

    VIEW = "view"
    CLICK = "click"
    LIKE = "like"
    FAVOURITE = "favourite"
    DISLIKE = "dislike"
    RATING = "rating"
    REVIEW = "review"
    WISH = "wish"


STARS = (0.5, 5.0)
"""Lowest and highest number of stars a rating or review may carry; half stars are allowed, 0 is not a rating."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing one person did; ``event_id`` is unique within a session."""

    event_id: str
    kind: Kind
    at: float
    """Seconds since 1970-01-01 UTC."""
    item_id: str | None = None
    stars: float | None = None
    """0.5..5 for ratings and reviews, else None."""
    text: str = ""
    """The words of a review or wish."""
    context: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Where and when it happened, in the words of ``Query.context``; empty when nothing was noted."""
    propensity: float | None = None
    """Probability in (0, 1] with which an exploring list showed the item; None where nothing was drawn."""
    strength: float = 1.0
    """How many times as much it counts as its kind does: 0 is not at all. Never stored: the profile's knobs say so."""


@dataclass(frozen=True, slots=True)
class Query:
    """Who asks and what is known of them: enough to score a person never seen in training."""

    events: tuple[Event, ...] = ()
    """Oldest first."""
    typed: str = ""
    """Text in the box right now, not yet an event."""
    user_id: str | None = None
    context: Mapping[str, str] = field(default_factory=dict)
    follows: tuple[str, ...] = ()
    """Ids of the people they follow, of the table ``people`` or ``follows`` of a dataset."""


@dataclass(frozen=True, slots=True)
class Part:
    """One summand of every score in a list: an event, the typed text, or a prior."""

    key: str
    """Event id, ``typed``, ``refused``, ``prior``, ``model:<name>`` or ``feature:<name>``."""
    kind: str
    """A ``Kind`` value, ``typed``, ``prior``, ``model`` or ``feature``."""
    label: str
    """In the person's own terms: the item's title, the words they wrote, or what a model or feature stands for."""
    weight: float
    """Signed weight in the profile; 0 for priors."""


@dataclass(frozen=True, eq=False, slots=True)
class Contributions:
    """Scores taken apart: ``values[i, p]`` is what part ``p`` adds to the score of row ``i``."""

    parts: tuple[Part, ...]
    values: Matrix
    """(n_rows, n_parts) float32; a row's sum is its score within 1e-5."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What really ran for one list."""

    model: str
    """What a visitor reads for the model that really ranked."""
    encoder: str
    """Names of the encoders that read something for this list, joined by `` + ``."""
    n_scored: int
    """Items that got a score (not NaN)."""
    ms: Mapping[str, float]
    """Milliseconds per stage that ran: read (encode), score, rank, re-rank or chances, reasons; ``total`` sums them."""
    texts_read: int = 0
    """Texts encoded now; those found in the vector store are in ``cache_hits``."""
    cache_hits: int = 0
    fallbacks: tuple[str, ...] = ()
    """One sentence for each thing that did not run as asked."""


@dataclass(frozen=True, eq=False, slots=True)
class Ranked:
    """A list, best first, with its reasons and its receipt."""

    rows: Rows
    item_ids: tuple[str, ...]
    scores: Vector
    contributions: Contributions
    receipt: Receipt
    chances: Vector | None = None
    """(n,) chance in [0, 1] that the person likes each item; None where no model gives one."""
    chain: Chain | None = None
    """What re-ranking did to the candidates; None without it. Scores are the ranker's, from before."""

    def __len__(self) -> int:
        return len(self.item_ids)


class Encoder(Protocol):
    """Text to vectors."""

    name: str
    dim: int
    languages: frozenset[str]
    """Scripts it reads well: ``latin``, ``han``, ``other``."""
    version: str
    """Changes whenever the same text could give another vector; part of the store's key."""

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Vectors of ``texts``: (n, dim) float32 with unit rows (zero rows for unreadable text)."""
        ...


@runtime_checkable
class Scorer(Protocol):
    """A recommender: a dataclass whose fields are its knobs and whose learned arrays end in ``_``."""

    def fit(self, data: Dataset) -> Self:
        """Learn from ``data``; learned arrays are frozen afterwards. Returns self."""
        ...

    def score(self, query: Query) -> Vector:
        """(n_items,) float32, higher is better; NaN where this model cannot tell. Never mutates."""
        ...


@runtime_checkable
class Explains(Protocol):
    """A scorer whose scores are sums."""

    def contributions(self, query: Query, rows: Rows) -> Contributions:
        """Parts that sum to ``score(query)[rows]``."""
        ...


@runtime_checkable
class ReadsText(Protocol):
    """A scorer that needs texts of the query as vectors."""

    @property
    def encoder_names(self) -> tuple[str, ...]:
        """Encoders that this fitted model reads with."""
        ...

    def texts(self, query: Query) -> Mapping[str, tuple[str, ...]]:
        """Texts it will look up for ``query``, by encoder name."""
        ...


@runtime_checkable
class PredictsStars(Protocol):
    """A scorer that can also say how many stars somebody would give."""

    def stars(self, query: Query, rows: Rows) -> Vector:
        """(n_rows,) float32 predicted stars within the scale of ``STARS``; NaN where it cannot tell."""
        ...


@runtime_checkable
class GivesChances(Protocol):
    """A scorer that can also say how likely somebody is to like an item."""

    def probability(self, query: Query, rows: Rows) -> Vector:
        """(n_rows,) float32 calibrated chance in [0, 1]; NaN where it cannot tell."""
        ...


@runtime_checkable
class Reranker(Protocol):
    """A strategy of the last stage: a dataclass whose fields are its knobs, immutable."""

    def __call__(self, candidates: Candidates, k: int) -> list[int]:
        """At most ``k`` catalogue rows of ``candidates``, best first, none twice; never one whose score is NaN."""
        ...


@runtime_checkable
class Adjusts(Protocol):
    """A re-ranker that changes each item's score by itself, whatever else is in the list."""

    def adjusted(self, candidates: Candidates) -> Vector:
        """(n,) float32 new scores in the order of ``candidates``; NaN takes an item out."""
        ...


@runtime_checkable
class Tells(Protocol):
    """A re-ranker that can say what it did."""

    def note(self, candidates: Candidates) -> str:
        """What it does to these candidates, or why it can do nothing, in one sentence; "" for nothing to say."""
        ...


@dataclass(frozen=True, slots=True)
class Knob:
    """One adjustable number or choice of a model: enough to draw its form and to search its values."""

    name: str
    label: str
    help: str
    default: Any
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    log: bool = False
    """Search and slide it by its logarithm; needs ``low`` above 0."""
    whole: bool = False
    """Only whole numbers."""


@dataclass(frozen=True, slots=True)
class Spec:
    """A registry line: what a form, a chart and a README row need to know of a component."""

    name: str
    label: str
    line: str
    """One plain sentence for a visitor."""
    build: type
    knobs: tuple[Knob, ...] = ()
    needs: tuple[str, ...] = ()
    """Columns of the items table or names of further tables; it is offered only for data that have all of them."""
