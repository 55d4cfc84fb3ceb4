"""Where one sentence ends and the next begins, in English and Chinese prose as people really type it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from recsys.text.scripts import HAN, HAN_CLASS, script_of

LONGEST = 300
LONGEST_HAN = 120
"""Characters of the longest sentence; what runs on beyond is cut at clause marks."""

_MARKS = ".!?。！？…｡"
_STOP = re.compile(
    rf"(?P<mark>[{_MARKS}]+)(?P<shut>[\"'”’」』）)\]】》]*)"
    r"(?:[ \t]*[\u2600-\u27bf\u2b50\u2b55\ufe0f\u200d\U0001f000-\U0001faff]+)?|\s*\n\s*"
)
"""A mark that may end a sentence with the quotes, brackets and emoji that still belong to it, or a line break."""
_PAIR = re.compile(
    r"“[^“”\n]{0,160}”|「[^「」\n]{0,160}」|『[^『』\n]{0,160}』|（[^（）\n]{0,160}）"
    r"|(?<![:;=-])\([^()\n]{0,160}\)|《[^《》\n]{0,160}》|【[^【】\n]{0,160}】"
)
_QUIET = str.maketrans(_MARKS, "_" * len(_MARKS))
_HAN = re.compile(f"[{HAN_CLASS}]")
_GLUED = re.compile(r"[a-z]{2,}$")
_CAPITALISED = re.compile(r"[A-Z][a-z]|[A-Z] ")
_LAST_WORD = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]$|[^\W\d_]+(?:['’][^\W\d_]+)*$")
_NEXT_WORD = re.compile(r"[\W_]*(\d|[^\W\d_]+(?:['’][a-z]+)?)")
_COUNTED = re.compile(r"\s*[(（]?(?:\d{1,2}|[a-zA-Z])[)）]?$")
_NUMBERS = frozenset(re.findall(r"\S+", "no nos fig figs vol ch pp nr"))
_NEVER_LAST = frozenset(
    re.findall(
        r"\S+",
        "mr mrs ms dr prof st mt vs ed eds cf e.g i.e approx dept est gen capt lt sgt incl excl feat sq temp adj",
    )
)
_BEFORE_NAMES = frozenset(["inc", "co", "ltd", "corp", "jr", "sr"])
_UNITS = frozenset(re.findall(r"\S+", "etc oz lb lbs in ft cm mm kg km hr hrs sec min max"))
_STARTS = frozenset(
    re.findall(
        r"\S+",
        """
        a an the this that these those it it's its he she they we i i'm i've you my our his her their there here in on
        at and but so or if when while after before with for not no yes also now then what who how why even some all
        """,
    )
)
"""Words that with a capital letter open a sentence far more often than they belong to a name."""
_CUTS = (
    re.compile(r"[;；](?=\s|[^\x00-\x7f])|\s[-–—]+\s|——"),
    re.compile(rf"[,:](?=\s|[{HAN_CLASS}])|[，：、]|\s(?=(?:and|but|because|so|which|while)\s)"),
    re.compile(r"\s"),
)
_NEAR = 60
"""Characters looked at on either side of a mark."""


def sentences(text: str) -> list[str]:
    """Sentences of ``text`` in order, each an exact piece of it; together they hold all of it but outer spaces.

    A full stop ends none in abbreviations (``No. 5``, ``U.S. size``), numbers, initials and ellipses that go on in
    lower case; marks inside brackets or curly quotes that close soon end none either. Line breaks always end one, and
    missing spaces do not hide an end (``great.Bought two``). Longer than ``LONGEST``, it is cut after a clause mark,
    failing that at a space, never inside a word. [] for blank text.

    >>> sentences("Size No. 5, 2.5 kg. Made in the U.S. It fits... mostly! 很好。“真的！”他说")
    ['Size No. 5, 2.5 kg.', 'Made in the U.S.', 'It fits... mostly!', '很好。', '“真的！”他说']
    """
    return [piece for start, end in _spans(text) for piece in _cut(text[start:end].strip()) if piece]


def _spans(text: str) -> Iterator[tuple[int, int]]:
    seen, start = _PAIR.sub(_hushed, text), 0
    for stop in _STOP.finditer(seen):
        if stop["mark"] is None or _ends(seen, start, stop):
            yield start, stop.end()
            start = stop.end()
    yield start, len(text)


def _hushed(pair: re.Match[str]) -> str:
    """The pair, equally long, without the marks inside that do not close it."""
    body = pair[0][1:-1]
    last = len(body.rstrip(_MARKS))
    return pair[0][0] + body[:last].translate(_QUIET) + body[last:] + pair[0][-1]


def _ends(text: str, start: int, stop: re.Match[str]) -> bool:
    before, after = text[max(start, stop.start() - _NEAR) : stop.start()], text[stop.end() : stop.end() + _NEAR]
    mark, shut = stop["mark"], stop["shut"]
    if not after.strip():
        return True
    if any(sign in mark for sign in "。！？｡"):
        return after[0] not in "，、；：,;:" and not (shut and _HAN.match(after))
    if "…" in mark or mark.startswith(".."):
        return after[0].isspace() and not _goes_on(after)
    if _HAN.match(after) or _HAN.search(before[-1:]):
        return not shut and not after[0].isdigit() and after[0] not in "，、；：,;:"
    if not after[0].isspace():
        return bool(not shut and _GLUED.search(before) and _CAPITALISED.match(after))
    if mark != "." or shut:
        return not (shut and _goes_on(after))
    opening = text[start : start + _NEAR].lstrip()
    counted = stop.start() - start < _NEAR and _COUNTED.match(text[start : stop.start()])
    return not counted and _full_stop(before, after, lower=opening[:1].islower())


def _goes_on(after: str) -> bool:
    """Whether the next word begins in lower case."""
    word = _NEXT_WORD.match(after)
    return word is not None and word[1][0].islower()


def _full_stop(before: str, after: str, lower: bool) -> bool:
    """Whether a single full stop before a space ends a sentence, which itself began in ``lower`` case or not."""
    found, following = _LAST_WORD.search(before), _NEXT_WORD.match(after)
    word, coming = found[0].lower() if found else "", following[1] if following else ""
    if word in _NUMBERS:
        return not coming.isdigit()
    if word in _NEVER_LAST:
        return False
    if word in _UNITS:
        return coming[:1].isupper()
    if (len(word) == 1 and word != "i") or "." in word or word in _BEFORE_NAMES:
        return coming[:1].isupper() and coming.lower().replace("’", "'") in _STARTS
    # Who begins in lower case goes on so; after a short word it may be an abbreviation nobody listed.
    return not coming[:1].islower() or len(word) > 3 or lower


def _cut(sentence: str) -> Iterator[str]:
    longest = LONGEST_HAN if script_of(sentence) == HAN else LONGEST
    while len(sentence) > longest:
        at = _place(sentence, longest)
        yield sentence[:at].rstrip()
        sentence = sentence[at:].lstrip()
    yield sentence


def _place(sentence: str, longest: int) -> int:
    """Where to cut: after the last of the strongest marks in the later two thirds, else at the first one there is."""
    for marks in _CUTS:
        found = [mark.end() for mark in marks.finditer(sentence, longest // 3, longest)]
        if found:
            return found[-1]
    later = re.compile(r"[\s，、；]").search(sentence, longest)
    return later.end() if later else len(sentence)
