"""Words that praise or complain whatever the catalogue, in English and Chinese, and how a clause turns them round."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from recsys.text import chinese

Signs = tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]
"""What denies, what raises, what lowers."""

_GOOD = """
    good great excellent amazing awesome fantastic wonderful perfect perfectly love loved loves loving lovely like
    liked likes best better nice nicely beautiful beautifully gorgeous stunning superb brilliant brilliantly fine
    favourite favorite happy happier pleased pleasant satisfied satisfying impressed impressive recommend
    recommended recommends comfortable comfy cosy cozy soft smooth smoothly sturdy solid reliable durable strong
    sharp crisp clear bright quiet silent light lightweight fast quick quickly easy easily simple handy useful
    helpful practical clever neat tidy clean fresh fun funny hilarious charming delightful delight enjoy enjoyed
    enjoyable moving touching gripping riveting masterpiece worth bargain affordable cheap value flawless fits well
    warm dry delicious tasty elegant stylish cute pretty accurate precise grippy grips thanks thank glad treasure
    magical magic unforgettable memorable gem superbly genuine honest generous roomy stable secure waterproof
    effective works worked lasts lasted held holds saved invaluable splendid marvellous marvelous terrific joy laugh
    laughed smile smiling calm gentle tender rich vivid breathable fine-tuned effortless effortlessly spotless bliss
    godsend ingenious adore adored adorable wow yay
"""
_BAD = """
    bad terrible awful horrible worst worse poor poorly disappointing disappointed disappointment disappoints hate
    hated hates dislike disliked broke broken breaks breaking fail failed fails failing failure faulty defective
    defect useless worthless waste wasted junk trash garbage rubbish crap crappy cheaply flimsy fragile weak tore
    torn rip ripped snapped cracked crack leak leaks leaked leaking leaky smell smells smelly stink stinks stank
    itchy itch rash burned burnt burns hurt hurts painful pain uncomfortable stiff tight loose small heavy bulky
    clumsy awkward slow sluggish noisy loud rattles rattle squeaks squeaky creaks scratchy scratched scratches dim
    dull blurry fuzzy boring bored tedious dreary overlong slog confusing confused messy mess predictable clichéd
    cliche shallow annoying annoyed irritating frustrating frustrated ugly greasy sticky slippery slips slipped wet
    soaked cold overpriced expensive pricey return returned returning refund refused sadly unfortunately regret
    avoid beware fake scam misleading misled wrong missing lost stopped died dead dies quit shrank shrunk faded
    fades peeled peeling fell rust rusty rusted mould mold stained stains unusable unreliable inaccurate pointless
    ridiculous stupid silly lame mediocre meh bland tasteless bitter sour stale headache nauseous sick asleep yawn
    problem problems issue issues complaint complain trouble unwatchable cringe wooden forgettable overrated nothing
    barely hardly allergic irritated irritation gave-up lacks lacking lack tangled tangles wobbles wobbly wobble
    jams jammed stuck drained overheats sweaty shame pity letdown
"""
_GOOD_HAN = """
    好 很好 不错 喜欢 满意 漂亮 好看 好用 好吃 好喝 好听 好闻 舒服 舒适 方便 实惠 便宜 划算 值得 值 推荐 完美 优秀
    精彩 精致 精美 细腻 柔软 软和 轻便 轻巧 轻 快 很快 迅速 及时 流畅 清晰 清楚 清爽 干净 整洁 安静 暖和 温暖 保暖
    结实 耐用 牢固 稳 稳定 防水 新鲜 香 很香 甜 热情 周到 耐心 贴心 专业 正品 放心 超值 物美价廉 性价比高 惊喜 感动
    感人 好笑 有趣 经典 佳作 神作 治愈 舒坦 顺滑 顺手 省心 省事 实用 好评 赞 棒 爱 爱上 开心 高兴 满足 合适 合身
    合脚 透气 大气 高档 时尚 美观 美味 可爱 给力 靠谱 回购 再买 还会 支持 优惠 感谢 谢谢 享受 过瘾 震撼 动人 深刻
    出色 一流 强大 灵敏 准确 精准 齐全 百看不厌 值回票价 没的说 没话说 不二 首选 神器 救星 防滑 够用 温柔 服帖 贴合
    亮 明亮 省电 耐看 带劲 笑 笑出声
