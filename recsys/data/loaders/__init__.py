"""Loaders: one file per format, one line here; every source leaves as a ``Dataset``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from recsys.data.dataset import Dataset
from recsys.data.loaders import csv, movielens, sample


@dataclass(frozen=True, slots=True)
class Loader:
    """A registry line: a format the app can read."""

    name: str
    label: str
    line: str
    """One plain sentence for a visitor."""
    load: Callable[..., Dataset]
    """Takes the path of a file or folder first; options by keyword (``DatasetRef.options``). Raises DataError."""


LOADERS: dict[str, Loader] = {
    loader.name: loader
    for loader in (
        Loader("sample", "Sample data", "The shop and the video library that come with the app.", sample.load),
        Loader("movielens", "MovieLens", "Real film ratings from a MovieLens folder you downloaded.", movielens.load),
        Loader("csv", "Your own table", "A CSV file of items, or of reviews, in English or Chinese.", csv.load),
    )
}

__all__ = ["LOADERS", "Loader"]
