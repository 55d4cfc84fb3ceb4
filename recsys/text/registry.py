"""Which encoders exist, which one reads what, and the spaces they span: loaded once per process."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from recsys.data import Dataset
from recsys.errors import EncoderError, MissingDependencyError, RecsysError, UnknownIdError
from recsys.settings import settings
from recsys.text import chinese, made
from recsys.text.dictionary import Dictionary, spoken_in
from recsys.text.fused import PER_CATALOGUE, Fusion
from recsys.text.lexical import Lexical
from recsys.text.made import Made
from recsys.text.minilm import MiniLM
from recsys.text.onnx_encoder import OnnxEncoder
from recsys.text.scripts import HAN, LATIN, script_of, share_of_letters
from recsys.text.sentence_transformer import SentenceTransformerEncoder
from recsys.text.space import TextSpace
from recsys.text.static import StaticEncoder
from recsys.text.store import VectorStore
from recsys.text.wordllama import WordLlama
from recsys.types import Encoder, Matrix

AUTO, MINILM, LEXICAL, ST_PREFIX, DICTIONARY = "auto", "minilm", "lexical", "st:", Dictionary.name
WORDLLAMA = WordLlama.name
MAX_SPACES = 32

SpaceKey = tuple[str, str, str]
"""Version of the catalogue, name of the encoder, and of the one behind it."""

ENCODERS: dict[str, str] = {
    MINILM: "MiniLM, a small English sentence model (ONNX)",
    LEXICAL: "words and characters of this catalogue, any language",
    WORDLLAMA: "WordLlama, the mean of word vectors taken from a large model: English, fastest",
    ST_PREFIX: "a sentence-transformers model you name",
    DICTIONARY: "Chinese put into English word for word for MiniLM, and its characters",
}
"""Encoder names and what a visitor should know of them."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The encoder that reads by default, and why it is not the one asked for."""

    name: str
    fallback: str = ""


