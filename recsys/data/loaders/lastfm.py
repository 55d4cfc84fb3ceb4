"""The Last.fm set of HetRec 2011: what 1,892 listeners play, who is friends with whom, and how artists sound.

Plays become opinions by each listener's own measure, as one plays everything a hundred times more than another:

    z = (log plays - their mean) / their standard deviation:   favourite from 1, like from 0, else a view
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from recsys.columns import Audio, Events, Follows, Items, Table
from recsys.data.dataset import Dataset
from recsys.data.loaders.tables import read_table, read_tabs
from recsys.errors import DataError
from recsys.types import Kind

SOURCE = (
    "Plays of Last.fm listeners, published by GroupLens for HetRec 2011 for research use; not part of this app. "
    "Played more than a listener's average counts as a like, far more as a favourite. Plays have no dates: "
    "their order is drawn at random."
)
PLAYS, ARTISTS, FRIENDS = "user_artists.dat", "artists.dat", "user_friends.dat"
TEXTS = "artist_desc_by_artistID_namematched.json"
FAVOURITE_FROM = 1.0
"""Standard deviations of a listener's log plays above their mean."""

SONG_COLUMNS = {
    Audio.TEMPO: "tempo",
    Audio.ENERGY: "energy",
    Audio.VALENCE: "valence",
    Audio.ACOUSTICNESS: "acousticness",
    Audio.DANCEABILITY: "danceability",
    Audio.INSTRUMENTALNESS: "instrumentalness",
    Audio.DURATION: "duration_ms",
}
"""Columns of a table of songs, all numbers; the last in milliseconds."""


def load(
    folder: Path, *, songs: Path | None = None, text_only: bool = True, name: str = "", label: str = ""
) -> Dataset:
    """Read the folder of the set; items are artists, the table ``follows`` holds every friendship both ways.

    Descriptions come from the file ``TEXTS`` of the folder (artist id -> text), which is not part of the published
    set; where it is there and ``text_only``, only artists with a description are used and the rest is counted in
    ``quality``. ``songs`` is a CSV file with one row per song and the column ``artist``: artists of the same name,
    whatever its capitals, get the mean of their songs as columns of ``Audio``, all others NaN. Events are one second
    apart from 1970 in an order drawn once and for all. Raises DataError naming the file that cannot be used.
    """
    artists, texts = read_tabs(folder / ARTISTS, ("id", "name")), _texts(folder / TEXTS)
    items = pd.DataFrame(
        {
            Items.ID: artists["id"],
            Items.TITLE: artists["name"],
            Items.DESCRIPTION: artists["id"].map(texts).astype("str").fillna(""),
        }
    )
    if songs is not None:
        sound = _sound(songs).reindex(items[Items.TITLE].map(_folded))
        items = items.join(sound.set_axis(items.index))
    events = _events(read_tabs(folder / PLAYS, ("userID", "artistID", "weight")))
    left_out = (items[Items.DESCRIPTION] == "") & bool(text_only and texts)
    unread = events[Events.ITEM].isin(items.loc[left_out, Items.ID])
    source = SOURCE
    if left_out.any():
        source += f" Only the {int((~left_out).sum()):,} of {len(items):,} artists with a description are used."
    data = Dataset.from_tables(
        name or folder.name,
        items[~left_out],
        events[~unread],
        label=label,
        source=source,
        tables=_follows(folder / FRIENDS),
    )
    counted = replace(
        data.quality,
        dropped_items_without_text=int(left_out.sum()),
        dropped_events_on_items_without_text=int(unread.sum()),
    )
    return replace(data, quality=counted)


def _texts(path: Path) -> dict[str, str]:
    """Description by artist id; empty without the file."""
    if not path.is_file():
        return {}
    try:
        texts = json.loads(path.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{path.name} is not JSON: {error}; take it away to do without descriptions") from error
    if not isinstance(texts, dict):
        raise DataError(f"{path.name} should be one object of artist id -> text, it is a {type(texts).__name__}")
    return {str(artist): str(text) for artist, text in texts.items()}


def _events(plays: pd.DataFrame) -> pd.DataFrame:
    count = pd.to_numeric(plays["weight"], errors="coerce")
    wrong = plays[~(count > 0)]
    if len(wrong):
        said, user = wrong["weight"].tolist()[0], wrong["userID"].tolist()[0]
        raise DataError(f"{PLAYS} should hold numbers of plays above 0, for user {user!r} it holds {said[:40]!r}")
    z = _standardised(pd.Series(np.log(count)), plays["userID"])
    kinds = np.select([z >= FAVOURITE_FROM, z >= 0], [Kind.FAVOURITE.value, Kind.LIKE.value], Kind.VIEW.value)
    events = pd.DataFrame({Events.USER: plays["userID"], Events.ITEM: plays["artistID"], Events.KIND: kinds})
    # The file lists each listener's plays from most to fewest: an order that a model of time would learn.
    order = np.random.default_rng(0).permutation(len(events))
    return events.iloc[order].assign(**{Events.AT: np.arange(len(events), dtype=np.float64)})


def _standardised(values: pd.Series, by: pd.Series) -> pd.Series:
    """``values`` in standard deviations from the mean of their group; 0 where all of a group are equal."""
    groups = values.groupby(by)
    spread = groups.transform("std", ddof=0)
    return ((values - groups.transform("mean")) / spread.where(spread > 0)).fillna(0.0)


def _follows(path: Path) -> dict[str, pd.DataFrame]:
    """The table of friends, each pair in both directions and once; none without the file."""
    if not path.is_file():
        return {}
    one = read_tabs(path, ("userID", "friendID")).set_axis([Follows.USER, Follows.FOLLOWED], axis=1)
    other = one.set_axis([Follows.FOLLOWED, Follows.USER], axis=1)
    both = pd.concat([one, other[list(one.columns)]], ignore_index=True).drop_duplicates(ignore_index=True)
    return {Table.FOLLOWS: both}


def _sound(path: Path) -> pd.DataFrame:
    """Mean sound of each artist of a table of songs, by folded name."""
    songs = read_table(path, ("artist",), needed=("artist", *SONG_COLUMNS.values()))
    numbers = songs[list(SONG_COLUMNS.values())].apply(pd.to_numeric, errors="coerce")
    numbers = numbers.set_axis(list(map(str, SONG_COLUMNS)), axis=1).assign(
        **{Audio.DURATION: numbers["duration_ms"] / 1000}
    )
    means: pd.DataFrame = numbers.groupby(songs["artist"].map(_folded)).mean()
    return means


def _folded(name: str) -> str:
    return " ".join(str(name).casefold().split())
