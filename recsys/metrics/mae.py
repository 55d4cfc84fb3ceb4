"""MAE: mean absolute error of predicted stars."""

import math

import numpy as np

from recsys.metrics.influence import ratio_credits, star_pairs, star_totals
from recsys.metrics.lists import Answers, PerUser
from recsys.metrics.spec import of_stars


def mae(answers: Answers) -> float:
    """Mean over held-out ratings of |predicted - actual| stars; 0 or more, lower is better.

    Every rating weighs the same, so people with many ratings weigh more. Ratings the model could not predict are left
    out: compare models only where they predict the same ones. NaN without any.

    >>> from recsys.metrics.lists import TopLists
    >>> nobody, counts = (np.zeros(0, dtype=np.int64),), np.array([1])
    >>> one = Answers(TopLists.of([[0]], [[1]], k=1), nobody, nobody, counts, counts, nobody, nobody,
    ...     actual=(np.array([4, 2], dtype=np.float32),), predicted=(np.array([3, 2.5], dtype=np.float32),))
    >>> mae(one)
    0.75
    """
    actual, predicted, _ = star_pairs(answers)
    return float(np.abs(predicted - actual).mean()) if len(actual) else float("nan")


def mae_credits(answers: Answers) -> PerUser:
    """(n_users,) numbers whose mean is :func:`mae` and whose spread tells how sure it is; see ``influence``.

    NaN for a user without a predicted rating.
    """
    actual, predicted, users = star_pairs(answers)
    return ratio_credits(*star_totals(answers, np.abs(predicted - actual), users))


SPEC = of_stars(
    "mae",
    "MAE",
    "How many stars a prediction is off, on average.",
    lambda answers, _: mae_credits(answers),
    unit="stars",
    higher_is_better=False,
    bounds=(0.0, math.inf),
)
