"""What a study that a person can ask for has in common: on which data, how long, and the Python for it."""

from __future__ import annotations

from recsys.data import Dataset

SAMPLE_ITEMS = 500
"""Seconds are counted on a catalogue of so many items; larger ones take longer."""


def seconds_for(data: Dataset, on_sample: float) -> float:
    """About how long work on ``data`` takes that needs ``on_sample`` seconds on a sample dataset."""
    return on_sample * max(1.0, data.n_items / SAMPLE_ITEMS)


def liked_as(data: Dataset, stars: float) -> Dataset:
    """The data with ratings of so many ``stars`` as likes: the same object where they are already."""
    return data if data.liked_stars == stars else data.liked_from(stars)


def as_python(module: str, function: str, dataset: str, *arguments: str, liked_from: float | None = None) -> str:
    """Lines of Python that call ``recsys.evaluate.<module>.<function>`` on a dataset of the catalogue."""
    liked = "" if liked_from is None else f".liked_from({liked_from:g})"
    return (
        f"from recsys.data import catalogue\nfrom recsys.evaluate.{module} import {function}\n"
        f"from recsys.evaluate.protocol import Protocol\n\ndata = catalogue.load({dataset!r}){liked}\n"
        f"table = {function}(data, {', '.join(arguments)})"
    )
