"""A vector per token in closed form, so that the weighted mean of a text's tokens says what a sentence encoder says.

It starts as model2vec does (van Dongen and Tulkens 2024): every token is read alone by the encoder. These vectors p_t
are then moved, with w_t the weight of token t and a text's row a_t = w_t count_t / sum of them:

    v_t = M p_t + b + d_t          text = sum over t of a_t v_t

M and b are a ridge regression from the mean of the p_t to the encoder's vector of the text, and d the ridge regression
of what is left on the tokens themselves, solved through the (n_texts, n_texts) products of rows. A token that the texts
do not have keeps d = 0, and with it what it means alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import scipy.linalg
import scipy.sparse as sp

from recsys.text.export import MODEL_FILE, TOKENIZER_FILE
from recsys.types import Matrix, Rows, Vector

PART = 4096
"""Tokens read between two savings."""
AT_ONCE = 128


def tokens_alone(graph: Path, kept: Path, progress: Callable[[float], object]) -> Matrix:
    """(n_tokens, dim) what the encoder exported to the folder ``graph`` says of each token between start and end.

    Parts that ``kept`` holds from an earlier run are not read again.
    """
    import onnxruntime as ort
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(graph / TOKENIZER_FILE))
    session = ort.InferenceSession(str(graph / MODEL_FILE), providers=["CPUExecutionProvider"])
    first, last = (int(tokenizer.token_to_id(token) or 0) for token in ("[CLS]", "[SEP]"))
    n, parts = tokenizer.get_vocab_size(), []
    for start in range(0, n, PART):
        progress(start / n)
        file = kept / f"tokens-{start}.npy"
        if not file.exists():
            part = file.with_suffix(".part.npy")
            np.save(part, _read_alone(session, range(start, min(start + PART, n)), first, last))
            part.replace(file)
        parts.append(np.load(file))
    return np.concatenate(parts)


def _read_alone(session: object, tokens: Sequence[int], first: int, last: int) -> Matrix:
    ids = np.array([[first, token, last] for token in tokens], dtype=np.int64)
    return np.concatenate(
        [
            session.run(None, {"input_ids": part, "attention_mask": np.ones_like(part)})[0]  # type: ignore[attr-defined]
            for part in (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))
        ]
    )


def bags(texts: Sequence[Rows], n_tokens: int) -> sp.csr_matrix:
    """(n_texts, n_tokens) float32: how often each token is in each text."""
    starts = np.cumsum([0, *(len(ids) for ids in texts)])
    ids = np.concatenate([*texts, np.zeros(0, dtype=np.int64)])
    counts = sp.csr_matrix((np.ones(len(ids), dtype=np.float32), ids, starts), shape=(len(texts), n_tokens))
    counts.sum_duplicates()
    return counts


def rarity(counts: sp.csr_matrix) -> Vector:
    """(n_tokens,) weights 1 + log((1 + texts) / (1 + texts that have the token)); the largest for what none has."""
    n_having = np.asarray((counts > 0).sum(axis=0)).ravel()
    return np.asarray(np.log((1 + counts.shape[0]) / (1 + n_having)) + 1, dtype=np.float32)


def by_rank(n_tokens: int, sif: float) -> Vector:
    """(n_tokens,) weights sif / (sif + p) as in model2vec: p by Zipf's law from a token's place in the list."""
    inverse = 1 / np.arange(2, n_tokens + 2)
    return np.asarray(sif / (sif + inverse / inverse.sum()), dtype=np.float32)


def shares_of(counts: sp.csr_matrix, weights: Vector) -> sp.csr_matrix:
    """The rows a of the module: weighted counts whose sum is 1; rows without tokens stay empty."""
    weighted = (counts @ sp.diags(weights)).tocsr()
    sums = np.asarray(weighted.sum(axis=1)).ravel()
    share = np.divide(1, sums, out=np.zeros_like(sums), where=sums > 0)
    return sp.csr_matrix(sp.diags(share) @ weighted, dtype=np.float32)


class Lesson:
    """Texts and what the encoder says of them; solved for several strengths of both ridges at little more than one."""

    def __init__(self, alone: Matrix, shares: sp.csr_matrix, vectors: Matrix) -> None:
        """Learn from ``vectors`` (n_texts, dim) of texts with the rows ``shares``, starting at the tokens ``alone``."""
        self.alone, self.shares, self.vectors = alone, shares, vectors
        self._means = np.asarray(shares @ alone)
        self._products = (shares @ shares.T).toarray()

    def table(self, token_ridge: float, map_ridge: float) -> Matrix:
        """(n_tokens, dim) float32 the vectors v_t; ridges in units of the mean diagonal of what they are added to."""
        matrix, bias = self._mapped(map_ridge)
        rest = self.vectors - self._means @ matrix - bias
        damped = self._products + token_ridge * np.diag(self._products).mean() * np.eye(len(rest), dtype=np.float32)
        moved = scipy.linalg.solve(damped, rest, assume_a="pos", overwrite_a=True)
        return np.asarray(self.alone @ matrix + bias + self.shares.T @ moved, dtype=np.float32)

    def _mapped(self, ridge: float) -> tuple[Matrix, Vector]:
        """M and b."""
        mean, target = self._means.mean(axis=0), self.vectors.mean(axis=0)
        apart = (self._means - mean).astype(np.float64)
        gram = apart.T @ apart
        gram += max(ridge * float(np.diag(gram).mean()), 1e-12) * np.eye(len(gram))
        matrix = np.linalg.solve(gram, apart.T @ (self.vectors - target))
        return matrix.astype(np.float32), (target - mean @ matrix).astype(np.float32)
