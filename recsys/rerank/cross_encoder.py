"""A cross-encoder: a model that reads the person's words and an item together, for the first few candidates."""

from __future__ import annotations

import threading
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np

from recsys.data import Dataset
from recsys.rerank.judge import Desk, Judge, Question, Verdict
from recsys.rerank.strength import Floats
from recsys.settings import settings
from recsys.types import Knob, Spec

LOAD_SECONDS = 10.0
"""A list waits so long for the model to be loaded; loading goes on, and the next list has it."""
READ_SECONDS = 3.0
_DESK = Desk(8)
_READING = threading.Lock()
"""Tokenizers of these models cannot be used by two threads at once."""


class Models:
    """Cross-encoders by name, each loaded once per process, in the background."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._threads: dict[str, threading.Thread] = {}
        self._loaded: dict[str, Any] = {}
        self._failed: dict[str, str] = {}

    def wait(self, name: str, seconds: float) -> Any:
        """The model ``name``; TimeoutError while it is loading, ValueError with the reason when it cannot be."""
        with self._lock:
            if name not in self._threads:
                self._threads[name] = threading.Thread(target=self._load, args=(name,), daemon=True)
                self._threads[name].start()
        self._threads[name].join(seconds)
        if name in self._failed:
            raise ValueError(self._failed[name])
        if name not in self._loaded:
            raise TimeoutError("it is still being loaded, try again in a few seconds")
        return self._loaded[name]

    def _load(self, name: str) -> None:
        try:
            from sentence_transformers import CrossEncoder

            model = CrossEncoder(name, device="cpu")
            if model.num_labels != 1:
                raise ValueError(f"it gives {model.num_labels} numbers for a pair, one is needed")
            self._loaded[name] = model
        except ImportError:
            self._failed[name] = "the package sentence-transformers is missing: pip install sentence-transformers"
        except Exception as error:  # whatever a model's files hold must not end the list
            self._failed[name] = f"it cannot be loaded ({' '.join(str(error).split())[:200]})"


_MODELS = Models()


@dataclass(frozen=True)
class CrossEncoder(Judge):
    """Orders the ``n`` first by how well each fits what the person typed or, without that, what they liked last.

    The model that RECSYS_CROSS_ENCODER names reads each pair (Nogueira and Cho 2019); ``strength`` blends its scores
    with relevance. Without a setting, a package or a working model nothing changes and the note says why.
    """

    def missing(self, data: Dataset) -> str:
        if settings().cross_encoder:
            return ""
        return "No cross-encoder is set: let RECSYS_CROSS_ENCODER name one and start the app again."

    def model(self) -> Hashable:
        return settings().cross_encoder

    def asked(self, question: Question) -> Verdict:
        wish = question.typed or "; ".join(question.liked)
        pairs = [(wish, f"{title}. {about}" if about else title) for title, about in question.items]
        try:
            model = _MODELS.wait(settings().cross_encoder, LOAD_SECONDS)
            scores = _DESK.within(READ_SECONDS, lambda: _read(model, pairs))
        except Exception as error:  # a model fails in its own ways: the list stays as it is
            return Verdict(None, f"The cross-encoder changes nothing: {' '.join(str(error).split())[:300]}.")
        return Verdict(scores, "")


def _read(model: Any, pairs: list[tuple[str, str]]) -> Floats:
    """(n,) one score per pair; ValueError for anything else."""
    with _READING:
        scores = np.asarray(model.predict(pairs, show_progress_bar=False), dtype=np.float64)
    if scores.shape != (len(pairs),) or not np.isfinite(scores).all():
        raise ValueError(f"it gave {scores.shape} scores for {len(pairs)} items, or some that are no numbers")
    return scores


SPEC = Spec(
    "cross_encoder",
    "Read in pairs",
    "A model reads your words beside each of the first items; needs a model that you name.",
    CrossEncoder,
    (
        Knob("strength", "Strength", "0 keeps the order, 1 goes by what the model read.", 0.5, 0.0, 1.0),
        Knob("n", "Items read", "So many of the first items are read; more take longer.", 20, 2, 100, whole=True),
    ),
)
