"""Encoders that were made here: trained, shrunk or fused ones, a folder each, which anybody may choose by name."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from recsys.errors import EncoderError
from recsys.settings import settings
from recsys.text.scripts import LATIN

ABOUT_FILE = "encoder.json"
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
RESERVED = frozenset({"auto", "minilm", "lexical", "dictionary", "wordllama"})
"""Names of encoders that are here without being made."""


@dataclass(frozen=True, slots=True)
class Made:
    """What is known of an encoder that was made here; ``encoder.json`` of its folder."""

    name: str
    """Lower-case letters, digits and dashes, at most 40."""
    label: str
    """What a visitor reads, at most 30 characters."""
    line: str
    """How it was made, in one plain sentence."""
    kind: str
    """``onnx``: a graph and its tokenizer in ``fast/``; ``static``: a folder of model2vec; ``fused``: others joined."""
    parent: str
    """Name of the encoder it was made from."""
    version: str
    """Changes whenever the same text could give another vector."""
    languages: tuple[str, ...] = (LATIN,)
    dataset: str = ""
    """Name of the data it learned from; "" where it learned from none."""
    about: Mapping[str, Any] = field(default_factory=dict)
    """Anything else that its maker wants to be known: settings, seconds, date; numbers, texts, and lists of them."""


def folder_of(name: str) -> Path:
    """Where the encoder ``name`` is kept, or would be; EncoderError for a text that is no name."""
    if not NAME.fullmatch(name) or name in RESERVED:
        raise EncoderError(f"an encoder's name should be lower-case letters, digits and dashes, is now {name[:60]!r}")
    return settings().state_dir / "encoders" / name


def keep(one: Made, files: Path) -> Path:
    """Put the folder ``files`` on the shelf as the encoder ``one``, in the place of an older one of that name.

    ``files`` is moved; all of it is there afterwards, or nothing has changed. Returns the new folder.
    """
    place = folder_of(one.name)
    (files / ABOUT_FILE).write_text(json.dumps(asdict(one), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    place.parent.mkdir(parents=True, exist_ok=True)
    old = place.with_name(f".{place.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if place.exists():
        place.rename(old)
    shutil.move(files, place)
    shutil.rmtree(old, ignore_errors=True)
    return place


def find(name: str) -> Made | None:
    """What is known of the encoder ``name``; None where there is none that can be read."""
    try:
        said = json.loads((folder_of(name) / ABOUT_FILE).read_text(encoding="utf-8"))
        one = Made(**said | {"languages": tuple(said["languages"])})
    except (OSError, ValueError, TypeError, KeyError, EncoderError):
        return None
    return one if one.name == name else None


def all_made() -> tuple[Made, ...]:
    """Every encoder on the shelf, by name."""
    shelf = settings().state_dir / "encoders"
    names = sorted(path.name for path in shelf.iterdir()) if shelf.is_dir() else []
    return tuple(one for one in map(find, names) if one is not None)


def discard(name: str) -> None:
    """Take the encoder ``name`` off the shelf for good; nothing happens where there is none."""
    shutil.rmtree(folder_of(name), ignore_errors=True)
