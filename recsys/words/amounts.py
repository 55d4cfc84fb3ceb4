"""Amounts as people write them: numbers, money, lengths of time, years and decades, in English and Chinese."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

What = Literal["price", "minutes", "year", "bare"]

_ONES = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WORDS = (
    {word: at for at, word in enumerate(_ONES, start=1)}
    | {word: 10 * at for at, word in enumerate(_TENS, start=2)}
    | {"a": 1}
)
_LARGE = {"hundred": 100, "thousand": 1000}
_HAN_DIGITS = {sign: at for at, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_HAN_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000}

_SMALL = "|".join(sorted((*_ONES, *_TENS), key=len, reverse=True))
_SPELT = rf"\b(?:(?:{_SMALL}|a(?=\s+(?:hundred|thousand)))(?:(?:\s+and)?[\s-]+(?:{_SMALL}|hundred|thousand)){{0,6}})\b"
_ALONE = r"(?<![A-Za-z0-9.])(?:(?<![A-Za-z0-9][\-])|(?<=[\d年$]-)|(?<=\bpre-)|(?<=\bpost-))"
"""The 1000 of WH-1000 is no amount."""
_FIGURES = rf"{_ALONE}(?:\d{{1,3}}(?:,\d{{3}})+|\d{{1,7}})(?:\.\d{{1,2}})?(?:k(?![A-Za-z])|(?=[百千万])[百千万])?"
_HAN = "[零〇一二两三四五六七八九十百千万]{1,9}"
NUMBER = rf"(?:{_FIGURES}|{_SPELT}|{_HAN})"

_COIN = r"(?:US\$|[$€£¥]|USD|RMB|CNY|EUR)"
MONEY_WORD = (
    r"(?:dollars?\b|bucks?\b|usd\b|euros?\b|eur\b|quid\b|rmb\b|yuan\b|cny\b|元钱?|块钱?|人民币|美元|美金|欧元|[$€£¥])"
)
_MONEY = rf"(?:{_COIN}\s?{NUMBER}(?:\s?{MONEY_WORD})?|{NUMBER}\s?(?:-\s?)?{MONEY_WORD})"
_HOUR = r"(?:hours?\b|hrs?\b|h(?![A-Za-z])|小时|钟头)"
_MINUTE = r"(?:minutes?\b|mins?\b|m(?![A-Za-z])|分钟?)"
_TIME = (
    r"(?:half\s+an\s+hour\b|an\s+hour(?:\s+and\s+a\s+half)?\b|半个?(?:小时|钟头)"
    rf"|{NUMBER}\s+and\s+a\s+half\s+hours?\b|{NUMBER}个半(?:小时|钟头)"
    rf"|{NUMBER}\s?-?\s?个?{_HOUR}(?:半|\s+and\s+a\s+half\b|(?:\s+and)?\s?{NUMBER}\s?{_MINUTE}?)?"
    rf"|{NUMBER}\s?-?\s?(?:minutes?\b|mins?\b|分钟))"
)
_YEAR = rf"{_ALONE}(?:18[89]|19\d|20[0-4])\d\s?年(?!代)"
AMOUNT = rf"(?:{_TIME}|{_MONEY}|{_YEAR}|{NUMBER})"
"""Pattern of anything that :func:`amount` reads."""

_NAMED = {f"{word[:-1]}ies" if word != "twenty" else "twenties": 10 * at for at, word in enumerate(_TENS, start=2)}
_HAN_DECADE = "[二三四五六七八九]?[零二三四五六七八九]十"
DECADE = (
    r"(?:(?:early|mid|late)[\s-]+)?(?:(?:19|20)\d0['’]?s\b|(?<![\w$€£¥.])['’]?[02-9]0['’]?s\b"
    rf"|\b(?:{'|'.join(_NAMED)})\b)|(?:上个?世纪|(?:20|二十|21|二十一)世纪)?(?:(?:19|20)?\d0|{_HAN_DECADE})年代(?:初期?|中期|末期?|后期)?"
)
"""Pattern of anything that :func:`decade` reads."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A number and what it counts."""

    value: float
    """Minutes for a length of time."""
    what: What
    coin: str = ""
    """The sign of the currency, "" where none was said."""
    scale: float = 1.0
    """Minutes in the unit that was said: "1 to 2 hours" gives the first number its meaning."""

    @property
    def like_a_year(self) -> bool:
        """Whether the number alone could be a year of the age of film."""
        return self.what in ("bare", "year") and 1880 <= self.value < 2050 and self.value == int(self.value)


