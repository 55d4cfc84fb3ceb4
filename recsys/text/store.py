"""Vectors by encoder and text: nothing is encoded twice.

Catalogue texts are kept in one SQLite file under the cache folder; what people type stays in memory only.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np

from recsys.types import Encoder, Matrix, Vector

MEMORY_ENTRIES = 20_000
"""Vectors kept in memory, newest first: 30 MB at 384 dimensions."""
_CHUNK = 400


class VectorStore:
    """A memory of (encoder version, text) -> vector with an optional file behind it. Thread-safe."""

    def __init__(self, path: Path | None = None, memory_entries: int = MEMORY_ENTRIES) -> None:
        self._memory: OrderedDict[bytes, Vector] = OrderedDict()
        self._limit = memory_entries
        self._lock = threading.Lock()
        self._path = path
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            with self._file() as db:
                db.execute("PRAGMA journal_mode=WAL")
                db.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL)")

    def vectors(self, encoder: Encoder, texts: Sequence[str]) -> Matrix:
        """(n, dim) vectors of ``texts``; encodes only what memory does not hold."""
        self.read(encoder, texts)
        out = np.zeros((len(texts), encoder.dim), dtype=np.float32)
        with self._lock:
            for row, text in enumerate(texts):
                out[row] = self._memory[_key(encoder, text)]
        return out

    def read(self, encoder: Encoder, texts: Sequence[str]) -> tuple[int, int]:
        """Make sure memory holds ``texts``; returns (texts encoded now, texts already known)."""
        unique = dict.fromkeys(texts)
        with self._lock:
            missing = [text for text in unique if not self._touch(_key(encoder, text))]
        if missing:
            self._remember(encoder, missing, encoder.encode(missing))
        return len(missing), len(unique) - len(missing)

    def catalogue(
        self, encoder: Encoder, texts: Sequence[str], progress: Callable[[float], None] | None = None
    ) -> Matrix:
        """(n, dim) vectors of a catalogue, from the file where it has them, encoded and filed otherwise.

        ``progress`` gets the share done, in [0, 1]. The memory is not used: catalogues live in text spaces.
        """
        keys = [_key(encoder, text) for text in texts]
        known = self._filed(set(keys))
        todo = list({key: text for key, text in zip(keys, texts, strict=True) if key not in known}.items())
        for start in range(0, len(todo), _CHUNK):
            chunk = todo[start : start + _CHUNK]
            vectors = encoder.encode([text for _, text in chunk])
            new = {key: vector for (key, _), vector in zip(chunk, vectors, strict=True)}
            self._save(new)
            known |= new
            if progress:
                progress(min(1.0, (start + _CHUNK) / len(todo)))
        out = np.zeros((len(texts), encoder.dim), dtype=np.float32)
        for row, key in enumerate(keys):
            out[row] = known[key]
        return out

    def _touch(self, key: bytes) -> bool:
        if key not in self._memory:
            return False
        self._memory.move_to_end(key)
        return True

    def _remember(self, encoder: Encoder, texts: Sequence[str], vectors: Matrix) -> None:
        with self._lock:
            for text, vector in zip(texts, vectors, strict=True):
                self._memory[_key(encoder, text)] = vector
            while len(self._memory) > max(self._limit, len(texts)):
                self._memory.popitem(last=False)

    def _filed(self, keys: set[bytes]) -> dict[bytes, Vector]:
        if self._path is None:
            return {}
        wanted, out = list(keys), {}
        with self._file() as db:
            for start in range(0, len(wanted), _CHUNK):
                chunk = wanted[start : start + _CHUNK]
                marks = ",".join("?" * len(chunk))
                query = f"SELECT key, vector FROM vectors WHERE key IN ({marks})"
                for key, blob in db.execute(query, chunk):
                    out[key] = np.frombuffer(blob, dtype=np.float32)
        return out

    def _save(self, vectors: dict[bytes, Vector]) -> None:
        if self._path is None:
            return
        with self._file() as db:
            rows = [(key, vector.tobytes()) for key, vector in vectors.items()]
            db.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)

    @contextmanager
    def _file(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(str(self._path), timeout=30)) as db, db:
            yield db


def _key(encoder: Encoder, text: str) -> bytes:
    return hashlib.sha256(f"{encoder.version}\x00{text}".encode("utf-8", "surrogatepass")).digest()
