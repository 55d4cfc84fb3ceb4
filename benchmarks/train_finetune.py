"""Fine-tuning the text encoder: what it is worth on new films, how long it takes, and what of it helps elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from benchmarks.harness.shelf import own_shelf
from benchmarks.result import best_dataset
from recsys.data import catalogue
from recsys.text import reader
from recsys.train.finetune import PROFILE, FineTune
from recsys.train.job import Desk
from recsys.train.transfer import transfer

AT_LEAST: dict[str, float] = {"finetune/cold_ndcg/ratio": 0.10, "finetune/cold_ndcg/gain/low": 1e-9}
AT_MOST: dict[str, float] = {"finetune/seconds": 1200.0}
"""The issue's bars: a tenth better on items nobody had touched, beyond the interval, within twenty minutes."""

ELSEWHERE = ("video", "movielens-100k")
"""Other catalogues the encoder is tried on, those of them that are here."""

Figures = dict[str, float | int | str]


def figures(say: Callable[[str], None]) -> Figures:
    """NDCG@10 of text profiles by the untouched and the tuned encoder, on the test part and on other data."""
    with own_shelf() as folder:
        reader().default()
        data = catalogue.load(best_dataset())
        say(f"fine-tuning on {data.name}")
        result = FineTune().run(data, Desk(folder / "finetune"))
        found = of_training("finetune", result)
        if result["encoder"]:
            here = {ref.name for ref in catalogue.available()}
            for name in ELSEWHERE:
                if name in here and name != data.name:
                    say(f"transfer to {name}")
                    for row in transfer(result["encoder"], catalogue.load(name)):
                        found |= _row(f"finetune/transfer/{name}/{row['split']}", row)
    return found


def alone(part: str, recipe: FineTune, say: Callable[[str], None]) -> Figures:
    """What ``recipe`` is worth on the test part of its own cut, named by the ``part`` of the benchmark."""
    with own_shelf() as folder:
        reader().default()
        data = catalogue.load(best_dataset())
        say(f"fine-tuning on {data.name}: {recipe.title}, seed {recipe.seed}")
        return of_training(part, recipe.run(data, Desk(folder / part)))


def of_training(part: str, result: Mapping[str, Any]) -> Figures:
    """The figures of one training."""
    found: Figures = {
        f"{part}/dataset": result["data"],
        f"{part}/n_people": result["n_people"],
        f"{part}/n_items": result["n_items"],
        f"{part}/seconds": result["seconds"]["all"],
        f"{part}/seconds_learning": result["seconds"]["learn"],
        f"{part}/steps": result["steps"],
        f"{part}/chosen_step": result["chosen"]["step"],
        f"{part}/ended": result["ended"],
        f"{part}/validation/untouched": result["validation"]["untouched"],
        f"{part}/validation/best": result["validation"]["best"],
    }
    found |= _row(f"{part}/cold_ndcg", result["readers"][PROFILE])
    found |= _row(f"{part}/cold_ndcg_ease_text", result["readers"]["ease_text"])
    found |= _row(f"{part}/warm_ndcg", result["warm"])
    for name in ("popularity", "random"):
        found |= _numbers(f"{part}/cold_ndcg/{name}", result["rows"][name])
    return found


def _row(key: str, row: Mapping[str, Any]) -> Figures:
    """Before, after, the difference and, where there is one, its share of before."""
    found: Figures = {}
    for name in ("before", "after", "gain", "ratio"):
        if row.get(name):
            found |= _numbers(f"{key}/{name}", row[name])
    return found


def _numbers(key: str, said: Mapping[str, Any]) -> Figures:
    return {key: said["value"], f"{key}/low": said["low"], f"{key}/high": said["high"]}
