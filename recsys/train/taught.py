"""A shallower sentence encoder learns to say what the full one says: a few minutes of distillation with torch."""

from __future__ import annotations

import math
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from recsys.train.job import Desk
from recsys.types import Matrix, Vector

BATCH = 24
LEARNING_RATE = 3e-4
WARM_UP = 0.05
"""Share of the training in which the steps grow to their full size."""
MAX_TOKENS = 128
KEEP_EVERY, LOOK_EVERY = 15.0, 20.0
"""Seconds until the state is written again, and until the held-out texts are looked at again."""
_BUCKET = 20
"""Batches that are cut out of texts sorted by length, so that little is padded."""


@dataclass(frozen=True, eq=False)
class Lesson:
    """What the full encoder said."""

    texts: Sequence[str]
    vectors: Matrix
    """(n_texts, dim) unit rows."""
    held_texts: Sequence[str]
    """Never learned from."""
    held_vectors: Matrix
    centre: Vector
    """(dim,) mean vector of the catalogue: what all its texts share."""


def teach(
    source: Path, kept: Sequence[int], lesson: Lesson, desk: Desk, n_steps: int, seconds: float, seed: int
) -> Path:
    """Train the layers ``kept`` of the encoder in ``source``, and return the folder of the result.

    That is an ordinary sentence-transformers folder. The loss is one minus the cosine to the full vector, plus the same
    of the centred vectors, by which items are compared. Vectors of words stay as they are, so that words the catalogue
    does not have keep their meaning. The state is written every few seconds; ``seconds``, which ends it before
    ``n_steps`` are done, counts over all resumes. Nothing is trained when either is 0. Points on the desk: step, loss,
    cosine of held-out texts.
    """
    import torch
    from transformers import AutoModel, AutoTokenizer

    torch.manual_seed(seed)
    torch.set_num_threads(os.cpu_count() or 1)
    body = AutoModel.from_pretrained(str(source), attn_implementation="eager")
    body.encoder.layer = torch.nn.ModuleList([body.encoder.layer[n] for n in kept])
    body.config.num_hidden_layers = len(kept)
    body.embeddings.requires_grad_(False)
    student = _Student(body, AutoTokenizer.from_pretrained(str(source)), lesson.centre)
    _train(student, lesson, desk, n_steps, seconds, seed)
    return _saved(body, source, desk.folder / "student")


class _Student:
    """The encoder that learns."""

    def __init__(self, body: Any, tokenizer: Any, centre: Vector) -> None:
        import torch

        self.body, self.tokenizer, self.centre = body, tokenizer, torch.from_numpy(np.array(centre))
        self.optimizer = torch.optim.AdamW([one for one in body.parameters() if one.requires_grad], LEARNING_RATE)

    def vectors(self, texts: Sequence[str]) -> Any:
        """(n, dim) unit rows, as a tensor."""
        import torch

        read = self.tokenizer(list(texts), padding=True, truncation=True, max_length=MAX_TOKENS, return_tensors="pt")
        tokens = self.body(**read).last_hidden_state
        shown = read["attention_mask"].unsqueeze(-1).to(tokens.dtype)
        return torch.nn.functional.normalize((tokens * shown).sum(1) / shown.sum(1).clamp(min=1e-9), dim=1)

    def step(self, texts: Sequence[str], said: Matrix, size: float) -> float:
        """Learn from one batch; the loss before."""
        import torch

        cosine = torch.nn.functional.cosine_similarity
        for group in self.optimizer.param_groups:
            group["lr"] = LEARNING_RATE * size
        self.body.train(False)  # dropout would only blur what is to be copied
        ours, full = self.vectors(texts), torch.from_numpy(said)
        loss = (2 - cosine(ours, full) - cosine(ours - self.centre, full - self.centre)).mean()
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.body.parameters(), 1.0)
        self.optimizer.step()
        return float(loss.detach())

    def cosine(self, texts: Sequence[str], said: Matrix) -> float:
        """Mean cosine to the full vectors; nothing is learned."""
        import torch

        with torch.no_grad():
            found = [self.vectors(texts[n : n + BATCH]).numpy() for n in range(0, len(texts), BATCH)]
        return float((np.concatenate(found) * said).sum(axis=1).mean())


