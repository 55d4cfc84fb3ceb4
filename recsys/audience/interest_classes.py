"""Which main interest somebody will have: three learners against two guesses, from what each person did first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys.audience.finding import Finding
from recsys.audience.interest_people import HABITS, Floats, Names, People, people_of
from recsys.data import Dataset
from recsys.metrics.significance import Interval, percentile_interval, resample_weights

N_FOLDS = 5
COUNTED = HABITS[:2]
"""Features that are no shares."""
MIN_PEOPLE = 40
SEED = 0

MOST, FIRST = "most", "first"
TREE, FOREST, SVM = "tree", "forest", "svm"
LABELS = {
    MOST: "Always the most frequent",
    FIRST: "The same as before",
    TREE: "Decision tree",
    FOREST: "Random forest",
    SVM: "Linear SVM",
}
"""The two guesses and the three learners, by name."""
GUESSES, LEARNERS = (MOST, FIRST), (TREE, FOREST, SVM)


@dataclass(frozen=True, slots=True)
class Score:
    """How often one way of foretelling is right."""

    name: str
    """Of ``LABELS``."""
    accuracy: Interval
    macro_f1: Interval


@dataclass(frozen=True, slots=True)
class Leaf:
    """One line of the tree: who satisfies ``conditions`` is taken to turn to ``interest``."""

    conditions: tuple[str, ...]
    interest: str
    user_ids: tuple[str, ...]
    right: float
    """Share of them of whom it is true, 0..1; the tree has seen them."""


@dataclass(frozen=True, eq=False)
class Classes:
    """How well the main interest of a dataset's people can be foretold."""

    people: People
    interests: tuple[str, ...]
    """The most frequent first."""
    scores: tuple[Score, ...]
    """In the order of ``LABELS``; empty with too few people."""
    foretold: dict[str, Names]
    """By name: (n,) what was foretold of each person by a learner that had not seen them."""
    leaves: tuple[Leaf, ...]
    """Of a tree grown on everybody, the largest first."""
    finding: Finding
    """The best learner's accuracy minus that of the best guess."""

    def confusion(self, name: str) -> NDArray[np.int64]:
        """(n_interests, n_interests) people by what they turned to (rows) and what ``name`` foretold (columns)."""
        place = {interest: at for at, interest in enumerate(self.interests)}
        table = np.zeros((len(place), len(place)), dtype=np.int64)
        pairs = [(place[true], place[said]) for true, said in zip(self.people.after, self.foretold[name], strict=True)]
        np.add.at(table, tuple(np.array(pairs).T), 1)
        return table

    def cell(self, name: str, true: str, said: str) -> tuple[str, ...]:
        """Ids of the people who turned to ``true`` and of whom ``name`` foretold ``said``."""
        here = (self.people.after == true) & (self.foretold[name] == said)
        return tuple(self.people.user_ids[at] for at in np.flatnonzero(here))


def classes_of(data: Dataset) -> Classes:
    """How well the main interest of the people of ``data`` can be foretold, measured once and kept with ``data``.

    Everybody's likes are cut in two halves by time. Learners see the first half (:func:`people_of`) and foretell the
    favourite category of the second, each person by learners that were taught without them (five folds, stratified).
    Beside them stand the most frequent interest of those taught with, and everybody's own favourite so far.
    """
    return data.once(Classes, lambda: measured(people_of(data)))


def measured(people: People) -> Classes:
    """How well the interest that ``people`` turned to is foretold; see :func:`classes_of`."""
    interests = tuple(str(name) for name, _ in Counter(people.after.tolist()).most_common())
    if len(people.user_ids) < MIN_PEOPLE or len(interests) < 2:
        nothing = Finding("Too few people liked enough to foretell anything.", len(people.user_ids), 0.0, p=1.0)
        return Classes(people, interests, (), {}, (), nothing)
    foretold = {MOST: _guessed(people), FIRST: people.before}
    foretold |= {name: _by_others(name, people) for name in LEARNERS}
    foretold = {name: np.where(np.isin(said, interests), said, interests[0]) for name, said in foretold.items()}
    weights = resample_weights(len(people.user_ids), seed=SEED)
    scores = tuple(_score(name, people.after, foretold[name], interests, weights) for name in LABELS)
    finding = _finding(people, foretold, scores, weights)
    return Classes(people, interests, scores, foretold, _leaves(people), finding)


def _model(name: str) -> Any:
    from sklearn.ensemble import RandomForestClassifier  # here: the app starts without scikit-learn
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import LinearSVC
    from sklearn.tree import DecisionTreeClassifier

    if name == TREE:
        return DecisionTreeClassifier(max_leaf_nodes=16, min_samples_leaf=5, random_state=SEED)
    if name == FOREST:
        return RandomForestClassifier(100, min_samples_leaf=2, random_state=SEED, n_jobs=1)
    return make_pipeline(StandardScaler(), LinearSVC(C=0.05, random_state=SEED))


