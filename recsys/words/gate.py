"""Nothing unsupported reaches the reader: a claim that says more than the evidence it cites is struck."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from recsys.models.bm25 import terms
from recsys.text import chinese
from recsys.text.scripts import HAN, HAN_CLASS, script_of
from recsys.words.contract import Claim, Evidence
from recsys.words.evidence import is_record
from recsys.words.figures import REMEMBERED, figures, plain, unsupported
from recsys.words.nearness import is_near, telling_words

_LINK = re.compile(
    r"https?:|www\.|\b[\w.+-]+@[\w-]+\.\w|\b[\w-]+\.(?:com|net|org|io|cn|co|app|shop|info|ru|xyz)\b", re.IGNORECASE
)
_MARKUP = re.compile(
    r"</?[a-z!][^>]*>|\]\(|!\[|```|`[^`]+`|\*\*|__\w|^\s*(?:#{1,6}|>)\s|[{}]|&\w+;|\|\s*-{3}", re.IGNORECASE
)
_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b[\w\s]{0,20}\b(?:instruction|prompt|rule|above|previous|prior)"
    r"|\b(?:system|developer)\s+(?:prompt|message)|\bas\s+an?\s+(?:ai|(?:large\s+)?language\s+model)\b"
    r"|\bclick\s+(?:here|the|on|this)\b|\b(?:buy|order|call|subscribe|sign\s+up|visit\s+us)\s+(?:it\s+)?(?:now|today|us)\b"
    r"|\b(?:use|enter)\s+(?:the\s+)?(?:promo\s+)?code\b|\byou\s+are\s+(?:now\s+)?(?:an?\s+)?(?:assistant|ai|chatbot)\b"
    r"|(?:忽略|无视|忘记|不要理会)[^，。]{0,8}(?:指令|指示|提示|规则|要求|说明|内容)|系统提示|作为一?个?(?:ai|人工智能|语言模型|助手)"
    r"|点击(?:这里|此处|链接|下方)|(?:加|添加)(?:我的?)?微信|扫码|扫描二维码|立即(?:购买|下单)|马上(?:购买|下单)|快来(?:购买|下单)",
    re.IGNORECASE,
)
_NO_NAMES = frozenset({"i", "i'm", "i've", "i'd", "i'll", "ok", "a"})
_LATIN = r"A-Za-z\u00c0-\u024f"
_LATIN_WORD = re.compile(rf"(?<![{_LATIN}\d])[{_LATIN}](?:[{_LATIN}\d]|[-'’&.](?=[{_LATIN}\d]))*")
_PART = re.compile(rf"[{_LATIN}\d]+(?:'[{_LATIN}]+)?")
_OPENING = re.compile(r"(?:^|[.!?:;…。！？：；\n]|(?:^|\s)[\"“‘(\[«-])[\s\"“”’)\]»–—-]*$")
_QUOTED = re.compile(r"[“\"「『《〈«]([^“”\"「」『』《》〈〉«»]{2,})[”\"」』》〉»]")
_NAMING = re.compile(r"title|name|brand|maker|author|director|标题|名|品牌|作者|导演", re.IGNORECASE)
_NOT = frozenset(re.findall(r"\w+", "not no never without neither nor cannot hardly barely isnt doesnt"))
_NOT_HAN = frozenset(
    re.findall(
        r"\w+", "不 没 没有 无 未 别 不是 不会 不能 不够 不太 不怎么 并不 从不 毫无 并非 绝不 不再 不用 不必 没了"
    )
)
_TOKEN = re.compile(rf"[{HAN_CLASS}]+|[^\W_{HAN_CLASS}]+(?:['’-][^\W_{HAN_CLASS}]+)*|[^\w\s]")
_REACH = 2
"""Telling words after a "not" that it turns round."""
FRAME = 3
"""Words that a sentence may put around a field of a record: it costs, 片长."""


@dataclass(frozen=True, eq=False)
class _Sources:
    """The evidence of one job, and what may be named anyway."""

    all: Sequence[Evidence]
    subject: str
    by_id: dict[str, Evidence]

    def cited(self, claim: Claim) -> list[Evidence]:
        return [self.by_id[name] for name in dict.fromkeys(claim.cites) if name in self.by_id]


def check(claims: Sequence[Claim], evidence: Sequence[Evidence], subject: str = "") -> tuple[Claim, ...]:
    """``claims`` in their order, each with the reason why it is struck, or "" where it stands.

    One stands when all of this holds:

    1. it cites evidence, and only such that is there;
    2. it holds no link, markup, order to whoever reads it, or id of evidence;
    3. every number in it occurs in what it cites, in value and, where both name one, in unit; every name, and every
       quotation, occurs there or in ``subject``; the numbers of ``subject`` may be said with all of ``subject``;
    4. what is denied in it is not affirmed in what it cites, nor the other way round; where it cites fields of the
       record alone, the value of one is in it;
    5. it is near what it cites (:func:`recsys.words.nearness.is_near`); from fields alone, it adds ``FRAME`` words at
       most.

    A rule of thumb cannot prove a sentence true: how many wrong ones it lets through is measured, see
    docs/decisions.md. Claims struck before keep their reason. Evidence is only compared, never obeyed.
    """
    sources = _Sources(evidence, subject, {one.evidence_id: one for one in evidence})
    return tuple(claim if claim.struck else replace(claim, struck=_reason(claim, sources)) for claim in claims)


def _reason(claim: Claim, sources: _Sources) -> str:
    return next(filter(None, _objections(claim, sources)), "")


def _objections(claim: Claim, sources: _Sources) -> Iterator[str]:
    """One sentence for each rule that the claim breaks, "" for each that it keeps; the cheap ones first."""
    cited = sources.cited(claim)
    texts = [one.text for one in cited]
    yield _of_citing(claim, sources)
    yield _of_form(claim, sources)
    yield _of_numbers(claim, texts, sources)
    yield _of_quotations(claim, texts, sources)
    yield _of_names(claim, texts, sources)
    yield _of_fields(claim, cited)
    yield _of_denial(claim, texts)
    supported = _is_frame(claim, cited, sources) if all(map(is_record, cited)) else is_near(claim.text, texts)
    yield "" if supported else "Its sources do not say this."


def _of_citing(claim: Claim, sources: _Sources) -> str:
    if not claim.text.strip():
        return "It says nothing."
    if not claim.cites:
        return "It names no source."
    unknown = [name for name in claim.cites if name not in sources.by_id]
    return f"It names a source that is not there: {unknown[0]}." if unknown else ""


def _of_form(claim: Claim, sources: _Sources) -> str:
    if _LINK.search(claim.text):
        return "It contains a link."
    if _MARKUP.search(claim.text):
        return "It contains markup."
    if _ORDERS.search(plain(claim.text)):
        return "It gives orders instead of saying something."
    words = set(re.findall(r"\w+(?:\.\w+)*", claim.text))
    known = words & sources.by_id.keys()
    quoted = {name for name in known if any(name in one.text for one in sources.cited(claim))}
    return "It repeats the id of a source." if known - quoted else ""


def _of_numbers(claim: Claim, texts: Sequence[str], sources: _Sources) -> str:
    said = plain(claim.text)
    if sources.subject:
        said = said.replace(plain(sources.subject), " ")
    found = unsupported(said, texts)
    return f"Its sources do not have the number {found.written}." if found else ""


def _of_quotations(claim: Claim, texts: Sequence[str], sources: _Sources) -> str:
    known = " ".join(map(_squeezed, [*texts, sources.subject]))
    missing = [said for said in _QUOTED.findall(claim.text) if _squeezed(said).strip(" .,!?。，！？") not in known]
    return f"Its sources do not have the words “{missing[0]}”." if missing else ""


def _squeezed(text: str) -> str:
    return " ".join(plain(text).replace("’", "'").split())


def _of_names(claim: Claim, texts: Sequence[str], sources: _Sources) -> str:
    known = {part for text in (*texts, sources.subject) for part in _parts(text)}
    missing = [name for name in _names(claim.text, sources) if not set(_parts(name)) <= known]
    missing += _named_others(claim, texts, sources)
    return f"Its sources do not have the name {missing[0]}." if missing else ""


def _parts(text: str) -> list[str]:
    """Words of ``text`` as names are compared: in small letters, without ’s, hyphenated ones in parts."""
    return [re.sub("'s?$", "", word) for word in _PART.findall(plain(text).replace("’", "'"))]


def _names(text: str, sources: _Sources) -> Iterator[str]:
    """Words that look like names: with a capital inside a sentence, or Latin among Chinese.

    The first word of a sentence is one when the next is, when it has a capital or digit further in, or when it is
    known as a name from elsewhere in the evidence. Numbers with their units have been looked at already.
    """
    found = list(_LATIN_WORD.finditer(text))
    is_chinese = script_of(text) == HAN
    units = {figure.unit for figure in figures(text)} if is_chinese else set()
    for place, word in enumerate(found):
        name = word[0]
        if plain(name) in _NO_NAMES | units or (name.islower() and (not is_chinese or len(name) == 1)):
            continue
        if _OPENING.search(text[: word.start()]) and not is_chinese:
            following = found[place + 1] if place + 1 < len(found) else None
            beside = following is not None and following.start() == word.end() + 1 and following[0][0].isupper()
            grammar = not telling_words(name) or following is not None and plain(following[0]) in _NO_NAMES
            if not (_is_odd(name) or (beside and not grammar) or _is_known_name(name, sources)):
                continue
        if any(character.isupper() for character in name) or is_chinese:
            yield name


def _is_odd(name: str) -> bool:
    """Written as no common word is: iPhone, GPS, X100."""
    return len(name) > 1 and any(character.isupper() or character.isdigit() for character in name[1:])


def _is_known_name(name: str, sources: _Sources) -> bool:
    """Whether evidence writes it with a capital inside a sentence, and never small."""
    spelt = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)
    found = [(one.text, match) for one in sources.all for match in spelt.finditer(one.text)]
    inside = [match for text, match in found if not _OPENING.search(text[: match.start()])]
    return any(match[0][0].isupper() for match in inside) and not any(match[0].islower() for _, match in found)


def _named_others(claim: Claim, texts: Sequence[str], sources: _Sources) -> list[str]:
    """Titles, brands and people of the record that the claim names and what it cites does not."""
    fields = [one.text.partition(": ") for one in sources.all if is_record(one)]
    names = [plain(value) for name, _, value in fields if _NAMING.search(name) and len(value) > 1]
    said, known = plain(claim.text), plain(" ".join([*texts, sources.subject]))
    return [name for name in names if name in said and name not in known and script_of(name) == HAN]


def _of_fields(claim: Claim, cited: Sequence[Evidence]) -> str:
    if not all(map(is_record, cited)):
        return ""
    values = [one.text.partition(": ")[2] for one in cited]
    return "" if any(_says(claim.text, value) for value in values) else "It does not say what the record says."


def _is_frame(claim: Claim, cited: Sequence[Evidence], sources: _Sources) -> bool:
    """Whether a claim adds at most ``FRAME`` words, and one for each further field, to those of the fields it cites."""
    known = {word for text in (*(one.text for one in cited), sources.subject) for word in terms(text)}
    added = {word for word in terms(claim.text) if word not in known and telling_words(word)}
    return len(added) < FRAME + len(cited)


def _says(text: str, value: str) -> bool:
    """Whether ``text`` has one of the values, separated by commas, of a field: its numbers, or all its words."""
    wanted = figures(value)
    if wanted and not telling_words(re.sub(r"\d", "", plain(value))):
        return any(one.same(other) for one in wanted for other in figures(text))
    known = set(telling_words(text))
    parts = [part for part in re.split(r"[,，、|]", value) if part.strip()]
    return any(plain(part).strip() in plain(text) or set(telling_words(part) or [""]) <= known for part in parts)


def _of_denial(claim: Claim, texts: Sequence[str]) -> str:
    if claim.text in texts:
        return ""
    said, known = _denials(claim.text), [_denials(text) for text in texts]
    for stem, denied in said.items():
        readings = {reading for text in known for reading in text.get(stem, ())}
        if len(denied) == 1 and readings and not denied.keys() & readings:
            return f"Its sources say the opposite about “{next(iter(denied.values()))}”."
    return ""


@lru_cache(maxsize=REMEMBERED)
def _denials(text: str) -> dict[str, dict[bool, str]]:
    """Each telling word of ``text``, by its stem and by whether it stands denied there, as it is written."""
    out: dict[str, dict[bool, str]] = {}
    left = 0
    for token in _words(plain(text).replace("’", "'")):
        if token in _NOT or token in _NOT_HAN or token.endswith("n't"):
            left = _REACH
        elif not token[0].isalnum():
            left = 0
        elif token not in chinese.FUNCTION_WORDS:
            for stem in [token] if chinese.HAN_RUN.match(token) else telling_words(token):
                out.setdefault(stem, {})[left > 0] = token
                left -= 1
    return out


def _words(text: str) -> Iterator[str]:
    for run in _TOKEN.findall(text):
        yield from chinese.words(run) if chinese.HAN_RUN.match(run) else (run,)
