"""A sentence encoder run by ONNX Runtime from a folder: the graph of ``recsys.text.export`` and its tokenizer."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from recsys.text.export import MODEL_FILE, TOKENIZER_FILE
from recsys.text.scripts import LATIN
from recsys.types import Matrix

MAX_TOKENS = 256
BATCH = 8
"""Texts per run: larger batches pad more than they parallelise (docs/decisions.md)."""
THREADS = 2


class OnnxEncoder:
    """What the graph in ``folder`` says; texts beyond 256 tokens are cut."""

    def __init__(
        self,
        folder: Path,
        name: str,
        version: str,
        languages: frozenset[str] = frozenset({LATIN}),
        threads: int = THREADS,
    ) -> None:
        """Load the graph; it maps ``input_ids`` and ``attention_mask`` to ``sentence_vector`` with unit rows."""
        import onnxruntime as ort
        from tokenizers import Tokenizer

        self.name, self.version, self.languages, self._folder, self._threads = name, version, languages, folder, threads
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.enable_padding()
        options = ort.SessionOptions()
        options.intra_op_num_threads = min(threads, os.cpu_count() or 1)
        # Threads wait for work by spinning while a text is read (a fifth faster) and stop right after it, so that
        # they do not burn the core that draws the page. The arena only ever grows: off.
        options.add_session_config_entry("session.intra_op.allow_spinning", "1")
        options.add_session_config_entry("session.force_spinning_stop", "1")
        options.enable_cpu_mem_arena = False
        self._session = ort.InferenceSession(str(folder / MODEL_FILE), options, providers=["CPUExecutionProvider"])
        self.dim = int(self._session.get_outputs()[0].shape[1])

    def __reduce__(self) -> tuple[object, ...]:
        # A session of ONNX Runtime cannot be copied to another process; the folder it came from can be loaded there.
        return OnnxEncoder, (self._folder, self.name, self.version, self.languages, self._threads)

    def encode(self, texts: Sequence[str]) -> Matrix:
        """(n, dim) float32, unit rows; texts beyond 256 tokens are cut; blank texts are zero rows."""
        out = np.zeros((len(texts), self.dim), dtype=np.float32)
        by_length = sorted((i for i, text in enumerate(texts) if text.strip()), key=lambda i: len(texts[i]))
        for start in range(0, len(by_length), BATCH):
            batch = by_length[start : start + BATCH]
            tokens = self._tokenizer.encode_batch([tokenizable(texts[i]) for i in batch])
            out[batch] = self._session.run(
                None,
                {
                    "input_ids": np.array([t.ids for t in tokens], dtype=np.int64),
                    "attention_mask": np.array([t.attention_mask for t in tokens], dtype=np.int64),
                },
            )[0]
        return out


def tokenizable(text: str) -> str:
    """``text`` with a question mark for each half of a broken surrogate pair, which no tokenizer takes."""
    return text.encode("utf-8", "replace").decode()
