"""The words for what a person did and for what the parts of a model stand for, in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from recsys.models import ltr, social
from recsys.models.fuse import AVERAGE
from recsys.models.interest_features import reason as interest_part
from recsys.models.popularity import POPULAR
from recsys.types import Kind

CONSTANT = frozenset({AVERAGE.label, ltr.BASE.label, interest_part("constant", 0.0).label, "what the parts leave open"})
"""Labels of parts that are no reason: the same for every item of a list, or nobody's."""

DID: Mapping[Kind, tuple[str, str]] = MappingProxyType(
    {
        Kind.VIEW: ("you saw", "看过"),
        Kind.CLICK: ("you opened", "点开过"),
        Kind.LIKE: ("you liked", "喜欢过"),
        Kind.FAVOURITE: ("you loved", "收藏过"),
        Kind.DISLIKE: ("you disliked", "不喜欢"),
        Kind.RATING: ("you rated", "评分过"),
        Kind.REVIEW: ("you reviewed", "评价过"),
        Kind.WISH: ("you wished for", "想要"),
    }
)
"""What a person did, as a verb; its object follows."""

SPEAKS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "behaviour": ("people with your taste liked it", "口味相近的人喜欢它"),
        "tastes": ("it suits hidden tastes like yours", "它合乎与你相似的潜在口味"),
        "text": ("its text fits what you said and chose", "它的介绍与你说的、选的相近"),
        "keywords": ("it uses the same words", "它用了相同的词"),
        "lately": ("people liked it lately", "最近有人喜欢它"),
        "next": ("people went on to like it", "别人接着会喜欢它"),
        "interest": ("it suits your taste", "它合你的口味"),
        "influence": ("its author has a good standing", "它的作者有分量"),
        "of_likers": ("those who liked it have a good standing", "喜欢它的人有分量"),
        "friends": ("people you follow wrote or liked it", "你关注的人写过或喜欢它"),
        "likes": ("people you follow liked it", "你关注的人喜欢它"),
        "heat": ("it is hot right now", "它现在很热门"),
        "share": ("those who tried it tend to like it", "试过它的人常常喜欢它"),
    }
)
"""What a component that speaks for an item says, by its name in the models."""
ALIASES: Mapping[str, str] = MappingProxyType(
    {
        "bm25": "keywords",
        "text_profile": "text",
        "text_nearest": "text",
        "item_likes": "popularity",
        POPULAR.label: "popularity",
        f"{POPULAR.label} lately": "lately",
        social.LABELS["of_likers"]: "of_likers",
        social.LABELS["likes"]: "likes",
    }
)
"""Other names and labels of the same."""

ABOUT: Mapping[str, str] = MappingProxyType(
    {
        "what people with your taste liked": "口味相近的人的喜好",
        "what suits hidden tastes like yours": "潜在口味",
        "what reads alike": "内容相近的程度",
        "what uses the same words": "相同的词",
        "what many people liked": "受欢迎的程度",
        "what many people liked lately": "最近受欢迎的程度",
        "what people went on to like": "别人接着喜欢的东西",
        "how many of those who tried it liked it": "试过的人里喜欢它的比例",
        "how near it is to what you liked": "与你喜欢的东西有多近",
        "how near it is to what you did not like": "与你不喜欢的东西有多近",
        "the thing you liked that is most like it": "你喜欢的东西里与它最像的那件",
        "the thing you did not like that is most like it": "你不喜欢的东西里与它最像的那件",
        "what it is about": "它的内容",
        "what the learned blend says": "学来的综合评分",
        "how many people liked it": "喜欢它的人数",
        "how long it has been around": "它上架了多久",
        "how long since anybody touched it": "多久没人碰过它",
        "how many opinions of yours are known": "已知你的看法有多少",
        "whether you typed something": "你是否输入了文字",
        "the time of day": "一天中的时间",
        "the day of the week": "星期几",
        "the device you use": "你用的设备",
        "what it usually gets and you usually give": "它通常得到的和你通常给出的星数",
        "liked by many people": "喜欢它的人数",
        "liked by many people lately": "最近喜欢它的人数",
        "how well it suits your taste": "它合不合你的口味",
        "the standing of its author": "作者的分量",
        "the standing of those who liked it": "喜欢它的人的分量",
        "what people you follow wrote or liked": "你关注的人写过或喜欢的东西",
        "what people you follow liked": "你关注的人喜欢的东西",
        "how hot it is right now": "它现在有多热门",
        "moved for variety": "为多样而做的调整",
        "not among the candidates": "不在候选之中",
    }
)
"""Chinese of what a part of a model stands for, by its label."""

NOUNS: Mapping[str, str] = MappingProxyType(
    {
        POPULAR.label: "how many people liked it",
        f"{POPULAR.label} lately": "how many people liked it lately",
        "moved for variety": "the move for variety",
        "not among the candidates": "its not being a candidate",
    }
)
"""English of labels that are no nouns."""
