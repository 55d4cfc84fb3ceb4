"""Cells of a person's table as numbers, times and kinds of event."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from recsys.types import Kind

_KIND_WORDS = {
    Kind.VIEW: "view pageview impression visit watch 浏览 查看 曝光 观看",
    Kind.CLICK: "click open 点击 打开",
    Kind.LIKE: "like liked thumbs_up upvote 喜欢 赞 点赞 好评",
    Kind.FAVOURITE: "favourite favorite fav save bookmark wishlist cart add_to_cart addtocart buy purchase order "
    "transaction 收藏 加购 购买 下单 买",
    Kind.DISLIKE: "dislike skip hide thumbs_down downvote 不喜欢 踩 差评 跳过",
    Kind.RATING: "rating rate 评分 打分",
    Kind.REVIEW: "review comment 评论 评价",
    Kind.WISH: "wish search query 搜索 愿望",
}
KINDS = {word: kind.value for kind, words in _KIND_WORDS.items() for word in words.split()}
"""Words of a kind column, lower case -> ``Kind`` value. Carts and purchases count as favourites."""

EPOCH_SECONDS = (1e8, 4.2e9)
"""Whole numbers in this range are seconds since 1970: 1973 to 2103."""


@dataclass(frozen=True, eq=False, slots=True)
class Times:
    """A column of times, and how it was read."""

    seconds: pd.Series
    """float64 seconds since 1970 UTC; NaN where the cell is no time."""
    reading: str
    """One of ``seconds``, ``milliseconds``, ``dates``, ``dates, day first``."""


def numbers(cells: pd.Series) -> pd.Series:
    """float64 of each cell, NaN where it is no number; a decimal comma ("4,5") counts."""
    text = cells.astype("str").str.replace(r"^(-?\d+),(\d{1,2})$", r"\1.\2", regex=True)
    return pd.to_numeric(text, errors="coerce").astype("float64")


def times(cells: pd.Series) -> Times:
    """Seconds since 1970 of dates, epoch seconds or epoch milliseconds; a date without a zone is UTC.

    03/04/2024 is read month first, unless a cell of the column such as 25/04/2024 shows that days come first.
    """
    text = cells.astype("str").str.strip()
    compact_date = text.str.fullmatch(r"(?:19|20)\d{6}")
    values = pd.to_numeric(text.where(~compact_date, ""), errors="coerce").astype("float64")
    low, high = EPOCH_SECONDS
    if values.between(low * 1e3, high * 1e3).sum() * 2 > len(values):
        return Times((values / 1e3).where(values.between(low * 1e3, high * 1e3)), "milliseconds")
    if values.between(low, high).sum() * 2 > len(values):
        return Times(values.where(values.between(low, high)), "seconds")
    # Words such as "now" or "may" are dates to pandas; a date here has a separator between digits, or eight digits.
    dated = text.str.contains(r"\d\s*[-/.年]\s*\d|\d\s+[A-Za-z]{3,9}\.?,?\s+\d|[A-Za-z]{3,9}\.?\s+\d{1,2},?\s+\d{4}")
    plain = text.where((dated | compact_date) & values.isna(), "")
    plain = plain.str.replace(r"[年月]", "-", regex=True).str.replace("日", " ").str.strip()
    day_first = bool(plain.str.contains(r"^(?:1[3-9]|2\d|3[01])[/.]\d{1,2}[/.]\d{4}").any())
    dates = pd.to_datetime(plain, format="mixed", errors="coerce", utc=True, dayfirst=day_first)
    # Microseconds: the year 9999 does not fit in nanoseconds.
    seconds = dates.dt.as_unit("us").astype("int64").astype("float64") / 1e6
    return Times(seconds.where(dates.notna()), "dates, day first" if day_first else "dates")
