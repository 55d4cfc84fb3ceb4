"""Several encoders as one: what each makes of a text side by side, then the few axes on which items really differ."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from recsys.errors import EncoderError
from recsys.text.lexical import Lexical
from recsys.text.scripts import LATIN
from recsys.text.space import TextSpace, centred, unit_rows
from recsys.types import Encoder, Matrix, Vector

FILE = "fused.npz"
PER_CATALOGUE = (Lexical.name,)
"""Members that are fitted on each catalogue anew, so that axes found with them hold for that catalogue only."""


@dataclass(frozen=True, eq=False)
class Fusion:
    """Which encoders are joined, what each weighs, and the axes that are kept of all of them together.

        x(text) = unit of [ sqrt(w_m / s_m) v_m(text) ] over members m,   vector(text) = unit of (x - mean) axes

    ``v_m`` is the member's centred unit vector and ``s_m`` the standard deviation of its cosine (``TextSpace.scale``),
    so that before the reduction the similarity of two texts is the weighted sum of the members' similarities, each in
    its own units. ``axes`` are the principal ones of the catalogue (Pearson 1901).
    """

    members: tuple[str, ...]
    """Names of two encoders or more, none of them fused itself."""
    weights: tuple[float, ...]
    """One per member, above 0."""
    versions: tuple[str, ...]
    """Of the members when the axes were found."""
    scales: tuple[float, ...]
    """The unit ``s_m`` of each member on the catalogue that the axes were found on."""
    mean: Vector
    """(total,) mean of the catalogue side by side, where ``total`` is the sum of the members' dimensions."""
    axes: Matrix
    """(total, dim) orthonormal columns, the one that items differ on most first."""
    languages: frozenset[str] = frozenset({LATIN})
    """What every member reads: a script that only some of them read would be read by half."""
    name: str = "fused"

    @classmethod
    def fit(
        cls, spaces: Mapping[str, TextSpace], weights: Mapping[str, float], dim: int, name: str = "fused"
    ) -> Fusion:
        """Join the encoders of ``spaces`` that have a weight, and keep ``dim`` axes of the catalogue, or all it has.

        ValueError for fewer than two weights above 0 and for ``dim`` below 1.
        """
        members = tuple(member for member in spaces if weights.get(member, 0.0) > 0)
        if len(members) < 2:
            raise ValueError(f"two encoders or more should have a weight above 0, weights are now {dict(weights)}")
        if dim < 1:
            raise ValueError(f"dim should be 1 or more, is now {dim}")
        scales = tuple(spaces[member].scale for member in members)
        beside = _beside([spaces[member].items for member in members], [weights[one] for one in members], scales)
        mean, axes = principal(beside, dim)
        versions = tuple(spaces[member].encoder.version for member in members)
        languages = frozenset.intersection(*(spaces[member].encoder.languages for member in members))
        given = tuple(float(weights[member]) for member in members)
        return cls(members, given, versions, scales, mean, axes, languages, name)

    @property
    def dim(self) -> int:
        """Numbers per text."""
        return int(self.axes.shape[1])

    @property
    def lead(self) -> str:
        """The member that weighs most among those that need no catalogue; "" without any."""
        free = [(-weight, name) for name, weight in zip(self.members, self.weights, strict=True)]
        return min((pair for pair in free if pair[1] not in PER_CATALOGUE), default=(0.0, ""))[1]

    @cached_property
    def version(self) -> str:
        """Changes with the members, their versions and weights, and with every number of the projection."""
        said = f"{self.members} {self.weights} {self.versions} {self.scales}"
        digest = hashlib.sha256(said.encode())
        for array in (self.mean, self.axes):
            digest.update(np.ascontiguousarray(array).tobytes())
        return f"fused-1-{digest.hexdigest()[:12]}"

    def reading(self, spaces: Mapping[str, TextSpace]) -> Fused:
        """The encoder of one catalogue, which the members have read as ``spaces``.

        Where a member was fitted on another catalogue than this, the axes are found anew here: those of the other one
        say nothing of its numbers. EncoderError where a member is not the one that the axes were found with.
        """
        chosen = {member: spaces[member] for member in self.members}
        self.require({name: space.encoder for name, space in chosen.items() if name not in PER_CATALOGUE})
        pairs = zip(self.members, self.versions, strict=True)
        if all(chosen[name].encoder.version == version for name, version in pairs):
            return Fused(self, chosen)
        here = Fusion.fit(chosen, dict(zip(self.members, self.weights, strict=True)), self.dim, self.name)
        return Fused(here, chosen)

    def require(self, encoders: Mapping[str, Encoder]) -> None:
        """EncoderError unless these members are the very ones that the axes were found with."""
        versions = dict(zip(self.members, self.versions, strict=True))
        changed = [name for name, encoder in encoders.items() if encoder.version != versions[name]]
        if changed:
            raise EncoderError(
                f"the encoder {self.name} joins {', '.join(changed)} as it was before it changed: fuse it again"
            )

    def save(self, folder: Path) -> None:
        """Write everything into ``folder``, where :meth:`open` reads it."""
        folder.mkdir(parents=True, exist_ok=True)
        np.savez(
            folder / FILE,
            members=np.array(self.members),
            weights=np.array(self.weights),
            versions=np.array(self.versions),
            scales=np.array(self.scales),
            mean=self.mean,
            axes=self.axes,
            languages=np.array(sorted(self.languages)),
        )

    @classmethod
    def open(cls, folder: Path, name: str = "fused") -> Fusion:
        """What :meth:`save` wrote; EncoderError for anything else."""
        try:
            with np.load(folder / FILE) as file:
                said = {key: file[key] for key in file.files}
            texts = {key: tuple(map(str, said[key])) for key in ("members", "versions")}
            numbers = {key: tuple(map(float, said[key])) for key in ("weights", "scales")}
            one = cls(
                texts["members"],
                numbers["weights"],
                texts["versions"],
                numbers["scales"],
                said["mean"],
                said["axes"],
                frozenset(map(str, said["languages"])),
                name,
            )
        except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
            raise EncoderError(f"{folder / FILE} cannot be read ({error}): fuse it again") from error
        for array in (one.mean, one.axes):
            array.setflags(write=False)
        return one


