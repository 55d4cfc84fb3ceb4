"""Fixed cuts of public data, written to one file each that our models and the peers' both read.

Every file holds likes only, each marked train, valid or test. Knobs are chosen by fitting on train and asking about
valid, in a random cut several times with another valid part (``FixedSplit.rounds``); the figures come from fitting on
train and valid together and asking about test, once. What somebody liked in
the part that was fitted is never recommended to them; everything else that is a candidate is ranked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recsys.columns import Events, Items
from recsys.data import Dataset, catalogue
from recsys.data.loaders import movielens
from recsys.errors import DataError
from recsys.settings import settings
from recsys.types import Kind

TRAIN, VALID, TEST = 0, 1, 2
N_TUNE_USERS = 600
"""Settings are compared on at most so many people of the valid part, evenly spaced, the same for every model."""
MIN_LIKES = 3
SHARES = {VALID: 0.2, TEST: 0.2}
"""One valid part is as large as test: half of that told settings apart no better than chance."""
N_ROUNDS = 4
ROUND_SHARE = 0.1
"""In a random cut settings are compared so often, each time on another such share of all likes.

Likes of test are still unknown then, so a list that finds them counts as wrong; and the more likes are held out, the
less is known of everybody than when test is asked about. Both favour other models and settings than test does, and
both shrink with the share. One small part is too few likes, several are not.
"""

Numbers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class FixedSplit:
    """Likes of users for items, each in one part; ``user`` and ``item`` are positions in ``users`` and ``items``."""

    name: str
    """``<dataset>/<protocol>``."""
    line: str
    """What was done, in one sentence."""
    users: tuple[str, ...]
    items: tuple[str, ...]
    user: Numbers
    item: Numbers
    stars: NDArray[np.float64]
    """NaN where the source says none."""
    at: NDArray[np.float64]
    """Seconds since 1970; 0 where the source says none."""
    part: Numbers
    candidates: NDArray[np.bool_]
    """(3, n_items) by part: what is ranked when that part is asked about; the row of train is unused."""
    liked_stars: float = 4.0
    held: Numbers | None = None
    """(n_likes,) the round of validation in which a like is held out, -1 for none; None for one round, of VALID."""

    @property
    def digest(self) -> str:
        """16 hex digits that change with anything a model could notice."""
        digest = hashlib.sha256("\n".join((self.name, *self.users, *self.items)).encode())
        for array in (self.user, self.item, self.stars, self.at, self.part, self.candidates, self.rounds_of_likes):
            digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()[:16]

    @property
    def rounds_of_likes(self) -> Numbers:
        """(n_likes,) the round of validation in which a like is held out, -1 for none."""
        return np.where(self.part == VALID, 0, -1) if self.held is None else self.held

    def rounds(self) -> list[FixedSplit]:
        """The cuts that settings are compared on: what is held out in a round is its VALID part."""
        held = self.rounds_of_likes
        parts = [np.where(held == n, VALID, np.where(self.part == TEST, TEST, TRAIN)) for n in range(held.max() + 1)]
        return [replace(self, part=part, held=None) for part in parts]

    def asked_users(self, part: int) -> Numbers:
        """Users with likes in the fitted parts and a like of a candidate in ``part``, ascending."""
        wanted = self.user[(self.part == part) & self.candidates[part][self.item]]
        return np.intersect1d(wanted, self.user[self.part < part])

    def tune_users(self) -> Numbers:
        """The people that settings are compared on."""
        users = self.asked_users(VALID)
        picked = np.linspace(0, len(users) - 1, min(N_TUNE_USERS, len(users))).astype(np.int64)
        return users[picked]

    def write(self, folder: Path) -> Path:
        """Save as ``<dataset>--<protocol>.npz``: plain arrays, readable without this package."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.name.replace('/', '--')}.npz"
        np.savez_compressed(
            path,
            users=np.array(self.users),
            items=np.array(self.items),
            user=self.user,
            item=self.item,
            stars=self.stars,
            part=self.part,
            candidates=self.candidates,
            held=self.rounds_of_likes,
            test_users=self.asked_users(TEST),
            digest=np.array(self.digest),
            **{f"valid_users_{n}": each.tune_users() for n, each in enumerate(self.rounds())},
        )
        return path


