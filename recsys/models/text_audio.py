"""Words and sound together: what a track is said to be and what it sounds like, in the share you set."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Self

import numpy as np

from recsys.data import Dataset
from recsys.errors import NotFittedError
from recsys.models.audio import AudioProfile, standardised
from recsys.models.fuse import Scale, Scaled, merged, weighted_sum
from recsys.models.pieces import Readers, wanted
from recsys.models.scored import TellsOnce, Told
from recsys.models.shared import shared, turned
from recsys.models.text_profile import TextProfile
from recsys.text import TextSpace
from recsys.text.space import unit_rows
from recsys.types import Contributions, Knob, Matrix, Query, Rows, Spec

WAYS = ("late", "joined")


@dataclass
class TextAudio(TellsOnce):
    """Two ways to fuse the text profile with how tracks sound; ``sound`` is the share of the latter in both.

        late:    score_i = (1 - sound) z(text_i) + sound z(audio_i),   z: in standard deviations over the catalogue
        joined:  the text profile over vectors (sqrt(1 - sound) text_i, sqrt(sound) audio_i) of unit length

    ``text_i`` has unit length, ``audio_i`` is standardised and 1 long on average, so that in ``joined`` a track of
    extraordinary sound goes by its sound and an ordinary one by its words. Words, typed or kept, have no sound: they
    work through the text alone and get ``typed_share`` of the list in either way. Where one of the two says nothing
    (no track of known sound touched, say), the other has it all.
    """

    session_knobs: ClassVar[frozenset[str]] = frozenset({"half_life", "dislike_strength", "typed_share"})

    way: str = "joined"
    sound: float = 0.1
    half_life: float = 10.0
    dislike_strength: float = 0.7
    typed_share: float = 0.7
    text_: TextProfile | None = field(default=None, init=False, repr=False)
    audio_: AudioProfile | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        if self.way not in WAYS:
            raise ValueError(f"way should be one of {', '.join(WAYS)}, is now {self.way!r}")

    def fit(self, data: Dataset) -> Self:
        self.text_, self.audio_ = shared(TextProfile(), data), shared(AudioProfile(), data)
        if self.way == "joined":
            self.text_ = copy.copy(self.text_)
            self.text_.readers_ = joined(self.text_.readers, self.sound)
        return self

    @property
    def encoder_names(self) -> tuple[str, ...]:
        return self._components[0].encoder_names

    def texts(self, query: Query) -> Mapping[str, tuple[str, ...]]:
        return self._components[0].texts(query)

    def told(self, query: Query) -> Told:
        """Scores, never NaN, and their parts: events, words, popularity, and what makes the average item of them."""
        text, audio = self._components
        if self.way == "joined":
            return Told(text.score(query), lambda rows: text.contributions(query, rows))
        lists = {"text": text.score(query), "audio": audio.score(query)}
        scales = {name: Scale.of(scores) for name, scores in lists.items()}
        weights = self._weights(query, scales)
        scores = weighted_sum({name: scales[name].z(lists[name]) for name in lists}, weights)

        def reasons(rows: Rows) -> Contributions:
            by: dict[str, TextProfile | AudioProfile] = {"text": text, "audio": audio}
            parts = [
                Scaled(weight, scales[name], lists[name][rows], by[name].contributions(query, rows))
                for name, weight in weights.items()
                if weight
            ]
            return merged(parts, scores[rows])

        return Told(scores, reasons)

    def _weights(self, query: Query, scales: Mapping[str, Scale]) -> dict[str, float]:
        """What each list counts; all for the one that tells items apart where the other does not."""
        share = self.sound * (1 - self.typed_share if wanted(query) else 1.0)
        if not scales["audio"].spread:
            share = 0.0
        elif not scales["text"].spread:
            share = 1.0
        return {"text": 1.0 - share, "audio": share}

    @property
    def _components(self) -> tuple[TextProfile, AudioProfile]:
        if self.text_ is None or self.audio_ is None:
            raise NotFittedError(self)
        memory = self.half_life, self.dislike_strength
        return turned(self.text_, TextProfile(*memory, self.typed_share)), turned(self.audio_, AudioProfile(*memory))


@dataclass(eq=False)
class Silent:
    """The encoder of a text space whose vectors have places for a sound, which no text has."""

    space: TextSpace
    n_places: int

    def __post_init__(self) -> None:
        read = self.space.encoder
        self.name, self.dim = read.name, self.space.items.shape[1] + self.n_places
        self.languages, self.version = read.languages, read.version

    def encode(self, texts: Sequence[str]) -> Matrix:
        """(n, dim) centred unit rows, 0 in the places of the sound."""
        vectors = self.space.vectors(texts)
        return np.hstack([vectors, np.zeros((len(vectors), self.n_places), dtype=np.float32)])


def joined(readers: Readers, sound: float) -> Readers:
    """``readers`` whose items are also where they sound: each text space with the standardised sounds beside it."""
    sounds, known = standardised(readers.data.items)
    length = float(np.linalg.norm(sounds[known], axis=1).mean()) if known.any() else 0.0
    beside = sounds * np.float32(np.sqrt(sound) / (length or 1.0))
    return Readers(readers.data, {name: _joined(space, beside, 1.0 - sound) for name, space in readers.spaces.items()})


def _joined(space: TextSpace, beside: Matrix, text: float) -> TextSpace:
    encoder = Silent(space, beside.shape[1])
    items = unit_rows(np.hstack([space.items * np.float32(np.sqrt(text)), beside]))
    return TextSpace.build(encoder, items, encoder.encode, is_centred=True)


SPEC = Spec(
    "text_audio",
    "Words and sound",
    "What reads and sounds like the tracks you liked; typed words lead.",
    TextAudio,
    (
        Knob(
            "way",
            "How they meet",
            "late: a list by words and a list by sound, added up. joined: one likeness of both at once.",
            "joined",
            choices=WAYS,
        ),
        Knob("sound", "Share of sound", "How much of the list follows how tracks sound.", 0.1, 0.0, 1.0),
        Knob("half_life", "Memory", "After this many newer events an event counts half.", 10.0, 1.0, 1000.0, log=True),
        Knob("dislike_strength", "Dislike strength", "How strongly a dislike pushes away.", 0.7, 0.0, 2.0),
        Knob("typed_share", "Weight of typed words", "Share of the list that follows the text box.", 0.7, 0.0, 0.99),
    ),
    needs=("tempo", "energy"),
)