def _train(student: _Student, lesson: Lesson, desk: Desk, n_steps: int, seconds: float, seed: int) -> None:
    state = _Kept(desk.folder / "state.pt", student)
    step, spent = state.load()
    batches = _batches(lesson.texts, seed, step)
    started, kept_at, looked_at, losses = time.monotonic() - spent, spent, -math.inf, []
    while spent < seconds and step < n_steps:
        places = next(batches)
        share = max(spent / seconds, step / n_steps)
        texts = [lesson.texts[place] for place in places]
        losses.append(student.step(texts, lesson.vectors[places], _size(share)))
        step, spent = step + 1, time.monotonic() - started
        over = spent >= seconds or step >= n_steps
        if over or spent - looked_at >= LOOK_EVERY:
            cosine = student.cosine(lesson.held_texts, lesson.held_vectors)
            desk.note(step=step, loss=float(np.mean(losses)), cosine=cosine)
            desk.say(0.15 + 0.45 * share, f"Step {step}: cosine {cosine:.3f} on texts it does not learn from")
            looked_at, losses = time.monotonic() - started, []
        if over or spent - kept_at >= KEEP_EVERY:
            state.save(step, spent)
            kept_at = spent


def _size(share: float) -> float:
    """How large a step is at this share of the training: growing at first, then ever smaller; in (0, 1]."""
    return min((share + 0.01) / WARM_UP, 1.0) * (0.5 + 0.5 * math.cos(math.pi * min(share, 1.0)) + 0.01) / 1.01


def _batches(texts: Sequence[str], seed: int, step: int) -> Iterator[list[int]]:
    """Places of texts about equally long, without end; from ``step`` on, the same ones as without a stop."""
    lengths = np.array([len(text) for text in texts])
    while True:
        epoch, within = divmod(step, -(-len(texts) // BATCH))
        rng = np.random.default_rng([seed, epoch])
        order = rng.permutation(len(texts))
        cut: list[list[int]] = []
        for start in range(0, len(order), BATCH * _BUCKET):
            bucket = order[start : start + BATCH * _BUCKET]
            bucket = bucket[np.argsort(lengths[bucket], kind="stable")]
            cut += [bucket[n : n + BATCH].tolist() for n in range(0, len(bucket), BATCH)]
        for place in rng.permutation(len(cut))[within:]:
            yield cut[place]
            step += 1


class _Kept:
    """The state of a training on disk, all of it or what was there before."""

    def __init__(self, path: Path, student: _Student) -> None:
        self.path, self.student = path, student

    def load(self) -> tuple[int, float]:
        """Steps and seconds so far, with the weights as they were then."""
        import torch

        if not self.path.exists():
            return 0, 0.0
        kept: Mapping[str, Any] = torch.load(self.path, weights_only=True)
        self.student.body.load_state_dict(kept["body"])
        self.student.optimizer.load_state_dict(kept["optimizer"])
        return int(kept["step"]), float(kept["spent"])

    def save(self, step: int, spent: float) -> None:
        import torch

        body, optimizer = self.student.body.state_dict(), self.student.optimizer.state_dict()
        part = self.path.with_suffix(".part")
        torch.save({"body": body, "optimizer": optimizer, "step": step, "spent": spent}, part)
        part.replace(self.path)


def _saved(body: Any, source: Path, folder: Path) -> Path:
    """The files of ``source``, with the weights and the number of layers of ``body``."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(source, folder, ignore=_of_others)
    body.save_pretrained(str(folder))
    return folder


_of_others: Callable[[str, list[str]], set[str]] = shutil.ignore_patterns(
    "*.safetensors", "*.bin", "README.md", "data_config.json", "encoder.json", "fast", ".gitattributes"
)
