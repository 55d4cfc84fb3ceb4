"""Is a re-ranking strategy worth it? Its lists against the same lists without it, for held-out people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from recsys.columns import Events
from recsys.data import Dataset, splits
from recsys.data.splits import Split
from recsys.evaluate.config import YARDSTICK
from recsys.evaluate.lists import TICK_USERS, Asked, asked
from recsys.evaluate.progress import Progress, Ticker, silent
from recsys.evaluate.study import seconds_for
from recsys.metrics import TopLists
from recsys.metrics.ndcg import ndcg
from recsys.metrics.significance import N_BOOT, Interval, difference_in_words, paired_difference
from recsys.models import build, shared
from recsys.models.scored import scored
from recsys.models.setting import Setting
from recsys.ranking import top_k
from recsys.rerank import POOL, Candidates, chained
from recsys.rerank.setting import ChainSetting
from recsys.text import reader
from recsys.types import GivesChances, Query, Reranker, Rows, Scorer

MAX_PEOPLE = 150
"""Enough to see a difference of a few hundredths, few enough for a button on a page."""
LANGUAGE_MODEL = "language_model"
MAX_ASKED = 30
"""People whose lists a language model is asked about, twice each: it costs time and money."""
INTEREST = "interest"
"""The model that says what strategies know of chances."""
MAX_NOTES = 3
"""Different reasons for doing nothing that the words repeat."""


@dataclass(frozen=True, eq=False)
class Effect:
    """NDCG with a strategy against without it, on the same candidates of the same people."""

    difference: Interval
    """Mean of with minus without, by person, with its 95% interval."""
    before: float
    """Mean NDCG without the strategy, in [0, 1]."""
    after: float
    n_changed: int
    """People whose shown list is not the same."""
    k: int
    notes: tuple[str, ...] = ()
    """What the strategy said, the most frequent first."""

    @property
    def worth_it(self) -> bool | None:
        """True where the lists find more of what people liked, False where less; None for no difference found."""
        return self.difference.value > 0 if self.difference.found else None

    @property
    def words(self) -> str:
        """The verdict in two or three sentences a visitor can read, with advice."""
        if not self.n_changed:
            reasons = " ".join(self.notes[:MAX_NOTES])
            return f"It changed none of the {self.difference.n} lists, so leave it off. {reasons}".strip()
        numbers = difference_in_words("With it", "without", self.difference)
        advice = {
            True: "The lists find more of what people went on to like: leave it on.",
            False: "The lists find less of what people went on to like: that is its price; leave it off unless what "
            "it is for is worth it.",
            None: "Chance alone could explain this: leave it off unless it is there for something else.",
        }
        return f"NDCG@{self.k}: {numbers} {advice[self.worth_it]}"


def effect_of(
    strategy: Reranker | Mapping[str, Reranker],
    data: Dataset,
    scorer: Scorer,
    *,
    split: str = "per_user_time",
    k: int = 10,
    pool: int = POOL,
    max_users: int = MAX_PEOPLE,
    seed: int = 0,
    n_boot: int = N_BOOT,
    interest: GivesChances | None = None,
    device: str = "",
    progress: Progress = silent,
) -> Effect:
    """Re-rank the ``pool`` best items of ``scorer`` for people whose later likes were held out.

    ``strategy`` is one strategy or a chain of them by name; ``scorer`` and ``interest`` need not be fitted: they are,
    on the training part. Where the scorer has nothing to go on, what is popular is re-ranked, as on the Live page.
    Each list is asked for at the time of the person's first held-out like, in UTC, and on ``device``: known when a
    list is made, so no leak. ``split`` holds out each person's newest fifth unless another of ``SPLITS`` is named.
    Raises DataError when that leaves nobody to ask.
    """
    if not 1 <= k <= pool:
        raise ValueError(f"k should be from 1 to the {pool} candidates, is now {k}")
    progress(0.0, "Cutting the data")
    cut = splits.split(data, split, seed, max_users)
    strategies = strategy if isinstance(strategy, Mapping) else {"strategy": strategy}
    world = _World.of(cut, scorer, interest)
    people = _with_moment(asked(cut), data, cut, device)
    ticker = Ticker(progress, len(people), TICK_USERS)
    without, with_it, notes = [], [], []
    for position, person in enumerate(people):
        ticker.at(position)
        candidates = world.candidates(person, pool)
        chain = chained(candidates, strategies, k)
        without.append(candidates.rows[:k])
        with_it.append(chain.rows)
        notes += [step.note for step in chain.steps if step.note]
    progress(1.0, "Done")
    return _effect(without, with_it, [person.relevant for person in people], k, notes, n_boot, seed)


@dataclass(frozen=True, slots=True)
class Worth:
    """Whether a chain finds more of what people went on to like, as a question."""

    ranker: Setting
    chain: ChainSetting
    k: int
    pool: int
    model: str = ""
    """Name of the language model that the chain asks; "" where it asks none."""

    def ask(self, data: Dataset, progress: Progress = silent) -> Effect:
        """Lists with and without it, for the same people."""
        chances = build(INTEREST)
        return effect_of(
            self.chain.build(),
            data,
            self.ranker.build(),
            k=self.k,
            pool=self.pool,
            max_users=MAX_ASKED if LANGUAGE_MODEL in self.chain.names else MAX_PEOPLE,
            interest=chances if isinstance(chances, GivesChances) else None,
            progress=progress,
        )

    def seconds(self, data: Dataset) -> float:
        """About how long it takes."""
        return seconds_for(data, 8.0)


@dataclass(frozen=True, eq=False)
class _World:
    """What lists are made of in one cut."""

    cut: Split
    scorer: Scorer
    when_silent: Scorer
    interest: GivesChances | None

    @classmethod
    def of(cls, cut: Split, scorer: Scorer, interest: GivesChances | None) -> _World:
        fitted = shared(interest, cut.train) if isinstance(interest, Scorer) else interest
        chances = fitted if isinstance(fitted, GivesChances) else None
        return cls(cut, shared(scorer, cut.train), shared(build(YARDSTICK), cut.train), chances)

    def candidates(self, person: Asked, pool: int) -> Candidates:
        """The best items the person does not know, as the evaluation of models ranks them."""
        scores = scored(self.scorer, person.query, self.when_silent).scores
        if self.cut.candidates is not None:
            scores = np.where(np.isin(np.arange(len(scores)), self.cut.candidates), scores, np.float32(np.nan))
        rows = top_k(scores, pool, person.known)
        train = self.cut.train
        vectors = reader().space(train, reader().main(train)).items[rows]
        chance = None if self.interest is None else self.interest.probability(person.query, rows)
        return Candidates(rows, scores[rows], vectors, person.query, train, chance)


def _with_moment(people: Sequence[Asked], data: Dataset, cut: Split, device: str) -> list[Asked]:
    """The same people, asking at the time of their first held-out like."""
    users = [str(person.query.user_id) for person in people]
    log = data.events.loc[data.is_like & data.events[Events.USER].isin(users).to_numpy()]
    likes = log[[Events.USER, Events.ITEM, Events.AT]]
    wanted: dict[str, set[str]] = {
        user: {data.item_ids[row] for row in cut.test[user]} for user in users if user in cut.test
    }
    first: dict[str, float] = {}
    for user, item, at in likes.itertuples(index=False, name=None):
        if item in wanted.get(user, ()) and at < first.get(user, np.inf):
            first[user] = float(at)
    return [
        replace(person, query=_at(person.query, first.get(user), device))
        for user, person in zip(users, people, strict=True)
    ]


def _at(query: Query, at: float | None, device: str) -> Query:
    context = {"device": device} if device else {}
    if at is not None:
        try:
            moment = datetime.fromtimestamp(at, UTC)
        except (OverflowError, ValueError, OSError):
            return replace(query, context=context)
        context |= {"hour": str(moment.hour), "weekday": str(moment.weekday())}
    return replace(query, context=context)


def _effect(
    without: Sequence[Rows],
    with_it: Sequence[Rows],
    relevant: Sequence[Rows],
    k: int,
    notes: Sequence[str],
    n_boot: int,
    seed: int,
) -> Effect:
    before: NDArray[np.float64] = ndcg(TopLists.of(without, relevant, k))
    after: NDArray[np.float64] = ndcg(TopLists.of(with_it, relevant, k))
    return Effect(
        paired_difference(after, before, n_boot, seed),
        float(before.mean()),
        float(after.mean()),
        sum(not np.array_equal(one, other) for one, other in zip(without, with_it, strict=True)),
        k,
        tuple(note for note, _ in Counter(notes).most_common()),
    )
