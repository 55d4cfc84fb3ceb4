"""Loaders: one file per format, one line here; every source leaves as a ``Dataset``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from recsys.data.dataset import Dataset
from recsys.data.loaders import amazon, bing_news, csv, lastfm, movielens, sample


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
        Loader("lastfm", "Last.fm", "What real listeners play and who their friends are, by HetRec 2011.", lastfm.load),
        Loader("bing_news", "Bing News", "Headlines that people were shown, and which they opened.", bing_news.load),
        Loader("amazon", "Amazon reviews", "A file of product reviews as the UCSD collection has them.", amazon.load),
        Loader("csv", "Your own table", "A CSV file of items, or of reviews, in English or Chinese.", csv.load),
    )
}

__all__ = ["LOADERS", "Loader"]
