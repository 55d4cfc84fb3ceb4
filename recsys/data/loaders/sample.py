"""The datasets that come with the app: one folder per scenario under ``sample_data/``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from recsys.columns import Events, Items
from recsys.data.clock import DAY_SECONDS
from recsys.data.dataset import Dataset, Persona
from recsys.data.loaders.tables import read_table
from recsys.errors import DataError
from recsys.types import Event, Kind

LABELS = {"shop": "Shop", "video": "Video"}
"""Names of the scenarios for a visitor; another folder is shown under its own name."""

LINES = {
    "shop": "An invented online shop: products, visitors and their reviews in English and Chinese.",
    "video": "A video library: real films, simulated viewers and their reviews in English and Chinese.",
}

SOURCES = {
    "shop": "Written and simulated for this app: no real product, shop or person is in it.",
    "video": "The films are real and described in this app's own words; viewers, ratings and reviews are simulated.",
}
OTHER_SOURCE = "Sample data with simulated people."


def is_sample(folder: Path) -> bool:
    """Whether ``folder`` holds the two tables a sample needs."""
    return (folder / "items.csv").is_file() and (folder / "events.csv").is_file()


def load(folder: Path) -> Dataset:
    """Read ``items.csv``, ``events.csv`` and, if there, ``personas.json`` of ``folder``.

    The folder's name becomes the dataset's. ``users.csv`` documents the simulated people for readers; nothing is
    learned from it. Raises DataError naming the file and, for personas, the entry.
    """
    for name in ("items.csv", "events.csv"):
        if not (folder / name).is_file():
            raise DataError(f"{folder.name} has no {name}: write the samples anew with python sample_data/generate.py")
    items = read_table(folder / "items.csv", tuple(Items))
    events = read_table(folder / "events.csv", (Events.USER, Events.ITEM, Events.KIND, Events.TEXT))
    data = Dataset.from_tables(
        folder.name,
        items,
        events,
        label=LABELS.get(folder.name, folder.name),
        source=SOURCES.get(folder.name, OTHER_SOURCE),
        synthetic=True,
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
    return Persona(entry["name"], entry["line"], tuple(events), tuple(entry.get("wishes", [])))


def _event(event_id: str, at: float, event: Mapping[str, Any], data: Dataset) -> Event:
    kind, item_id = Kind(event["kind"]), event.get("item_id")
    if item_id is None and kind != Kind.WISH:
        raise ValueError(f"a {kind} needs an item_id")
    if item_id is not None and item_id not in data.row_of:
        raise ValueError(f"item {item_id!r} is not in items.csv")
    stars = event.get("stars")
    return Event(event_id, kind, at, item_id, None if stars is None else float(stars), event.get("text", ""))
