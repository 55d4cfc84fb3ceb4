"""Datasets: loaders, checks and splits."""

from recsys.data.dataset import Dataset, Persona, decided_rows, touched_rows
from recsys.data.quality import Quality

__all__ = ["Dataset", "Persona", "Quality", "decided_rows", "touched_rows"]
