"""WordLlama: a sentence is the mean of its tokens' vectors, looked up in a table taken from a large language model."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from recsys.errors import EncoderError, MissingDependencyError
from recsys.text.onnx_encoder import tokenizable
from recsys.text.scripts import LATIN
from recsys.text.space import unit_rows
from recsys.types import Matrix

PACKAGE = "wordllama"
WEIGHTS_FILE, TOKENIZER_FILE = "weights/l2_supercat_256.safetensors", "tokenizers/l2_supercat_tokenizer_config.json"
PUBLISHED = {
    WEIGHTS_FILE: "64b47a2dc493cb8e85944076601189739852d7b64e0e1eedcb1937a251cd9fd5",
    TOKENIZER_FILE: "93248f2a9ec36c7b35f700a033d5f36228aae48db61aee31007fa49062cdeb68",
}
"""SHA-256 of the two files as the package of version 0.4.0 brings them."""
MAX_TOKENS = 2048
"""Later ones are not read: a whole book would fill the memory and say little that its beginning does not."""
BATCH = 64


class WordLlama:
    """256 dimensions: the token vectors of Llama 2, trained further and reduced by their authors (Miller 2024).

        vector(text) = mean over its tokens t of table[t],  scaled to unit length

    Knows no order of words, and is a hundred times as fast as a transformer. The table and the tokenizer are read from
    the installed package; its own code, which would fetch other weights, is not imported. Reads English; of Chinese it
    has whole tokens for 700 characters and single bytes for the rest, so it does not claim to (docs/decisions.md).
    """

    name = "wordllama"
    version = f"wordllama-{PUBLISHED[WEIGHTS_FILE][:12]}-{MAX_TOKENS}"
    languages = frozenset({LATIN})

    def __init__(self, folder: Path | None = None) -> None:
        """Load from ``folder``, that of the installed package unless given.

        MissingDependencyError without the package, EncoderError when its files are not the published ones.
        """
        folder = folder or _installed()
        for file, published in PUBLISHED.items():
            _check(folder / file, published)
        try:
            from safetensors.numpy import load_file
            from tokenizers import Tokenizer

            self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
        except ImportError as error:
            raise MissingDependencyError(error.name or "tokenizers", "the encoder WordLlama") from error
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)
        (table,) = load_file(folder / WEIGHTS_FILE).values()
        self._table = table.astype(np.float32)
        self._table.setflags(write=False)
        self._folder = folder
        self.dim = int(self._table.shape[1])

    def __reduce__(self) -> tuple[object, ...]:
        # Another process loads the table from the package: faster than 33 MB through a pipe.
        return WordLlama, (self._folder,)

    def encode(self, texts: Sequence[str]) -> Matrix:
        """(n, dim) float32, unit rows; blank texts are zero rows."""
        out = np.zeros((len(texts), self.dim), dtype=np.float32)
        written = [place for place, text in enumerate(texts) if text.strip()]
        for start in range(0, len(written), BATCH):
            places = written[start : start + BATCH]
            tokens = self._tokenizer.encode_batch([tokenizable(texts[n]) for n in places], add_special_tokens=False)
            for place, said in zip(places, tokens, strict=True):
                out[place] = self._table[said.ids].mean(axis=0)
        return unit_rows(out)


def available() -> bool:
    """Whether the package is installed; it is not imported."""
    return importlib.util.find_spec(PACKAGE) is not None


def _installed() -> Path:
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise MissingDependencyError(PACKAGE, "the encoder WordLlama")
    return Path(next(iter(spec.submodule_search_locations)))


def _check(file: Path, published: str) -> None:
    try:
        with file.open("rb") as content:
            found = hashlib.file_digest(content, "sha256").hexdigest()
    except OSError as error:
        raise EncoderError(f"{file} cannot be read ({error.strerror}): reinstall {PACKAGE}") from error
    if found != published:
        raise EncoderError(f"{file} is not the published one (SHA-256 {found[:12]}…): reinstall {PACKAGE}")