class Reader:
    """Owner of loaded encoders, text spaces and the vector store; one per process, thread-safe."""

    def __init__(self, store: VectorStore, folder: Path | None = None) -> None:
        """Keep vectors in ``store``, and what encoders learn of a catalogue in ``folder`` (None: nowhere)."""
        self.store = store
        self._folder = folder
        self._lock = threading.Lock()
        self._working = threading.RLock()  # held for seconds: never needed for what is ready
        self._loaded: dict[str, Encoder | Fusion] = {}
        self._failed: dict[str, str] = {}
        self._scripts: dict[str, str] = {}
        self._spaces: OrderedDict[SpaceKey, TextSpace] = OrderedDict()

    def default(self, progress: Callable[[str], object] | None = None) -> Choice:
        """The encoder RECSYS_ENCODER names (MiniLM when it is ``auto``), or ``lexical`` and the reason."""
        wanted = settings().encoder
        return self._choice(MINILM if wanted == AUTO else wanted, progress)

    def choice(self, data: Dataset, progress: Callable[[str], object] | None = None) -> Choice:
        """The encoder that ``data`` asks for, that of the installation where it asks for none."""
        return self._choice(data.encoder, progress) if data.encoder else self.default(progress)

    def _choice(self, name: str, progress: Callable[[str], object] | None) -> Choice:
        if name == LEXICAL:
            return Choice(LEXICAL)
        if name not in self._loaded and name not in self._failed:
            self._load(name, progress)
        if name in self._failed:
            return Choice(LEXICAL, f"{name} could not be loaded, reading by words instead: {self._failed[name]}")
        reads_chinese = HAN in self._loaded[name].languages or chinese.installed()
        return Choice(name, "" if reads_chinese else str(MissingDependencyError(chinese.PACKAGE, "reading Chinese")))

    def route(self, text: str, data: Dataset) -> str:
        """Name of the encoder that reads ``text`` for ``data``: the default one where it knows the scripts.

        A single Chinese word in an English sentence is enough to have it read by who knows both.
        """
        main = self.main(data)
        if main in (LEXICAL, DICTIONARY):  # they read every script
            return main
        scripts = {script_of(text), HAN} if chinese.HAN_RUN.search(text) else {script_of(text)}
        return main if scripts <= self._loaded[main].languages else _second()

    def main(self, data: Dataset) -> str:
        """Name of the encoder that reads the items of ``data``."""
        name = self.choice(data).name
        if name == LEXICAL:
            return LEXICAL
        version = data.catalogue_version
        script = self._scripts.get(version) or self._scripts.setdefault(version, main_script(data))
        return name if script in self._loaded[name].languages else _second()

    def identity(self, data: Dataset) -> str:
        """Name of :meth:`main`, and the version of one that was made here: what answers about ``data`` depend on."""
        name = self.main(data)
        one = made.find(name) if name not in ENCODERS else None
        return f"{name} {one.version}" if one else name

    def encoder(self, name: str, data: Dataset) -> Encoder:
        """The encoder ``name``; ``lexical``, ``dictionary`` and fused ones are fitted on ``data``."""
        if name in (LEXICAL, DICTIONARY):
            return self.space(data, name).encoder
        if name not in self._loaded:
            raise UnknownIdError(f"the encoder {name!r} is not loaded; known are {', '.join(ENCODERS)}")
        one = self._loaded[name]
        return self.space(data, name).encoder if isinstance(one, Fusion) else one

    def loaded(self, name: str) -> Encoder:
        """The encoder ``name``, of those that need no catalogue, loaded once; EncoderError when it cannot be."""
        self._load(name, None)
        if name in self._failed:
            raise EncoderError(self._failed[name])
        one = self._loaded[name]
        if isinstance(one, Fusion):
            raise EncoderError(f"{name} joins {', '.join(one.members)} and reads a catalogue only, no text by itself")
        return one

    def fresh(self, name: str) -> str:
        """Version of the encoder ``name`` that was made here, "" for any other; one made again is loaded again."""
        one = made.find(name) if name not in ENCODERS else None
        loaded = self._loaded.get(name)
        if one is not None and (name in self._failed or (loaded is not None and loaded.version != one.version)):
            self.renewed(name)
        return one.version if one else ""

    def renewed(self, name: str) -> None:
        """Load the encoder ``name`` anew when it is asked for next: it was made again, or is here now."""
        with self._working, self._lock:
            joined = [other for other, one in self._loaded.items() if isinstance(one, Fusion) and name in one.members]
            for gone in (name, *joined):
                self._loaded.pop(gone, None)
                self._failed.pop(gone, None)
                for key in [key for key in self._spaces if gone in key]:
                    del self._spaces[key]

    def forget(self, data: Dataset) -> None:
        """Drop the spaces of a catalogue; they are built again when asked for."""
        with self._lock:
            self._scripts.pop(data.catalogue_version, None)
            for key in [key for key in self._spaces if key[0] == data.catalogue_version]:
                del self._spaces[key]

    def readers(self, data: Dataset) -> tuple[str, ...]:
        """Names of the encoders that together read every script for ``data``; the one that reads its items first."""
        return tuple(dict.fromkeys((self.main(data), self.route("字", data))))

    def unread(self, data: Dataset) -> tuple[str, ...]:
        """Names of the encoders that have yet to read the catalogue of ``data`` before models can be fitted."""
        return tuple(name for name in self.readers(data) if self._kept(self._key(data, name)) is None)

    def space(self, data: Dataset, name: str, progress: Callable[[float], object] | None = None) -> TextSpace:
        """The catalogue of ``data`` as read by ``name``; built once, the ones last used are kept."""
        key = self._key(data, name)
        found = self._kept(key)
        if found is not None:
            return found
        with self._working:
            found = self._kept(key)
            return found if found is not None else self._keep(key, self._build(data, name, progress))

    def _load(self, name: str, progress: Callable[[str], object] | None) -> None:
        with self._working:
            if name in self._loaded or name in self._failed:
                return
            try:
                one = _load(name, progress)
                if isinstance(one, Fusion):
                    one.require({member: self.loaded(member) for member in one.members if member not in PER_CATALOGUE})
                self._loaded[name] = one
            except RecsysError as error:
                self._failed[name] = str(error)

    def _key(self, data: Dataset, name: str) -> SpaceKey:
        # The dictionary puts Chinese into English for whoever reads English here.
        return data.catalogue_version, name, self.choice(data).name if name == DICTIONARY else name

    def _kept(self, key: SpaceKey) -> TextSpace | None:
        with self._lock:
            if key not in self._spaces:
                return None
            self._spaces.move_to_end(key)
            return self._spaces[key]

    def _keep(self, key: SpaceKey, space: TextSpace) -> TextSpace:
        with self._lock:
            self._spaces[key] = space
            while len(self._spaces) > MAX_SPACES:
                self._spaces.popitem(last=False)
        return space

    def _build(self, data: Dataset, name: str, progress: Callable[[float], object] | None) -> TextSpace:
        if name == LEXICAL:
            encoder: Encoder = Lexical.of(data.all_texts, None if data.private else self._folder)
            raw = encoder.encode(data.all_texts)
        elif name == DICTIONARY:
            reads = self._dictionary(data, progress)
            encoder, raw = reads, reads.items()
        elif isinstance(fusion := self._loaded.get(name), Fusion):
            joins = fusion.reading({member: self.space(data, member, progress) for member in fusion.members})
            encoder, raw = joins, joins.items()
        else:
            encoder = self.encoder(name, data)
            raw = self.store.catalogue(encoder, data.latin_texts, progress, keep=not data.private)
        return self._spanned(encoder, raw, is_centred=name == DICTIONARY)

    def _dictionary(self, data: Dataset, progress: Callable[[float], object] | None) -> Dictionary:
        """Chinese beside the default encoder's reading of the items, which are put into English where need be."""
        name, spoken = self.choice(data).name, spoken_in(data.latin_texts)
        if self.main(data) == name:
            english = self.space(data, name, progress)
        else:
            one = self._loaded[name]
            reads = self.loaded(one.lead) if isinstance(one, Fusion) else one
            texts = [chinese.in_english(text, spoken) for text in data.latin_texts]
            english = self._spanned(reads, self.store.catalogue(reads, texts, progress, keep=not data.private))
        return Dictionary(english, self.space(data, LEXICAL), spoken)

    def _spanned(self, encoder: Encoder, raw: Matrix, *, is_centred: bool = False) -> TextSpace:
        return TextSpace.build(encoder, raw, lambda texts: self.store.vectors(encoder, texts), is_centred=is_centred)


