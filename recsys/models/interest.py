"""Interest: the chance that somebody likes a thing once they try it, learned from everybody and moved by each event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar

import numpy as np

from recsys.data import Dataset
from recsys.metrics.probability import Reliability, reliability
from recsys.models.blend import MEMORY, SOURCES, Hybrid, Lists, fitted_sources
from recsys.models.interest_features import (
    GROUPS,
    USES,
    ItemSide,
    answers,
    features,
    past_features,
    reason,
    tried_by,
)
from recsys.models.interest_lessons import (
    ASKED_SHARE,
    MAX_ASKED,
    MIN_PEOPLE,
    N_FOLDS,
    TEACHING_SHARE,
    by_hand,
    drawn,
    events_of,
    everybody,
    sessions,
    too_little,
)
from recsys.models.isotonic import Curve, calibrated
from recsys.models.logistic import Answers, Belief, Floats, chance
from recsys.types import Contributions, Event, Knob, Query, Rows, Scorer, Spec, Vector


@dataclass(frozen=True, eq=False, slots=True)
class Asked:
    """What people who taught nothing said of n things, and what had been predicted just before."""

    liked: Floats
    """(n,) 1 liked, 0 not."""
    predicted: Floats
    """(n,) the calibrated chance."""
    uncalibrated: Floats
    """(n,) the same before calibration."""
    unmoved: Floats
    """(n,) the uncalibrated chance of somebody whose weights stay those of everybody."""
    nth: Rows
    """(n,) things this person had said something of before."""
    person: Rows
    """(n,) number of the person."""
    average: float
    """Share of likes among those who taught: what to say of everything without a model."""

    def reliability(self) -> Reliabilities:
        """How good each of the predictions turned out."""
        said = (self.predicted, self.uncalibrated, self.unmoved, np.full(len(self.liked), self.average))
        return Reliabilities(*(reliability(one, self.liked) for one in said))


@dataclass(frozen=True, slots=True)
class Reliabilities:
    """How far four ways to state a chance can be taken at their word, on the same answers."""

    calibrated: Reliability
    uncalibrated: Reliability
    unmoved: Reliability
    """Without the steps after each event: the weights of everybody."""
    average: Reliability
    """Everybody's average for everything."""

    @property
    def skill(self) -> float:
        """Brier skill of the calibrated chance against the average: 1 perfect, 0 no better."""
        return self.calibrated.skill(self.average)