class Fused:
    """The encoder of one catalogue: its members' readings joined and reduced."""

    def __init__(self, fusion: Fusion, spaces: Mapping[str, TextSpace]) -> None:
        """Read as ``fusion`` says, by the members' ``spaces`` of one catalogue, in the order of the members."""
        self.fusion, self._spaces = fusion, dict(spaces)
        self.name, self.dim, self.languages = fusion.name, fusion.dim, fusion.languages
        wide = {name: space.items.shape[1] for name, space in spaces.items()}
        if sum(wide.values()) != len(fusion.axes):
            said = ", ".join(f"{name} {dim}" for name, dim in wide.items())
            raise EncoderError(
                f"the encoder {fusion.name} was made for {len(fusion.axes)} numbers side by side; on this catalogue "
                f"its members give {sum(wide.values())} ({said}): fuse it on this catalogue"
            )
        # Members are centred on the catalogue, so that the same text has another vector in another one.
        digest = hashlib.sha256()
        for space in spaces.values():
            digest.update(space.centre.tobytes())
        self.version = f"{fusion.version}-{digest.hexdigest()[:12]}"

    def items(self) -> Matrix:
        """(n_items, dim) float32 the catalogue of the members' spaces; zero rows for items that none could read."""
        return self._reduced([space.items for space in self._spaces.values()])

    def encode(self, texts: Sequence[str]) -> Matrix:
        """(n, dim) float32, unit rows; a text that no member can read is a zero row."""
        return self._reduced([space.vectors(texts) for space in self._spaces.values()])

    def _reduced(self, vectors: Sequence[Matrix]) -> Matrix:
        beside = _beside(vectors, self.fusion.weights, self.fusion.scales)
        return unit_rows(centred(beside, self.fusion.mean) @ self.fusion.axes)


def principal(rows: Matrix, dim: int) -> tuple[Vector, Matrix]:
    """(total,) mean of the non-zero ``rows`` (n, total) and (total, d) axes of their largest variance, largest first.

    d is ``dim``, or what so few rows can span; at least 1. Each axis points to where its largest number is positive, so
    that the same rows give the same axes.
    """
    present = rows[rows.any(axis=1)].astype(np.float64)
    mean = present.mean(axis=0) if len(present) else np.zeros(rows.shape[1])
    around = present - mean
    _, vectors = np.linalg.eigh(around.T @ around)
    axes = vectors[:, ::-1][:, : max(1, min(dim, rows.shape[1], len(present) or 1))]
    largest = np.abs(axes).argmax(axis=0)
    axes = axes * np.where(axes[largest, np.arange(axes.shape[1])] < 0, -1.0, 1.0)
    found = mean.astype(np.float32), np.ascontiguousarray(axes, dtype=np.float32)
    for array in found:
        array.setflags(write=False)
    return found


def _beside(vectors: Sequence[Matrix], weights: Sequence[float], scales: Sequence[float]) -> Matrix:
    """(n, total) unit rows of the members' centred vectors, each stretched by the root of its weight in its units."""
    stretched = [
        np.float32(np.sqrt(weight / scale)) * one for one, weight, scale in zip(vectors, weights, scales, strict=True)
    ]
    return unit_rows(np.hstack(stretched))
