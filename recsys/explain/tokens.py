"""Which of the typed words put these items on the list: each word left out once, and what that costs (occlusion)."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from recsys.models.text_profile import TextProfile
from recsys.text import chinese
from recsys.text.scripts import HAN_CLASS
from recsys.types import Rows

MAX_WORDS = 24
"""Longer texts are not taken apart: every word costs one more reading."""

_STOPS = "，。！？；：、（）《》「」…"
_TOKENS = re.compile(rf"[{HAN_CLASS}]+|[{_STOPS}]+|[^\s{HAN_CLASS}{_STOPS}]+|\s+")


@dataclass(frozen=True, slots=True)
class Token:
    """A word or what stands between, in reading order: joined they are the text again."""

    text: str
    weight: float
    """Mean similarity that ``rows`` lose without it, in units of ``TextSpace.similarity``; 0 if it is no reason."""
    matters: bool
    """Whether it costs at least half of what the costliest one does."""


def split(text: str) -> list[str]:
    """Words, Chinese ones too, and what stands between, in reading order: joined they are ``text`` again.

    >>> split("dry 给猫的玩具")
    ['dry', ' ', '给', '猫', '的', '玩具']
    """
    found = _TOKENS.findall(text)
    return [word for run in found for word in (chinese.words(run) if chinese.HAN_RUN.match(run) else (run,))]


def can_be_reason(piece: str) -> bool:
    """Whether a piece of :func:`split` can be why an item is listed: no space, Chinese stop or Chinese particle.

    >>> can_be_reason("猫"), can_be_reason("的"), can_be_reason(" "), can_be_reason("the")
    (True, False, False, True)
    """
    return not piece.isspace() and piece not in chinese.FUNCTION_WORDS and piece.strip(_STOPS) != ""


def tokens(profile: TextProfile, text: str, rows: Rows) -> tuple[Token, ...]:
    """Take ``text`` apart for the listed items ``rows`` as the reader of its script sees it.

    weight(w) = mean over rows of sim(text, i) - sim(text without w, i). Nothing matters in a text of one word, in
    one of more than 24, or when ``rows`` is empty.
    """
    parts = split(text)
    words = [position for position, part in enumerate(parts) if can_be_reason(part)]
    weights = np.zeros(len(parts))
    if 1 < len(words) <= MAX_WORDS and len(rows):
        without = ["".join(part for at, part in enumerate(parts) if at != position) for position in words]
        space = profile.readers.spaces[profile.readers.name_of(text)]
        similarity = (space.vectors([text, *without]) @ space.items[rows].T).mean(axis=1) / space.scale
        weights[words] = similarity[0] - similarity[1:]
    most = weights.max(initial=0.0)
    return tuple(
        Token(part, float(weight), bool(most > 0 and weight >= most / 2))
        for part, weight in zip(parts, weights, strict=True)
    )
