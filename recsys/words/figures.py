"""Numbers as they stand in sentences: digits, words and Chinese numerals, with the unit they are counted in."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from recsys.text import chinese

_UNITS = """
time 1 s sec secs second seconds 秒 秒钟
time 60 min mins minute minutes 分钟
time 3600 h hr hrs hour hours 小时 个小时 钟头 个钟头
time 86400 day days 天
time 604800 week weeks 周 星期 个星期
months 1 month months 个月
months 12 year years 年 岁
length 0.001 mm millimetre millimetres millimeter millimeters 毫米
length 0.01 cm centimetre centimetres centimeter centimeters 厘米 公分
length 1 m metre metres meter meters 米
length 1000 km kilometre kilometres kilometer kilometers 公里 千米
length 0.0254 inch inches 英寸
length 0.3048 ft foot feet 英尺
length 1609.344 mile miles 英里
mass 1 g gram grams 克
mass 500 斤
mass 1000 kg kilogram kilograms kilo kilos 公斤 千克
mass 453.59237 lb lbs 磅
mass 28.349523 oz ounce ounces 盎司
volume 1 ml millilitre millilitres milliliter milliliters 毫升
volume 1000 l litre litres liter liters 升
dollar 1 $ usd dollar dollars 美元 美金
euro 1 € eur euro euros 欧元
pound 1 £ gbp
yuan 1 ¥ rmb cny yuan 元 块 块钱 人民币
share 1 % percent 百分点
degree 1 ° °c °f degree degrees 度 摄氏度
watt 1 w watt watts 瓦
volt 1 v volt volts 伏
charge 1 mah 毫安时 毫安
loudness 1 db decibel decibels 分贝
star 1 star stars 星 颗星
"""
UNITS = {
    name: (line.split()[0], float(line.split()[1])) for line in _UNITS.strip().splitlines() for name in line.split()[2:]
}
"""What each unit counts, and how many of the smallest unit of that it is."""

REMEMBERED = 4096
"""Texts whose reading is kept in memory: cutting Chinese into words takes longer than all comparisons."""
_MEASURES = frozenset("个只双件条张块种本台把款部次位名层页集枚支瓶包盒袋套组颗粒片杯碗口家座辆节段场首")
_SMALL = {
    word: n
    for n, word in enumerate(re.findall(r"\w+", "zero one two three four five six seven eight nine ten eleven twelve"))
}
_SMALL |= {
    word: n
    for n, word in enumerate(
        re.findall(r"\w+", "thirteen fourteen fifteen sixteen seventeen eighteen nineteen"), start=13
    )
}
_TENS = {
    word: 10 * n
    for n, word in enumerate(re.findall(r"\w+", "twenty thirty forty fifty sixty seventy eighty ninety"), start=2)
}
_LARGE = {"dozen": 12, "hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9}
_HAN_DIGITS = {digit: n for n, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_HAN_STEPS = {"十": 10, "百": 100, "千": 1000}
_HAN_LARGE = {"万": 10**4, "亿": 10**8}
_BANKED = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟兩萬億貳參陸", "一二三四五六七八九十百千两万亿二三六")
_ONE_WORD = "|".join(sorted({*_SMALL, *_TENS}, key=len, reverse=True))
_ANY_WORD = f"(?:(?:{_ONE_WORD})|(?:{'|'.join(_LARGE)})s?)"
_HAN = "".join({*_HAN_DIGITS, *_HAN_STEPS, *_HAN_LARGE})
_UNIT = "|".join(re.escape(name) for name in sorted(UNITS, key=len, reverse=True))
_BEHIND = rf"(?:[\s-]?(?P<unit>{_UNIT})(?![a-z]))?"
_NUMBER = re.compile(
    rf"(?P<sign>[$€£¥]\s?|(?<![\w.])-(?=\d))?"
    rf"(?:(?P<digits>\d{{1,3}}(?:,\d{{3}})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?)\s?"
    rf"(?P<times>(?:hundred|thousand|million|billion)\b|[百千万亿]+(?![克米瓦]))?"
    rf"|\b(?P<words>{_ANY_WORD}(?:(?:[\s-]|\sand\s){_ANY_WORD})*(?P<more>\sand\sa\shalf)?|half(?:\san?)?)\b"
    rf"|(?P<share>百分之)?(?P<han>半|[{_HAN}]+(?:点[{_HAN}]+)?))"
    rf"{_BEHIND}"
)
_GLUED = re.compile(r"[a-z]+$")
_PRONOUN = re.compile(
    r"(?:\b(?:the|this|that|no|any|every|each|some|which|another|only|new|other|old|big|small|good|right|wrong)\s)$"
)
_NOUNLESS = re.compile(
    r"\s*(?:$|[^\w\s]|(?:of|who|that|which|is|was|for|to|and|or|in|on|with|can|has|had|says|said)\b"
    r"|(?:review|buy|own|view|us|read|listen|custom|watch)er\b|person\b)"
)
_IDIOMS = frozenset({"万一", "千万", "一一"})


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a text."""

    written: str
    """As it stands there."""
    value: float
    """3,000 and 三千 are both 3000."""
    unit: str = ""
    """A name of ``UNITS`` or "" for none; ``a4`` and the like are names of their own, with the value in them."""
    is_code: bool = False
    """Part of a name such as A4 or mp3: it counts nothing."""
    loose: bool = False
    """An article, a pronoun or part of a word (the one, 一个, 一样): a source may rest on it, a claim does not."""

    def same(self, other: Figure) -> bool:
        """Equal in value: 1.5 hours is 90 minutes; a number without a unit is that number of anything."""
        if self.is_code or other.is_code:
            return (self.is_code, self.unit) == (other.is_code, other.unit)
        if self.unit and other.unit:
            (kind, size), (its_kind, its_size) = UNITS[self.unit], UNITS[other.unit]
            return kind == its_kind and math.isclose(self.value * size, other.value * its_size, rel_tol=1e-9)
        return math.isclose(self.value, other.value, rel_tol=1e-9)


