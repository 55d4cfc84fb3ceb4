"""The datasets this installation offers: the samples, and public sets found where ``RECSYS_DATASETS`` points."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from recsys import settings as environment
from recsys.data.dataset import Dataset
from recsys.data.loaders import LOADERS, movielens, sample
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
    loader: str
    """Name of the format in ``LOADERS`` that reads ``folder``."""
    options: tuple[tuple[str, Any], ...] = field(default=(), repr=False)
    """What the loader is told besides, by keyword."""


MOVIELENS = {
    "ml-latest-small": ("MovieLens latest-small", "ml_latest_small_text.csv"),
    "ml-100k": ("MovieLens 100K", "ml_100k_text.csv"),
    "ml-1m": ("MovieLens 1M", ""),
}
"""Folder -> (label, file of plot texts in the folder ``movie-text`` beside it, "" when there is none)."""


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
    return (*_samples(), *_movielens())


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


def _movielens() -> list[DatasetRef]:
    root = environment.settings().datasets_dir
    if root is None:
        return []
    refs = []
    for folder_name, (label, texts) in MOVIELENS.items():
        folder = root / folder_name
        layout = movielens.layout_of(folder)
        if layout is None:
            continue
        text_table = root / "movie-text" / texts if texts else None
        if text_table is not None and not text_table.is_file():
            text_table = None
        line = "Real film ratings" + (", only films with a plot text." if text_table else ", titles and genres only.")
        name = folder_name.replace("ml-", "movielens-", 1)
        options = {"name": name, "label": label, "text_table": text_table, "text_only": text_table is not None}
        size = _size(folder, layout.ratings)
        refs.append(DatasetRef(name, label, line, False, size, folder, "movielens", tuple(options.items())))
    return refs


def _size(folder: Path, file: str) -> str:
    # One event a line, unless a review holds a line break: good to two digits.
    with (folder / file).open("rb") as lines:
        n_lines = sum(1 for _ in lines)
    return f"about {int(float(f'{n_lines:.2g}')):,} events"
