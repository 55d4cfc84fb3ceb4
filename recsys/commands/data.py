"""``python -m recsys data``: which datasets there are, whether a file can be used, what is in a dataset."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from unicodedata import east_asian_width

from recsys.columns import Events
from recsys.data import catalogue
from recsys.data.dataset import Dataset
from recsys.data.loaders import csv, movielens, sample
from recsys.errors import DataError

Write = Callable[[str], None]


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command ``data`` with its verbs list, check and describe."""
    verbs = subparsers.add_parser("data", help="list, check and describe datasets").add_subparsers(required=True)
    verbs.add_parser("list", help="the datasets that can be loaded here").set_defaults(run=list_datasets)
    check_parser = verbs.add_parser("check", help="try to read a CSV file, a MovieLens folder or a sample folder")
    check_parser.add_argument("path", type=Path, help="file of items or reviews, or folder")
    check_parser.add_argument("--events", type=Path, help="second CSV file: what people did with the items")
    check_parser.set_defaults(run=check)
    describe_parser = verbs.add_parser("describe", help="counts, dates, defects and people of a dataset")
    describe_parser.add_argument("name", help="a name that `data list` shows")
    describe_parser.set_defaults(run=describe)


def list_datasets(_: argparse.Namespace, write: Write) -> int:
    """Every dataset the app offers here, one line each."""
    refs = catalogue.available()
    for line in columns((ref.name, ref.size, ref.line) for ref in refs):
        write(line)
    if not refs:
        write("no dataset is installed: sample_data/ is missing and RECSYS_DATASETS names no MovieLens folder")
    return 0


def check(arguments: argparse.Namespace, write: Write) -> int:
    """Read a path as the app would and tell what was understood and what was left out."""
    path: Path = arguments.path
    data = _folder(path) if path.is_dir() else _tables(path, arguments.events, write)
    _write_counts(data, write)
    _write_quality(data, write)
    return 0


def describe(arguments: argparse.Namespace, write: Write) -> int:
    """Tell what is in one of the offered datasets."""
    data = catalogue.load(arguments.name)
    write(f"{data.label} ({data.name}, version {data.version})")
    write(data.source)
    _write_counts(data, write)
    _write_quality(data, write)
    for persona in data.personas:
        write(f"persona {persona.name}: {persona.line} ({len(persona.events)} events, {len(persona.wishes)} wishes)")
    return 0


def columns(rows: Iterable[Sequence[object]]) -> list[str]:
    """Rows as lines with aligned columns (Han characters are two wide); empty for none."""
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    return [
        "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]


def _width(text: str) -> int:
    """Places ``text`` takes in a terminal."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _folder(path: Path) -> Dataset:
    if sample.is_sample(path):
        return sample.load(path)
    if movielens.layout_of(path):
        return movielens.load(path)
    raise DataError(
        f"{path} is neither a MovieLens folder nor a folder with items.csv and events.csv: "
        "name one of these, or a CSV file"
    )


def _tables(path: Path, events: Path | None, write: Write) -> Dataset:
    table, log = csv.read(path), csv.read(events) if events else None
    roles, log_roles = csv.guess(table), csv.guess(log) if log is not None else {}
    for file, understood in ((path, roles), (events, log_roles)):
        if file is not None:
            write(f"columns of {file.name}, as understood:")
            for line in columns(understood.items()):
                write(f"  {line}")
    data, notes = csv.build(table, roles, log, log_roles, path.stem)
    for note in notes:
        write(f"note: {note}")
    return data


def _write_counts(data: Dataset, write: Write) -> None:
    quality, (first, last) = data.quality, data.quality.dates()
    kinds = data.events[Events.KIND].value_counts()
    write(f"{quality.n_items:,} items, {quality.n_users:,} users, {quality.n_events:,} events, {first} to {last}")
    if len(kinds):
        write("events by kind: " + ", ".join(f"{kind} {count:,}" for kind, count in kinds.items()))


def _write_quality(data: Dataset, write: Write) -> None:
    for line in columns((f"{count:,}", what, fate) for what, count, fate in data.quality.rows()):
        write(f"  {line}")
