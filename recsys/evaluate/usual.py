"""What the Metrics page asks, each as one question that knows everything its answer depends on."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any, Protocol, TypeVar

from recsys.data import Dataset
from recsys.evaluate.cold_start import ColdStart, Whom
from recsys.evaluate.config import YARDSTICK, Experiment
from recsys.evaluate.density import TextPays
from recsys.evaluate.lens import Protocols
from recsys.evaluate.progress import Progress, silent
from recsys.evaluate.protocol import Protocol as Rules

Answer = TypeVar("Answer", covariant=True)

MAX_PEOPLE = 300
"""Enough to tell two models apart, few enough for a button."""


class Question(Hashable, Protocol[Answer]):
    """Something that takes long to measure; equal questions about equal data have equal answers."""

    def ask(self, data: Dataset, progress: Progress = silent) -> Answer:
        """Measure it on ``data``; DataError when that cannot be done."""
        ...


class Study(Question[Answer], Protocol[Answer]):
    """A question that somebody has to ask for, as it takes long."""

    def seconds(self, data: Dataset) -> float:
        """About how long it takes on ``data``."""
        ...


def cold_start(config: Experiment, whom: Whom) -> ColdStart:
    """How soon the models of ``config`` warm up, beside what is popular."""
    return ColdStart(whom, tuple(dict.fromkeys((YARDSTICK, *config.models))), config.liked_from, few_people(config))


def text_pays(config: Experiment) -> TextPays:
    """What texts add, by how much is known of each item."""
    return TextPays(config.liked_from, few_people(config))


def protocols(config: Experiment, model: str) -> Protocols:
    """One model by other rules, for as many people as ``config`` asks."""
    return Protocols(model, Rules(k=config.k, seed=config.seed, max_users=config.max_users))


def few_people(config: Experiment) -> Rules:
    """How a study is measured that belongs to ``config``: with at most MAX_PEOPLE."""
    return Rules(k=config.k, seed=config.seed, max_users=min(MAX_PEOPLE, config.max_users or MAX_PEOPLE))


def questions(data: Dataset) -> Iterator[tuple[str, Question[Any]]]:
    """What the page asks of ``data`` while no control is turned, each with a name for whoever waits."""
    config = Experiment.usual(data.name)
    yield "the overview", config
    yield "new people", cold_start(config, Whom.PEOPLE)
    yield "new items", cold_start(config, Whom.ITEMS)
    yield "when texts help", text_pays(config)
    yield "other rules", protocols(config, config.models[-1])
