"""What a wish asks for and what it refuses: "a bag, but no leather" wants a bag and pushes leather away."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_BREAKS = re.compile(r"[,;.!?，。；！？、\n]+|(?<!anything)\s+but\s+|但是|但|而是|只要", re.IGNORECASE)
"""Where one clause ends. What follows is wanted again unless it refuses something itself."""
_ENGLISH = (
    r"\b(?:(?:i\s+)?(?:really\s+)?(?:do\s+not|don['’]?t|does\s+not|doesn['’]?t)\s+(?:want|like|need)"
    r"|(?:i\s+)?(?:really\s+)?(?:hate|dislike|detest|avoid)|anything\s+but|except(?:\s+for)?|without|never|not|no)"
    r"(?![-\w])\s*(?:any\s+|a\s+|an\s+|the\s+|more\s+|too\s+)?"
)
_CHINESE = (
    r"(?:我)?(?:不想要|不想买|不想|不需要|不喜欢|不要|不含|不带|不用|不吃|不喝|别再?(?:给我)?(?:推荐|要|买|看|来)?|讨厌|没有|除了|避免|拒绝)"
    r"(?:再?推荐|任何|有|再|太)?"
)
_REFUSES = re.compile(f"{_ENGLISH}|{_CHINESE}", re.IGNORECASE)
_OF_A_KIND = re.compile(r"^(.+?)的(?!东西|产品|那种|这种|类型|款式)(.+)$")
"""不要皮的包 refuses the leather and wants the bag."""
_MANNERS = re.compile(
    r"\b(?:please|thanks|thank\s+you|again|at\s+all|anymore)\b|(?:的?东西|的?产品|谢谢|了|吧|的)$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Wish:
    """A typed text in two."""

    wanted: str
    """"" when nothing is asked for."""
    refused: str
    """"" when nothing is refused, which is the usual case."""


@lru_cache(maxsize=1024)
def wish_of(text: str) -> Wish:
    """Split ``text`` by clauses and words of refusal, in English and Chinese; without any it is wanted as it stands.

    A rule, not a model: it knows the common ways to say no, and takes irony at its word.

    >>> wish_of("a bag, but no leather")
    Wish(wanted='a bag', refused='leather')
    >>> wish_of("不要耳机"), wish_of("quiet keyboard")
    (Wish(wanted='', refused='耳机'), Wish(wanted='quiet keyboard', refused=''))
    """
    if not _REFUSES.search(text):
        return Wish(text, "")
    wanted, refused = [], []
    for clause in _BREAKS.split(text):
        before, *after = _REFUSES.split(clause)
        wanted.append(before.strip())
        for part in after:
            kind = _OF_A_KIND.match(part)
            wanted.append(kind.group(2) if kind else "")
            refused.append(_MANNERS.sub("", kind.group(1) if kind else part).strip())
    said = [" ".join(filter(None, parts)) for parts in (wanted, refused)]
    return Wish(*said) if said[1] else Wish(text, "")
