"""Catalogue coverage@k: a property of all lists together, not of one."""

import numpy as np
import scipy.sparse as sp

from recsys.metrics.lists import Catalogue, PerUser, TopLists


def coverage(lists: TopLists, catalogue: Catalogue) -> float:
    """Share of the catalogue that stands in at least one list, in [0, 1], higher is better; 0 without lists.

    It grows with the number of users, so compare it only at the same number.

    >>> nothing = np.zeros(4)
    >>> four = Catalogue(4, 1, nothing, np.zeros((4, 0), dtype=np.float32), np.full(4, -1))
    >>> coverage(TopLists.of([[0, 1], [1]], [[3], [3]], k=2), four)
    0.5
    """
    shown = np.unique(lists.rows[lists.filled])
    return len(shown) / catalogue.n_items if catalogue.n_items else 0.0


def resampled_coverage(lists: TopLists, catalogue: Catalogue, weights: PerUser) -> PerUser:
    """(n_boot,) coverage when user ``u`` is drawn ``weights[b, u]`` times, moved to the scale of the estimate.

    A resample repeats some users and misses others, so it covers less than as many different users do: about a third
    of the items that only one user was shown go missing. That shift is known, and taken out: the resamples are moved
    so that their mean is the coverage of all lists. Their spread is what the interval shows.
    """
    if not lists.n_users or not catalogue.n_items:
        return np.zeros(len(weights))
    users, places = np.nonzero(lists.filled)
    shown, columns = np.unique(lists.rows[users, places], return_inverse=True)
    drawn = sp.csr_matrix((np.ones(len(users), dtype=np.float32), (columns, users)), shape=(len(shown), lists.n_users))
    counts = np.asarray(((drawn @ (weights > 0).T.astype(np.float32)) > 0).sum(axis=0)).ravel() / catalogue.n_items
    return counts + (coverage(lists, catalogue) - counts.mean())
