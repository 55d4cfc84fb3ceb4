"""The datasets this installation offers: the samples, and public sets found where ``RECSYS_DATASETS`` points."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from recsys import settings as environment
from recsys.data.dataset import Dataset
from recsys.data.loaders import LOADERS, bing_news, lastfm, sample
from recsys.errors import DataError, UnknownIdError


@dataclass(frozen=True, slots=True)
class DatasetRef:
    """A dataset that can be loaded, and what a visitor needs to choose it."""

    name: str
    label: str
    line: str
    synthetic: bool
    size: str
    """A hint such as ``about 100,000 events``, counted without reading the tables."""
    folder: Path = field(repr=False)
    """What the loader reads: a folder, for some formats a file."""
    loader: str
    """Name of the format in ``LOADERS`` that reads ``folder``."""
    options: tuple[tuple[str, Any], ...] = field(default=(), repr=False)
    """What the loader is told besides, by keyword."""


@dataclass(frozen=True, slots=True)
class Public:
    """A published set: where it lies under ``RECSYS_DATASETS`` and how it is read, all paths from there."""

    name: str
    label: str
    line: str
    loader: str
    path: str
    """Folder, or file, that the loader reads."""
    files: tuple[str, ...] = ()
    """What the folder must hold; the lines of the first are the events. Nothing for a file."""
    beside: tuple[str, str] = ("", "")
    """Option of the loader and the file it then names, where that is there too."""
    with_it: tuple[tuple[str, Any], ...] = ()
    """Options that go with it."""
    line_with_it: str = ""


PREPARED = 2
"""So many samples are ready before the first visit, and measured ahead; the others open when somebody asks for them."""

_TITLES_ONLY = "Real film ratings, titles and genres only."
_PLOTS_ONLY = "Real film ratings, only films with a plot text."
_WITH_TEXTS = (("text_only", True),)
PUBLIC = (
    Public(
        "movielens-latest-small",
        "MovieLens latest-small",
        _TITLES_ONLY,
        "movielens",
        "ml-latest-small",
        ("ratings.csv", "movies.csv"),
        ("text_table", "movie-text/ml_latest_small_text.csv"),
        _WITH_TEXTS,
        _PLOTS_ONLY,
    ),
    Public(
        "movielens-100k",
        "MovieLens 100K",
        _TITLES_ONLY,
        "movielens",
        "ml-100k",
        ("u.data", "u.item"),
        ("text_table", "movie-text/ml_100k_text.csv"),
        _WITH_TEXTS,
        _PLOTS_ONLY,
    ),
    Public("movielens-1m", "MovieLens 1M", _TITLES_ONLY, "movielens", "ml-1m", ("ratings.dat", "movies.dat")),
    Public(
        "lastfm-2k",
        "Last.fm 2k",
        "What real listeners play, and who their friends are.",
        "lastfm",
        "hetrec-lastfm-2k",
        (lastfm.PLAYS, lastfm.ARTISTS),
        ("songs", "spotify/songs_normalize.csv"),
        (),
        "What real listeners play, who their friends are, and how some of the artists sound.",
    ),
    Public(
        "bing-news",
        "Bing News sample",
        "Real headlines and who opened them, nearly each shown to one person.",
        "bing_news",
        "bing-news",
        (bing_news.SHOWN,),
    ),
    Public(
        "amazon-beauty",
        "Amazon beauty",
        "Real product reviews of products without names.",
        "amazon",
        "amazon/All_Beauty_5.json.gz",
    ),
    Public(
        "amazon-fashion",
        "Amazon fashion",
        "Real product reviews of products without names.",
        "amazon",
        "amazon/AMAZON_FASHION_5.json",
    ),
)
"""In the order in which they are offered; a further one is one more entry."""


def available() -> list[DatasetRef]:
    """Every dataset that can be loaded here, samples first; empty when none is installed."""
    return list(_found(tuple(_stamp(root) for root in _roots())))


def _roots() -> list[Path]:
    """Folders whose folders may be datasets."""
    environs = environment.settings()
    roots = [environment.ROOT / "sample_data", environs.scenarios_dir, environs.datasets_dir]
    return [root for root in roots if root is not None]


def _stamp(root: Path) -> tuple[Path, tuple[int, ...]]:
    """Changes whenever a file comes into, or goes from, a folder of ``root``: pages ask many times a second."""
    folders = sorted(path for path in root.iterdir() if path.is_dir()) if root.is_dir() else []
    return root, tuple(path.stat().st_mtime_ns for path in folders)


@lru_cache(maxsize=4)
def _found(_stamps: tuple[tuple[Path, tuple[int, ...]], ...]) -> tuple[DatasetRef, ...]:
    return (*_samples(), *_public())


def load(name: str) -> Dataset:
    """Read one dataset (kept in memory afterwards); UnknownIdError names the ones there are."""
    refs = {ref.name: ref for ref in available()}
    if name not in refs:
        known = ", ".join(refs) or "none: sample_data/ is missing"
        raise UnknownIdError(f"there is no dataset {name!r}; choose from {known}")
    return _read(refs[name])


@lru_cache(maxsize=16)
def _read(ref: DatasetRef) -> Dataset:
    return LOADERS[ref.loader].load(ref.folder, **dict(ref.options))


def _samples() -> list[DatasetRef]:
    """One for every folder with the tables of a sample: those of the app, then those of RECSYS_SCENARIOS."""
    roots = [environment.ROOT / "sample_data", environment.settings().scenarios_dir]
    folders = [path for root in roots if root is not None and root.is_dir() for path in sorted(root.iterdir())]
    found: dict[str, tuple[int, DatasetRef]] = {}
    for folder in folders:
        if folder.name not in found and sample.is_sample(folder):
            about = _about(folder)
            size = _size(folder, "events.csv")
            ref = DatasetRef(folder.name, about.label, about.line, True, size, folder, "sample")
            found[folder.name] = about.order, ref
    return [ref for _, ref in sorted(found.values(), key=lambda pair: pair[0])]


def _about(folder: Path) -> sample.About:
    try:
        return sample.About.of(folder)
    except DataError:  # whoever opens it reads what is wrong; the others are offered all the same
        return sample.About(folder.name)


def _public() -> list[DatasetRef]:
    """Those of ``PUBLIC`` whose files are there."""
    root = environment.settings().datasets_dir
    return [] if root is None else [_ref(one, root) for one in PUBLIC if _is_there(root / one.path, one.files)]


def _is_there(path: Path, files: tuple[str, ...]) -> bool:
    return all((path / file).is_file() for file in files) if files else path.is_file()


def _ref(one: Public, root: Path) -> DatasetRef:
    path, (option, file) = root / one.path, one.beside
    options: dict[str, Any] = {"name": one.name, "label": one.label}
    has_it = bool(file) and (root / file).is_file()
    if has_it:
        options |= {option: root / file, **dict(one.with_it)}
    line = one.line_with_it if has_it else one.line
    size = _size(path, one.files[0]) if one.files else f"{path.stat().st_size / 1e6:.1f} MB of events"
    return DatasetRef(one.name, one.label, line, False, size, path, one.loader, tuple(options.items()))


def _size(folder: Path, file: str) -> str:
    # One event a line, unless a review holds a line break: good to two digits.
    with (folder / file).open("rb") as lines:
        n_lines = sum(1 for _ in lines)
    return f"about {int(float(f'{n_lines:.2g}')):,} events"