@lru_cache(maxsize=REMEMBERED)
def plain(text: str) -> str:
    """Small letters, half-width, Simplified, without characters that cannot be seen: what comparisons read."""
    wide = "".join(f" {unicodedata.numeric(c)} " if _is_fraction(c) else c for c in text)
    seen = "".join(c for c in unicodedata.normalize("NFKC", wide) if unicodedata.category(c) != "Cf")
    small = seen.replace("−", "-").translate(chinese.lexicon().simplified).translate(_BANKED).lower()
    return small.replace("per cent", "percent")


def _is_fraction(character: str) -> bool:
    return unicodedata.category(character) == "No" and "VULGAR FRACTION" in unicodedata.name(character, "")


@lru_cache(maxsize=REMEMBERED)
def figures(text: str) -> tuple[Figure, ...]:
    """Every number of ``text`` in its order; empty without any.

    >>> [(f.value, f.unit) for f in figures("Only $3,000, or 一百二十九元, for twenty-five hours")]
    [(3000.0, '$'), (129.0, '元'), (25.0, 'hours')]
    """
    read = plain(text)
    words = _word_spans(read)
    return tuple(figure for found in _NUMBER.finditer(read) for figure in _figures_of(found, read, words))


def unsupported(claim: str, sources: Iterable[str]) -> Figure | None:
    """The first number of ``claim`` that no source has; None when all are there."""
    known = [figure for source in sources for figure in figures(source)]
    for figure in figures(claim):
        if not figure.loose and not any(figure.same(other) for other in known):
            return figure
    return None


def _figures_of(found: re.Match[str], read: str, words: dict[int, tuple[int, str]]) -> Iterator[Figure]:
    unit = found["unit"] or (found["sign"] or "").strip(" -") or ("%" if found["share"] else "")
    written = found[0].strip()
    if found["digits"]:
        yield _of_digits(found, read, unit)
    elif found["words"]:
        values = list(_said(found["words"]))
        for n, value in enumerate(values):
            yield Figure(written, value, unit if n == len(values) - 1 else "", loose=_is_pronoun(found, read))
    else:
        loose = _is_word_part(found, words)
        for value in _counted(found["han"]):
            yield Figure(written, value, unit, loose=loose)


