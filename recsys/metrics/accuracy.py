"""Accuracy of predicted likes, from predicted stars."""

import numpy as np

from recsys.metrics.influence import ratio_credits, star_pairs, star_totals
from recsys.metrics.lists import Answers, PerUser
from recsys.metrics.spec import of_stars


def accuracy(answers: Answers) -> float:
    """Share of held-out ratings whose side the predicted stars get right; in [0, 1], higher is better.

    The sides are "liked" (``liked_stars`` or more) and "not liked". Every rating weighs the same. Ratings the model
    could not predict are left out. When most ratings are likes, always saying "liked" scores high: read it beside
    the share of likes. NaN without any predicted rating.

    >>> from recsys.metrics.lists import TopLists
    >>> nobody, counts = (np.zeros(0, dtype=np.int64),), np.array([1])
    >>> one = Answers(TopLists.of([[0]], [[1]], k=1), nobody, nobody, counts, counts, nobody, nobody,
    ...     actual=(np.array([4, 2, 1, 5]),), predicted=(np.array([3.9, 2, 1, 4]),))
    >>> accuracy(one)
    0.75
    """
    right, _ = _right_sides(answers)
    return float(right.mean()) if len(right) else float("nan")


def accuracy_credits(answers: Answers) -> PerUser:
    """(n_users,) numbers whose mean is :func:`accuracy` and whose spread tells how sure it is; see ``influence``.

    NaN for a user without a predicted rating.
    """
    right, users = _right_sides(answers)
    return ratio_credits(*star_totals(answers, right, users))


def _right_sides(answers: Answers) -> tuple[np.ndarray, np.ndarray]:
    actual, predicted, users = star_pairs(answers)
    right = (actual >= answers.liked_stars) == (predicted >= answers.liked_stars)
    return right.astype(np.float64), users


SPEC = of_stars(
    "accuracy",
    "Accuracy",
    "How often predicted stars say correctly whether the person will like it.",
    lambda answers, _: accuracy_credits(answers),
    unit="share of ratings, 0 to 1",
)