def selectable() -> tuple[str, ...]:
    """Names of the encoders that a visitor may choose: those without a path, and all that were made here."""
    return (*(name for name in ENCODERS if name not in (ST_PREFIX, DICTIONARY)), *(one.name for one in made.all_made()))


def main_script(data: Dataset) -> str:
    """Script of most of the catalogue's first-language texts, ``latin`` or ``han``."""
    sample = " ".join(data.latin_texts[:500])
    return HAN if share_of_letters(sample, HAN) > share_of_letters(sample, LATIN) else LATIN


def _second() -> str:
    """Name of the encoder that reads what the default one cannot."""
    return DICTIONARY if chinese.installed() else LEXICAL


def _load(name: str, progress: Callable[[str], object] | None) -> Encoder | Fusion:
    if name == MINILM:
        return MiniLM.load(progress)
    if name == WORDLLAMA:
        return WordLlama()
    if name.startswith(ST_PREFIX):
        return SentenceTransformerEncoder(name.removeprefix(ST_PREFIX))
    one = made.find(name)
    if one is not None:
        return _opened(one)
    known = ", ".join((MINILM, LEXICAL, WORDLLAMA, *(other.name for other in made.all_made())))
    raise UnknownIdError(f"{name!r} is not an encoder here; choose {known} or st:<name or path>")


def _opened(one: Made) -> Encoder | Fusion:
    """The encoder of the shelf, loaded by the library of its kind."""
    folder, languages = made.folder_of(one.name), frozenset(one.languages)
    try:
        if one.kind == "onnx":
            return OnnxEncoder(folder / "fast", one.name, one.version, languages)
        if one.kind == "fused":
            return Fusion.open(folder, one.name)
        if one.kind == "static":
            return StaticEncoder(folder, one.name, one.version, languages)
    except ImportError as error:
        raise MissingDependencyError(error.name or one.kind, f"the encoder {one.name}") from error
    except Exception as error:
        raise EncoderError(f"the encoder {one.name} in {folder} does not load ({error}): make it again") from error
    raise EncoderError(f"the encoder {one.name} in {folder} is of an unknown kind, {one.kind!r}: make it again")


_reader: Reader | None = None
_reader_lock = threading.Lock()


def reader() -> Reader:
    """The process's reader, made on first use with its store under the cache folder."""
    global _reader
    with _reader_lock:
        if _reader is None:
            _reader = Reader(VectorStore(settings().cache_dir / "vectors.sqlite"), settings().cache_dir / "lexical")
        return _reader


def forget_reader() -> None:
    """Drop every loaded encoder and space (tests, or after the environment changed)."""
    global _reader
    with _reader_lock:
        _reader = None