def _of_digits(found: re.Match[str], read: str, unit: str) -> Figure:
    before = _GLUED.search(read[: found.start("digits")]) if not found["sign"] else None
    value = float(found["digits"].replace(",", "")) * (-1 if found["sign"] == "-" else 1)
    if before:
        return Figure(found[0].strip(), value, f"{before[0]}{found['digits']}", is_code=True)
    for step in [found["times"]] if found["times"] in _LARGE else found["times"] or "":
        value *= _LARGE.get(step) or _HAN_STEPS.get(step) or _HAN_LARGE[step]
    return Figure(found[0].strip(), value, unit)


def _said(words: str) -> Iterator[float]:
    """Numbers of a row of number words: "two hundred and five" is one, "two three" are two."""
    if words.startswith("half"):
        yield 0.5
        return
    half = 0.5 if words.endswith(" and a half") else 0.0
    total, current, last = 0.0, 0.0, 0.0
    for word in re.findall(r"[a-z]+", words.removesuffix(" and a half")):
        size = _LARGE.get(word) or _LARGE.get(word.removesuffix("s"))
        small = _SMALL.get(word, _TENS.get(word, 0))
        if word == "and":
            continue
        if size and size > 100:
            total, current = total + max(current, 1) * size, 0.0
        elif size:
            current = max(current, 1) * size
        elif last and last < 100 and not (last in _TENS.values() and 0 < small < 10):
            yield total + current
            total, current = 0.0, float(small)
        else:
            current += small
        last = float(size or small)
    yield total + current + half


def _counted(numeral: str) -> list[float]:
    """Values of a Chinese numeral: one, or one for each digit where they are only put side by side (三四)."""
    if numeral == "半":
        return [0.5]
    whole, _, part = numeral.partition("点")
    if not part and len(whole) > 1 and all(digit in _HAN_DIGITS for digit in whole):
        digits = [_HAN_DIGITS[digit] for digit in whole]
        return [float("".join(map(str, digits)))] if len(whole) > 2 else [*map(float, digits)]
    decimals = "".join(str(_HAN_DIGITS.get(digit, 0)) for digit in part)
    return [_composed(whole) + (float(f"0.{decimals}") if decimals else 0.0)]


def _composed(numeral: str) -> float:
    """三百五 is 350: a last digit right after 百, 千 or 万 counts the step below."""
    total, section, digit, below = 0, 0, 0, 1
    for character in numeral:
        if character in _HAN_DIGITS:
            digit = _HAN_DIGITS[character]
            below = 1 if digit == 0 else below
        elif character in _HAN_STEPS:
            section += (digit or 1) * _HAN_STEPS[character]
            digit, below = 0, _HAN_STEPS[character] // 10
        else:
            total = (total + max(section + digit, 1 if not total else 0)) * _HAN_LARGE[character]
            section, digit, below = 0, 0, _HAN_LARGE[character] // 10
    return float(total + section + digit * below)


def _is_pronoun(found: re.Match[str], read: str) -> bool:
    if found["words"] != "one" or found["unit"]:
        return False
    return bool(_PRONOUN.search(read[: found.start("words")]) or _NOUNLESS.match(read[found.end("words") :]))


def _word_spans(read: str) -> dict[int, tuple[int, str]]:
    """Start of its word, and the word, for each place of a Han character in ``read``."""
    out: dict[int, tuple[int, str]] = {}
    for run in chinese.HAN_RUN.finditer(read):
        at = run.start()
        for word in chinese.words(run[0]):
            out |= {place: (at, word) for place in range(at, at + len(word))}
            at += len(word)
    return out


def _is_word_part(found: re.Match[str], words: dict[int, tuple[int, str]]) -> bool:
    start, end = found.span("han")
    if found["unit"] or found["share"]:
        return False
    if found["han"] in _IDIOMS or (found["han"] == "一" and words.get(end, (0, " "))[1][:1] in _MEASURES):
        return True
    rest = {word.strip(_HAN + "半点") for place in (start, end - 1) for _, word in [words.get(place, (0, ""))]}
    return any(part and part not in UNITS and part not in _MEASURES for part in rest) or found["han"] == "半"
