"""A request in everyday words as bounds and a wish: "quiet headphones under $150" is a price and two words of taste."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from math import inf

from recsys.data import Dataset
from recsys.words.amounts import AMOUNT, DECADE, Amount, amount, decade
from recsys.words.filters import Column, Filter, columns_of

NEAR = 0.2
"""Around an amount means so much more or less of it; around a year, ``NEAR_YEARS``."""
NEAR_YEARS = 3
MAX_READ = 400
"""Characters in which bounds are looked for; the rest of a longer text is taken as words."""

_NO = (
    r"(?P<no>(?:\b(?:nothing|not|never|no|don['’]?t\s+want(?:\s+anything)?)"
    r"\s+(?:(?:anything|films?|movies?|things?|items?|ones?|products?)\s+)?|不要|不能|不可以|不想要?|别|不))?"
)
_LEAD = (
    r"(?:(?:\b(?:that['’]?s|(?:that|which)\s+(?:is|are|costs?|lasts?|runs?)|costing|priced(?:\s+at)?|for|at|is|are"
    r"|(?:with\s+)?(?:a\s+)?(?:price|budget|length|runtime|running\s+time)(?:\s+(?:of|is))?"
    r"|lasting|running|made|released|shot|filmed|from|and|but)\s+)"
    r"|(?:价格|价钱|售价|价位|单价|时长|片长|年份|价|要|在|而且|并且|且|和)\s?){0,3}"
)
_TAIL = r"(?:\s+(?:long|in\s+(?:total|price|length)|each|in\s+total)\b)?(?:的(?!话))?"

_BEFORE_IT = {
    "most": r"under|below|less\s+than|lower\s+than|cheaper\s+than|at\s+(?:the\s+)?most|up\s+to|max(?:imum)?(?:\s+of)?:?"
    r"|within|shorter\s+than|(?:my\s+)?budget(?:\s+(?:is|of))?:?|<=?|≤|最多|至多|顶多|最高|最长|低于|少于|小于|短于"
    r"|便宜[于过]|不到|预算(?:是|为|在|：|:)?|控制在",
    "least": r"over|above|more\s+than|higher\s+than|at\s+least|min(?:imum)?(?:\s+of)?:?|exceeding|longer\s+than"
    r"|starting\s+at|upwards\s+of|more\s+expensive\s+than|pricier\s+than|>=?|≥|至少|最少|起码|最低|超过|高于|大于|多于|长于|贵于",
    "before": r"before|prior\s+to|earlier\s+than|older\s+than|pre-?|早于",
    "after": r"after|later\s+than|newer\s+than|more\s+recent\s+than|post-?|晚于",
    "since": r"since|from(?=\s+\S+\s+on)",
    "near": r"around|about|approximately|approx\.?|roughly|circa|ca\.|~|≈|大约|大概|约|差不多",
}
_AFTER_IT = {
    "most": r"以下|以内|之内|之下|以里|内|封顶"
    r"|\s?(?:or\s+(?:less|under|cheaper|below|shorter)(?!\s*[\d$€£¥])|max(?:imum)?|tops|at\s+most)\b",
    "least": r"以上|之上|往上|起(?![来床司点])|\+"
    r"|\s?(?:(?:or|and)\s+(?:more|over|above|up|longer)(?!\s*[\d$€£¥])|plus)\b",
    "near": r"左右|上下|\s?or\s+so\b",
    "before": r"以前|之前|前",
    "after": r"之后",
    "since": r"以后|以来|后|\s?(?:(?:or|and)\s+(?:later|newer|after|onwards?)(?!\s*\d)|on(?:wards?)?)\b",
    "until": r"\s?(?:or|and)\s+(?:earlier|older|before)(?!\s*\d)\b",
}
_FLIPPED = {"most": "least", "least": "most", "before": "since", "after": "until"}


def _any_of(table: dict[str, str], name: str) -> str:
    return "|".join(f"(?P<{name}_{how}>{words})" for how, words in table.items())


_FLAGS = re.IGNORECASE
_WORD_START = r"(?<![A-Za-z])"
_IS = rf"(?P<one>(?:the\s+)?{DECADE}|{AMOUNT})"
_PREFIXED = re.compile(
    rf"{_LEAD}{_NO}{_WORD_START}(?:{_any_of(_BEFORE_IT, 'pre')})\s?{_IS}"
    rf"(?P<end>\s?(?:{_any_of(_AFTER_IT, 'suf')}))?{_TAIL}",
    _FLAGS,
)
_SUFFIXED = re.compile(rf"{_LEAD}{_NO}{_IS}\s?(?:{_any_of(_AFTER_IT, 'suf')}){_TAIL}", _FLAGS)
_JOIN = r"\s*(?:to|and|till|until|or|&|-|–|—|~|到|至|和|与|、)\s*"
_RANGE = re.compile(
    rf"{_LEAD}(?P<lead>(?:\b(?:between|from)\s+|介于|在|从))?(?P<low>{AMOUNT})\s*(?:to|and|till|until|-|–|—|~|到|至|和|与)\s*"
    rf"(?P<high>{AMOUNT})(?P<within>之间|以内)?{_TAIL}",
    _FLAGS,
)
_DECADES = re.compile(
    rf"{_LEAD}(?:\b(?:in|of|during|between)\s+)?(?P<the>the\s+)?(?P<low>{DECADE})"
    rf"(?:{_JOIN}(?:the\s+)?(?P<high>{DECADE}))?(?![\s-]*(?:style|vibe|look|music|nostalgia|inspired|retro|风格|风|感))(?:之间)?{_TAIL}",
    _FLAGS,
)
_IN_A_YEAR = re.compile(
    r"(?:\b(?:made|released|shot|filmed)\s+)?\b(?:(?:from|(?<=made )in|(?<=released )in)\s+)"
    r"(?P<one>(?:18[89]|19\d|20[0-4])\d)(?!\d|\s*(?:to|-|on))"
    r"|(?P<two>(?:18[89]|19\d|20[0-4])\d)\s?年(?:的|出品的?|上映的?)(?=[老片电影新])",
    _FLAGS,
)

_NOT_A_BOUND = re.compile(r"(?:\b(?:my|his|her|their|your|no|not|without)|不要|别|不)\s*(?:the\s*)?$", re.IGNORECASE)
_OTHER_THINGS = re.compile(
    r"(?:sizes?|aged?|ages?|waist|eu|us|uk|model|type|air|mad|part|chapter|kids?|child(?:ren)?|bab(?:y|ies)|toddlers?|boys?"
    r"|girls?|people|adults?|seniors?|anyone|those|players?|码|号|第|岁)\s*$",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"\s*(?:$|[，。,;；.!?！？、:()（）\n]|(?:with|and|for|but|that|which|please|or|in|to|from|no|not|without|if|it|made|on|as|also"
    r"|plus|only|ideally|preferably|though|while|when|budget|is|an?|the|i|by)\b|的)|的",
    re.IGNORECASE,
)
_OTHER_UNIT = re.compile(
    r"\s?(?:km|kms|kilo\w*|miles?|mi|met(?:er|re)|m|cm|mm|inch|in|ft|feet|foot|kg|g|gram|lbs?|pounds?|oz|ounce|lit(?:er|re)|l|ml"
    r"|mah|w|watt|v|volt|lumen|gb|tb|mb|mp|hz|db|decibel|mph|kmh|star|point|percent|year|day|night|week|month|hour|minute|second"
    r"|people|men|women|person|piece|degree|step|page|player|season|episode|part|volume)\b|[%°\"'”’″′/:.-]?\w|[%°\"”″/]",
    re.IGNORECASE,
)
_NEXT_WORD = re.compile(r"\s+([A-Za-z'-]+)")
_EDGES = re.compile(
    r"^(?:\s|[,;，；、。.:：]|(?:and|but|or)\b|(?:而且|并且|且))+"
    r"|(?:\s|[,;，；、:：]|\b(?:and|but|or)(?=\s*$)|而且$|并且$)+$",
    _FLAGS,
)
_WIDE = str.maketrans("０１２３４５６７８９．＄￥－～＋", "0123456789.$¥-~+")
_MIGHT = re.compile(
    r"\d|[零〇一二两三四五六七八九十百千万半]|hour|ies\b|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    r"\w+teen|\w+ty|hundred|thousand)\b",
    _FLAGS,
)


@dataclass(frozen=True, slots=True)
class Request:
    """A typed text as bounds and the wish that is left."""

    wish: str
    """The text without the words of ``filters``; as it stands when there are none."""
    filters: tuple[Filter, ...] = ()
    """In the order they were said."""
    unmet: tuple[str, ...] = ()
    """A sentence for each bound that this catalogue knows nothing about; its words stay in the wish."""


def request_of(text: str, data: Dataset) -> Request:
    """Split ``text`` into bounds on the numbers that ``data`` has and the wish that is left.

    A rule, not a model, for English and Chinese: it takes out a phrase only when it understands the whole of it, so a
    size, a model's number or a distance stays in the wish. A bare amount is a price where the data has prices. "under"
    and "at most" include the amount, "before" and "after" a year do not. Never raises.

    >>> from recsys import load  # doctest: +SKIP
    >>> request_of("quiet headphones under 150", load("shop")).wish  # doctest: +SKIP
    'quiet headphones'
    """
    return _request(text, columns_of(data))


@lru_cache(maxsize=2048)
def _request(text: str, columns: tuple[Column, ...]) -> Request:
    wish, found, unmet = text, [], []
    for _ in range(4):  # what stands together after a phrase is gone may be a phrase itself
        read = _Reading(wish, columns)
        found += read.filters
        unmet += [sentence for sentence in read.unmet if sentence not in unmet]
        if not read.filters:
            break
        wish = read.rest
    return Request(wish, tuple(found), tuple(unmet))


class _Reading:
    """One pass over a text: the bounds in it, and what is left."""

    def __init__(self, text: str, columns: tuple[Column, ...]) -> None:
        self.text = text
        self.left = text[:MAX_READ].translate(_WIDE)
        """What has not been understood yet, of the same length: what has is blanked out."""
        self.columns = {column.kind: column for column in reversed(columns)}
        self.named = {column.name.lower(): column for column in columns if column.kind == "number"}
        self.spans: list[tuple[int, int, Filter]] = []
        self.unmet: list[str] = []
        if _MIGHT.search(self.left):
            for pattern, read in (
                (_RANGE, self._range),
                (_PREFIXED, self._bound),
                (_SUFFIXED, self._bound),
                (_DECADES, self._decades),
                (_IN_A_YEAR, self._year),
            ):
                for match in list(pattern.finditer(self.left)):
                    self._take(match, *read(match))

    @property
    def filters(self) -> list[Filter]:
        return [said for _, _, said in sorted(self.spans, key=lambda span: span[0])]

    @property
    def rest(self) -> str:
        """The text without what was understood, in single spaces."""
        kept, at = [], 0
        for start, end, _ in sorted(self.spans, key=lambda span: span[0]):
            kept.append(self.text[at:start])
            at = end
        joined = " ".join(part.strip() for part in (*kept, self.text[at:]))
        closed = re.sub(r"\s+([,;，；、。.])", r"\1", re.sub(r"([,，;；、])[\s,，;；、]+(?=[,，;；、])", "", joined))
        tight = re.sub(r"(?<=[\u3400-\u9fff，。、；])\s+(?=[\u3400-\u9fff，。、；])", "", closed)
        return _EDGES.sub("", re.sub(r"\s+", " ", tight))

    def _take(self, match: re.Match[str], low: float, high: float, kind: str, coin: str = "") -> None:
        """Keep a bound that makes sense, and say which column is missing where the words are clear."""
        start, end = match.span()
        start += len(match.group()) - len(match.group().lstrip())
        end -= len(match.group()) - len(match.group().rstrip())
        column = self.named.get(kind) or self.columns.get(kind)  # type: ignore[call-overload]
        if not kind or "\x00" in self.left[start:end] or low > high:
            return
        said = self.text[start:end]
        if column is None:
            self._miss(kind, coin, said)
            return
        self.spans.append((start, end, Filter(column.name, low, high, said, column.kind, column.sign, coin)))
        self.left = f"{self.left[:start]}{chr(0) * (end - start)}{self.left[end:]}"

    def _miss(self, kind: str, coin: str, said: str) -> None:
        """A length is missed only where things have a year: "30 hours of battery" is no length of a product."""
        nobody = {"price": "what things cost", "minutes": "how long things last"}.get(kind)
        if nobody and (coin or (kind == "minutes" and "year" in self.columns)):
            self.unmet.append(f"This data does not say {nobody}, so “{said.strip()}” hides nothing")

    # --- patterns -----------------------------------------------------------------------------------------------------

    def _bound(self, match: re.Match[str]) -> tuple[float, float, str, str]:
        """Read a bound with one amount."""
        hows = [
            name.split("_")[1] for name, words in match.groupdict().items() if words and name[:4] in ("pre_", "suf_")
        ]
        how = hows[0]
        if len(hows) > 1 and "near" in hows:
            how = next((one for one in hows if one != "near"), "near")
        if match["no"]:
            how = _FLIPPED.get(how, "")
        one = match["one"]
        if re.fullmatch(rf"(?:the\s+)?{DECADE}", one, _FLAGS):
            return (*_years(how, *decade(one)), "year", "")
        said = amount(one)
        kind = self._kind(match, said, how)
        return (*_ends(how, said, kind), kind, said.coin)

    def _kind(self, match: re.Match[str], said: Amount, how: str) -> str:
        """What the amount counts; "" where it is something else."""
        if how in ("before", "after", "since", "until"):
            return "year" if said.like_a_year else ""
        if said.what == "minutes" and how == "near" and not self._ends_at(match.end()):
            return ""  # a film about two hours in a bank
        if said.what != "bare":
            return said.what
        if how == "near" and said.like_a_year:
            return "year" if "year" in self.columns else ""
        return "" if "about" in match.group().lower() else self._bare(match)  # a book about 7 sisters

    def _bare(self, match: re.Match[str]) -> str:
        """A number without a unit: a price, unless the words around it make it something else."""
        before, after = self.left[: match.start()], self.left[match.end() :]
        named = _NEXT_WORD.match(after)
        for name in (named.group(1).lower(), named.group(1).lower().rstrip("s")) if named else ():
            if name in self.named:
                return name
        if _OTHER_THINGS.search(before):
            return ""
        if match.group().rstrip()[-1] in "下内上右前后间的顶起" or _GOES_ON.match(after):
            return "price"
        if _OTHER_UNIT.match(after) or named is None:
            return ""
        word = named.group(1).lower()
        clear = match["one"][:1].isdigit() and amount(match["one"]).value >= 20
        return "price" if clear and not word.endswith("s") else ""

    def _ends_at(self, place: int) -> bool:
        return bool(_GOES_ON.match(self.left[place:])) and not re.match(r"\s*(?:in|on|of|with)\b", self.left[place:])

    def _range(self, match: re.Match[str]) -> tuple[float, float, str, str]:
        """Read a bound with two amounts."""
        low, high = amount(match["low"]), amount(match["high"])
        what = {low.what, high.what} - {"bare"}
        if low.like_a_year and high.like_a_year and what <= {"year"} and ("year" in self.columns or what):
            return low.value, high.value, "year", ""
        if len(what) > 1:
            return 0, 0, "", ""
        kind = next(iter(what), "")
        lead = match.group()[: match.start("low") - match.start()]
        if not kind and (match["within"] or re.search(r"between|介于|价|price|budget", lead, _FLAGS)):
            clear = match["within"] or _GOES_ON.match(self.left[match.end() :])
            kind = "price" if clear and not _OTHER_THINGS.search(self.left[: match.start()]) else ""
        scale = high.scale if low.what == "bare" and kind == "minutes" else 1.0
        return low.value * scale, high.value, kind, low.coin or high.coin

    def _decades(self, match: re.Match[str]) -> tuple[float, float, str, str]:
        """Read the years of one decade, or from one to another."""
        low, high = decade(match["low"]), decade(match["high"] or match["low"])
        risky = re.fullmatch(r"['’]?[234]0['’]?s", match["low"]) and not match["the"]
        if _NOT_A_BOUND.search(self.left[: match.start()] + (match["the"] or "")) or (risky and not match["high"]):
            return 0, 0, "", ""
        return min(low[0], high[0]), max(low[1], high[1]), "year", ""

    def _year(self, match: re.Match[str]) -> tuple[float, float, str, str]:
        year = float(match["one"] or match["two"])
        return year, year, "year", ""


def _years(how: str, first: float, last: float) -> tuple[float, float]:
    """The years that a decade or a year bounds."""
    ends = {
        "before": (-inf, first - 1),
        "most": (-inf, last),
        "until": (-inf, last),
        "after": (last + 1, inf),
        "since": (first, inf),
        "least": (first, inf),
        "near": (first - NEAR_YEARS, last + NEAR_YEARS),
    }
    return ends.get(how, (inf, -inf))


def _ends(how: str, said: Amount, kind: str) -> tuple[float, float]:
    if kind == "year":
        return _years(how, said.value, said.value)
    if how == "near":
        return round(said.value * (1 - NEAR), 2), round(said.value * (1 + NEAR), 2)
    return {"most": (-inf, said.value), "least": (said.value, inf)}.get(how, (inf, -inf))
