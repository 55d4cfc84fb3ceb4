"""AUC: the area under the ROC curve of one user's full ranking."""

import numpy as np

from recsys.metrics.lists import Answers, PerUser, divide
from recsys.metrics.spec import MetricSpec


def auc(answers: Answers) -> PerUser:
    """Share of the pairs (relevant item, other candidate) that stand in the right order; in [0, 1], higher is better.

        AUC = (relevant before other + 1/2 relevant and other both unranked) / (relevant * others)

    The statistic of Mann and Whitney (1947), over all candidates and not only the list: the same whatever ``k`` is.
    1/2 is chance. Items the model could not rank tie at the bottom: below every ranked item, level with each other.
    Ranked items have no ties left (equal scores are ordered by row, as in the lists), where scikit-learn would count
    1/2; for different scores both are equal. NaN for a user without relevant items or without other candidates.

    >>> from recsys.metrics.lists import TopLists
    >>> nobody = (np.zeros(0, dtype=np.int64),)
    >>> one = Answers(TopLists.of([[5, 3]], [[5, 9]], k=2), (np.array([5, 9]),), (np.array([1, 3]),), np.array([4]),
    ...     np.array([4]), nobody, nobody, nobody)
    >>> auc(one).tolist()  # rank 1 beats both others, rank 3 beats one of them
    [0.75]
    """
    rank_sums = np.array([ranks.sum() for ranks in answers.ranks], dtype=np.float64)
    n_placed = np.array([np.count_nonzero(ranks) for ranks in answers.ranks], dtype=np.int64)
    n_relevant = np.array([len(ranks) for ranks in answers.ranks], dtype=np.int64)
    n_others = answers.n_candidates - n_relevant
    # before the j-th ranked relevant item stand rank - j others
    wrong = rank_sums - n_placed * (n_placed + 1) / 2
    right = n_placed * n_others - wrong
    n_others_unranked = n_others - (answers.n_ranked - n_placed)
    level = (n_relevant - n_placed) * n_others_unranked
    return divide(right + level / 2, n_relevant * n_others)


SPEC = MetricSpec(
    "auc",
    "AUC",
    "How often something the person went on to like ranks above something else; a half is chance.",
    lambda answers, _: auc(answers),
    unit="share of pairs, 0 to 1",
    full_ranking=True,
)
