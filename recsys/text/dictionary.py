"""Chinese in the space of an English reader: its words said in English by a dictionary, its characters beside it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence

import numpy as np

from recsys.text import chinese
from recsys.text.scripts import HAN, LATIN, OTHER, script_of
from recsys.text.space import TextSpace, unit_rows
from recsys.types import Matrix

MEANING_SHARE = 0.6
"""How much the English half weighs; from 0.5 to 0.7 little changes (docs/decisions.md)."""
_WORD = re.compile("[a-z]+")


class Dictionary:
    """Two readings of every text side by side: by meaning and by characters.

        cos(a, b) = share * cos of what an English model makes of the text in English
                  + (1 - share) * cos of the characters and words of the catalogue

    The first finds what is meant even where no item has a Chinese text, the second names and whatever the dictionary
    does not know. A text that only one of them can read is that one's alone. Both are centred on the catalogue.
    """

    name = "dictionary+minilm"
    languages = frozenset({LATIN, HAN, OTHER})

    def __init__(self, english: TextSpace, characters: TextSpace, spoken: frozenset[str]) -> None:
        """Read by the encoders of two spaces of one catalogue; of many meanings prefer those in words ``spoken``."""
        self._english, self._characters, self._spoken = english, characters, spoken
        self.dim = english.raw.shape[1] + characters.raw.shape[1]
        known = hashlib.sha256(" ".join(sorted(spoken)).encode()).hexdigest()[:12]
        self.version = f"dictionary-1-{english.encoder.version}-{characters.encoder.version}-{known}"

    def items(self) -> Matrix:
        """(n_items, dim) float32 the catalogue of both spaces."""
        return _beside(self._english.items, self._characters.items)

    def encode(self, texts: Sequence[str]) -> Matrix:
        """(n, dim) float32, unit rows; a text that neither can read is a zero row."""
        said = [chinese.in_english(text, self._spoken) for text in texts]
        english = self._english.vectors(["" if script_of(text) == OTHER else text for text in said])
        return _beside(english, self._characters.vectors(texts))


def spoken_in(texts: Iterable[str]) -> frozenset[str]:
    """English words of ``texts`` in lower case, plurals in the singular too.

    >>> sorted(spoken_in(["Cat toys."]))
    ['cat', 'toy', 'toys']
    """
    found = {word for text in texts for word in _WORD.findall(text.lower())}
    return frozenset(found | {word.removesuffix("s") for word in found})


def _beside(english: Matrix, characters: Matrix) -> Matrix:
    share = np.float32(MEANING_SHARE)
    return unit_rows(np.hstack([np.sqrt(share) * english, np.sqrt(1 - share) * characters]))
