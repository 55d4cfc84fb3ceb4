"""Claims known to be true or false of their evidence, made from a catalogue by rules: what the gate is measured on.

True claims are sentences of the evidence after an honest change: an adverb dropped, clauses in another order, a part
left out, the person or tense changed, common words replaced by their synonyms, two sentences made one, or a field of
the record in a sentence. None adds anything. Swapped ones are the same claims with the evidence of another item, every
second time one of the same category. Numbers are invented by changing one of a claim or adding one that stands nowhere
in its evidence. Items are dealt into two halves: thresholds were chosen on ``HALVES[0]`` and are judged on the other.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from recsys.columns import Items
from recsys.data import Dataset
from recsys.text.scripts import HAN, script_of
from recsys.words.contract import Claim, Evidence, Language
from recsys.words.evidence import evidence_of
from recsys.words.figures import figures
from recsys.words.gate import check

HALVES = ("chosen on", "held out")
SEED = 7

_ADVERBS = {
    "en": re.compile(
        r"\b(?:very|really|quite|just|actually|simply|so|too|completely|totally|extremely|pretty|absolutely|even|still)\s",
        re.IGNORECASE,
    ),
    "zh": re.compile("非常|特别|真的|确实|居然|竟然|简直|实在|挺|很|太|就|也|都|还"),
}
_SWAPS = {
    "en": [
        (r"\bI'm\b", "the reviewer is"),
        (r"\bI've\b", "the reviewer has"),
        (r"\bI\b", "the reviewer"),
        (r"\b[Mm]y\b", "their"),
        (r"\bme\b", "them"),
        (r"\bwas\b", "is"),
        (r"\bwere\b", "are"),
        (r"\bdidn't\b", "doesn't"),
        (r"\bhad\b", "has"),
    ],
    "zh": [("我们", "买家们"), ("我", "买家"), ("了", ""), ("你", "人")],
}
_SYNONYMS = {
    "en": [
        (r"\bgreat\b", "excellent"),
        (r"\bbig\b", "large"),
        (r"\bsmall\b", "little"),
        (r"\bquick(ly)?\b", r"fast"),
        (r"\bfilm\b", "movie"),
        (r"\bkids\b", "children"),
        (r"\bholds?\b", "keeps"),
        (r"\bstays?\b", "remains"),
        (r"\bsecond-hand\b", "used"),
        (r"\bloved?\b", "enjoyed"),
        (r"\bbuy\b", "purchase"),
        (r"\bbought\b", "purchased"),
        (r"\bbecause\b", "as"),
        (r"\bnever\b", "not once"),
        (r"\bsilent(ly)?\b", "quiet"),
        (r"\bstarts?\b", "begins"),
        (r"\bwithout\b", "with no"),
    ],
    "zh": [
        ("电影", "影片"),
        ("片子", "影片"),
        ("孩子", "小孩"),
        ("很好", "不错"),
        ("便宜", "实惠"),
        ("买", "入手"),
        ("漂亮", "好看"),
        ("安静", "静"),
        ("结实", "牢固"),
        ("妈妈", "母亲"),
        ("因为", "由于"),
        ("但是", "不过"),
        ("没有", "没"),
        ("用了", "使用了"),
        ("看", "观看"),
    ],
}
_SLOTS = {
    "en": {
        "price": ("It costs {}.", "The price is {}."),
        "brand": ("It is made by {}.", "The brand is {}."),
        "category": ("It belongs to {}.", "You find it under {}."),
        "year": ("It came out in {}.",),
        "minutes": ("It runs for {} minutes.",),
    },
    "zh": {
        "price": ("售价{}。", "价格是{}。"),
        "brand": ("品牌是{}。", "由{}出品。"),
        "category": ("属于{}。", "归在{}一类。"),
        "year": ("{}年上映。",),
        "minutes": ("片长{}分钟。",),
    },
}
_FIELDS_ZH = {
    "价格": "price",
    "品牌": "brand",
    "类别": "category",
    "分类": "category",
    "年份": "year",
    "片长": "minutes",
}
_INVENTED = {
    "en": ("It lasts {} hours.", "It comes with {} settings.", "It costs ${}.", "{}% of buyers keep it."),
    "zh": ("能用{}小时。", "有{}个档位。", "售价{}元。", "百分之{}的人留下了它。"),
}
_WORDS = {
    "en": ("three", "five", "seven", "eight", "nine", "eleven", "twelve", "twenty-three", "forty"),
    "zh": ("三", "五", "七", "八", "九", "十一", "二十三", "四十", "一百七十", "三千二百"),
}


@dataclass(frozen=True, slots=True)
class Pair:
    """One claim and the job it belongs to."""

    rule: str
    claim: Claim
    evidence: tuple[Evidence, ...]
    subject: str
    category: str
    item_id: str


@dataclass(frozen=True, slots=True)
class Rates:
    """Shares in [0, 1] for one language over several catalogues, and how many claims each rests on."""

    passes_true: float
    rejects_swapped: float
    rejects_numbers: float
    n_true: int
    n_swapped: int
    n_numbers: int


def rates(datasets: list[Dataset], language: Language, half: str = HALVES[1]) -> Rates:
    """What the gate does with the claims of one half of the items of ``datasets``, all taken together."""
    made = [true_pairs(data, language, half) for data in datasets]
    true = [pair for pairs in made for pair in pairs]
    swaps = [pair for pairs in made for pair in swapped(pairs)]
    wrong = [pair for pairs in made for pair in with_numbers(pairs, language)]
    return Rates(
        sum(stands(pair) for pair in true) / len(true),
        sum(not stands(pair) for pair in swaps) / len(swaps),
        sum(not stands(pair) for pair in wrong) / len(wrong),
        len(true),
        len(swaps),
        len(wrong),
    )


def stands(pair: Pair) -> bool:
    """Whether the gate lets the claim through."""
    return not check((pair.claim,), pair.evidence, pair.subject)[0].struck


def true_pairs(data: Dataset, language: Language, half: str) -> list[Pair]:
    """Every rule once for each item of ``half`` that it can be used on, on sentences drawn with a fixed seed."""
    rng = random.Random(SEED)
    columns = (Items.TITLE_ZH, Items.CATEGORY_ZH) if language == "zh" else (Items.TITLE, Items.CATEGORY)
    out = []
    for row in range(HALVES.index(half), data.n_items, 2):
        evidence = evidence_of(data, row, language)
        subject, category = (data.field(row, column) for column in columns)
        for rule, claim in _claims(evidence, language, rng):
            out.append(Pair(rule, claim, evidence, subject, category, data.item_ids[row]))
    return out


def swapped(pairs: list[Pair]) -> list[Pair]:
    """Each claim with the evidence of another item, citing as many sentences, of the same sources, as it did.

    Every second other item is of the same category. Slot sentences that happen to be true of the other item are left
    out: two things of one brand.
    """
    rng = random.Random(SEED)
    jobs = list({pair.item_id: pair for pair in pairs}.values())
    out = []
    for n, pair in enumerate(pairs):
        others = [job for job in jobs if job.item_id != pair.item_id]
        alike = [job for job in others if job.category == pair.category]
        other = rng.choice(alike if n % 2 and alike else others)
        cited = [one for one in pair.evidence if one.evidence_id in pair.claim.cites]
        cites = tuple(_twin(one, other.evidence, rng) for one in cited)
        theirs = {one.text for one in other.evidence if one.evidence_id in cites}
        if all(cites) and not theirs & {one.text for one in cited}:
            claim = replace(pair.claim, cites=cites)
            kind = "same category" if other.category == pair.category else "other category"
            out.append(
                Pair(f"{pair.rule}, {kind}", claim, other.evidence, other.subject, other.category, other.item_id)
            )
    return out


def some(data: Dataset, n: int) -> Dataset:
    """Only ``n`` items, evenly spaced."""
    items = data.items.iloc[:: max(1, data.n_items // n)].reset_index(drop=True)
    return Dataset.from_tables(data.name, items, data.events, synthetic=data.synthetic)


def _twin(one: Evidence, others: tuple[Evidence, ...], rng: random.Random) -> str:
    """A sentence of another item from the same sort of source; the same field for a field."""
    name = _field(one)[0]
    alike = [other for other in others if _field(other)[0] == name and (other.source[:6] == one.source[:6])]
    return rng.choice(alike).evidence_id if alike else ""


def with_numbers(pairs: list[Pair], language: Language) -> list[Pair]:
    """Each claim with a number changed where it has one, and with a made-up number added, in digits or in words."""
    rng = random.Random(SEED)
    out = []
    for pair in pairs:
        texts = [one.text for one in pair.evidence] + [pair.subject]
        known = {figure.value for text in texts for figure in figures(text)}
        new = _unseen(known, language, rng)
        added = rng.choice(_INVENTED[language]).format(new)
        text = f"{pair.claim.text}{'' if language == 'zh' else ' '}{added}"
        out.append(replace(pair, rule="number added", claim=replace(pair.claim, text=text)))
        if re.search(r"\d", pair.claim.text):
            text = re.sub(r"\d+(?:[.,]\d+)*", _unseen(known, "", rng), pair.claim.text, count=1)
            out.append(replace(pair, rule="number changed", claim=replace(pair.claim, text=text)))
    return out


def _unseen(known: set[float], language: str, rng: random.Random) -> str:
    """A number in digits or in words whose value is not in ``known``."""
    while True:
        digits = rng.choice((f"{rng.randint(2, 99)}", f"{rng.randint(100, 9999):,}", f"{rng.uniform(1, 99):.2f}"))
        text = rng.choice(_WORDS[language]) if language and rng.random() < 0.4 else digits
        if not {figure.value for figure in figures(text)} & known:
            return text


def _claims(evidence: tuple[Evidence, ...], language: Language, rng: random.Random) -> Iterator[tuple[str, Claim]]:
    written = [one for one in evidence if not _field(one)[0] and (script_of(one.text) == HAN) == (language == "zh")]
    for rule, change in _RULES.items():
        for one in rng.sample(written, len(written)):
            text = change(one.text, language)
            if text and (text != one.text or rule == "verbatim"):
                yield rule, Claim(text, (one.evidence_id,))
                break
    if len(written) > 1:
        one, two = rng.sample(written, 2)
        yield "two made one", Claim(_merged(one.text, two.text, language), (one.evidence_id, two.evidence_id))
    for one in evidence:
        name, value = _field(one)
        if name in _SLOTS[language]:
            yield "slot", Claim(rng.choice(_SLOTS[language][name]).format(value), (one.evidence_id,))


def _field(one: Evidence) -> tuple[str, str]:
    """Name and value of a field of the record; two empty texts for a sentence."""
    if one.source != "record":
        return "", ""
    name, _, value = one.text.partition("：" if "：" in one.text else ":")
    return _FIELDS_ZH.get(name.strip(), name.strip().lower()), value.strip()


def _without_adverbs(text: str, language: Language) -> str:
    return _upper(_ADVERBS[language].sub("", text))


def _reordered(text: str, language: Language) -> str:
    comma = "，" if language == "zh" else ", "
    first, found, rest = text.rstrip(".。!！").partition(comma)
    return _upper(rest) + comma + _lower(first) + ("。" if language == "zh" else ".") if found else ""


def _shortened(text: str, language: Language) -> str:
    """The longest clause, where a text has several and that one says enough to be a sentence."""
    parts = [part.strip() for part in re.split(r"[，；：]|[,;:](?!\d)", text.rstrip(".。!！"))]
    longest = max(parts, key=len)
    enough = len(longest) >= (8 if language == "zh" else 25)
    return _upper(longest) + ("。" if language == "zh" else ".") if len(parts) > 1 and enough else ""


def _other_person(text: str, language: Language) -> str:
    return "" if re.search('[“"]', text) else _upper(_replaced(text, _SWAPS[language]))


def _synonyms(text: str, language: Language) -> str:
    return "" if re.search('[“"]', text) else _upper(_replaced(text, _SYNONYMS[language]))


def _reported(text: str, language: Language) -> str:
    return f"有人说{text}" if language == "zh" else f"One reviewer says that {_lower(text)}"


def _replaced(text: str, changes: list[tuple[str, str]]) -> str:
    for old, new in changes:
        text = re.sub(old, new, text)
    return text


def _merged(one: str, two: str, language: Language) -> str:
    if language == "zh":
        return f"{one.rstrip('。！!')}，而且{two}"
    return f"{one.rstrip('.!')}, and {_lower(two)}"


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lower(text: str) -> str:
    """Small first letter, unless the first word is a name or "I"."""
    first = text.split(" ", 1)[0]
    return (
        text if first in ("I", "I'm", "I've", "I'd") or first[1:] != first[1:].lower() else text[:1].lower() + text[1:]
    )


_RULES: dict[str, Callable[[str, Language], str]] = {
    "verbatim": lambda text, language: text,
    "adverb dropped": _without_adverbs,
    "clauses in another order": _reordered,
    "a part left out": _shortened,
    "another person or tense": _other_person,
    "synonyms": _synonyms,
    "reported": _reported,
}