"""
_BAD_HAN = """
    差 很差 太差 差劲 差评 坏 坏了 烂 垃圾 破 失望 后悔 上当 骗 骗人 欺骗 假货 假 假的 糟糕 糟 难看 难用 难吃 难喝
    难听 难闻 难受 难过 恶心 讨厌 不好 不行 不满 不值 不喜欢 不推荐 不舒服 不方便 不如 不合适 不清楚 不清晰 不新鲜
    不爽 不准 不灵 不稳 贵 太贵 偏贵 太小 太大 太重 太慢 太吵 太长 重 慢 卡 卡顿 死机 吵 噪音 臭 异味 味道大 刺鼻
    粗糙 掉色 褪色 起球 掉 掉了 断 断了 裂 裂了 漏 漏水 漏电 进水 生锈 发霉 霉 退货 退了 退款 换货 投诉 无聊 闷 沉闷
    拖沓 乏味 尴尬 狗血 烂片 睡着 看不下去 弃 浪费 没用 没法用 没什么用 不能用 用不了 打不开 坑 坑爹 黑店 态度差
    恶劣 敷衍 推脱 脏 旧 破旧 简陋 潮湿 磨脚 硌 疼 痛 痒 过敏 头皮屑 干涩 油腻 发热 发烫 烫 划痕 瑕疵 缺货 少了 缺
    毛病 问题 故障 可惜 遗憾 勉强 一般 凑合 千万别 别买 慎入 慎买 再也不 太薄 太硬 变形 松 松动 糊 模糊 暗 偏暗 滑
    打滑 闪退 费电 小贵 头晕 头疼 气死 无语 呵呵 酸 苦 蔫 烂了 不甜 没味道 名不副实 不值得 劝退 冷 冰凉
"""
_DESCRIBING = """
    comfortable comfy cosy cozy soft smooth sturdy durable sharp crisp bright quiet silent light lightweight fast
    simple funny hilarious moving touching gripping warm dry delicious tasty elegant stylish accurate grippy grips
    roomy waterproof breathable gentle tender vivid affordable cheap calm charming leak leaks leaked leaking leaky
    smelly itchy stiff tight loose heavy bulky slow sluggish noisy loud rattles squeaks squeaky scratchy dim blurry
    boring tedious overlong confusing predictable greasy sticky slippery slips overpriced expensive pricey sour
    bitter stale sweaty wobbly wobbles overheats flimsy fragile 舒服 舒适 方便 便宜 实惠 柔软 软和 轻便 轻巧 轻 清晰
    安静 暖和 温暖 保暖 结实 耐用 牢固 防水 防滑 香 甜 好笑 有趣 感动 感人 治愈 透气 贵 太贵 偏贵 小贵 太重 重 慢
    太慢 吵 太吵 噪音 臭 异味 刺鼻 粗糙 掉色 起球 漏 漏水 闷 沉闷 拖沓 狗血 磨脚 油腻 滑 打滑 烫 发烫 硌 生锈