def number(text: str) -> float:
    """Read what :data:`NUMBER` finds; ValueError for anything else.

    >>> number("1,299.50"), number("two hundred and fifty"), number("三百五"), number("1.5k"), number("十二")
    (1299.5, 250.0, 350.0, 1500.0, 12.0)
    """
    plain = text.strip().lower().replace(",", "")
    if re.fullmatch(r"\d+(?:\.\d+)?", plain):
        return float(plain)
    if plain[:1].isdigit():
        unit = 1000 if plain[-1] == "k" else _HAN_UNITS[plain[-1]]
        return float(plain[:-1]) * unit
    if plain and (plain[0] in _HAN_DIGITS or plain[0] in _HAN_UNITS):
        return _han(plain)
    return _spelt(re.split(r"[\s-]+", plain))


def _spelt(words: list[str]) -> float:
    total = now = 0
    for word in words:
        if word in _LARGE:
            now = max(now, 1) * _LARGE[word]
            if word == "thousand":
                total, now = total + now, 0
        elif word in _WORDS:
            now += _WORDS[word]
        elif word != "and":
            raise ValueError(f"{word!r} is not a number")
    return float(total + now)


def _han(signs: str) -> float:
    if len(signs) > 1 and not set(signs) & set(_HAN_UNITS):
        return float("".join(str(_HAN_DIGITS[sign]) for sign in signs))
    total = part = digit = 0
    unit = 1
    for sign in signs:
        if sign in _HAN_DIGITS:
            digit, unit = _HAN_DIGITS[sign], 1 if sign in "零〇" else unit
            continue
        unit = _HAN_UNITS[sign]
        if unit == 10_000:
            total, part, digit = total + max(part + digit, 1) * unit, 0, 0
        else:
            part, digit = part + max(digit, 1) * unit, 0
    last = digit * (unit // 10 if unit > 10 else 1)  # 三百五 is 350, 三百零五 is 305
    return float(total + part + last)


def amount(text: str) -> Amount:
    """Read what :data:`AMOUNT` finds.

    >>> amount("$1,200").value, amount("一个半小时").value, amount("1h 30m").value, amount("三百块").value
    (1200.0, 90.0, 90.0, 300.0)
    """
    found = [match.group() for match in re.finditer(NUMBER, text, re.IGNORECASE)]
    if re.search(rf"{_HOUR}|minutes?\b|mins?\b|分钟", text, re.IGNORECASE):
        return _time(text, found)
    value = number(found[0])
    if re.search(rf"{_COIN}|{MONEY_WORD}", text, re.IGNORECASE):
        return Amount(value, "price", _coin(text))
    return Amount(value, "year" if text.endswith("年") else "bare")


def _time(text: str, numbers: list[str]) -> Amount:
    hours = re.search(_HOUR, text, re.IGNORECASE)
    if hours is None:
        return Amount(number(numbers[0]), "minutes")
    half = 30.0 if re.search(r"half|半", text, re.IGNORECASE) else 0.0
    whole = number(numbers[0]) if numbers else 0.0 if re.match(r"half|半", text, re.IGNORECASE) else 1.0
    minutes = number(numbers[1]) if len(numbers) > 1 else 0.0
    return Amount(60 * whole + half + minutes, "minutes", scale=60.0)


_COINS = {
    "$": r"\$|dollar|buck|usd|美元|美金",
    "€": r"€|eur|欧元",
    "£": r"£|quid",
    "¥": r"¥|rmb|yuan|cny|元|块|人民币",
}


def _coin(text: str) -> str:
    return next((sign for sign, words in _COINS.items() if re.search(words, text, re.IGNORECASE)), "")


_PARTS = {"early": (0, 3), "初": (0, 3), "mid": (4, 6), "中": (4, 6), "late": (7, 9), "末": (7, 9), "后": (7, 9)}


def decade(text: str) -> tuple[int, int]:
    """First and last year of what :data:`DECADE` finds.

    >>> decade("the 90s"), decade("late 1980s"), decade("上世纪九十年代"), decade("twenties")
    ((1990, 1999), (1987, 1989), (1990, 1999), (1920, 1929))
    >>> decade("七八十年代")
    (1970, 1989)
    """
    low, high = next((years for word, years in _PARTS.items() if word in text.lower()), (0, 9))
    named = next((tens for word, tens in _NAMED.items() if word in text.lower()), None)
    digits = re.search(r"((?:19|20)\d0|\d0)(?=['’]?s\b|年代)", text, re.IGNORECASE)
    if named is not None:
        first = last = named
    elif digits is not None:
        first = last = int(digits.group())
    else:
        signs = re.findall(_HAN_DECADE, text)[-1].removesuffix("十")
        first, last = (10 * _HAN_DIGITS[sign] for sign in (signs[0], signs[-1]))
    if last < 100:
        century = 2000 if last < 20 or re.match(r"21|二十一", text) else 1900
        first, last = first + century, last + century
    return first + low, last + high
