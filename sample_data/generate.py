"""Rebuild the sample data from its written sources: ``python sample_data/generate.py [--check]``.

Writes items.csv, users.csv, events.csv, personas.json and whatever else a scenario has, bit for bit the same every
time. ``--check`` writes nothing, compares with the files on disk and ends with 1 when any differs. ``--to FOLDER``
writes elsewhere. Shop and video are built here, the people of both by simulator.py; news, music, courses and social
by town_files.py. What the numbers mean stands in README.md.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import town_files
from files import events_csv, lines, personas_json, table, users_csv
from offers import START
from simulator import simulate
from world import Dice, Item, Recipe

HERE = Path(__file__).resolve().parent

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
BILINGUAL = ("title", "description", "category")
EXTRA_COLUMNS = {
    "shop": ("brand", "price", "stock", "margin"),
    "video": ("year", "minutes", "genres", "genres_zh", "franchise"),
}
SOLD_OUT, MOST_STOCK = 0.03, 60
"""Share of the shop's products that are sold out, and the most pieces of any other."""
MARGINS = (0.08, 0.55)
"""Least and greatest share of the price that the shop keeps."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Build or check; returns the exit code."""
    parser = argparse.ArgumentParser(description="Rebuild the sample data.")
    parser.add_argument("--check", action="store_true", help="compare with the files on disk, write nothing")
    parser.add_argument("--to", type=Path, default=HERE, help="folder to write to or compare with")
    options = parser.parse_args(arguments)
    different = 0
    for scenario in scenarios():
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


def scenarios(source: Path = HERE) -> list[str]:
    """Those whose sources are there, shop and video first."""
    names = (*RECIPES, *town_files.RECIPES, "social")
    return [name for name in names if (source / name / "source" / "personas.json").is_file()]


def build(scenario: str, source: Path = HERE) -> dict[str, str]:
    """The built files of ``scenario`` by name, from ``source/<scenario>/source``."""
    folder = source / scenario / "source"
    if scenario in town_files.RECIPES:
        return town_files.build_town(scenario, folder)
    if scenario == "social":
        return town_files.build_network(folder)
    catalogue = lines(folder / "catalogue.jsonl")
    recipe = RECIPES[scenario]
    people, rows = simulate([_item(entry, recipe) for entry in catalogue], recipe, START.weekday())
    return {
        "items.csv": _items_csv(_stocked(catalogue) if scenario == "shop" else catalogue, scenario),
        "users.csv": users_csv(people),
        "events.csv": events_csv(rows),
        "personas.json": personas_json(folder / "personas.json", catalogue, rows),
    }


def _stocked(catalogue: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The shop's products with pieces left and margin, from dice of their own: what people did knows of neither."""
    dice, (least, most) = Dice(RECIPES["shop"].seed + 1), MARGINS
    return [
        {
            **entry,
            "stock": 0 if dice.chance(SOLD_OUT) else 1 + int(dice.uniform() * MOST_STOCK),
            "margin": f"{least + (most - least) * dice.uniform():.2f}",
        }
        for entry in catalogue
    ]


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
    return table([*header, *extra], ([*_words(entry), *(_extra(entry, name) for name in extra)] for entry in catalogue))


def _words(entry: Mapping[str, Any]) -> list[str]:
    texts = [entry[f"{name}_{language}"] for name in BILINGUAL for language in ("en", "zh")]
    return [entry["item_id"], *texts, "|".join(entry["tags_en"]), "|".join(entry["tags_zh"])]


def _extra(entry: Mapping[str, Any], name: str) -> str:
    if name == "price":
        return f"{entry['price']:.2f}"
    if name.startswith("genres"):
        return "|".join(entry["genres_en" if name == "genres" else name])
    return str(entry.get(name, "") if name == "franchise" else entry[name])


if __name__ == "__main__":
    sys.exit(main())
