"""Real Chinese shop reviews as texts to type: what people write when nobody made it up."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from recsys import settings as environment
from recsys.data.loaders.tables import read_table
from recsys.errors import DataError

FILE = Path("zh-shopping") / "online_shopping_10_cats.csv"
"""The published set (online_shopping_10_cats, 62,774 reviews) under ``RECSYS_DATASETS``."""
TEXT = "review"
LENGTH = (12, 60)
"""Characters: long enough to say something, short enough for one line."""


def there() -> bool:
    """Whether the reviews were downloaded."""
    root = environment.settings().datasets_dir
    return root is not None and (root / FILE).is_file()


def real_review(number: int) -> str:
    """The review of that number, which may be any whole number from 0 on; "" where there are none or none can be read.

    Neighbouring numbers are of different sorts of things: the set is ordered by them, the numbers are not.
    """
    root = environment.settings().datasets_dir
    if root is None or not there():
        return ""
    try:
        texts = _texts(root / FILE)
    except DataError:  # a text to try is no reason to stop anybody
        return ""
    return texts[number * _STRIDE % len(texts)] if texts else ""


_STRIDE = 15_485_863
"""A prime far above the number of reviews: steps of it visit every one before any comes twice."""


@lru_cache(maxsize=1)
def _texts(path: Path) -> tuple[str, ...]:
    written = read_table(path, needed=(TEXT,))[TEXT].dropna().astype(str).str.split().str.join(" ")
    fits = written.str.len().between(*LENGTH)
    return tuple(dict.fromkeys(written[fits]))
