"""Metrics: one per file, each with its formula, its range and what it says of an empty list."""

from recsys.metrics.agreement import only_in, overlap, rbo
from recsys.metrics.lists import NO_ITEM, Answers, Catalogue, TopLists
from recsys.metrics.registry import METRICS
from recsys.metrics.significance import (
    Estimates,
    Interval,
    difference_in_words,
    holm,
    mean_interval,
    paired_difference,
    signed,
)
from recsys.metrics.slices import Slice, only_relevant, slices
from recsys.metrics.spec import ACCURACY, BEYOND, STARS, MetricSpec

__all__ = [
    "ACCURACY",
    "BEYOND",
    "METRICS",
    "NO_ITEM",
    "STARS",
    "Answers",
    "Catalogue",
    "Estimates",
    "Interval",
    "MetricSpec",
    "Slice",
    "TopLists",
    "difference_in_words",
    "signed",
    "holm",
    "mean_interval",
    "only_in",
    "only_relevant",
    "overlap",
    "paired_difference",
    "rbo",
    "slices",
]
