"""How near a sentence is to the sentences it rests on: in meaning, and in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from recsys.models.bm25 import terms
from recsys.text import MINILM, reader
from recsys.text.lexical import grams
from recsys.text.scripts import HAN, script_of
from recsys.words.extractive import sentence_vectors
from recsys.words.figures import REMEMBERED

NEAR_EN, NEAR_ZH = 0.23, 0.27
"""What a claim must reach when MiniLM reads it, in English and in Chinese."""
SHARED_EN, SHARED_ZH = 0.2, 0.17
"""The same where only its words can be compared, as MiniLM is not there."""
MEANING = 0.5
"""Weight of the cosine beside that of the words."""
LEAST_COSINE = -0.2
"""Below all cosines of two sentences that were met: raw vectors of MiniLM share a direction."""

_GRAMMAR = frozenset(
    re.findall(
        r"\S+",
        """
    a an the this that these those it its is are was were be been being am i me my mine we us our you your he him his
    she her they them their of in on at to for from with by into over under up down out off about and or but so as if
    than then when while because not no nor neither never without there here what which who whom whose how why where
    can could may might must shall should will would do does did done has have had having just very really too also
    only even still one some any all each both more most much many such own same once ever s t d ll m re ve
    don doesn didn isn aren wasn weren won wouldn can't cannot couldn shouldn hasn haven hadn
    reviewer reviewers review reviews buyer buyers owner owners viewer viewers people say says said according
    """,
    )
)
"""English words that carry grammar or say who speaks, and name nothing of an item."""
_ENDINGS = re.compile(r"(?<=\w{3})(?:ings?|ed|ly|es|s|e|ies|y)$")


def nearness(claim: str, cited: Sequence[str]) -> float:
    """How near ``claim`` is to the nearest of ``cited``, or to all together; at most 1, 0 without any.

        meaning / 2 + words / 2

    Meaning is the cosine of MiniLM's raw vectors, Chinese read in English word for word (:mod:`recsys.text.chinese`);
    words is the share of the claim's telling words (for Chinese of its characters and their pairs) that stand in
    ``cited``. Where MiniLM cannot be loaded, it is the words alone.
    """
    if not cited:
        return 0.0
    shared = _shared(claim, cited)
    if not reads_meaning():
        return shared
    together = [*cited, " ".join(cited)] if len(cited) > 1 else list(cited)
    vectors = sentence_vectors([claim, *together])
    return MEANING * float(np.max(vectors[1:] @ vectors[0])) + (1 - MEANING) * shared


def is_near(claim: str, cited: Sequence[str]) -> bool:
    """Whether ``claim`` says what one of ``cited`` says, as far as nearness can tell.

    The thresholds are round numbers near those at which 99% of the swapped sentences of one half of both samples are
    refused (.233 and .288); what they do on the other half is measured (``benchmarks/words_claims.py``). A sentence
    cited word for word is always near.
    """
    if claim in cited:
        return True
    if (1 - MEANING) * _shared(claim, cited) + MEANING * LEAST_COSINE >= max(NEAR_EN, NEAR_ZH):
        return True  # near by its words alone: reading it costs more than all other rules
    least = (NEAR_EN, NEAR_ZH) if reads_meaning() else (SHARED_EN, SHARED_ZH)
    return nearness(claim, cited) >= least[script_of(claim) == HAN]


def reads_meaning() -> bool:
    """Whether the process's reader is the one that the thresholds for meaning were set for."""
    return reader().default().name == MINILM


@lru_cache(maxsize=REMEMBERED)
def telling_words(text: str) -> tuple[str, ...]:
    """Stems of the words of ``text`` that name something; for Chinese characters and their pairs.

    >>> telling_words("The shoes are drying"), telling_words("防水的鞋")
    (('sho', 'dry'), ('防', '水', '防水', '鞋'))
    """
    if script_of(text) == HAN:
        return tuple(grams(text))
    return tuple(_ENDINGS.sub("", word) for word in terms(text) if word not in _GRAMMAR)


def _shared(claim: str, cited: Sequence[str]) -> float:
    """Share in [0, 1] of the telling words of ``claim`` that are in ``cited``; 0 where it has none."""
    words = telling_words(claim)
    known = {word for text in cited for word in telling_words(text)}
    return sum(word in known for word in words) / len(words) if words else 0.0
