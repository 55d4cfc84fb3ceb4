"""Vectors to search in: exact, in 8 bits, in single bits, in fewer dimensions, behind one contract."""

from recsys.index.binary import Binary
from recsys.index.contract import VectorIndex
from recsys.index.exact import Exact
from recsys.index.reduced import Reduced, Reduction
from recsys.index.whole import Whole

__all__ = ["Binary", "Exact", "Reduced", "Reduction", "VectorIndex", "Whole"]
