"""Metrics: one per file, each with its formula, its range and what it says of an empty list."""

from recsys.metrics.lists import NO_ITEM, Catalogue, TopLists
from recsys.metrics.registry import ACCURACY, BEYOND, METRICS, MetricSpec
from recsys.metrics.significance import (
    Interval,
    difference_in_words,
    mean_interval,
    paired_difference,
)

__all__ = [
    "ACCURACY",
    "BEYOND",
    "METRICS",
    "NO_ITEM",
    "Catalogue",
    "Interval",
    "MetricSpec",
    "TopLists",
    "difference_in_words",
    "mean_interval",
    "paired_difference",
]