@dataclass
class Interest(Hybrid):
    """score_i = theta'f_i, the log odds that this person likes item i once they try it; chance = sigmoid, calibrated.

    f is what the sources say (z-scores), how many of those who tried i liked it, how near its text is to what was
    liked and not liked, and eight directions of the texts (``recsys.models.interest_features``). theta starts from
    what holds for everybody and takes one Bayesian logistic step per thing tried (``recsys.models.logistic``),
    ``pace`` times as far as people were found to differ. "Liked" is a like, favourite or click, or enough stars;
    "not liked" is a dislike or fewer stars; a look that led to nothing is neither.

    What holds for everybody is learned from people whose events the sources of the lesson never saw, replayed as
    sessions: each thing is described by what was known before it. Others of them calibrate the chance. Where people
    hardly ever say what they do not like there is no chance to tell: weights set by hand rank, and ``note`` says so.
    """

    max_people: int = 400
    pace: float = 1.0
    seed: int = 0
    side_: ItemSide | None = field(default=None, init=False, repr=False)
    belief_: Belief | None = field(default=None, init=False, repr=False)
    curve_: Curve | None = field(default=None, init=False, repr=False)
    average_: float = field(default=float("nan"), init=False, repr=False)
    note_: str = field(default="", init=False, repr=False)

    uses: ClassVar[tuple[str, ...]] = USES

    def learn(self, data: Dataset) -> None:
        self.side_ = ItemSide.of(data, self.sources_)
        people = self._taught(data)
        self.note_ = too_little(people)
        self.belief_, self.curve_, self.average_ = by_hand(), None, float("nan")
        if not self.note_:
            self.belief_ = everybody(people)
            self.curve_ = calibrated(*self._foretold(people))
            self.average_ = float(np.concatenate([one.liked for one in people]).mean())
        self.belief_.frozen()

    def _foretold(self, people: Sequence[Answers]) -> tuple[Floats, Floats]:
        """Log odds, and what was said: each of ``people`` asked by what the others taught."""
        logits, liked = [], []
        for fold in range(N_FOLDS):
            start = everybody([one for n, one in enumerate(people) if n % N_FOLDS != fold]).scaled(self.pace)
            for one in people[fold::N_FOLDS]:
                logits.append(start.following(one)[1])
                liked.append(one.liked)
        return np.concatenate(logits), np.concatenate(liked)

    @property
    def note(self) -> str:
        """One sentence on what could not be learned, "" when all was."""
        return self.note_

    def score(self, query: Query) -> Vector:
        """(n_items,) float32 log odds before calibration, unbounded, higher is better; never NaN."""
        rows = np.arange(self.fitted_on().n_items, dtype=np.int64)
        return self._logits(query, rows, self.lists(query)).astype(np.float32)

    def probability(self, query: Query, rows: Rows, lists: Lists | None = None) -> Vector:
        """(n_rows,) float32 calibrated chance that somebody likes what they try; NaN where none could be learned.

        ``lists`` saves asking the sources again: lists of this query that have those of ``uses`` among them.
        """
        self.fitted_on()
        if self.curve_ is None:
            return np.full(len(rows), np.nan, dtype=np.float32)
        logits = self._logits(query, rows, self.lists(query) if lists is None else lists)
        return self.curve_(logits).astype(np.float32)

    def contributions(self, query: Query, rows: Rows) -> Contributions:
        """What each group of features adds to the log odds, in the weights this session has led to."""
        theta, table = self._asked(query, rows, self.lists(query))
        values = np.stack([table[:, part] @ theta[part] for _, part in GROUPS], axis=1)
        parts = tuple(
            reason(name, float(theta[part][0]) if part.stop - part.start == 1 else 0.0) for name, part in GROUPS
        )
        return Contributions(parts, values.astype(np.float32))

    def belief(self, events: Sequence[Event]) -> Belief:
        """What is believed of somebody's weights after ``events``; the start for everybody without any."""
        data, side, start = self._learned
        return start.following(answers(events, data, side, self.sources_))[0]

    def reliability(self) -> Reliabilities | None:
        """How good the chances are for people who taught nothing (:meth:`asked`); None where there are none."""
        found = self.asked()
        return None if found is None else found.reliability()

    def asked(self) -> Asked | None:
        """How the chances turn out for people who taught nothing; None where there are none. Kept with the dataset.

        A fifth of the people is left out, all is learned anew without them, and their sessions are replayed.
        """
        data = self.fitted_on()
        key = ("interest", self.max_people, self.pace, self.seed, self.memory)
        return data.once(key, lambda: self._ask(data))

    def _ask(self, data: Dataset) -> Asked | None:
        if self.curve_ is None:
            return None
        users = drawn(data, ASKED_SHARE, MAX_ASKED, [self.seed, 41])
        rest = data.with_events(~events_of(data, users))
        taught = replace(self).fit(rest)
        if taught.curve_ is None or taught.belief_ is None or taught.side_ is None:
            return None
        start = taught.belief_.scaled(self.pace)
        people = sessions(data, users, taught.side_, taught.sources_)
        if not people:
            return None
        logits = np.concatenate([start.following(one)[1] for one in people])
        return Asked(
            np.concatenate([one.liked for one in people]),
            taught.curve_(logits),
            chance(logits),
            chance(np.concatenate([one.features @ start.mean for one in people])),
            np.concatenate([np.arange(len(one)) for one in people]),
            np.repeat(np.arange(len(people)), [len(one) for one in people]),
            taught.average_,
        )

    def _taught(self, data: Dataset) -> list[Answers]:
        """Sessions of people whose events the sources of the lesson have not seen; few if there are few."""
        users = drawn(data, TEACHING_SHARE, self.max_people, [self.seed, 40])
        if len(users) < MIN_PEOPLE:
            return []
        train = data.with_events(~events_of(data, users))
        sources: dict[str, Scorer] = {}
        for name in USES:
            sources |= fitted_sources(data if SOURCES[name].from_texts else train, [name], self.memory)
        return sessions(data, users, ItemSide.of(train, sources), sources)

    def _logits(self, query: Query, rows: Rows, lists: Lists) -> Floats:
        theta, table = self._asked(query, rows, lists)
        return table @ theta

    def _asked(self, query: Query, rows: Rows, lists: Lists) -> tuple[Floats, Floats]:
        """The weights (d,) this session has led to, and the features (n_rows, d) of ``rows``."""
        data, side, start = self._learned
        found = tried_by(query.events, data, self.sources_)
        past = Answers(past_features(found, side, self.sources_), found.liked, found.weights)
        return start.following(past)[0].mean, features(rows, lists, found, side)

    @property
    def _learned(self) -> tuple[Dataset, ItemSide, Belief]:
        data = self.fitted_on()
        assert self.side_ is not None
        assert self.belief_ is not None
        return data, self.side_, self.belief_.scaled(self.pace)


SPEC = Spec(
    "interest",
    "Chance of a like",
    "How likely you like a thing once you try it, adjusted after each thing you try.",
    Interest,
    (
        Knob(
            "max_people", "People to learn from", "So many people's sessions are replayed.", 400, 100, 2000, whole=True
        ),
        Knob("pace", "Pace", "How quickly it follows you; 0 keeps to what holds for everybody.", 1.0, 0.0, 4.0),
        Knob("seed", "Seed", "Draws the people it learns from.", 0, 0, 1000, whole=True),
        MEMORY,
    ),
)
