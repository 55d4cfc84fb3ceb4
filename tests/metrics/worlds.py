"""Small made-up answers for the tests of metrics."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from recsys.metrics import NO_ITEM, Answers, Catalogue, TopLists

N_ITEMS = 12


def rows(*numbers) -> np.ndarray:
    return np.array(numbers, dtype=np.int64)


def answer(ranked, relevant, k, *, known=(), liked=(), actual=(), predicted=None, n_items=N_ITEMS, **more) -> Answers:
    """Answers to one user whose full ranking is ``ranked``; everything else that is not known cannot be ranked."""
    place = {row: rank for rank, row in enumerate(ranked, start=1)}
    return Answers(
        lists=TopLists.of([ranked], [relevant], k),
        relevant=(rows(*relevant),),
        ranks=(rows(*(place.get(row, 0) for row in relevant)),),
        n_candidates=rows(n_items - len(known)),
        n_ranked=rows(len(ranked)),
        known=(rows(*known),),
        liked=(rows(*liked),),
        actual=(np.array(actual, dtype=np.float32),),
        predicted=None if predicted is None else (np.array(predicted, dtype=np.float32),),
        **more,
    )


def together(*answers: Answers) -> Answers:
    """Answers to several users from answers to one each; all or none of them with predicted stars."""
    lists = [one.lists for one in answers]
    return Answers(
        lists=TopLists(
            np.vstack([one.rows for one in lists]),
            np.vstack([one.hits for one in lists]),
            np.concatenate([one.n_relevant for one in lists]),
        ),
        relevant=tuple(one.relevant[0] for one in answers),
        ranks=tuple(one.ranks[0] for one in answers),
        n_candidates=np.concatenate([one.n_candidates for one in answers]),
        n_ranked=np.concatenate([one.n_ranked for one in answers]),
        known=tuple(one.known[0] for one in answers),
        liked=tuple(one.liked[0] for one in answers),
        actual=tuple(one.actual[0] for one in answers),
        predicted=None if answers[0].predicted is None else tuple(one.predicted[0] for one in answers),
    )


def nobody(k=3) -> Answers:
    nothing = np.zeros(0, dtype=np.int64)
    return Answers(TopLists.of([], [], k), (), (), nothing, nothing, (), (), (), ())


def shelf(likes=None, categories=None, n_people=20, n_items=N_ITEMS) -> Catalogue:
    vectors = np.random.default_rng(0).normal(size=(n_items, 4)).astype(np.float32)
    return Catalogue(
        n_items,
        n_people,
        np.arange(n_items, 0, -1, dtype=float) if likes is None else np.asarray(likes, dtype=float),
        vectors / np.linalg.norm(vectors, axis=1, keepdims=True),
        np.arange(n_items) % 3 if categories is None else np.asarray(categories),
    )


stars = st.sampled_from([0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5])


@st.composite
def people(draw, n_items=N_ITEMS, k=4):
    """Answers to one user, possibly with nothing relevant, nothing known, nothing ranked, nothing rated."""
    order = draw(st.permutations(range(n_items)))
    known = order[: draw(st.integers(0, 4))]
    candidates = order[len(known) :]
    ranked = candidates[: draw(st.integers(0, len(candidates)))]
    relevant = sorted(draw(st.sets(st.sampled_from(candidates), max_size=5)))
    liked = known[: draw(st.integers(0, len(known)))]
    rated = draw(st.lists(st.tuples(stars, stars | st.just(np.nan)), max_size=4))
    return answer(
        ranked, relevant, k, known=known, liked=liked, actual=[a for a, _ in rated], predicted=[p for _, p in rated]
    )


@st.composite
def crowds(draw, min_size=1, max_size=6):
    return together(*draw(st.lists(people(), min_size=min_size, max_size=max_size)))


some_categories = st.lists(st.integers(NO_ITEM, 3), min_size=N_ITEMS, max_size=N_ITEMS)
some_likes = st.lists(st.integers(0, 9), min_size=N_ITEMS, max_size=N_ITEMS)
