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

from recsys.errors import StorageError
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
            with self._file() as db:
                db.execute("PRAGMA journal_mode=WAL")
                db.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL)")

    def vectors(self, encoder: Encoder, texts: Sequence[str]) -> Matrix:
        """(n, dim) vectors of ``texts``; encodes only what memory does not hold."""
        found, _ = self._found(encoder, texts)
        return _stacked(encoder, [found[_key(encoder, text)] for text in texts])

    def read(self, encoder: Encoder, texts: Sequence[str]) -> tuple[int, int]:
        """Make sure memory holds ``texts``; returns (texts encoded now, texts already known)."""
        found, n_encoded = self._found(encoder, texts)
        return n_encoded, len(found) - n_encoded

    def catalogue(
        self,
        encoder: Encoder,
        texts: Sequence[str],
        progress: Callable[[float], object] | None = None,
        *,
        keep: bool = True,
    ) -> Matrix:
        """(n, dim) vectors of a catalogue, from the file where it has them, encoded and filed otherwise.

        With ``keep`` false, new vectors are not written to the file.
        ``progress`` gets the share done, in [0, 1]. The memory is not used: catalogues live in text spaces.
        """
        keys = [_key(encoder, text) for text in texts]
        known = self._filed(set(keys))
        todo = list({key: text for key, text in zip(keys, texts, strict=True) if key not in known}.items())
        for start in range(0, len(todo), _CHUNK):
            chunk = todo[start : start + _CHUNK]
            vectors = encoder.encode([text for _, text in chunk])
            new = {key: vector for (key, _), vector in zip(chunk, vectors, strict=True)}
            if keep:
                self._save(new)
            known |= new
            if progress:
                progress(min(1.0, (start + _CHUNK) / len(todo)))
        return _stacked(encoder, [known[key] for key in keys])

    def _found(self, encoder: Encoder, texts: Sequence[str]) -> tuple[dict[bytes, Vector], int]:
        """Vectors of ``texts`` by key and how many were encoded now.

        Two threads that meet the same new text in the same moment both encode it, to the same vector.
        """
        wanted = {_key(encoder, text): text for text in texts}
        with self._lock:
            found = {key: self._memory[key] for key in wanted if key in self._memory}
            for key in found:
                self._memory.move_to_end(key)
        missing = {key: text for key, text in wanted.items() if key not in found}
        if missing:
            new = dict(zip(missing, encoder.encode(list(missing.values())), strict=True))
            self._remember(new)
            found |= new
        return found, len(missing)

    def _remember(self, vectors: dict[bytes, Vector]) -> None:
        with self._lock:
            # Copies: a row alone would keep the whole batch it came from in memory.
            self._memory.update((key, vector.copy()) for key, vector in vectors.items())
            while len(self._memory) > self._limit:
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
        assert self._path is not None
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(str(self._path), timeout=30)) as db, db:
                yield db
        except (sqlite3.Error, OSError) as error:
            raise StorageError(
                f"vectors cannot be kept in {self._path} ({error}); delete that file, or let RECSYS_CACHE_DIR name a "
                "folder that can be written"
            ) from error


def _stacked(encoder: Encoder, vectors: Sequence[Vector]) -> Matrix:
    return np.array(vectors, dtype=np.float32).reshape(len(vectors), encoder.dim)


def _key(encoder: Encoder, text: str) -> bytes:
    return hashlib.sha256(f"{encoder.version}\x00{text}".encode("utf-8", "surrogatepass")).digest()
