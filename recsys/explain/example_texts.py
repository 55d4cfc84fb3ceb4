"""Inputs of the worked examples, invented for this app, in English and Chinese: catalogues, sentences, readers."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

import pandas as pd

from recsys.columns import Events, Items
from recsys.data import Dataset

COLUMNS = (Items.ID, Items.TITLE, Items.DESCRIPTION)


class Lang(StrEnum):
    """Language of an example's sentences; its value stands in the URL."""

    EN = "en"
    ZH = "zh"

    def say(self, en: str, zh: str) -> str:
        """Whichever of the two is in this language."""
        return en if self is Lang.EN else zh


class Item(NamedTuple):
    """One row of an example's catalogue."""

    item_id: str
    title: str
    description: str


class Reader(NamedTuple):
    """A person of the third example and the ids of what they read."""

    name: str
    read: tuple[str, ...]


RAIN_SHOE = "puddle"

SHOES: dict[Lang, tuple[Item, ...]] = {
    Lang.EN: (
        Item("puddle", "Puddle Road runner", "Waterproof running shoe that keeps feet dry in rain, narrow fit."),
        Item("harbour", "Harbour wide trainer", "Roomy trainer for rainy mornings, wide toe box, water rolls off."),
        Item("comet", "Comet race flat", "Very light, narrow and tight racing shoe for dry days."),
        Item("sandbar", "Sandbar canvas slip-on", "Airy summer canvas for the beach, no laces, no socks."),
        Item("larch", "Larch mountain boot", "Stiff leather boot for hiking with a pack on rocky trails."),
    ),
    Lang.ZH: (
        Item("puddle", "踏溪公路跑鞋", "防水跑鞋，下雨天脚不湿，鞋楦偏窄，适合竞速。"),
        Item("harbour", "宽港舒适跑鞋", "雨天也能跑，防泼水，鞋头宽松，宽脚也舒服。"),
        Item("comet", "彗星竞速鞋", "很轻很窄的公路竞速鞋，适合晴天比赛。"),
        Item("sandbar", "沙洲帆布懒人鞋", "夏天海边穿的透气帆布鞋，不用系鞋带。"),
        Item("larch", "落叶松登山靴", "硬底皮靴，背包爬山走石头路。"),
    ),
}
REVIEW = {
    Lang.EN: "My trainers soak through on rainy mornings; I want dry feet on my run.",
    Lang.ZH: "下雨天跑步鞋子总是湿透，想要一双不进水的跑鞋。",
}
REMARK = {Lang.EN: "Too narrow: my toes are squeezed.", Lang.ZH: "太窄了，脚趾挤得疼。"}
REMARK_STARS = 2

GADGETS: dict[Lang, tuple[Item, ...]] = {
    Lang.EN: (
        Item("hush", "Hush headphones", "Headphones with deep, clear sound that shut out the noise of a train."),
        Item("dash", "Dash action camera", "Tough little camera that films runs and bike rides in sharp video."),
        Item("vox", "Vox microphone", "Desk microphone that records your voice clear and warm."),
        Item("pace", "Pace sport earbuds", "Earbuds with clear sound for runs and bike rides, tough and sweat-proof."),
        Item("orbit", "Orbit wrist camera", "Tiny camera worn on the wrist that takes photos during sport."),
    ),
    Lang.ZH: (
        Item("hush", "静音耳机", "声音清晰的头戴耳机，隔绝火车上的噪声。"),
        Item("dash", "疾行运动相机", "结实的小相机，拍跑步和骑车的清晰视频。"),
        Item("vox", "随拍麦克风", "夹式麦克风，给自己的视频录清晰的声音。"),
        Item("pace", "踏风运动耳机", "防汗耳机，跑步听音乐，声音清晰，不易掉。"),
        Item("orbit", "腕上相机", "戴在手腕上的相机，运动时拍照。"),
    ),
}
CLICKS = ("hush", "dash")

TOY_AXES = {Lang.EN: ("sound", "pictures", "sport"), Lang.ZH: ("声音", "影像", "运动")}
TOY_VECTORS: dict[str, tuple[int, int, int]] = {
    "hush": (4, 0, 0),
    "dash": (0, 2, 4),
    "vox": (4, 3, 0),
    "pace": (3, 0, 4),
    "orbit": (1, 2, 2),
}
"""Three numbers per gadget, chosen so that every length after both clicks is whole and every cosine a fraction."""

STORIES: dict[Lang, tuple[Item, ...]] = {
    Lang.EN: (
        Item("moons", "First nights with a telescope", "Find the planets from a balcony: moons of Jupiter, then Mars."),
        Item("rover", "What the Mars rover dug up", "A robot drills into the planet Mars and sends its story home."),
        Item("wheel", "Truing a bicycle wheel", "A patient hour with spokes makes an old bicycle ride straight."),
        Item("ride", "Two hundred kilometres in a day", "Pace, saddle and spare spokes: planning a long bicycle ride."),
        Item("bread", "Bread that takes its time", "A slow sourdough with three ingredients and a crackling crust."),
        Item("soup", "Soup from the end of the week", "Turn tired vegetables into a bright soup in half an hour."),
    ),
    Lang.ZH: (
        Item("moons", "望远镜的第一个夜晚", "在阳台上看行星：先找木星的卫星，再找火星。"),
        Item("rover", "火星车挖到了什么", "探测车在火星上钻孔，讲述这颗行星的往事。"),
        Item("wheel", "调圆一只自行车轮", "花一小时调辐条，让旧自行车骑起来不再晃。"),
        Item("ride", "一天骑行两百公里", "长途骑自行车怎么安排补给、节奏和坐垫。"),
        Item("bread", "慢慢来的面包", "三样材料做酸种面包，烤出脆皮。"),
        Item("soup", "周末清冰箱的汤", "半小时把剩下的蔬菜煮成一锅汤。"),
    ),
}
READERS: dict[Lang, tuple[Reader, ...]] = {
    Lang.EN: (
        Reader("Mina", ("moons", "ride")),
        Reader("Otto", ("rover", "wheel")),
        Reader("Pia", ("bread", "soup")),
    ),
    Lang.ZH: (
        Reader("米娜", ("moons", "ride")),
        Reader("小奥", ("rover", "wheel")),
        Reader("皮皮", ("bread", "soup")),
    ),
}
SEARCH = {Lang.EN: "which planet can I see tonight?", Lang.ZH: "今晚能看到哪颗行星？"}


@lru_cache(maxsize=16)
def catalogue(name: str, items: tuple[Item, ...]) -> Dataset:
    """The dataset of an example: these items, in this order, and no events."""
    return Dataset.from_tables(
        name,
        pd.DataFrame(items, columns=list(COLUMNS)),
        pd.DataFrame(columns=[Events.USER, Events.ITEM, Events.KIND, Events.AT]),
        label=name,
        source="Invented for this page.",
        synthetic=True,
    )
