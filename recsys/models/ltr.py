"""A learned ranker: boosted trees over what every list, the item, the person and the moment say (LambdaMART)."""

from __future__ import annotations

import importlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from recsys.data import Dataset, decided_rows
from recsys.errors import MissingDependencyError
from recsys.models.blend import SESSION_MEMORY, Hybrid, Lists
from recsys.models.fuse import union
from recsys.models.learned_weights import ASKED_KNOB, LearnedWeights
from recsys.models.lessons import MIN_LESSONS, NEXT, Lessons, lessons
from recsys.models.ranking_features import ItemFacts, Places, feature_names, feature_part, features, monotone
from recsys.models.shared import shared
from recsys.ranking import top_k
from recsys.types import Contributions, Knob, Part, Query, Rows, Spec, Vector

if TYPE_CHECKING:
    from lightgbm import Booster

BASE = Part("prior", "prior", "where every candidate starts", 0.0)
BELOW = Part("model:below", "model", "not among the candidates", 0.0)


@dataclass
class Ltr(Hybrid):
    """score_i = the sum of ``trees`` regression trees over the features of i, grown to raise NDCG (Burges 2010).

    Learned from hidden likes (``recsys.models.lessons``) with LightGBM. Scored are the candidates, at most so many
    from each source; every other item follows below them in the order of the weighted blend, so that no list runs
    short. Where there are too few likes to learn from, the weighted blend ranks and ``note`` says so.
    """

    memory: float = SESSION_MEMORY.default
    asked: str = NEXT
    candidates: int = 100
    trees: int = 150
    leaves: int = 8
    learning_rate: float = 0.05
    max_people: int = 400
    seed: int = 0
    booster_: Booster | None = field(default=None, init=False, repr=False)
    facts_: ItemFacts | None = field(default=None, init=False, repr=False)
    blend_: LearnedWeights | None = field(default=None, init=False, repr=False)
    n_lessons_: int = field(default=0, init=False, repr=False)

    uses: ClassVar[tuple[str, ...]] = ("behaviour", "tastes", "text", "keywords", "popularity", "lately", "next")

    def learn(self, data: Dataset) -> None:
        made = lessons(data, self.uses, self.max_people, self.seed, self.memory, self.asked)
        self.n_lessons_ = len(made.lessons)
        blend = LearnedWeights(memory=self.memory, asked=self.asked, max_people=self.max_people, seed=self.seed)
        self.blend_ = shared(blend, data)
        self.facts_ = ItemFacts.of(data)
        self.booster_ = self._grown(made) if self.n_lessons_ >= MIN_LESSONS else None

    @property
    def note(self) -> str:
        """One sentence on what could not be learned, "" when all was."""
        return "" if self.booster_ is not None else "too little to learn from, so the weighted blend ranks"

    def score(self, query: Query) -> Vector:
        """(n_items,) float32, unbounded, higher is better; candidates above all others."""
        below = self._blend.score(query)
        if self.booster_ is None:
            return below
        rows, table = self._candidates(query)
        told = self.booster_.predict(table, num_threads=1)
        return _above(below, rows, np.asarray(told))

    def contributions(self, query: Query, rows: Rows) -> Contributions:
        """What each feature adds (TreeSHAP) to where every candidate starts; other items have one part."""
        if self.booster_ is None:
            return self._blend.contributions(query, rows)
        candidates, table = self._candidates(query)
        place = {int(row): position for position, row in enumerate(candidates)}
        inside = np.array([int(row) in place for row in rows], dtype=bool)
        names = feature_names(self.uses)
        values = np.zeros((len(rows), len(names) + 2), dtype=np.float32)
        if inside.any():
            wanted = table[[place[int(row)] for row in rows[inside]]]
            values[inside, :-1] = np.asarray(self.booster_.predict(wanted, pred_contrib=True, num_threads=1))
        if not inside.all():
            values[~inside, -1] = np.nan_to_num(self.score(query)[rows[~inside]], nan=0.0)
        parts = (*(feature_part(name) for name in names), BASE, BELOW)
        used = [c for c, part in enumerate(parts) if part is BASE or values[:, c].any()]
        return Contributions(tuple(parts[c] for c in used), values[:, used])

    @property
    def _blend(self) -> LearnedWeights:
        self.fitted_on()
        assert self.blend_ is not None
        return self.blend_

    def _candidates(self, query: Query) -> tuple[Rows, NDArray[np.float32]]:
        """Rows to be scored and their features."""
        lists = self.lists(query)
        rows = _proposed(lists, self.candidates, decided_rows(query.events, self.fitted_on()))
        assert self.facts_ is not None
        places, weights = Places.of(lists, self.uses, rows), self._blend.weights_of(self._blend.group(query))
        return rows, features(query, self.fitted_on(), self.facts_, places, rows, weights)

    def _grown(self, made: Lessons) -> Booster:
        """The trees; equal lessons, knobs and LightGBM give equal trees."""
        lightgbm = _lightgbm()
        facts = [ItemFacts.of(train) for train in made.trains]
        weights, data = self._blend.weights_of, self.fitted_on()
        tables = [features(o.query, data, facts[o.part], o.places, o.rows, weights(o.group)) for o in made.lessons]
        training = lightgbm.Dataset(
            np.vstack(tables),
            np.concatenate([lesson.hits for lesson in made.lessons]).astype(np.float32),
            group=[len(lesson.rows) for lesson in made.lessons],
            feature_name=list(feature_names(self.uses)),
            free_raw_data=True,
        )
        grown: Booster = lightgbm.train(self._settings(), training, num_boost_round=self.trees)
        return grown

    def _settings(self) -> dict[str, Any]:
        return {
            "objective": "lambdarank",
            "lambdarank_truncation_level": 15,
            "num_leaves": self.leaves,
            "learning_rate": self.learning_rate,
            "min_data_in_leaf": 50,
            "lambda_l2": 1.0,
            "monotone_constraints": monotone(self.uses),
            "feature_fraction": 0.8,
            "bagging_fraction": 0.8,
            "bagging_freq": 1,
            "seed": self.seed,
            "deterministic": True,
            "force_row_wise": True,
            "num_threads": 1,
            "verbosity": -1,
        }


