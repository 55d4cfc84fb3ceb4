"""Every way to change what a model learns from: one entry each, with the strengths to choose from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import cast

import numpy as np

from recsys.columns import Events
from recsys.data import Dataset
from recsys.models.ease import CAUTION, Ease
from recsys.models.setting import Setting
from recsys.text import chinese
from recsys.train.event_noise import add_likes, drop_likes, thin_heavy, thin_popular
from recsys.train.item_texts import CHINESE, averaged, facts_told, with_facts, with_reviews, with_twin
from recsys.types import Scorer

Try = dict[str, float]
"""How strongly: numbers by name."""
Change = Callable[..., Dataset]
"""Data, a random generator and the numbers of a try give the changed data."""
Learned = Callable[[Setting, Dataset, np.random.Generator, Try], Scorer]

COLD = "cold_items"
"""The split in which only items nobody has touched are ranked: models that learn from likes alone cannot."""
PLAIN, DROPOUT = "ease", "dropout"
"""The model that changes of likes are tried on, and the change that is one of its knobs."""
LEAST_CAUTION = float(CAUTION.low or 0)
_EVENTS = "Live learns from what people really did, and no switch there changes that."
_TEXTS = "Live reads the texts as the data have them, and no switch there adds to them."


@dataclass(frozen=True, slots=True)
class Augmentation:
    """One way to change what a model learns from."""

    name: str
    label: str
    line: str
    """What it does, in one plain sentence."""
    models: tuple[str, ...]
    """Whom it may help."""
    tries: tuple[Try, ...]
    """Strengths to choose from."""
    said: Callable[[Try], str]
    """A strength in words."""
    learned: Learned
    """Fits a setting with it."""
    missing: Callable[[Dataset], str] = lambda data: ""
    """What the data lack for it, as half a sentence; "" where it can be tried."""
    draws: bool = False
    """Whether chance plays a part: then several draws are measured."""
    adopted: Callable[[Setting, Try], Setting] | None = None
    """The setting that brings it to the Live page."""
    only_here: str = ""
    """Why the Live page cannot have it, where it cannot."""


def with_dropout(setting: Setting, how: Try) -> Setting:
    """``setting`` with this dropout, and its caution times ``caution``."""
    l2 = max(cast(Ease, setting.build()).l2 * how["caution"], LEAST_CAUTION)
    return Setting.of(setting.model, dict(setting.knobs) | {"dropout": how["share"], "l2": l2})


def plain(model: str, l2: float | None = None) -> Setting:
    """The model as it comes; EASE without its dropout, which is measured here, and with this ``l2``."""
    return Setting.of(model, {"dropout": 0.0} | ({} if l2 is None else {"l2": l2}) if model == PLAIN else {})


def offered(data: Dataset, split: str) -> list[Augmentation]:
    """Those that can be tried on ``data`` by this split."""
    return [one for one in AUGMENTATIONS.values() if not left_out(one, data, split)]


def left_out(one: Augmentation, data: Dataset, split: str) -> str:
    """Why ``one`` cannot be tried, as half a sentence; "" where it can."""
    if split == COLD and one.models == (PLAIN,):
        return "it changes likes, and new items have none"
    return one.missing(data)


def _dropped_out(setting: Setting, data: Dataset, rng: np.random.Generator, how: Try) -> Scorer:
    return with_dropout(setting, how).build().fit(data)


def _changed(change: Change, setting: Setting, data: Dataset, rng: np.random.Generator, how: Try) -> Scorer:
    return setting.build().fit(change(data, rng, **how))


def _no_reviews(data: Dataset) -> str:
    return "" if (data.events[Events.TEXT] != "").any() else "nobody wrote a review here"


def _no_facts(data: Dataset) -> str:
    return "" if any(facts_told(data, row, True) for row in range(data.n_items)) else "items have no further fields"


def _no_twin(data: Dataset) -> str:
    if not chinese.installed():
        return f"the package {chinese.PACKAGE} is not installed"
    return "" if any(any(data.column(column)) for column in CHINESE) else "there is no Chinese beside the English"


def _likes(name: str, label: str, line: str, change: Change, said: Callable[[Try], str], *tries: Try) -> Augmentation:
    learned = partial(_changed, change)
    return Augmentation(name, label, line, (PLAIN,), tries, said, learned, draws=True, only_here=_EVENTS)


def _texts(
    name: str,
    label: str,
    line: str,
    change: Change,
    missing: Callable[[Dataset], str],
    said: Callable[[Try], str],
    *tries: Try,
) -> Augmentation:
    learned, models = partial(_changed, change), ("ease_text", "text_profile")
    return Augmentation(name, label, line, models, tries or ({},), said, learned, missing, only_here=_TEXTS)


def _power(how: Try) -> str:
    return {0.25: "a little", 0.5: "by half", 1.0: "down to the mean"}[how["power"]]


_ALL = (
    Augmentation(
        DROPOUT,
        "Dropout",
        "Likes are dropped at random again and again while learning, so that no link is taken for granted.",
        (PLAIN,),
        tuple({"share": share, "caution": by} for share in (0.1, 0.2, 0.3, 0.5, 0.7) for by in (0.25, 0.5, 1.0)),
        lambda how: f"{how['share']:.0%} dropped, caution × {how['caution']:g}",
        _dropped_out,
        adopted=with_dropout,
    ),
    _likes(
        "dropped",
        "Fewer likes",
        "Some likes are left out, once.",
        drop_likes,
        lambda how: f"{how['share']:.0%} left out",
        {"share": 0.1},
        {"share": 0.25},
        {"share": 0.5},
    ),
    _likes(
        "added",
        "Random likes",
        "Likes that nobody gave are mixed in.",
        add_likes,
        lambda how: f"{how['share']:.0%} as many mixed in",
        {"share": 0.02},
        {"share": 0.1},
        {"share": 0.25},
    ),
    _likes(
        "popular",
        "Less of the popular",
        "Items with more likes than most lend fewer of them.",
        thin_popular,
        _power,
        {"power": 0.25},
        {"power": 0.5},
        {"power": 1.0},
    ),
    _likes(
        "heavy",
        "Less of the busiest",
        "People with more likes than most lend fewer of them.",
        thin_heavy,
        _power,
        {"power": 0.25},
        {"power": 0.5},
        {"power": 1.0},
    ),
    _texts(
        "reviews",
        "What people say",
        "The most telling sentences of its reviews join an item's text.",
        with_reviews,
        _no_reviews,
        lambda how: "2 sentences, 8 words",
    ),
    _texts(
        "facts",
        "Told facts",
        "Fields that are usually not read, such as who directed a film, join the text.",
        with_facts,
        _no_facts,
        lambda how: "words and numbers" if how["numbers"] else "words only",
        {"numbers": 0.0},
        {"numbers": 1.0},
    ),
    _texts(
        "twin",
        "Translated twin",
        "The Chinese text, put into English word for word, joins the English one.",
        with_twin,
        _no_twin,
        lambda how: "at the end",
    ),
    Augmentation(
        "averaged",
        "Two readings",
        "The English text and the Chinese one in English are read apart, and the two readings averaged.",
        ("text_profile",),
        ({"share": 0.1}, {"share": 0.25}, {"share": 0.5}),
        lambda how: f"{how['share']:.0%} Chinese",
        averaged,
        _no_twin,
        only_here="No encoder on the shelf reads an item as the mean of two texts.",
    ),
)
AUGMENTATIONS: dict[str, Augmentation] = {one.name: one for one in _ALL}
"""By name; one joins with a function and an entry above."""
