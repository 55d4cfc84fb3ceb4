"""The datasets that come with the app: one folder per scenario under ``sample_data/``."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recsys.columns import Events, Items, Table
from recsys.data.clock import DAY_SECONDS
from recsys.data.dataset import Dataset, Persona
from recsys.data.loaders.tables import read_table
from recsys.errors import DataError
from recsys.types import Event, Kind

ABOUT = "scenario.toml"
"""What a folder says of itself; all of it may be left out."""
OTHER_SOURCE = "Sample data with simulated people."
TABLES = (Table.PEOPLE, Table.FOLLOWS, Table.PLAYLISTS)
"""Further tables a folder may hold, as ``<name>.csv``; their columns stay text."""
LAST = 1_000


@dataclass(frozen=True, slots=True)
class About:
    """What ``scenario.toml`` says to whoever chooses data; the rest of it is read by ``recsys.scenarios``."""

    label: str
    line: str = ""
    source: str = OTHER_SOURCE
    order: int = LAST
    """Smaller is offered earlier."""

    @classmethod
    def of(cls, folder: Path) -> About:
        """Read the file of ``folder``, which may be missing; DataError for one that cannot be used."""
        told = told_by(folder)
        label, line, source = told.get("label", folder.name), told.get("line", ""), told.get("source", OTHER_SOURCE)
        order = told.get("order", LAST)
        if not isinstance(order, int):
            raise DataError(f"{ABOUT} of {folder.name} has an order that is no whole number: {order!r}")
        return cls(str(label), str(line), str(source), order)


def told_by(folder: Path) -> Mapping[str, Any]:
    """Everything ``scenario.toml`` says; empty without the file. DataError when it is no TOML."""
    path = folder / ABOUT
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{ABOUT} of {folder.name} cannot be read: {error}") from error


def is_sample(folder: Path) -> bool:
    """Whether ``folder`` holds the two tables a sample needs."""
    return (folder / "items.csv").is_file() and (folder / "events.csv").is_file()


def load(folder: Path) -> Dataset:
    """Read ``items.csv``, ``events.csv`` and, if there, ``personas.json``, further tables and ``scenario.toml``.

    The folder's name becomes the dataset's. ``users.csv`` documents the simulated people for readers; nothing is
    learned from it. Raises DataError naming the file and, for personas, the entry.
    """
    for name in ("items.csv", "events.csv"):
        if not (folder / name).is_file():
            raise DataError(f"{folder.name} has no {name}: write the samples anew with python sample_data/generate.py")
    about = About.of(folder)
    items = read_table(folder / "items.csv", tuple(Items))
    events = read_table(folder / "events.csv", (Events.USER, Events.ITEM, Events.KIND, Events.TEXT))
    data = Dataset.from_tables(
        folder.name,
        items,
        events,
        label=about.label,
        source=about.source,
        synthetic=True,
        tables={name: read_table(path) for name in TABLES if (path := folder / f"{name}.csv").is_file()},
    )
    return data.with_personas(_personas(folder / "personas.json", data))


def _personas(path: Path, data: Dataset) -> list[Persona]:
    if not path.is_file():
        return []
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
        return [_persona(entry, data) for entry in entries]
    except json.JSONDecodeError as error:
        raise DataError(f"{path.name} of {path.parent.name} is not JSON: {error}") from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DataError(f"{path.name} of {path.parent.name} has an entry that is not a persona: {error!r}") from error


def _persona(entry: Mapping[str, Any], data: Dataset) -> Persona:
    now = data.quality.last_at if data.quality.n_events else 0.0
    done = entry.get("events", [])
    timed = [(now - float(event["days_ago"]) * DAY_SECONDS, n, event) for n, event in enumerate(done)]
    events = [_event(f"p{n}", at, event, data) for n, (at, _, event) in enumerate(sorted(timed, key=lambda t: t[:2]))]
    return Persona(
        entry["name"], entry["line"], tuple(events), tuple(entry.get("wishes", [])), tuple(entry.get("follows", []))
    )


def _event(event_id: str, at: float, event: Mapping[str, Any], data: Dataset) -> Event:
    kind, item_id = Kind(event["kind"]), event.get("item_id")
    if item_id is None and kind != Kind.WISH:
        raise ValueError(f"a {kind} needs an item_id")
    if item_id is not None and item_id not in data.row_of:
        raise ValueError(f"item {item_id!r} is not in items.csv")
    stars = event.get("stars")
    return Event(event_id, kind, at, item_id, None if stars is None else float(stars), event.get("text", ""))