def _lightgbm() -> Any:
    # Imported on first use: it brings scikit-learn and two seconds along.
    try:
        return importlib.import_module("lightgbm")
    except (ImportError, OSError) as error:
        raise MissingDependencyError("lightgbm", "The learned ranker") from error


def _proposed(lists: Lists, n_each: int, decided: Rows) -> Rows:
    """The top of every list without what is decided, as in the lessons: known items would take places for nothing."""
    return union([top_k(lists.raw[name], n_each, decided) for name in lists.present])


def _above(below: Vector, rows: Rows, told: NDArray[np.float64]) -> Vector:
    """Scores of all items: ``told`` for ``rows``, and for the others ``below``, moved under the lowest of them."""
    if not len(rows):
        return below
    rest = np.ones(len(below), dtype=bool)
    rest[rows] = False
    out = below.copy()
    highest = np.nanmax(below, where=rest & ~np.isnan(below), initial=-np.inf)
    if np.isfinite(highest):
        out[rest] = below[rest] - highest + np.float32(told.min()) - 1
    out[rows] = told
    return out


SPEC = Spec(
    "ltr",
    "Learned ranker",
    "Decision trees that learned from hidden likes how to order what the others propose.",
    Ltr,
    (
        ASKED_KNOB,
        Knob("candidates", "Candidates", "So many items of each list are ordered.", 100, 10, 500, whole=True),
        Knob("trees", "Trees", "More can learn finer differences, and luck.", 150, 10, 500, whole=True),
        Knob("leaves", "Leaves", "Cases a tree can tell apart.", 8, 2, 63, whole=True),
        Knob("learning_rate", "Step", "How much each tree may change.", 0.05, 0.01, 0.5, log=True),
        Knob("max_people", "People to learn from", "Likes of so many people are hidden.", 400, 20, 2000, whole=True),
        Knob("seed", "Seed", "Draws whose likes are hidden.", 0, 0, 1000, whole=True),
        SESSION_MEMORY,
    ),
)
