"""RMSE: root mean squared error of predicted stars."""

import math

import numpy as np

from recsys.metrics.influence import ratio_credits, star_pairs, star_totals
from recsys.metrics.lists import Answers, PerUser
from recsys.metrics.spec import of_stars


def rmse(answers: Answers) -> float:
    """Root of the mean over held-out ratings of (predicted - actual) squared, in stars; 0 or more, lower is better.

    The mean is taken over ratings and the root once at the end; a mean of users' roots would be another, smaller
    number. Large errors weigh more than in MAE, which is never above it. Ratings the model could not predict are left
    out: compare models only where they predict the same ones. NaN without any.

    >>> from recsys.metrics.lists import TopLists
    >>> nobody, counts = (np.zeros(0, dtype=np.int64),), np.array([1])
    >>> one = Answers(TopLists.of([[0]], [[1]], k=1), nobody, nobody, counts, counts, nobody, nobody,
    ...     actual=(np.array([4, 2, 1, 5]),), predicted=(np.array([3, 2, 1, 5]),))
    >>> rmse(one)
    0.5
    """
    actual, predicted, _ = star_pairs(answers)
    return float(np.sqrt(((predicted - actual) ** 2).mean())) if len(actual) else float("nan")


def rmse_credits(answers: Answers) -> PerUser:
    """(n_users,) numbers whose mean is :func:`rmse` and whose spread tells how sure it is; see ``influence``.

    The root of M has the slope 1 / (2 root M), so

        credit_u = root M + (credit of M of u - M) / (2 root M)

    NaN for a user without a predicted rating; 0 for all others when every prediction is exact.
    """
    actual, predicted, users = star_pairs(answers)
    squares = ratio_credits(*star_totals(answers, (predicted - actual) ** 2, users))
    root = rmse(answers)
    if not root > 0:
        return squares
    return np.asarray(root + (squares - root**2) / (2 * root))


SPEC = of_stars(
    "rmse",
    "RMSE",
    "How far predicted stars are from those given; large misses count more.",
    lambda answers, _: rmse_credits(answers),
    unit="stars",
    higher_is_better=False,
    bounds=(0.0, math.inf),
)