@dataclass(frozen=True)
class Prepared:
    """A cut together with the catalogue that its items come from."""

    split: FixedSplit
    catalogue: Dataset
    """Items in the order of ``split.items``; its events are not used."""

    def fitted_on(self, part: int) -> Dataset:
        """What a model may learn from before it is asked about ``part``."""
        split = self.split
        keep = split.part < part
        events = pd.DataFrame(
            {
                str(Events.USER): np.array(split.users, dtype=object)[split.user[keep]],
                str(Events.ITEM): np.array(split.items, dtype=object)[split.item[keep]],
                str(Events.KIND): Kind.RATING.value,
                str(Events.AT): split.at[keep],
                str(Events.STARS): split.stars[keep],
                str(Events.TEXT): "",
            }
        )
        events = events.sort_values(Events.AT, kind="stable").reset_index(drop=True)
        return replace(self.catalogue, events=events, personas=(), liked_stars=split.liked_stars)

    def rounds(self) -> list[Prepared]:
        """The cuts that settings are compared on."""
        return [replace(self, split=split) for split in self.split.rounds()]

    def without_text(self) -> Prepared:
        """The same likes of items about which nothing is written: what is left is behaviour alone."""
        items = self.catalogue.items[[Items.ID]].copy()
        for column in (Items.TITLE, Items.DESCRIPTION, Items.CATEGORY, Items.TAGS):
            items[str(column)] = ""
        return replace(self, catalogue=replace(self.catalogue, items=items))


def prepared(name: str, seed: int = 0) -> Prepared:
    """Make the cut ``name`` of SPLITS; DataError when its files are not where RECSYS_DATASETS points."""
    return SPLITS[name](name, seed)


def folder() -> Path:
    """Where the files of the cuts are written."""
    return settings().cache_dir / "benchmarks" / "splits"


def _mcrec(name: str, seed: int) -> Prepared:
    root = _root() / "ml-100k-mcrec-split"
    train = np.array(
        [line.split() for line in (root / "ml-100k.train.rating").read_text().splitlines()], dtype=np.float64
    )
    test = [
        (int(user), int(item), np.nan)
        for user, *items in (line.split() for line in (root / "ml-100k.test.rating").read_text().splitlines())
        for item in items
    ]
    table = pd.DataFrame(np.vstack([train, np.array(test)]), columns=["user", "item", "stars"])
    # A quarter of the published 80% is a fifth of everything.
    part = np.full(len(table), TEST)
    part[: len(train)] = _random_parts(len(train), {VALID: 0.25}, seed)
    line = "The published 80/20 split of MovieLens 100K; every rating is a like."
    return _assembled(name, line, _film_table("ml-100k"), table.assign(part=part, at=0.0), 0.5, _held(part, seed))


def _random_100k(name: str, seed: int) -> Prepared:
    films = _film_table("ml-100k")
    likes = _likes(films)
    line = "MovieLens 100K: ratings of 4 and more, 80/20 at random."
    part = _random_parts(len(likes), SHARES, seed)
    return _assembled(name, line, films, likes.assign(part=part), held=_held(part, seed))


def _random_latest(name: str, seed: int) -> Prepared:
    films = catalogue.load("movielens-latest-small")
    likes = _likes(films)
    likes["part"] = _random_parts(len(likes), SHARES, seed)
    likes, films = _enough_liked(likes, films, likes["part"] == TRAIN)
    line = f"Films with a plot and at least {MIN_LIKES} likes to learn from: ratings of 4 and more, 80/20 at random."
    return _assembled(name, line, films, likes, held=_held(likes["part"].to_numpy(), seed))


def _cold_latest(name: str, seed: int) -> Prepared:
    films = catalogue.load("movielens-latest-small")
    likes, films = _enough_liked(_likes(films), films)
    counts = likes["item"].value_counts().reindex(list(films.item_ids))
    of_item = pd.Series(_even_parts(counts.to_numpy(), seed), index=counts.index)
    likes["part"] = likes["item"].map(of_item).to_numpy()
    line = (
        f"Films with a plot and at least {MIN_LIKES} likes: nobody's likes of a fifth of them, drawn evenly from the "
        "much and the little liked, are learned, and only these films are ranked; another such fifth tunes."
    )
    made = _assembled(name, line, films, likes)
    parts = of_item.reindex(list(made.split.items)).to_numpy()
    cold = np.stack([parts == part for part in (TRAIN, VALID, TEST)])
    return replace(made, split=replace(made.split, candidates=cold))


def _global_time_latest(name: str, seed: int) -> Prepared:
    films = catalogue.load("movielens-latest-small")
    likes = _likes(films).sort_values("at", kind="stable")
    cuts = likes["at"].quantile([1 - sum(SHARES.values()), 1 - SHARES[TEST]]).to_numpy()
    part = np.searchsorted(cuts, likes["at"].to_numpy(), side="right")
    line = "Films with a plot: ratings of 4 and more; the last fifth in time is asked about, the fifth before it tunes."
    return _assembled(name, line, films, likes.assign(part=part))


