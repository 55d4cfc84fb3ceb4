"""Amazon reviews as the UCSD collection publishes them: one JSON object per review, in lines or printed over many."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from dataclasses import replace
from pathlib import Path

import pandas as pd

from recsys.columns import Events, Items
from recsys.data.dataset import Dataset, require
from recsys.data.loaders import csv
from recsys.errors import DataError

SOURCE = (
    "Product reviews of Amazon, collected at UCSD (Ni, Li and McAuley 2019) for research; not part of this app. "
    "Products have no names here: a product's first reviews describe it."
)
ROLES: dict[str, str] = {
    Events.USER: "reviewerID",
    Items.ID: "asin",
    Events.STARS: "overall",
    Events.AT: "unixReviewTime",
    Events.TEXT: "text",
}

_BLANKS = re.compile(r"\s*")


def load(path: Path, *, name: str = "", label: str = "") -> Dataset:
    """Read one file, plain or ``.gz``; a review that somebody wrote of a product in the same words counts once.

    Titles are product numbers; descriptions are the first reviews of a product (``recsys.data.loaders.csv.build``),
    so a model that reads texts knows words of reviews that a split holds out. Repeats are counted in ``quality``.
    Raises DataError naming the place in the file that is no review.
    """
    reviews = pd.DataFrame(_reviews(path))
    require(reviews, ("reviewerID", "asin", "overall", "unixReviewTime"), path.name)
    table = reviews.assign(
        text=_words(reviews, "reviewText").mask(lambda words: words == "", _words(reviews, "summary"))
    )
    table = table.astype("object").where(table.notna(), "").astype("str")
    repeated = table.duplicated(["reviewerID", "asin", "text"])
    data, _ = csv.build(table.loc[~repeated, list(ROLES.values())].reset_index(drop=True), ROLES, name=path.name)
    counted = data.quality.dropped_duplicate_events + int(repeated.sum())
    return replace(
        data,
        name=name or path.name.partition(".")[0],
        label=label or name or path.name,
        source=SOURCE,
        quality=replace(data.quality, dropped_duplicate_events=counted),
    )


def _words(reviews: pd.DataFrame, column: str) -> pd.Series:
    if column not in reviews.columns:
        return pd.Series("", index=reviews.index, dtype="str")
    return reviews[column].fillna("").astype("str").str.strip()


def _reviews(path: Path) -> list[dict[str, object]]:
    """Every object of the file, in its order; what stands between two of them may be blanks or line breaks."""
    text, found, place = _text(path), [], 0
    decoder = json.JSONDecoder()
    while place < len(text):
        try:
            review, place = decoder.raw_decode(text, place)
        except json.JSONDecodeError as error:
            raise DataError(
                f"{path.name}, line {error.lineno} is not a review as a JSON object: {error.msg}"
            ) from error
        if not isinstance(review, dict):
            line = text.count("\n", 0, place) + 1
            raise DataError(f"{path.name}, line {line} should be a review as a JSON object, it is {review!r:.40}")
        found.append(review)
        place = _BLANKS.match(text, place).end()  # type: ignore[union-attr]  # it matches nothing, too
    if not found:
        raise DataError(f"{path.name} holds no review: a JSON object for each is expected")
    return found


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
        return (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8-sig").strip()
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read as reviews in UTF-8: {error}") from error
