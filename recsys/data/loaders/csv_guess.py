"""Which column of a person's table is what: by its name in English or Chinese, then by its cells."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import MappingProxyType

import numpy as np
import pandas as pd

from recsys.columns import Events, Facts, Items
from recsys.data.loaders.csv_values import KINDS, numbers, times
from recsys.types import STARS

_NAMES = {
    Events.KIND: "kind event eventtype action actiontype behavior behaviour behaviortype interaction type "
    "行为 行为类型 事件 事件类型 动作 操作 类型",
    Events.AT: "at time timestamp date datetime ts createdat created reviewtime unixreviewtime eventtime ratedat "
    "时间 日期 时间戳 评论时间 评价时间 评分时间 下单时间 创建时间 发布时间",
    Events.STARS: "stars star rating ratings score rate overall starrating 评分 星级 分数 打分 评级 得分",
    Items.ID: "itemid productid movieid filmid bookid songid articleid goodsid asin sku isbn parentasin itemcode "
    "productcode 商品id 商品编号 商品编码 物品id 物品编号 电影id 货号 "
    "item product movie film book song article goods 商品 物品 电影 id 编号",
    Items.TITLE: "title name itemname itemtitle productname producttitle movietitle booktitle headline "
    "标题 名称 商品名 商品名称 商品标题 物品名称 片名 电影名 电影名称 书名 品名 "
    "item product movie film book song 商品 物品 电影",
    Items.TITLE_ZH: "titlezh titlecn titlechinese chinesetitle namezh namecn 中文标题 中文名 中文名称 中文片名",
    Items.DESCRIPTION: "description desc descriptionen overview overviewen plot about abstract details synopsis "
    "描述 商品描述 简介 介绍 说明 详情 概述 剧情",
    Items.DESCRIPTION_ZH: "descriptionzh desczh descriptioncn overviewzh 中文描述 中文简介 中文介绍",
    Items.CATEGORY: "category cat categories maincategory department section group genre type "
    "类别 分类 类目 品类 种类 类型 商品类别",
    Items.CATEGORY_ZH: "categoryzh categorycn 中文类别 中文分类",
    Items.TAGS: "tags tag keywords keyword labels genres 标签 关键词 关键字",
    Items.TAGS_ZH: "tagszh tagscn keywordszh 中文标签 中文关键词",
    Facts.PRICE: "price unitprice listprice saleprice cost 价格 售价 单价 定价 价钱 金额",
    Events.USER: "userid user username customerid customer reviewerid reviewer reviewername author uid member "
    "memberid visitor visitorid sessionid session person buyer viewer "
    "用户 用户id 用户编号 用户名 买家 顾客 客户 会员 会员id 昵称 评论者",
    Events.TEXT: "text review reviewtext reviewbody comment comments content body feedback opinion message "
    "评论 评论内容 评价 评价内容 点评 评语 留言 内容 正文",
}
NAMES = MappingProxyType({str(role): tuple(words.split()) for role, words in _NAMES.items()})
"""Role -> column names that mean it, surest first; letter case, blanks and punctuation do not count."""

ROLES = tuple(NAMES)

Cells = dict[str, pd.Series]
"""Non-empty cells by column or by role."""

ID_WORD = re.compile(r"[^\s]{1,40}")
SAMPLE = 500
"""Cells looked at per column."""
LONG_TEXT = 40
"""Mean length of a cell, in Latin letters, from which a column reads as prose; a Han character counts as three."""


def guess(table: pd.DataFrame) -> dict[str, str]:
    """Role -> column of ``table``, for the roles that have one; empty when nothing is recognised.

    Names decide first, and where a name promises numbers or times the cells must agree. What is left is judged by
    its cells. A guess is a proposal: the person confirms it.
    """
    cells = {str(column): _cells(table[column]) for column in table.columns}
    roles = _by_name(cells)
    unclear = [column for column in cells if column not in roles.values() and not _broken_promise(column)]
    for role, fits in _BY_CONTENT:
        if role in roles:
            continue
        known = {role: cells[column] for role, column in roles.items()}
        fitting = [column for column in unclear if len(cells[column]) and fits(cells[column], known)]
        if fitting:
            roles[role] = _best(role, fitting, cells)
            unclear.remove(roles[role])
    if Events.TEXT in roles and Events.USER not in roles and Items.DESCRIPTION not in roles:
        # Words that nobody is known to have written are about the item: an article's body, a product's text.
        roles[Items.DESCRIPTION] = roles.pop(Events.TEXT)
    return {str(role): column for role, column in roles.items()}


def header_is_data(table: pd.DataFrame) -> bool:
    """Whether the names of ``table`` look like one more row of it: a number over numbers, or a word repeated below."""
    for column in map(str, table.columns):
        cells, head = _cells(table[column]), pd.Series([column])
        counted = numbers(head).notna().all() and len(cells) and numbers(cells).notna().mean() > 0.9
        dated = _is_time(head, {}) and len(cells) and _is_time(cells, {})
        if counted or dated or (cells == column).any():
            return True
    return False


def _cells(column: pd.Series) -> pd.Series:
    text = column.fillna("").astype(str).str.strip()
    return text[text != ""].head(SAMPLE)


def _plain(column: str) -> str:
    return re.sub(r"[\W_]+", "", column).lower()


def _broken_promise(column: str) -> bool:
    """Whether the name of an unassigned column means stars or a time, which its cells are not: leave it alone."""
    return any(_plain(column) in NAMES[role] for role in (Events.STARS, Events.AT))


def _by_name(cells: Cells) -> dict[str, str]:
    plain = {_plain(column): column for column in reversed(cells)}
    roles: dict[str, str] = {}
    for role, names in NAMES.items():
        for name in names:
            column = plain.get(name)
            if column is not None and column not in roles.values() and _agrees(role, cells[column]):
                roles[role] = column
                break
    return roles


def _agrees(role: str, cells: pd.Series) -> bool:
    """Whether the cells can be what the name promises; empty columns can be anything."""
    if role == Events.STARS:
        return bool(numbers(cells).notna().mean() >= 0.5) if len(cells) else True
    if role == Events.AT:
        return bool(times(cells).seconds.notna().mean() >= 0.5) if len(cells) else True
    return _is_kind(cells, {}) if role == Events.KIND else True


def _is_kind(cells: pd.Series, _: Cells) -> bool:
    return bool(cells.str.lower().isin(KINDS).mean() > 0.5) if len(cells) else False


def _is_stars(cells: pd.Series, _: Cells) -> bool:
    values = numbers(cells)
    return bool(values.between(*STARS).all() and (values * 2 % 1 == 0).all() and values.nunique() > 1)


def _is_time(cells: pd.Series, _: Cells) -> bool:
    return bool(times(cells).seconds.notna().mean() >= 0.9)


def _length(cells: pd.Series) -> float:
    """Mean number of Latin letters, a Han character counted as three."""
    return float((cells.str.len() + 2 * cells.str.count(r"[\u3400-\u9fff]")).mean())


def _is_prose(cells: pd.Series, _: Cells) -> bool:
    return _length(cells) >= LONG_TEXT and bool(numbers(cells).isna().mean() > 0.5)


def _is_review(cells: pd.Series, known: Cells) -> bool:
    return (Events.USER in known or Events.STARS in known) and _is_prose(cells, known)


def _is_tags(cells: pd.Series, _: Cells) -> bool:
    return bool(cells.str.contains(r"\w\s*[|;、]\s*\w").mean() > 0.3)


def _is_id(cells: pd.Series) -> bool:
    return bool(cells.str.fullmatch(ID_WORD.pattern).all()) and not bool(cells.str.contains(r"\d[.,]\d").any())


def _repeats(cells: pd.Series) -> float:
    """Mean number of rows per different value."""
    return len(cells) / max(1, cells.nunique())


def _is_user(cells: pd.Series, known: Cells) -> bool:
    acted = any(role in known for role in (Events.STARS, Events.KIND, Events.AT, Events.TEXT))
    return acted and _is_id(cells) and _repeats(cells) >= 1.2 and not _is_category(cells, known)


def _is_item_id(cells: pd.Series, known: Cells) -> bool:
    if Events.USER in known:
        return _is_id(cells)
    return _is_id(cells) and cells.is_unique and _looks_numbered(cells)


def _looks_numbered(cells: pd.Series) -> bool:
    return bool(cells.str.contains(r"\d").mean() > 0.9)


def _is_title(cells: pd.Series, known: Cells) -> bool:
    worded = bool(numbers(cells).isna().mean() > 0.5) and 2 <= _length(cells) < 2 * LONG_TEXT
    if Items.ID not in known:
        return worded and (_repeats(cells) < 2 or Events.USER in known)
    # Beside codes the title is the words that go with them; beside names no other column need be the title.
    ids = known[Items.ID]
    together = pd.DataFrame({"id": ids, "title": cells}).dropna().drop_duplicates()
    paired = together["id"].is_unique and together["title"].nunique() > 0.5 * len(together)
    return worded and _is_id(ids) and paired


def _is_category(cells: pd.Series, _: Cells) -> bool:
    different = cells.nunique()
    return not _looks_numbered(cells) and different <= 50 and len(cells) >= 4 * different and _length(cells) < 30


def _best(role: str, fitting: list[str], cells: Cells) -> str:
    """One of several fitting columns: the longest prose, the person who repeats most, else the first."""
    measure: dict[str, Callable[[pd.Series], float]] = {
        Events.TEXT: _length,
        Items.DESCRIPTION: _length,
        Events.USER: _repeats,
    }
    if role not in measure:
        return fitting[0]
    return fitting[int(np.argmax([measure[role](cells[column]) for column in fitting]))]


_BY_CONTENT: tuple[tuple[str, Callable[[pd.Series, Cells], bool]], ...] = (
    (Events.KIND, _is_kind),
    (Events.STARS, _is_stars),
    (Events.AT, _is_time),
    (Events.USER, _is_user),
    (Events.TEXT, _is_review),
    (Items.DESCRIPTION, _is_prose),
    (Items.TAGS, _is_tags),
    (Items.ID, _is_item_id),
    (Items.CATEGORY, _is_category),
    (Items.TITLE, _is_title),
)
"""Tried in this order: what is easiest to tell comes first."""