def _folds(people: People) -> Any:
    from sklearn.model_selection import StratifiedKFold

    folds = StratifiedKFold(N_FOLDS, shuffle=True, random_state=SEED)
    return folds.split(people.features, people.after.astype(str))


def _by_others(name: str, people: People) -> Names:
    """(n,) what a learner that was taught without each person says of them."""
    said, true = np.empty(len(people.after), dtype=object), people.after.astype(str)
    for taught, asked in _folds(people):
        said[asked] = _model(name).fit(people.features[taught], true[taught]).predict(people.features[asked])
    return said


def _guessed(people: People) -> Names:
    said = np.empty(len(people.after), dtype=object)
    for taught, asked in _folds(people):
        said[asked] = Counter(people.after[taught].tolist()).most_common(1)[0][0]
    return said


def _score(name: str, true: Names, said: Names, interests: Sequence[str], weights: Floats) -> Score:
    """Accuracy and macro F1 with intervals from drawing the people anew."""
    n, right = len(true), (true == said).astype(np.float64)
    accuracy = percentile_interval(float(right.mean()), weights @ right / n, n)
    drawn = macro_f1(true, said, interests, weights)
    return Score(name, accuracy, percentile_interval(float(macro_f1(true, said, interests)[0]), drawn, n))


def macro_f1(true: Names, said: Names, interests: Sequence[str], weights: Floats | None = None) -> Floats:
    """(n_draws,) mean over ``interests`` of 2 hits / (foretold + true), 0..1, each person counted ``weights`` times.

    ``weights`` (n_draws, n), everybody once without. An interest that is neither foretold nor true counts 0.
    """
    times = np.ones((1, len(true))) if weights is None else weights
    scores = []
    for one in interests:
        is_true, is_said = (true == one).astype(np.float64), (said == one).astype(np.float64)
        whole = times @ (is_true + is_said)
        scores.append(np.divide(2 * (times @ (is_true * is_said)), whole, out=np.zeros(len(times)), where=whole > 0))
    return np.asarray(np.mean(scores, axis=0))


def _finding(people: People, foretold: dict[str, Names], scores: Sequence[Score], weights: Floats) -> Finding:
    accuracy = {score.name: score.accuracy.value for score in scores}
    best, guess = (max(names, key=lambda name: accuracy[name]) for names in (LEARNERS, GUESSES))
    gain = (foretold[best] == people.after).astype(np.float64) - (foretold[guess] == people.after)
    n = len(gain)
    # The best of three is compared: the interval is that of three comparisons (Bonferroni).
    low, high = np.quantile(weights @ gain / n, [0.025 / len(LEARNERS), 1 - 0.025 / len(LEARNERS)])
    ours, theirs = f"{LABELS[best]}: {accuracy[best]:.0%}", f"“{LABELS[guess].lower()}” for {accuracy[guess]:.0%}"
    verdict = "is surely better" if low > 0 else "is surely worse" if high < 0 else "may be no better"
    sentence = f"{ours} of the people are foretold right; the guess {theirs}. Learning {verdict}."
    return Finding(sentence, n, float(gain.mean()), float(low), float(high), user_ids=people.user_ids)


def _leaves(people: People) -> tuple[Leaf, ...]:
    """The tree grown on everybody, a line per leaf."""
    fitted = _model(TREE).fit(people.features, people.after.astype(str))
    tree, at = fitted.tree_, fitted.apply(people.features)
    found = []
    for leaf, conditions in _paths(tree, people.names):
        here = np.flatnonzero(at == leaf)
        interest = str(fitted.classes_[int(tree.value[leaf][0].argmax())])
        ids = tuple(people.user_ids[one] for one in here)
        found.append(Leaf(conditions, interest, ids, float((people.after[here] == interest).mean())))
    return tuple(sorted(found, key=lambda leaf: -len(leaf.user_ids)))


def _paths(tree: Any, names: Sequence[str]) -> list[tuple[int, tuple[str, ...]]]:
    """Every leaf of ``tree`` with the conditions on the way to it."""
    waiting: list[tuple[int, tuple[tuple[int, bool, float], ...]]] = [(0, ())]
    found = []
    while waiting:
        node, way = waiting.pop()
        left, right = int(tree.children_left[node]), int(tree.children_right[node])
        if left < 0:
            found.append((node, _conditions(way, names)))
            continue
        feature, limit = int(tree.feature[node]), float(tree.threshold[node])
        waiting += [(left, (*way, (feature, False, limit))), (right, (*way, (feature, True, limit)))]
    return found


def _conditions(way: Sequence[tuple[int, bool, float]], names: Sequence[str]) -> tuple[str, ...]:
    """The way to a leaf in words, what there is much of first; of a feature and direction only the narrowest limit."""
    last = {(feature, above): limit for feature, above, limit in way}
    return tuple(
        f"{names[feature]} {'above' if above else 'at most'} "
        + (f"{limit:.3g}" if names[feature] in COUNTED else f"{limit:.0%}")
        for (feature, above), limit in sorted(last.items(), key=lambda one: not one[0][1])
    )
