"""A linear head in closed form: what it is worth on new items of the films and of the shop, and how long it takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from benchmarks.harness.shelf import own_shelf
from benchmarks.result import SHOP, best_dataset
from recsys.data import catalogue
from recsys.text import reader
from recsys.train.closed_form import TARGETS
from recsys.train.head import Head
from recsys.train.job import Desk

AT_LEAST: dict[str, float] = {"head/times_articles": 2.0}
"""The issue's bar: new items ranked twice as well as by the articles' cosine."""
AT_MOST: dict[str, float] = {}

READERS = ("text_profile", "ease_text")


def figures(say: Callable[[str], None]) -> dict[str, float | int | str]:
    """NDCG@10 on items nobody had touched, by the untouched encoder and with the head, and every paired difference.

    ``times_articles`` is the head learned from EASE over the articles' cosine, on films where they are here.
    """
    found: dict[str, float | int | str] = {}
    with own_shelf() as folder:
        reader().default()
        for name in dict.fromkeys((best_dataset(), SHOP)):
            short = "shop" if name == SHOP else "films"
            for target in TARGETS:
                say(f"head {short} {target}")
                result = Head(target).run(catalogue.load(name), Desk(folder / f"{name}-{target}"))
                found |= _of(result, f"head/{short}/{target}")
            found.setdefault("head/times_articles", 1 + float(found[f"head/{short}/ease/ratio"]))
    return found


def _of(result: Mapping[str, Any], key: str) -> dict[str, float | int | str]:
    found: dict[str, float | int | str] = {f"{key}/n_people": result["n_people"], f"{key}/n_items": result["n_items"]}
    found |= {f"{key}/{name}": value for name, value in result["chosen"].items()}
    found |= {f"{key}/seconds": result["seconds"]["learn"], f"{key}/seconds_with_test": result["seconds"]["all"]}
    for row, said in result["rows"].items():
        found |= _numbers(f"{key}/ndcg/{row}", said)
    for gap in ("gain", "ratio", "beyond_centring", "against_student"):
        found |= _numbers(f"{key}/{gap}", result[gap])
    for reading in READERS:
        found |= _numbers(f"{key}/{reading}/gain", result["readers"][reading]["gain"])
    return found | _student(result["student"], f"{key}/student")


def _student(student: Mapping[str, Any], key: str) -> dict[str, float | int | str]:
    """How near the students come to EASE that saw the likes of the hidden items."""
    found: dict[str, float | int | str] = {f"{key}/n_linked_items": student["links"]["n"]}
    found |= _numbers(f"{key}/teacher", student["lists"]["teacher"])
    for name, said in student["links"]["students"].items():
        found |= _numbers(f"{key}/{name}/links", said)
    for name, said in student["lists"]["students"].items():
        for what in ("overlap", "loss"):
            found |= _numbers(f"{key}/{name}/{what}", said[what])
    return found


def _numbers(key: str, said: Mapping[str, Any]) -> dict[str, float | int | str]:
    return {key: said["value"], f"{key}/low": said["low"], f"{key}/high": said["high"]}
