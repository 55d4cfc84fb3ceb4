"""Fitted models shared by everything that works on one dataset: the page, the hybrids, the pipeline."""

from __future__ import annotations

import copy
import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import fields
from typing import TypeVar, cast

import numpy as np
import scipy.sparse as sp

from recsys.data import Dataset
from recsys.errors import NotFittedError
from recsys.types import Scorer

MAX_SHARED = 40
"""Fitted models kept per dataset; the ones unused longest go first."""

S = TypeVar("S", bound=Scorer)
T = TypeVar("T")
_table = threading.Lock()
_fitting = threading.RLock()


def shared(scorer: S, data: Dataset) -> S:
    """A model of the type and knobs of ``scorer``, fitted on ``data`` once and kept as long as ``data`` is.

    Fitted models never change, so all may use the same one; models that differ only in knobs that learning does not
    depend on share what was learned. One model is fitted at a time, as each takes all processors; a model may ask for
    its components while it is being fitted, and finished ones never wait.
    """
    key = learned_key(scorer)
    found = _find(data, key)
    if found is None:
        with _fitting:
            found = _find(data, key) or _keep(data, key, scorer.fit(data))
    return turned(cast(S, found), scorer)


def ready(scorer: S, data: Dataset) -> S | None:
    """What :func:`shared` would give, if it has been fitted already; None otherwise, at once."""
    found = _find(data, learned_key(scorer))
    return None if found is None else turned(cast(S, found), scorer)


def learned_key(scorer: Scorer) -> Hashable:
    """Equal for two models that learn the same from the same data."""
    at_query = session_knobs(scorer)
    return type(scorer), tuple((name, repr(value)) for name, value in _knobs(scorer) if name not in at_query)


def session_knobs(scorer: Scorer) -> frozenset[str]:
    """Names of the knobs that work on the query alone, as the class says in ``session_knobs``."""
    return cast("frozenset[str]", getattr(type(scorer), "session_knobs", frozenset()))


def turned(fitted: S, scorer: S) -> S:
    """What ``fitted`` has learned, with the session knobs of ``scorer``; ``fitted`` itself where they are equal."""
    if all(getattr(fitted, name) == getattr(scorer, name) for name in session_knobs(scorer)):
        return fitted
    twin = copy.copy(fitted)
    for name in session_knobs(scorer):
        setattr(twin, name, getattr(scorer, name))
    return twin


def fitted(model: object, learned: T | None) -> T:
    """What ``model`` has learned; NotFittedError before ``fit``."""
    if learned is None:
        raise NotFittedError(model)
    return learned


def frozen(*learned: np.ndarray | sp.csr_matrix) -> None:
    """Let nobody write to these arrays and sparse matrices any more."""
    for one in learned:
        for array in (one.data, one.indices, one.indptr) if sp.issparse(one) else (one,):
            array.setflags(write=False)


def _knobs(scorer: Scorer) -> list[tuple[str, object]]:
    return [(knob.name, getattr(scorer, knob.name)) for knob in fields(scorer) if knob.init]  # type: ignore[arg-type]


def _find(data: Dataset, key: object) -> Scorer | None:
    with _table:
        kept = _kept(data)
        if key in kept:
            kept.move_to_end(key)
        return kept.get(key)


def _keep(data: Dataset, key: object, scorer: Scorer) -> Scorer:
    with _table:
        kept = _kept(data)
        kept[key] = scorer
        while len(kept) > MAX_SHARED:
            kept.popitem(last=False)
    return scorer


def _kept(data: Dataset) -> OrderedDict[object, Scorer]:
    return cast("OrderedDict[object, Scorer]", data.memo.setdefault("models", OrderedDict()))
