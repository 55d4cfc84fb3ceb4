"""Fitted models shared by everything that works on one dataset: the page, the hybrids, the pipeline."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import fields
from typing import TypeVar, cast

from recsys.data import Dataset
from recsys.types import Scorer

MAX_SHARED = 40
"""Fitted models kept per dataset; the ones unused longest go first."""

S = TypeVar("S", bound=Scorer)
_lock = threading.RLock()


def shared(scorer: S, data: Dataset) -> S:
    """A model of the type and knobs of ``scorer``, fitted on ``data`` once and kept as long as ``data`` is.

    Fitted models never change, so all may use the same one. One model is fitted at a time, as each takes all
    processors; a model may ask for its components while it is being fitted.
    """
    key = (type(scorer), tuple((knob.name, repr(getattr(scorer, knob.name))) for knob in fields(scorer) if knob.init))  # type: ignore[arg-type]
    with _lock:
        kept = cast("OrderedDict[object, Scorer]", data.memo.setdefault("models", OrderedDict()))
        if key not in kept:
            kept[key] = scorer.fit(data)
        kept.move_to_end(key)
        while len(kept) > MAX_SHARED:
            kept.popitem(last=False)
        return cast(S, kept[key])
