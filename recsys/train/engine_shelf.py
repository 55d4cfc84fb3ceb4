"""The engines that read text here, side by side: which there are, what they are called, what they load."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path

import numpy as np

from recsys.data import Dataset
from recsys.errors import EncoderError
from recsys.settings import settings
from recsys.text import LEXICAL, MINILM, made, reader, wordllama
from recsys.text.fused import Fused, Fusion
from recsys.text.lexical import Lexical
from recsys.text.made import Made
from recsys.text.minilm import export_folder, model_dir
from recsys.text.registry import ST_PREFIX, WORDLLAMA, selectable
from recsys.text.space import TextSpace
from recsys.types import Encoder

FULL = MINILM
"""The full model, which every other engine is held against."""
ORIGINAL = "original"
"""The full model's own weights run by the library they were published for."""

_LABELS = {
    FULL: "MiniLM",
    ORIGINAL: "sentence-transformers",
    LEXICAL: "Words and characters",
    WORDLLAMA: "WordLlama",
}
_LINES = {
    FULL: "The full model, run by ONNX Runtime with 32-bit numbers. The others are held against it.",
    ORIGINAL: "The same weights run by the library they were published for (PyTorch).",
    LEXICAL: "Which words and characters of this catalogue a text has; no language model.",
    WORDLLAMA: "A vector per piece of a word, averaged; it came with its own package.",
}


def engines_here() -> tuple[str, ...]:
    """Names of the engines that can be measured: the full model, the original, then all that may be chosen."""
    return tuple(dict.fromkeys((FULL, ORIGINAL, *selectable())))


def label_of(name: str) -> str:
    """What a visitor reads for the engine ``name``; with its data where several were made the same way."""
    one = _made(name)
    if one is None:
        return _LABELS.get(name, name)
    alike = sum(other.label == one.label for other in made.all_made())
    return f"{one.label} ({one.dataset})" if alike > 1 and one.dataset else one.label


def line_of(name: str) -> str:
    """What the engine ``name`` is, in one plain sentence; "" for one that is not here any more."""
    one = _made(name)
    return one.line if one else _LINES.get(name, "")


def version_of(name: str) -> str:
    """Changes when the engine ``name`` was made again; "" for those that are not made here."""
    one = _made(name)
    return one.version if one else ""


def learned_from(name: str, data: Dataset) -> bool:
    """Whether the engine ``name`` was made with ``data``: what it is measured on there, it may have seen."""
    one = _made(name)
    return one is not None and one.dataset == data.name


def encoder_name(name: str) -> str:
    """What ``Dataset.read_by`` calls the engine; EncoderError or MissingDependencyError where MiniLM is not here."""
    return f"{ST_PREFIX}{model_dir()}" if name == ORIGINAL else name


def opened(name: str, data: Dataset) -> Encoder:
    """The engine ``name`` for the texts of ``data``, which remembers no text it has read.

    EncoderError or MissingDependencyError when it cannot be had.
    """
    if name == LEXICAL:
        return Lexical.of(data.all_texts, _lexical_folder())
    one = _made(name)
    if one is not None and one.kind == "fused":
        return _fused(one, data.read_by(name))
    return reader().loaded(encoder_name(name))


def bytes_on_disk(name: str, data: Dataset) -> int | None:
    """Bytes of the files that the engine loads, without the libraries that run it; None where they are not known."""
    found = _files(name, data)
    return sum(path.stat().st_size for path in found if path.is_file()) if found else None


def _files(name: str, data: Dataset) -> list[Path]:
    if name == LEXICAL:
        return [_lexical_folder() / f"{opened(name, data).version}.npz"]
    if name == FULL:
        return list(export_folder().rglob("*"))
    if name == ORIGINAL:
        loaded = (".safetensors", ".json", ".txt")
        return [path for path in model_dir().rglob("*") if path.suffix in loaded]
    if name == WORDLLAMA:
        spec = importlib.util.find_spec(wordllama.PACKAGE)
        folders = spec.submodule_search_locations if spec else None
        return [Path(folder) / file for folder in folders or () for file in wordllama.PUBLISHED]
    one = _made(name)
    return [] if one is None else _of_made(one, data)


def _of_made(one: Made, data: Dataset) -> list[Path]:
    # A fine-tuned encoder's folder also holds the weights that the fast graph was made from.
    loaded = made.folder_of(one.name) / ("fast" if one.kind == "onnx" else "")
    files = [path for path in loaded.rglob("*") if path.name != made.ABOUT_FILE]
    members = Fusion.open(loaded, one.name).members if one.kind == "fused" else ()
    return files + [path for member in members for path in _files(member, data)]


def _fused(one: Made, data: Dataset) -> Encoder:
    """The joined encoder with members that read every text anew, and without the catalogue they were joined on."""
    choice = reader().choice(data)
    if choice.name != one.name:
        raise EncoderError(choice.fallback)
    fusion = Fusion.open(made.folder_of(one.name), one.name)
    spaces = {member: reader().space(data, member) for member in fusion.members}
    alone = {member: _without_items(space) for member, space in spaces.items()}
    return Fused(fusion.reading(spaces).fusion, alone)


def _without_items(space: TextSpace) -> TextSpace:
    nothing = np.zeros((0, space.encoder.dim), dtype=np.float32)
    return replace(space, raw=nothing, items=nothing, read=space.encoder.encode)


def _made(name: str) -> Made | None:
    """What the shelf knows of ``name``; None for what is not made here."""
    return made.find(name) if made.NAME.fullmatch(name) and name not in made.RESERVED else None


def _lexical_folder() -> Path:
    return settings().cache_dir / "lexical"