SPLITS: dict[str, Callable[[str, int], Prepared]] = {
    "ml-100k/mcrec": _mcrec,
    "ml-100k/random": _random_100k,
    "ml-latest-small/random": _random_latest,
    "ml-latest-small/cold_items": _cold_latest,
    "ml-latest-small/global_time": _global_time_latest,
}
"""Every cut, by ``<dataset>/<protocol>``."""

WITH_PEERS = ("ml-100k/mcrec", "ml-100k/random", "ml-latest-small/random")
"""Cuts that libraries without text can be asked about as well."""


def _root() -> Path:
    root = settings().datasets_dir
    if root is None:
        raise DataError("this benchmark needs public data: set RECSYS_DATASETS to the folder that holds ml-100k")
    return root


def _film_table(release: str) -> Dataset:
    """Every film of a release, with texts where there are any (the app offers the films with a plot only)."""
    texts = _root() / "movie-text" / f"{release.replace('-', '_')}_text.csv"
    return movielens.load(_root() / release, text_table=texts if texts.is_file() else None, name=release)


def _likes(films: Dataset) -> pd.DataFrame:
    """Columns user, item, stars, at: one row per user and film, the newest rating, if it is a like."""
    columns = {str(Events.USER): "user", str(Events.ITEM): "item", str(Events.STARS): "stars", str(Events.AT): "at"}
    table = films.events.rename(columns=columns)[list(columns.values())]
    table = table.drop_duplicates(["user", "item"], keep="last")
    return table[table["stars"] >= films.liked_stars].reset_index(drop=True)


def _enough_liked(
    likes: pd.DataFrame, films: Dataset, counted: pd.Series | None = None
) -> tuple[pd.DataFrame, Dataset]:
    """Only films with MIN_LIKES likes among the ``counted`` ones, and only likes of those."""
    counts = (likes if counted is None else likes[counted])["item"].value_counts()
    kept = set(counts[counts >= MIN_LIKES].index)
    items = films.items[films.items[Items.ID].isin(kept)].reset_index(drop=True)
    return likes[likes["item"].isin(kept)].reset_index(drop=True), replace(films, items=items)


def _random_parts(n: int, shares: dict[int, float], seed: int) -> Numbers:
    """(n,) parts drawn at random, TRAIN for what ``shares`` leaves."""
    order = np.random.default_rng(seed).permutation(n)
    part = np.full(n, TRAIN)
    last = n
    for number in sorted(shares, reverse=True):
        first = last - round(shares[number] * n)
        part[order[first:last]] = number
        last = first
    return part


def _held(part: Numbers, seed: int) -> Numbers:
    """(n,) N_ROUNDS times another ROUND_SHARE of all likes, drawn from those that are not TEST; -1 for the rest."""
    held = np.full(len(part), -1, dtype=np.int64)
    order = np.random.default_rng([seed, N_ROUNDS]).permutation(np.flatnonzero(part != TEST))
    size = round(ROUND_SHARE * len(part))
    for number in range(N_ROUNDS):
        held[order[number * size : (number + 1) * size]] = number
    return held


def _even_parts(counts: Numbers, seed: int) -> Numbers:
    """(n,) one of every five items with about as many likes is TEST, one VALID, drawn at random.

    A few films have most of the likes: drawn without regard to that, which of them are cold decides every figure.
    """
    rng = np.random.default_rng(seed)
    order = np.argsort(-counts, kind="stable")
    n_blocks = -(-len(counts) // 5)
    blocks = rng.permuted(np.tile([TEST, VALID, TRAIN, TRAIN, TRAIN], (n_blocks, 1)), axis=1)
    part = np.empty(len(counts), dtype=np.int64)
    part[order] = blocks.ravel()[: len(counts)]
    return part


def _assembled(
    name: str,
    line: str,
    films: Dataset,
    likes: pd.DataFrame,
    liked_stars: float = 4.0,
    held: Numbers | None = None,
) -> Prepared:
    users = pd.Index(sorted(_ids(likes["user"]).unique()))
    item_ids = _ids(likes["item"])
    split = FixedSplit(
        name,
        line,
        tuple(users),
        films.item_ids,
        users.get_indexer(pd.Index(_ids(likes["user"]))).astype(np.int64),
        pd.Index(films.item_ids).get_indexer(pd.Index(item_ids)).astype(np.int64),
        likes["stars"].to_numpy(np.float64),
        likes["at"].to_numpy(np.float64),
        likes["part"].to_numpy(np.int64),
        np.ones((3, films.n_items), dtype=bool),
        liked_stars,
        held,
    )
    if (split.item < 0).any():
        raise DataError(f"{name}: {(split.item < 0).sum()} likes are of films that the film table does not have")
    return Prepared(split, films)


def _ids(column: pd.Series) -> pd.Series:
    # The published split writes ids as numbers.
    return column.astype(int).astype(str) if pd.api.types.is_numeric_dtype(column) else column.astype(str)
