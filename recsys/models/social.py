"""Interest times influence times heat: what suits somebody, from whom and from whose friends, while it is warm."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Self

import numpy as np
import scipy.sparse as sp

from recsys.columns import Facts, Table
from recsys.data import Dataset
from recsys.models.ease_text import EaseText
from recsys.models.follow_graph import Floats, FollowGraph, likes_of
from recsys.models.fuse import z_scored
from recsys.models.heat import heat
from recsys.models.scored import TellsOnce, Told
from recsys.models.shared import fitted, frozen, shared
from recsys.models.switching import Switching
from recsys.models.weighted import Weighted
from recsys.types import Contributions, Knob, Part, Query, ReadsText, Rows, Scorer, Spec, Vector

TASTES: Mapping[str, Callable[[], Scorer]] = {"switching": Switching, "weighted": Weighted, "ease_text": EaseText}
"""Models that can say what somebody is interested in, by their name in the registry."""

UNSURE_OF_LIKERS = 5.0
"""So many average people are added to those who liked an item, so that one of them is no standing yet."""
UNSURE_OF_AUTHOR = 0.2
"""The same for an author, who is known."""
UNSURE_OF_FRIENDS = 0.5
"""So much of what is to be expected is added to what the people somebody follows did."""

LABELS = {
    "interest": "how well it suits your taste",
    "influence": "the standing of its author",
    "of_likers": "the standing of those who liked it",
    "friends": "what people you follow wrote or liked",
    "likes": "what people you follow liked",
    "heat": "how hot it is right now",
}
"""What a visitor reads for each part; ``of_likers`` and ``likes`` where no authors are named."""


@dataclass
class Social(TellsOnce):
    """score_i = w1 log interest_i + w2 log influence_i + w3 log friends_i + w4 log heat_i: a weighted product.

    Each factor is how many times the usual it is, so that 1 is usual and adds 0:

    * interest: ``n_items`` times the share softmax(z)_i in (0, 1) of somebody's next likes, z the scores of the model
      ``taste`` in standard deviations over the catalogue (Luce 1959); left out where nothing is known of them.
    * influence: mean of personalised PageRank from the people of ``query.follows`` (of PageRank without any), over
      that of the average person, for the author of the item, or for those who liked it where there are no authors.
    * friends: how many of the people of ``query.follows`` wrote or liked it, over how many of as many people would;
      left out where they follow nobody.
    * heat: ``recsys.models.heat`` + 1, over that of the average item.

    The last three are shrunk towards 1 where little is known. A factor whose weight is 0 is gone. NaN everywhere for
    data in which nobody follows anybody, and where every factor is gone.
    """

    session_knobs: ClassVar[frozenset[str]] = frozenset({"interest", "influence", "friends", "heat"})

    interest: float = 1.0
    influence: float = 1.0
    friends: float = 1.5
    heat: float = 0.25
    half_life_days: float = 1.0
    taste: str = "switching"
    data_: Dataset | None = field(default=None, init=False, repr=False)
    graph_: FollowGraph | None = field(default=None, init=False, repr=False)
    taste_: Scorer | None = field(default=None, init=False, repr=False)
    authors_: Rows | None = field(default=None, init=False, repr=False)
    """(n_items,) place of each author in the graph, -1 for one who is not there; None without the column."""
    behind_: sp.csr_matrix | None = field(default=None, init=False, repr=False)
    """(n_items, n_people) float64: 1 for who of the graph wrote or liked what."""
    n_behind_: Floats | None = field(default=None, init=False, repr=False)
    """(n_items,) how many those are."""
    heat_: Vector | None = field(default=None, init=False, repr=False)
    """(n_items,) float32 logarithm of the factor."""

    def fit(self, data: Dataset) -> Self:
        self.data_, self.graph_ = data, FollowGraph.of(data)
        self.taste_ = shared(TASTES[self.taste](), data)
        self.authors_ = _authors(data, self.graph_)
        self.behind_ = _behind(data, self.authors_)
        self.n_behind_ = np.asarray(self.behind_.sum(axis=1), dtype=np.float64).ravel()
        hot = heat(data, self.half_life_days) + np.float32(1)
        self.heat_ = np.log(hot / hot.mean())
        frozen(self.heat_, self.behind_, self.n_behind_)
        return self

    @property
    def encoder_names(self) -> tuple[str, ...]:
        taste = fitted(self, self.taste_)
        return taste.encoder_names if isinstance(taste, ReadsText) else ()

    def texts(self, query: Query) -> Mapping[str, tuple[str, ...]]:
        taste = fitted(self, self.taste_)
        return taste.texts(query) if isinstance(taste, ReadsText) else {}

    def told(self, query: Query) -> Told:
        """Scores and reasons: one part for each factor, ``feature:interest`` and so on."""
        n_items, parts, columns = fitted(self, self.data_).n_items, [], []
        for name, label, logs in self._factors(query):
            weight = float(getattr(self, name))
            parts.append(Part(f"feature:{name}", "feature", LABELS[label], weight))
            columns.append((weight * logs).astype(np.float32))
        if not columns:
            return Told(np.full(n_items, np.nan, dtype=np.float32), _no_reasons)
        values = np.column_stack(columns)
        return Told(values.sum(axis=1), lambda rows: Contributions(tuple(parts), values[rows]))

    def _factors(self, query: Query) -> Iterator[tuple[str, str, Floats | Vector]]:
        """Name, label and (n_items,) logarithm of each factor that has a weight and something to say."""
        data, graph = fitted(self, self.data_), fitted(self, self.graph_)
        if not graph.follows.nnz:
            return
        followed, of_authors = graph.places(query.follows), self.authors_ is not None
        if self.interest and _speaks(query, data):
            yield "interest", "interest", self._interest(query)
        if self.influence:
            yield "influence", "influence" if of_authors else "of_likers", self._influence(query)
        if self.friends and len(followed):
            yield "friends", "friends" if of_authors else "likes", self._friends(followed)
        if self.heat:
            yield "heat", "heat", fitted(self, self.heat_)

    def _interest(self, query: Query) -> Floats:
        z = np.nan_to_num(z_scored(fitted(self, self.taste_).score(query)).astype(np.float64))
        best = z.max(initial=0.0)
        return np.asarray(z - best - np.log(np.exp(z - best).mean()))

    def _influence(self, query: Query) -> Floats:
        graph, behind, n_behind = fitted(self, self.graph_), fitted(self, self.behind_), fitted(self, self.n_behind_)
        standing = graph.influence(query.follows) * graph.n_people
        if self.authors_ is None:
            return np.asarray(np.log((behind @ standing + UNSURE_OF_LIKERS) / (n_behind + UNSURE_OF_LIKERS)))
        of_author = np.where(self.authors_ >= 0, standing[self.authors_], 1.0)
        return np.asarray(np.log((of_author + UNSURE_OF_AUTHOR) / (1 + UNSURE_OF_AUTHOR)))

    def _friends(self, followed: Rows) -> Floats:
        behind, n_behind = fitted(self, self.behind_), fitted(self, self.n_behind_)
        is_followed = np.zeros(behind.shape[1])
        is_followed[followed] = 1.0
        expected = len(followed) * n_behind / max(len(fitted(self, self.data_).user_ids), 1)
        return np.asarray(np.log((behind @ is_followed + UNSURE_OF_FRIENDS) / (expected + UNSURE_OF_FRIENDS)))


def _speaks(query: Query, data: Dataset) -> bool:
    """Whether ``query`` says anything of somebody's taste: an item of ``data``, or words."""
    if query.typed.strip():
        return True
    return any(event.item_id in data.row_of or event.text.strip() for event in query.events)


