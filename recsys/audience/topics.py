"""Topics: what reviews, or the items people like, are about; how well each holds together, and whether by chance."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recsys.audience.corpus import SCRIPT, Corpus, reviews
from recsys.audience.course import Trend, trend
from recsys.audience.finding import Finding, Segment
from recsys.columns import TAG_SEPARATOR, Evaluation, Events, Items
from recsys.data import Dataset
from recsys.metrics import holm
from recsys.ranking import top_k
from recsys.text.scripts import HAN, LATIN, OTHER, script_of

N_IN_NAME = 3
"""Words that name a topic."""
MAX_TEXTS = 3_000
"""Newest reviews (most liked items) that are read."""
MIN_TEXTS = 40
"""Fewer texts have no topics."""
N_SHUFFLES = 20
"""Collections of the same words dealt anew: none may do as well for p to be below .05."""
SEED = 0
TOPIC, TEXT = "topic", "text"
_FIELDS = (Items.TITLE, Items.DESCRIPTION, Items.CATEGORY, Items.TAGS)
_CHINESE = (Items.TITLE_ZH, Items.DESCRIPTION_ZH, Items.CATEGORY_ZH, Items.TAGS_ZH)

Floats = NDArray[np.float64]


class Source(StrEnum):
    """What is read."""

    REVIEWS = "reviews"
    LIKED = "liked"


@dataclass(frozen=True, slots=True)
class Topic:
    """Words that tend to stand in one text."""

    words: tuple[str, ...]
    """At most ``N_WORDS``, the weightiest first."""
    finding: Finding
    """``value`` is the coherence (:func:`npmi`), p says whether shuffled words hold together as well; ``n`` the people
    whose texts are mostly about it, who are also in ``user_ids``."""
    n_texts: int
    """Texts that are mostly about it."""

    @property
    def name(self) -> str:
        """Its first words."""
        return ", ".join(self.words[:N_IN_NAME])


@dataclass(frozen=True, eq=False)
class Topics:
    """The topics of one source in one script."""

    source: Source
    script: str
    topics: tuple[Topic, ...]
    """Those of most texts first; () where there is too little to read."""
    mentions: pd.DataFrame
    """Who spoke of what, or liked it: ``Events.USER``, ``Events.AT`` and the place of the ``TOPIC``, -1 for none."""
    n_texts: int
    n_unread: int
    """Texts that were left out, as only so many are read: older reviews, or items that fewer like."""
    tried: tuple[tuple[int, float], ...]
    """Mean coherence of each number of topics that was tried."""
    by_chance: float
    """Mean coherence of the topics that shuffled words give; NaN where there are none."""

    @property
    def sure(self) -> bool:
        """Whether any topic holds together better than chance."""
        return any(one.finding.sure for one in self.topics)

    def about(self, place: int, segment: Segment | None = None) -> pd.DataFrame:
        """One row per mention by ``segment`` (None: everybody), 1 in ``Evaluation.VALUE`` where it is of that topic."""
        log = self.mentions
        log = log if segment is None else log[log[Events.USER].isin(segment.user_ids)]
        return log.assign(**{str(Evaluation.VALUE): (log[TOPIC] == place).astype(float)})

    def trends(self, segment: Segment | None = None) -> tuple[tuple[Trend, float], ...]:
        """Whether the share of each topic rises or falls, and p corrected for all topics (Holm)."""
        found = [trend(self.about(place, segment)) for place in range(len(self.topics))]
        return tuple(zip(found, holm(np.array([one.p for one in found])).tolist(), strict=True))


def topics(data: Dataset, source: Source, script: str) -> Topics:
    """The topics of the reviews of ``data`` in ``script``, or of the texts of items by how many people like them.

    A text belongs to the topic it is most about. Chance is what the same words give when dealt anew among the texts,
    ``N_SHUFFLES`` times, the number of topics chosen as well: p = (1 + shuffles whose best topic is as coherent) /
    (1 + shuffles), which corrects for all topics at once (Westfall and Young 1993). Made once per dataset.
    """
    return data.once((topics, source, script), lambda: _found(data, source, script))


def _found(data: Dataset, source: Source, script: str) -> Topics:
    read = (_reviews if source == Source.REVIEWS else _liked)(data, script)
    if len(read.texts) < MIN_TEXTS:
        mentions = read.mentions.assign(**{TOPIC: -1})
        return Topics(source, script, (), mentions, len(read.texts), read.n_unread, (), float("nan"))
    corpus = Corpus.of(read.texts, read.weights)
    found = corpus.best()
    rng = np.random.default_rng(SEED)
    chance = [corpus.shuffled(rng).best().coherences for _ in range(N_SHUFFLES if found.tops else 0)]
    topic_of = _mostly(found.about)
    sizes = np.bincount(topic_of[topic_of >= 0], minlength=len(found.tops))
    order = np.argsort(-sizes, kind="stable")
    place_of = np.append(np.argsort(order), -1)  # the last one is for -1, texts about nothing
    mentions = read.mentions.assign(**{TOPIC: place_of[topic_of[read.mentions[TEXT].to_numpy(dtype=np.int64)]]})
    named = [tuple(corpus.words[word] for word in top) for top in found.tops]
    most = np.array([one.max(initial=-1.0) for one in chance])
    made = [
        _topic(named[at], place, mentions, (float(found.coherences[at]), most), int(sizes[at]))
        for place, at in enumerate(order.tolist())
    ]
    by_chance = float(np.mean([one.mean() for one in chance if len(one)])) if chance else float("nan")
    return Topics(source, script, tuple(made), mentions, len(read.texts), read.n_unread, found.tried, by_chance)


def _mostly(about: Floats) -> NDArray[np.int64]:
    """(n_texts,) the topic that each text is most about, -1 for none."""
    if not about.shape[1]:
        return np.full(len(about), -1)
    return np.where(about.max(axis=1) > 0, about.argmax(axis=1), -1)


def _topic(
    words: tuple[str, ...], place: int, mentions: pd.DataFrame, held: tuple[float, Floats], n_texts: int
) -> Topic:
    value, most = held
    users = tuple(sorted(map(str, mentions.loc[mentions[TOPIC] == place, str(Events.USER)].unique())))
    p = float((1 + (most >= value).sum()) / (1 + len(most)))
    sentence = f"{', '.join(words)}: coherence {value:.2f}."
    return Topic(words, Finding(sentence, len(users), value, p=p, user_ids=users), n_texts)


@dataclass(frozen=True, eq=False, slots=True)
class _Read:
    texts: list[str]
    weights: Floats
    mentions: pd.DataFrame
    """``Events.USER``, ``Events.AT`` and the place of the ``TEXT``."""
    n_unread: int


def _reviews(data: Dataset, script: str) -> _Read:
    written = reviews(data)
    mine = written[written[SCRIPT] == script]
    newest = mine.tail(MAX_TEXTS)
    mentions = newest[[str(Events.USER), str(Events.AT)]].reset_index(drop=True)
    return _Read(
        list(map(str, newest[Events.TEXT])),
        np.ones(len(newest)),
        mentions.assign(**{TEXT: np.arange(len(newest))}),
        len(mine) - len(newest),
    )


def _liked(data: Dataset, script: str) -> _Read:
    """Items that anybody likes; the more people like one, the more its text counts (by the logarithm)."""
    counts = np.where(data.like_counts > 0, data.like_counts, np.nan).astype(np.float32)
    rows = np.sort(top_k(counts, MAX_TEXTS))
    texts = [_text(data, int(row), script) for row in rows]
    kept = [place for place, text in enumerate(texts) if text]
    rows = rows[kept]
    place_of = np.full(data.n_items, -1)
    place_of[rows] = np.arange(len(rows))
    liked = data.events[data.is_like]
    mentions = pd.DataFrame(
        {
            str(Events.USER): liked[Events.USER].to_numpy(),
            str(Events.AT): liked[Events.AT].to_numpy(),
            TEXT: place_of[data.event_rows[data.is_like]],
        }
    )
    mentions = mentions[mentions[TEXT] >= 0].reset_index(drop=True)
    n_unread = int((data.like_counts > 0).sum()) - len(texts)
    return _Read([texts[place] for place in kept], np.log1p(data.like_counts[rows]), mentions, n_unread)


def _text(data: Dataset, row: int, script: str) -> str:
    """Everything written about an item in one script."""
    said = (data.field(row, column).replace(TAG_SEPARATOR, ", ") for column in (*_FIELDS, *_CHINESE))
    return ". ".join(text for text in said if text and script_of(text) == script)


def sources(data: Dataset) -> dict[Source, tuple[str, ...]]:
    """What there is to read, and in which scripts; those with next to no texts are left out; told once."""
    return data.once(sources, lambda: _sources(data))


def _sources(data: Dataset) -> dict[Source, tuple[str, ...]]:
    found = {}
    for source, read in ((Source.REVIEWS, _reviews), (Source.LIKED, _liked)):
        sizes = {script: len(read(data, script).texts) for script in (LATIN, HAN, OTHER)}
        most = tuple(script for script, n in sizes.items() if n >= MIN_TEXTS)
        if most:
            found[source] = most
    return found
