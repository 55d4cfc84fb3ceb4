"""Any sentence-transformers model, run by that library itself (RECSYS_ENCODER=st:<name or path>)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from recsys.errors import EncoderError, MissingDependencyError
from recsys.text.scripts import HAN, LATIN, OTHER
from recsys.types import Matrix


class SentenceTransformerEncoder:
    """Trusted to read every script: whoever names a model is taken to know what it reads."""

    languages = frozenset({LATIN, HAN, OTHER})

    def __init__(self, model: str) -> None:
        """Load ``model``, a folder or the name of a model already on this machine.

        Raises MissingDependencyError without the library, EncoderError when the model cannot be loaded.
        """
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise MissingDependencyError("sentence-transformers", f"the encoder st:{model}") from error
        try:
            self._model = SentenceTransformer(model, device="cpu")
        except Exception as error:
            raise EncoderError(f"sentence-transformers cannot load {model!r}: {error}") from error
        self.name = f"st:{model}"
        self.version = f"st-{model}"
        self.dim = int(self._model.get_embedding_dimension() or 0)

    def encode(self, texts: Sequence[str]) -> Matrix:
        """(n, dim) float32, unit rows; blank texts are zero rows."""
        vectors = self._model.encode(
            list(texts), normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
        )
        out = np.asarray(vectors, dtype=np.float32).reshape(len(texts), self.dim)
        out[[not text.strip() for text in texts]] = 0
        return out
