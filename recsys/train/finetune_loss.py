"""How wrong the vectors of a batch of texts are, by what likes say of their items."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from recsys.train.finetune_lessons import Lessons
from recsys.types import Vector

if TYPE_CHECKING:
    import torch

SCALE = 20.0
"""Of cosines in the contrast, as is usual for sentence encoders."""
HISTORY = 10
"""Items of a history that leads to an item."""
_NEVER = -1e4
"""In the place of a cosine: takes no part."""


class Lesson:
    """Loss of a batch of texts, given by their positions among the lessons.

        mean_i w_i (1 - cos(v_i, t_i)) + contrast * mean_i -log softmax_i(SCALE cos(h_i, .))

    v_i is the centred vector of the text and t_i its target. h_i is the mean target of up to HISTORY other likes of
    somebody who likes i, and has to tell i from the batch and from the hard negatives of i; what that person likes as
    well is no negative.
    """

    def __init__(self, lessons: Lessons, centre: Vector, contrast: float) -> None:
        import torch

        self.contrast = contrast
        self.centre, self.targets, self.weights = (
            torch.tensor(np.asarray(array)) for array in (centre, lessons.targets, lessons.weights)
        )
        self.hard = torch.tensor(lessons.hard)
        self.likes = torch.tensor(lessons.likes.toarray() > 0)

    def __call__(self, vectors: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """Of the ``vectors`` (n, dim) that the encoder gives the texts ``labels`` (n,)."""
        import torch

        vectors = torch.nn.functional.normalize(vectors.float() - self.centre, dim=1)
        alike = (vectors * self.targets[labels]).sum(dim=1)
        loss = ((1 - alike) * self.weights[labels]).mean()
        return loss + self.contrast * self._contrast(vectors, labels) if self.contrast else loss

    def _contrast(self, vectors: torch.Tensor, items: torch.Tensor) -> torch.Tensor:
        import torch

        people = torch.multinomial(self.likes[:, items].T.float(), 1)[:, 0]
        liked = self.likes[people].clone()
        drawn = torch.rand(liked.shape) * liked
        drawn[torch.arange(len(items)), items] = 0
        chosen = drawn.topk(min(HISTORY, drawn.shape[1]), dim=1)
        weights = torch.zeros_like(drawn).scatter_(1, chosen.indices, (chosen.values > 0).float())
        histories = torch.nn.functional.normalize(weights @ self.targets, dim=1)
        own, hard = torch.arange(len(items)), self.hard[items]
        among = histories @ vectors.T
        also = liked[:, items]
        also[own, own] = False
        misleading = torch.einsum("nd,nhd->nh", histories, self.targets[hard])
        cosines = torch.cat(
            [
                among.masked_fill(also, _NEVER),
                misleading.masked_fill(torch.gather(liked, 1, hard), _NEVER),
            ],
            dim=1,
        )
        with_history = weights.any(dim=1)
        losses = torch.nn.functional.cross_entropy(SCALE * cosines, own, reduction="none")
        return (losses * with_history).sum() / with_history.sum().clamp(min=1)
