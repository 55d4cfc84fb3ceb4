"""What follows what: steps from category to category within a session, against chance, and how sessions begin."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.stats import norm

from recsys.audience.strength import Z, benjamini_hochberg
from recsys.audience.walks import Walks
from recsys.data import Dataset
from recsys.metrics.significance import FEW_USERS

STOPS = "stops"
FIRST_STEPS = 4


class Step(StrEnum):
    """Columns of the tables of this module."""

    FROM = "from"
    TO = "to"
    N = "n"  # steps
    N_PEOPLE = "n_people"
    LIFT = "lift"  # as often as if where one goes did not depend on where one is
    LOW = "low"
    HIGH = "high"
    P = "p"  # two-sided, after Benjamini and Hochberg's correction for the whole table
    STEP = "step"  # 1 is the first one of a session


def transitions(data: Dataset) -> pd.DataFrame:
    """Every ordered pair of categories: steps, people, lift with its interval, and ``P``.

        lift = n_ab n / (n_a n_b),   n_a steps that leave a, n_b steps that reach b, n all steps

    1 means that where somebody goes does not depend on where they are. Interval and p-value take people as drawn, by
    linearising log lift (a sum over people, Cochran 1977); both are NaN, and not tested, below ``FEW_USERS`` people.
    Empty without a step.
    """
    return data.once(transitions, lambda: _transitions(Walks.of(data)))


def _transitions(walks: Walks) -> pd.DataFrame:
    before, after, user = walks.steps()
    size, n_users = len(walks.names), len(walks.data.user_ids)
    if not len(user):
        return pd.DataFrame(columns=[*map(str, (Step.FROM, Step.TO, *_NUMBERS))])
    of_person = sp.coo_matrix((np.ones(len(user)), (user, before * size + after)), shape=(n_users, size**2)).tocsr()
    counts = np.asarray(of_person.sum(axis=0)).reshape(size, size)
    n_people = of_person.getnnz(axis=0).reshape(size, size)
    leave, reach, n = counts.sum(axis=1), counts.sum(axis=0), counts.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        lift = np.where(np.outer(leave, reach) > 0, counts * n / np.outer(leave, reach), np.nan)
        error = np.sqrt(_spread_of_log_lift(of_person, counts))
        tested = n_people >= FEW_USERS
        error, log = np.where(tested, error, np.nan), np.log(np.where(tested, lift, np.nan))
        p = 2 * norm.sf(np.abs(log) / error)
    values = (counts.astype(np.int64), n_people, lift, np.exp(log - Z * error), np.exp(log + Z * error))
    columns = [np.repeat(walks.names, size), np.tile(walks.names, size), *(v.ravel() for v in values)]
    table = pd.DataFrame(dict(zip(map(str, (Step.FROM, Step.TO, *_NUMBERS[:-1])), columns, strict=True)))
    return table.assign(**{str(Step.P): benjamini_hochberg(p.ravel())})


_NUMBERS = (Step.N, Step.N_PEOPLE, Step.LIFT, Step.LOW, Step.HIGH, Step.P)


def _spread_of_log_lift(of_person: sp.csr_matrix, counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """(size, size) variance of log lift: the sum over people of what each adds to it, squared.

    Person u adds n_ab,u / n_ab + n_u / n - n_a,u / n_a - n_b,u / n_b; some people at a time, as all by all cells may
    not fit into memory.
    """
    size, n = len(counts), counts.sum()
    leave, reach = counts.sum(axis=1), counts.sum(axis=0)
    spread = np.zeros((size, size))
    for start in range(0, of_person.shape[0], _AT_ONCE):
        cube = of_person[start : start + _AT_ONCE].toarray().reshape(-1, size, size)
        away, there = cube.sum(axis=2) / leave, cube.sum(axis=1) / reach  # 0 / 0 is not tested
        whole = cube.sum(axis=(1, 2)) / n
        spread += ((cube / counts + whole[:, None, None] - away[:, :, None] - there[:, None, :]) ** 2).sum(axis=0)
    return spread


_AT_ONCE = 2048
"""People whose steps are held as a full table."""


def first_steps(data: Dataset, n_steps: int = FIRST_STEPS) -> pd.DataFrame:
    """How sessions begin, up to place ``n_steps``: ``STEP``, ``FROM``, ``TO``, ``N`` sessions and ``N_PEOPLE``.

    ``STEP`` 1 leads from the first item's category to the second's, or to ``STOPS`` where there is none.
    """
    walks = Walks.of(data)
    begins = np.flatnonzero(np.diff(walks.session, prepend=-1))
    lengths = np.diff(np.append(begins, len(walks.session)))
    names, rows = np.array([*walks.names, STOPS], dtype=object), []
    for step in range(1, n_steps):
        there = lengths >= step
        here = begins[there] + step - 1
        goes_on = lengths[there] > step
        after = np.where(goes_on, walks.category[np.minimum(here + 1, len(walks.session) - 1)], len(walks.names))
        flows = pd.DataFrame({"from": walks.category[here], "to": after, "user": walks.user[here]})
        found = flows.groupby(["from", "to"])["user"].agg(["size", "nunique"]).reset_index()
        rows += [(step, names[a], names[b], n, n_people) for a, b, n, n_people in found.itertuples(index=False)]
    columns = (Step.STEP, Step.FROM, Step.TO, Step.N, Step.N_PEOPLE)
    return pd.DataFrame(rows, columns=[str(column) for column in columns])


def who_begins(data: Dataset, step: int, before: Collection[str], after: Collection[str] = ()) -> tuple[str, ...]:
    """Who has a session whose item at place ``step`` is of one of ``before``, the next of ``after`` (() for any).

    ``STOPS`` in ``after`` stands for no next item.
    """
    walks = Walks.of(data)
    begins = np.flatnonzero(np.diff(walks.session, prepend=-1))
    ends = np.append(begins[1:], len(walks.session))
    there = begins + step - 1 < ends
    here, end = begins[there] + step - 1, ends[there]
    places = {name: place for place, name in enumerate(walks.names)} | {STOPS: -1}
    chosen = np.isin(walks.category[here], [places[name] for name in before])
    if after:
        following = np.where(here + 1 < end, walks.category[np.minimum(here + 1, len(walks.session) - 1)], -1)
        chosen &= np.isin(following, [places[name] for name in after])
    return walks.who(walks.user[here[chosen]])
