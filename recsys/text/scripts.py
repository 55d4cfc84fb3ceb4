"""Which script a text is written in: decides who can read it."""

from __future__ import annotations

import re

LATIN, HAN, OTHER = "latin", "han", "other"

HAN_CLASS = r"\u3400-\u9fff\uf900-\ufaff\u3040-\u30ff"
"""Inside the brackets of a pattern: Han ideographs, and kana, which stand among them in Japanese titles."""

_PATTERNS = {
    LATIN: re.compile(r"[A-Za-z\u00c0-\u024f]"),
    HAN: re.compile(rf"[{HAN_CLASS}]"),
}


def share_of_letters(text: str, script: str) -> float:
    """Share of the letters of ``text`` that belong to ``script``, in [0, 1]; 0 without letters.

    A Han character counts as three letters: it carries about as much as a short Latin word.
    """
    counts = letter_counts(text)
    total = sum(counts.values())
    return counts[script] / total if total else 0.0


def letter_counts(text: str) -> dict[str, int]:
    """Letters of ``text`` by script, Han characters counted three times."""
    latin = len(_PATTERNS[LATIN].findall(text))
    han = len(_PATTERNS[HAN].findall(text))
    letters = sum(character.isalpha() for character in text)
    return {LATIN: latin, HAN: 3 * han, OTHER: max(0, letters - latin - han)}


def script_of(text: str) -> str:
    """The script most of ``text`` is written in: ``latin``, ``han`` or ``other``.

    Text without letters counts as Latin, so that numbers and emoji reach the default encoder.

    >>> script_of("quiet headphones"), script_of("想要一双跑步的鞋"), script_of("тихие наушники")
    ('latin', 'han', 'other')
    """
    counts = letter_counts(text)
    if not any(counts.values()):
        return LATIN
    return max(counts, key=lambda script: counts[script])
