"""Which of the typed words put these items on the list: each word left out once, and what that costs (occlusion)."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from recsys.models.text_profile import TextProfile
from recsys.types import Rows

MAX_WORDS = 24
"""Longer texts are not taken apart: every word costs one more reading."""

_TOKENS = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\u3040-\u30ff]|[^\s\u3400-\u9fff\uf900-\ufaff\u3040-\u30ff]+|\s+")


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a Han character or the space between, in reading order: joined they are the text again."""

    text: str
    weight: float
    """Mean similarity that ``rows`` lose without it, in the unit of ``TextSpace.similarity``; 0 for spaces."""
    matters: bool
    """Whether it costs at least half of what the costliest one does."""


def split(text: str) -> list[str]:
    """Words, Han and kana characters and the spaces between, in reading order: joined they are ``text`` again.

    >>> split("dry 跑鞋")
    ['dry', ' ', '跑', '鞋']
    """
    return _TOKENS.findall(text)


def tokens(profile: TextProfile, text: str, rows: Rows) -> tuple[Token, ...]:
    """Take ``text`` apart for the listed items ``rows`` as the reader of its script sees it.

    weight(w) = mean over rows of sim(text, i) - sim(text without w, i). Nothing matters in a text of one word, in
    one of more than 24, or when ``rows`` is empty.
    """
    parts = split(text)
    words = [position for position, part in enumerate(parts) if not part.isspace()]
    weights = np.zeros(len(parts))
    if 1 < len(words) <= MAX_WORDS and len(rows):
        without = ["".join(part for at, part in enumerate(parts) if at != position) for position in words]
        space = profile.spaces_[profile.reader_of(text)]
        similarity = (space.vectors([text, *without]) @ space.items[rows].T).mean(axis=1) / space.scale
        weights[words] = similarity[0] - similarity[1:]
    most = weights.max(initial=0.0)
    return tuple(
        Token(part, float(weight), bool(most > 0 and weight >= most / 2))
        for part, weight in zip(parts, weights, strict=True)
    )
