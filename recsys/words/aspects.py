"""What a review praises and what it complains about: spans of its text, and texts that move a taste."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from recsys.columns import Items
from recsys.data import Dataset
from recsys.text import chinese
from recsys.words.opinions import Opinion, clauses, is_opinion, opinions, simplified

MAX_PULLS = 4
"""Phrases of each sign that move a taste: the first ones."""
MIN_ITEMS = 2
"""Items whose description must name a thing before the catalogue counts it as one."""

_COMMON = """
    price value quality size fit sizing weight material fabric leather design colour color look looks style finish
    build battery charger charging cable screen display camera sound bass treble volume noise microphone speed
    performance software app setup instructions button buttons switch handle lid zip zipper strap straps pocket
    pockets seam seams stitching sole soles laces tongue heel toe grip cushioning padding lining insulation hood
    sleeve sleeves cuff cuffs waist collar blade edge motor filter hose pump seal cap bottle lamp light beam stand
    base hinge lock wheel wheels brake brakes saddle pedal frame pole poles tent mat bag shoe shoes taste flavour
    flavor smell scent texture packaging delivery shipping service support warranty manual plot story script acting
    actor actors actress cast director music score soundtrack ending beginning pace pacing dialogue dialogues
    characters character photography cinematography effects animation editing humour humor jokes scenes scene room
    staff breakfast location bed shower food
"""
_COMMON_HAN = """
    价格 价钱 性价比 质量 品质 尺码 大小 尺寸 重量 材质 面料 布料 皮质 做工 设计 颜色 款式 外观 样子 手感 电池 续航
    充电 充电器 屏幕 画面 画质 音质 声音 低音 音量 麦克风 相机 拍照 速度 性能 系统 软件 安装 说明书 按键 按钮 开关
    手柄 把手 盖子 拉链 肩带 口袋 鞋底 鞋垫 鞋带 鞋舌 鞋跟 鞋头 大底 抓地力 缓震 内衬 帽子 袖口 袖子 腰围 领口 刀刃
    电机 滤芯 滤网 密封 瓶口 灯光 光线 支架 底座 轮子 刹车 坐垫 味道 口感 气味 香味 包装 物流 快递 送货 发货 服务
    客服 态度 售后 剧情 情节 故事 剧本 演技 演员 表演 导演 配乐 音乐 结局 结尾 开头 节奏 台词 对白 人物 角色 摄影
    特效 动画 剪辑 笑点 配音 字幕 房间 早餐 位置 环境 床 卫生 效果 内容 印刷 纸张 水果 个头 水分
"""
_DETERMINING = "the a an its their your my his her this that these those"
_JOINING = """
    is are was were be been being am has have had does do did will would can could should may might must and or nor but
    if so as at by for from in into of off on onto out over than then to up with without under until after before i you
    he she it we they me him them us who which what when where why how not no never too very really just only also
    even still again more most much many some any all both each one two three first last there here now about around
    because while though although
