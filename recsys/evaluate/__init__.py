"""Experiments: which model gives better lists, on which data, how sure."""

from recsys.evaluate.config import Experiment
from recsys.evaluate.experiment import run
from recsys.evaluate.result import EvaluationReceipt, Result

__all__ = ["EvaluationReceipt", "Experiment", "Result", "run"]
