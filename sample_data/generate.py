"""Rebuild the sample data from its written sources: ``python sample_data/generate.py [--check]``.

Writes items.csv, users.csv, events.csv and personas.json of both scenarios, bit for bit the same every time.
``--check`` writes nothing, compares with the files on disk and ends with 1 when any differs. ``--to FOLDER`` writes
elsewhere. How the people behave stands in simulator.py, the dials in world.py; what the numbers mean in README.md.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from simulator import Person, Row, simulate
from world import DAYS, Item, Recipe

HERE = Path(__file__).resolve().parent
END = datetime(2026, 6, 30, tzinfo=UTC)
"""No event is at or after this moment."""
START = END - timedelta(days=DAYS)

RECIPES = {
    "shop": Recipe(seed=20260630, users=328, trait_fields=("price",), week=(1, 1, 1, 1, 1.1, 1.3, 1.4)),
    "video": Recipe(
        seed=20260701,
        users=320,
        most_sessions=26,
        trait_fields=("year", "minutes"),
        week=(0.8, 0.8, 0.8, 0.9, 1.4, 1.7, 1.5),
    ),
}
KINDS = ("view", "click", "like", "favourite", "dislike", "rating", "review")
BILINGUAL = ("title", "description", "category")
EXTRA_COLUMNS = {"shop": ("brand", "price"), "video": ("year", "minutes", "genres", "genres_zh")}


def main(arguments: Sequence[str] | None = None) -> int:
    """Build or check; returns the exit code."""
    parser = argparse.ArgumentParser(description="Rebuild the sample data.")
    parser.add_argument("--check", action="store_true", help="compare with the files on disk, write nothing")
    parser.add_argument("--to", type=Path, default=HERE, help="folder to write to or compare with")
    options = parser.parse_args(arguments)
    different = 0
    for scenario in RECIPES:
        for name, text in build(scenario).items():
            path = options.to / scenario / name
            content = text.encode("utf-8")
            same = path.is_file() and path.read_bytes() == content
            different += not same
            if not options.check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            outcome = "same" if same else "differs" if options.check else "written"
            print(f"{outcome:8}{scenario}/{name}  {len(content):,} bytes")
    return 1 if options.check and different else 0


def build(scenario: str, source: Path = HERE) -> dict[str, str]:
    """The four files of ``scenario`` by name, from ``source/<scenario>/source``."""
    folder = source / scenario / "source"
    catalogue = [json.loads(line) for line in (folder / "catalogue.jsonl").read_text("utf-8").splitlines()]
    recipe = RECIPES[scenario]
    people, rows = simulate([_item(entry, recipe) for entry in catalogue], recipe, START.weekday())
    personas = json.loads((folder / "personas.json").read_text("utf-8"))
    check_personas(personas, {entry["item_id"] for entry in catalogue})
    return {
        "items.csv": _items_csv(catalogue, scenario),
        "users.csv": _users_csv(people),
        "events.csv": _events_csv(rows),
        "personas.json": json.dumps(personas, ensure_ascii=False, indent=1) + "\n",
    }


def _item(entry: Mapping[str, Any], recipe: Recipe) -> Item:
    return Item(
        item_id=entry["item_id"],
        category=entry["category_en"],
        tags=tuple(entry["tags_en"]),
        traits=tuple(float(entry[name]) for name in recipe.trait_fields),
        reviews=tuple((review["lang"], review["stars"], review["text"]) for review in entry["reviews"]),
    )


def _items_csv(catalogue: Sequence[Mapping[str, Any]], scenario: str) -> str:
    header = ["item_id", *(f"{name}{zh}" for name in (*BILINGUAL, "tags") for zh in ("", "_zh"))]
    extra = EXTRA_COLUMNS[scenario]
    return _csv([*header, *extra], ([*_words(entry), *(_extra(entry, name) for name in extra)] for entry in catalogue))


def _words(entry: Mapping[str, Any]) -> list[str]:
    texts = [entry[f"{name}_{language}"] for name in BILINGUAL for language in ("en", "zh")]
    return [entry["item_id"], *texts, "|".join(entry["tags_en"]), "|".join(entry["tags_zh"])]


def _extra(entry: Mapping[str, Any], name: str) -> str:
    if name == "price":
        return f"{entry['price']:.2f}"
    if name.startswith("genres"):
        return "|".join(entry["genres_en" if name == "genres" else name])
    return str(entry[name])


def _users_csv(people: Sequence[Person]) -> str:
    joined = [(START + timedelta(days=person.joined)).date().isoformat() for person in people]
    table = zip(people, joined, strict=True)
    return _csv(
        ("user_id", "language", "joined", "utc_offset"),
        ((person.user_id, person.language, day, person.utc_offset) for person, day in table),
    )


def _events_csv(rows: Sequence[Row]) -> str:
    zero = int(START.timestamp())
    return _csv(
        ("user_id", "item_id", "kind", "at", "stars", "text"),
        ((row.user_id, row.item_id, row.kind, zero + row.at, row.stars, row.text) for row in rows),
    )


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def check_personas(personas: Sequence[Mapping[str, Any]], item_ids: set[str]) -> None:
    """ValueError names the first persona whose history could not be loaded."""
    for persona in personas:
        name = persona["name"]
        if set(persona) != {"name", "line", "events", "wishes"} or not 3 <= len(persona["wishes"]) <= 4:
            raise ValueError(f"persona {name!r} needs exactly name, line, events and 3 to 4 wishes")
        for event in persona["events"]:
            if event["kind"] not in KINDS or event["item_id"] not in item_ids or event["days_ago"] < 0:
                raise ValueError(f"persona {name!r} has an event with an unknown kind, item or day: {event}")
            if event["kind"] in ("rating", "review") and event.get("stars") not in (1, 2, 3, 4, 5):
                raise ValueError(f"persona {name!r} has a {event['kind']} without 1 to 5 stars: {event}")


if __name__ == "__main__":
    sys.exit(main())