"""
_DETERMINERS = frozenset(_DETERMINING.split())
_GRAMMAR = _DETERMINERS | frozenset(_JOINING.split())
_FEELS = r"(?:(?:is|are|was|were)(?:n['’]t)?|feels?|felt|looks?|looked|sounds?|tastes?|smells?|gets?|got|stays?)"
_SAID_OF = re.compile(rf"\b(?:the|its|his|her|their|my|this|that)\s+([a-z][a-z-]{{2,}})\s+{_FEELS}\b", re.IGNORECASE)
"""The thing that something is said of: "the zipper is"."""
_WORD = re.compile(r"[a-z\u00c0-\u024f]+(?:[-'’][a-z]+)*|[,.;:!?()]", re.IGNORECASE)
_LATIN = re.compile(r"[a-z\u00c0-\u024f]+(?:[-'’][a-z]+)*", re.IGNORECASE)
_THINGS = frozenset(_COMMON.split()) | frozenset(_COMMON_HAN.split())
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Aspect:
    """One thing that is praised or complained about, where it is named."""

    start: int
    end: int
    text: str
    """``review[start:end]``."""
    polarity: float
    """In [-1, 1], never 0: praise above, complaint below."""


@dataclass(frozen=True, slots=True)
class Pull:
    """A text that draws a taste toward what is near it, or away."""

    text: str
    sign: int
    """+1 or -1."""


def aspects_of(text: str, things: Collection[str] = frozenset()) -> tuple[Aspect, ...]:
    """The aspects of a review in order, never overlapping; () where nothing is praised or complained about by name.

    A thing is a word of a list of common aspects, of ``things`` (in lower case), or what the grammar says something
    of ("the zipper is"); it gets the polarity of the word of opinion nearest to it in its clause. Where a clause names
    no thing, a word that describes ("too heavy") stands for itself.
    """
    return tuple(aspect for aspect, _ in _found(text, things))


@lru_cache(maxsize=1024)
def pulls(text: str) -> tuple[Pull, ...]:
    """What a review draws toward and pushes away, at most ``MAX_PULLS`` phrases of each sign; () for none.

    A phrase is a thing with the words that describe it. Such a word decides the sign by itself: "not waterproof" is a
    complaint, yet draws toward "waterproof".
    """
    said = []
    for aspect, describing in _found(text, ()):
        phrase = " ".join(dict.fromkeys([*(opinion.word for opinion in describing), aspect.text.lower()]))
        good = describing[0].wanted if describing else aspect.polarity > 0
        said.append(Pull(phrase, 1 if good else -1))
    signed = [[pull for pull in dict.fromkeys(said) if pull.sign == sign][:MAX_PULLS] for sign in (1, -1)]
    return (*signed[0], *signed[1])


def things_of(data: Dataset) -> frozenset[str]:
    """Names of things in lower case that the catalogue of ``data`` speaks of, in English and Chinese; found once."""
    return data.once(things_of, lambda: frozenset(_named(data)))


def _named(data: Dataset) -> Iterator[str]:
    yield from (tag.lower() for tag in data.tag_counts if not is_opinion(tag.lower()))
    yield from (tag for tag in data.chinese_tags.values() if not is_opinion(tag))
    items = Counter(thing for text in data.column(Items.DESCRIPTION) for thing in set(_noun_ends(text)))
    yield from (thing for thing, n in items.items() if n >= MIN_ITEMS)


def _noun_ends(text: str) -> Iterator[str]:
    """Words right after a determiner and right before punctuation or grammar: most of them name things."""
    words = [word.lower() for word in _WORD.findall(text)] + ["."]
    for before, word, after in zip(words, words[1:], words[2:], strict=False):
        ends = not after[0].isalpha() or after in _GRAMMAR
        if before in _DETERMINERS and ends and len(word) > 2 and word not in _GRAMMAR and not is_opinion(word):
            yield word


def _found(text: str, things: Collection[str]) -> Iterator[tuple[Aspect, list[Opinion]]]:
    """Every aspect, and the describing words said of it."""
    said, read = opinions(text), simplified(text)
    for start, end in clauses(read):
        here = [opinion for opinion in said if start <= opinion.start < end]
        if not here:
            continue
        named = _without_overlaps(_things_in(read, start, end, things), here)
        owner = {span: [one for one in here if _nearest(one, named) == span and one.describes] for span in named}
        for span in named:
            nearest = min(here, key=lambda one: _gap(span, one))
            yield _aspect(text, span, owner[span][0].polarity if owner[span] else nearest.polarity), owner[span]
        if not named:
            for opinion in here:
                if opinion.describes:
                    yield _aspect(text, (opinion.start, opinion.end), opinion.polarity), [opinion]


def _aspect(text: str, span: Span, polarity: float) -> Aspect:
    return Aspect(*span, text[slice(*span)], max(-1.0, min(1.0, polarity)))


def _gap(span: Span, opinion: Opinion) -> int:
    """Characters between a thing and a word of opinion."""
    return max(opinion.start - span[1], span[0] - opinion.end)


def _nearest(opinion: Opinion, named: Iterable[Span]) -> Span | None:
    return min(named, key=lambda span: _gap(span, opinion), default=None)


def _things_in(text: str, start: int, end: int, things: Collection[str]) -> Iterator[Span]:
    """Spans of the things that one clause names, in no order, perhaps overlapping."""
    clause = text[start:end]
    words = list(_LATIN.finditer(clause))
    for word, after in zip(words, (*words, None)[1:], strict=True):
        if after is not None and f"{word[0]} {after[0]}".lower() in things:
            yield start + word.start(), start + after.end()
        elif word[0].lower() in _THINGS or word[0].lower() in things:
            yield start + word.start(), start + word.end()
    for found in _SAID_OF.finditer(clause):
        if found[1].lower() not in _GRAMMAR:
            yield start + found.start(1), start + found.end(1)
    for run in chinese.HAN_RUN.finditer(clause):
        yield from _han_things(run[0], start + run.start(), things)


def _han_things(run: str, start: int, things: Collection[str]) -> Iterator[Span]:
    """Words of the dictionary that name things; and the last word before 很, 太 and the like, if it can be one."""
    at = 0
    words = chinese.words(run)
    for place, word in enumerate(words):
        after = words[place + 1][0] if place + 1 < len(words) else ""
        said_of = len(word) > 1 and after and after in "很太真超挺非特" and word not in chinese.FUNCTION_WORDS
        if word in _THINGS or word in things or said_of:
            yield start + at, start + at + len(word)
        at += len(word)


def _without_overlaps(spans: Iterable[Span], taken: Iterable[Opinion]) -> list[Span]:
    """``spans`` in order, without repeats and without those that touch another or a word of opinion."""
    out: list[Span] = []
    words = [(opinion.start, opinion.end) for opinion in taken]
    for start, end in sorted(set(spans)):
        if all(end <= one or start >= other for one, other in [*words, *out[-1:]]):
            out.append((start, end))
    return out
