"""Datasets: loaders, checks and splits."""

from recsys.data.dataset import Dataset, Persona, touched_rows
from recsys.data.quality import Quality

__all__ = ["Dataset", "Persona", "Quality", "touched_rows"]