def _authors(data: Dataset, graph: FollowGraph) -> Rows | None:
    if Facts.AUTHOR not in data.items.columns:
        return None
    places = np.array([graph.place_of.get(name, -1) for name in data.column(Facts.AUTHOR)], dtype=np.int64)
    frozen(places)
    return places


def _behind(data: Dataset, authors: Rows | None) -> sp.csr_matrix:
    likers = sp.csr_matrix(likes_of(data).T)
    if authors is None:
        return likers
    named = np.flatnonzero(authors >= 0)
    wrote = sp.csr_matrix((np.ones(len(named)), (named, authors[named])), shape=likers.shape)
    return sp.csr_matrix(likers.maximum(wrote))


def _no_reasons(rows: Rows) -> Contributions:
    return Contributions((), np.zeros((len(rows), 0), dtype=np.float32))


def _weight(name: str, label: str, help_: str, default: float) -> Knob:
    return Knob(name, label, help_, default, 0.0, 3.0)


SPEC = Spec(
    "social",
    "People you follow",
    "Your taste, who stands behind it, what those you follow liked and what is hot now, multiplied.",
    Social,
    (
        _weight("interest", "Interest", "How much it counts that something suits your taste.", 1.0),
        _weight("influence", "Influence", "How much counts the standing of its author near those you follow.", 1.0),
        _weight("friends", "Friends", "How much it counts that people you follow wrote or liked it.", 1.5),
        _weight("heat", "Heat", "How much it counts that many people like it right now.", 0.25),
        Knob("half_life_days", "Heat lasts", "After so many days a like heats half as much.", 1.0, 0.1, 60.0, log=True),
        Knob("taste", "Taste", "The recommender that says what suits you.", "switching", choices=tuple(TASTES)),
    ),
    needs=(Table.FOLLOWS,),
)