"""
_NOT = re.compile(
    r"\b(?:not|no|never|without|nothing|neither|nor|cannot|hardly|barely|\w+n['’]t|(?:do|does|did|is|was|are|wo|ca|would)nt)\b",
    re.IGNORECASE,
)
_NOT_HAN = re.compile("[不没別别未无無非](?![但仅只错常])|毫无|谈不上|算不上")
_VERY = re.compile(
    r"\b(?:very|really|so|too|extremely|absolutely|totally|super|incredibly|far|much|completely|way)\b", re.IGNORECASE
)
_VERY_HAN = re.compile("非常|特别|特別|太|超|极|極|十分|相当|很|真|巨")
_A_LITTLE = re.compile(r"\b(?:a bit|a little|slightly|somewhat|fairly|quite|rather|kind of)\b", re.IGNORECASE)
_A_LITTLE_HAN = re.compile("有点|有些|稍微|略|还算|比较|偏")
_WORD = re.compile(r"[a-z\u00c0-\u024f]+(?:['’-][a-z]+)*", re.IGNORECASE)
_CLAUSE = re.compile(
    r"[.!?;:,，。！？；：、…\n()（）]+|\s[-–—]+\s"
    r"|\b(?:but|however|although|though|while|whereas|yet|except)\b"
    r"|\band\s+(?=(?:the|its?|my|they|this|that|i|you)\b)|但是|但|不过|可是|然而|只是|就是|虽然|尽管|而且",
    re.IGNORECASE,
)
NEAR = 4
"""English words, and Han characters, before a word in which a "not" turns it round."""
TURNED = -0.75
"""What is not good is bad, and what is not bad is fairly good."""

_POLARITY = {word: 1.0 for word in _GOOD.split()} | {word: -1.0 for word in _BAD.split()}
_POLARITY_HAN = {word: 1.0 for word in _GOOD_HAN.split()} | {word: -1.0 for word in _BAD_HAN.split()}
_DESCRIBES = frozenset(_DESCRIBING.split())
_HAN = re.compile("|".join(sorted(_POLARITY_HAN, key=len, reverse=True)))


@dataclass(frozen=True, slots=True)
class Opinion:
    """One word of praise or complaint where it stands."""

    start: int
    end: int
    polarity: float
    """In [-1.5, 1.5]: the sign as its clause means it, the size by the words of degree before it."""
    word: str
    """In lower case."""

    @property
    def describes(self) -> bool:
        """Whether it says what the thing is like ("heavy"), rather than only that it is good or bad."""
        return self.word in _DESCRIBES

    @property
    def wanted(self) -> bool:
        """Whether it names something good, denied or not: who finds a coat not waterproof wants it waterproof."""
        return (_POLARITY.get(self.word) or _POLARITY_HAN[self.word]) > 0


def clauses(text: str) -> list[tuple[int, int]]:
    """Start and end of every clause of ``text``, in order, without the signs and words that part them.

    >>> [("the sole grips but it is heavy"[a:b]) for a, b in clauses("the sole grips but it is heavy")]
    ['the sole grips ', ' it is heavy']
    """
    out, at = [], 0
    for cut in _CLAUSE.finditer(text):
        out.append((at, cut.start()))
        at = cut.end()
    out.append((at, len(text)))
    return [(start, end) for start, end in out if text[start:end].strip()]


def opinions(text: str) -> list[Opinion]:
    """Every word of ``text`` that praises or complains by itself, in order; [] when none does.

    "not" within four words (Han: characters) before one, in its clause, turns it round; "very" makes half as much
    again of it, "a bit" half as much.
    """
    read = simplified(text)
    return [found for start, end in clauses(read) for found in _in_clause(read[start:end], start)]


def simplified(text: str) -> str:
    """``text`` with Traditional characters as Simplified ones, each in its place."""
    return text.translate(chinese.lexicon().simplified) if chinese.HAN_RUN.search(text) else text


def _in_clause(clause: str, start: int) -> Iterator[Opinion]:
    words = list(_WORD.finditer(clause))
    for place, word in enumerate(words):
        polarity = _POLARITY.get(word[0].lower())
        if polarity is not None:
            before = clause[words[max(0, place - NEAR)].start() : word.start()]
            yield _as_meant(start, word, polarity, before, (_NOT, _VERY, _A_LITTLE))
    if chinese.HAN_RUN.search(clause):
        for word in _HAN.finditer(clause):
            before = clause[max(0, word.start() - NEAR) : word.start()]
            yield _as_meant(start, word, _POLARITY_HAN[word[0]], before, (_NOT_HAN, _VERY_HAN, _A_LITTLE_HAN))


def _as_meant(start: int, word: re.Match[str], polarity: float, before: str, signs: Signs) -> Opinion:
    denies, raises, lowers = (bool(sign.search(before)) for sign in signs)
    degree = 0.5 if lowers else 1.5 if raises and not denies else 1.0
    meant = polarity * degree * (TURNED if denies else 1.0)
    return Opinion(start + word.start(), start + word.end(), meant, word[0].lower())


def leaning(text: str) -> float:
    """Balance of praise and complaint in ``text``, about -3 to 3; 0 for a text without either.

    The sum of all polarities over the square root of their number plus one: ten words say more than one, not ten times.
    """
    found = [opinion.polarity for opinion in opinions(text)]
    return sum(found) / math.sqrt(len(found) + 1)


def is_opinion(word: str) -> bool:
    """Whether ``word``, in lower case, praises or complains by itself."""
    return word in _POLARITY or word in _POLARITY_HAN
