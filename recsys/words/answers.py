"""Answers of a language model kept on disk, so that the same question is paid for once; never of private data."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from recsys.settings import settings
from recsys.words.contract import Claim

FOLDER = "answers"
MAX_KEPT = 2000
"""Files; one is about 1 KB. The oldest go first."""


def kept(messages: Sequence[dict[str, str]]) -> tuple[Claim, ...]:
    """The claims kept for these messages to the model that is set now; () for none, also where a file is damaged."""
    file = _file(messages)
    try:
        return _claims(json.loads(file.read_text(encoding="utf-8")), file.stem)
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return ()


def keep(messages: Sequence[dict[str, str]], claims: Sequence[Claim]) -> None:
    """Keep ``claims`` as the answer to these messages; a disk that takes nothing is not worth an error."""
    file = _file(messages)
    told = [{"text": one.text, "cites": list(one.cites), "struck": one.struck} for one in claims]
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        _write_whole(file, json.dumps({"answer": file.stem, "claims": told}, ensure_ascii=False))
        _forget_oldest(file.parent)


def _file(messages: Sequence[dict[str, str]]) -> Path:
    """Named by a hash of the service's address, the model and the messages, which hold the evidence; never the key."""
    question = json.dumps([settings().llm_base_url, settings().llm_model, list(messages)], ensure_ascii=False)
    name = hashlib.sha256(question.encode("utf-8", "surrogatepass")).hexdigest()
    return settings().cache_dir / FOLDER / f"{name}.json"


def _claims(told: Any, name: str) -> tuple[Claim, ...]:
    if told["answer"] != name:
        raise ValueError("it is another answer's file")
    claims = tuple(Claim(one["text"], tuple(one["cites"]), one["struck"]) for one in told["claims"])
    words = [word for one in claims for word in (one.text, one.struck, *one.cites)]
    if not all(isinstance(word, str) for word in words) or not all(one.text and one.cites for one in claims):
        raise ValueError("it holds no claims")
    return claims


def _write_whole(file: Path, text: str) -> None:
    """Write beside and move into place: whoever reads finds the old file or the new one."""
    handle, beside = tempfile.mkstemp(dir=file.parent, suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        os.replace(beside, file)
    except OSError:
        Path(beside).unlink(missing_ok=True)
        raise


def _forget_oldest(folder: Path) -> None:
    """Leave MAX_KEPT files; parts that a killed process left count, and go, like the rest."""
    files = list(os.scandir(folder))
    if len(files) <= MAX_KEPT:
        return
    ages = []
    for one in files:
        with suppress(OSError):  # another session was faster
            ages.append((one.stat().st_mtime_ns, one.path))
    for _, path in sorted(ages)[: len(files) - MAX_KEPT]:
        Path(path).unlink(missing_ok=True)
