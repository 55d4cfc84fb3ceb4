"""Experiments: which model gives better lists, on which data, how sure."""

from recsys.evaluate.experiment import Experiment, run
from recsys.evaluate.result import EvaluationReceipt, Result

__all__ = ["EvaluationReceipt", "Experiment", "Result", "run"]
