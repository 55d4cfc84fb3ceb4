"""A table of token vectors as an encoder: the mean of what a text's tokens say, without any network."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from recsys.errors import EncoderError
from recsys.text.onnx_encoder import tokenizable
from recsys.text.scripts import LATIN
from recsys.text.space import unit_rows
from recsys.types import Matrix, Rows

WEIGHTS_FILE, TOKENIZER_FILE, CONFIG_FILE = "model.safetensors", "tokenizer.json", "config.json"


class StaticEncoder:
    """The model2vec folder ``folder``; knows no order of words. A text is read in some hundredths of a millisecond."""

    def __init__(self, folder: Path, name: str, version: str, languages: frozenset[str] = frozenset({LATIN})) -> None:
        """Load the table; EncoderError when it does not have a vector for every token."""
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        self.name, self.version, self.languages, self._folder = name, version, languages, folder
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
        config = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        if config.get("max_length"):
            self._tokenizer.enable_truncation(config["max_length"])
        said = json.loads(self._tokenizer.to_str())["model"]
        self._unknown = self._tokenizer.token_to_id(said.get("unk_token") or "")
        kept = load_file(folder / WEIGHTS_FILE)
        table, weights, places = (kept.get(part) for part in ("embeddings", "weights", "mapping"))
        if table is None:
            raise EncoderError(f"{folder} has no table of vectors: make it again")
        if places is not None:
            table = table[places]
        if weights is not None:
            table = (table * weights[:, None]).astype(np.float32)
        if len(table) != self._tokenizer.get_vocab_size():
            raise EncoderError(
                f"{folder} has {len(table)} vectors for {self._tokenizer.get_vocab_size()} tokens: make it again"
            )
        self._table = table
        self.dim = int(table.shape[1])

    def __reduce__(self) -> tuple[object, ...]:
        return StaticEncoder, (self._folder, self.name, self.version, self.languages)

    def encode(self, texts: Sequence[str]) -> Matrix:
        """(n, dim) float32, unit rows; blank texts, and those of unknown tokens only, are zero rows."""
        out = np.zeros((len(texts), self.dim), dtype=np.float32)
        for place, ids in enumerate(self.tokens(texts)):
            if len(ids):
                # A mean, not a sum: what is shorter than rounding is no direction.
                out[place] = self._table[ids].astype(np.float32).mean(axis=0)
        return unit_rows(out)

    def tokens(self, texts: Sequence[str]) -> list[Rows]:
        """The known tokens of each text, as numbers, in order."""
        read = [tokenizable(text) for text in texts]
        if len(read) == 1:  # a batch would call up threads
            found = [self._tokenizer.encode(read[0], add_special_tokens=False)]
        else:
            found = self._tokenizer.encode_batch_fast(read, add_special_tokens=False)
        numbers = (np.array(one.ids, dtype=np.int64) for one in found)
        return [ids if self._unknown is None else ids[ids != self._unknown] for ids in numbers]
