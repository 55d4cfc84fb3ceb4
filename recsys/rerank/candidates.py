"""What every re-ranking strategy is given."""

from __future__ import annotations

from dataclasses import dataclass

from recsys.types import Matrix, Rows, Vector


@dataclass(frozen=True, eq=False)
class Candidates:
    """Items to put in order: what a ranker thinks of them and what they are like."""

    rows: Rows
    """(n,) rows of the catalogue, each once."""
    scores: Vector
    """(n,) float32 of the ranker; an item with NaN is never chosen."""
    vectors: Matrix
    """(n, dim) unit rows; zeros for items without text."""

    def __post_init__(self) -> None:
        if not len(self.rows) == len(self.scores) == len(self.vectors):
            raise ValueError(
                "candidates need one row, one score and one vector each, are "
                f"{len(self.rows)}, {len(self.scores)} and {len(self.vectors)}"
            )
