"""Making models better and smaller: tuning, training, fusing, shrinking, each with what it is worth."""

from recsys.train.job import Desk, Job, Recipe, State

__all__ = ["Desk", "Job", "Recipe", "State"]
