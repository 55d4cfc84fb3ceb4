"""Fine-tuning in seconds: a linear head on the text encoder, learned in closed form from who liked what."""

from __future__ import annotations

import hashlib
import re
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import product
from typing import Any, ClassVar, Self

import numpy as np
import scipy.sparse as sp

from recsys.data import Dataset
from recsys.data.splits import Split, split
from recsys.errors import UnknownIdError
from recsys.evaluate.config import USUAL_PEOPLE
from recsys.evaluate.lists import Asked, Floats
from recsys.evaluate.tune import validation
from recsys.models.ease_text import EaseText
from recsys.text import MINILM, made, reader
from recsys.text.made import Made
from recsys.text.space import TextSpace, unit_rows
from recsys.train.closed_form import TARGETS, Lesson, Linear
from recsys.train.encoder_worth import AFTER, STUDENT, UNTOUCHED, Compared, K, ndcg
from recsys.train.job import Desk
from recsys.train.linear import folders, with_layer
from recsys.train.sealed import opened
from recsys.train.student import links_compared, lists_compared
from recsys.types import Matrix, Query, Vector

COLD = "cold_items"
N_CUTS = 4
"""Validation cuts a setting is judged on: which items are drawn as new decides a lot."""
LABELS = {"ease": "links of EASE", "ials": "hidden tastes"}
"""What a visitor reads for the keys of TARGETS."""


@dataclass(frozen=True)
class Setting:
    """One way to make the head."""

    l2: float
    dim: int
    share: float


@dataclass(frozen=True)
class Head:
    """Learn where liked items lie from their texts; settings are chosen inside the training part, tested once."""

    kind: ClassVar[str] = "head"

    target: str = "ease"
    """A key of TARGETS: what the texts learn to predict."""
    l2: tuple[float, ...] = (0.03, 0.1, 0.3, 1.0, 3.0)
    dim: tuple[int, ...] = (384, 128, 32)
    share: tuple[float, ...] = (0.3, 0.5, 0.7, 1.0)
    seed: int = 0
    max_users: int = USUAL_PEOPLE

    def __post_init__(self) -> None:
        if self.target not in TARGETS:
            raise UnknownIdError(f"a head cannot learn from {self.target!r}; choose from {', '.join(TARGETS)}")
        if not (self.l2 and self.dim and self.share):
            raise ValueError("l2, dim and share should name a value each, at least")

    @property
    def title(self) -> str:
        """What a visitor reads."""
        return f"Fine-tune in closed form ({LABELS[self.target]})"

    def run(self, data: Dataset, desk: Desk) -> Mapping[str, Any]:
        """Choose, learn, keep the encoder, and return what it is worth on items nobody had touched.

        The encoder is the one measured: it learned from the training part alone. EncoderError for data that no sentence
        encoder reads, DataError for data too small to be cut twice.
        """
        begin, cpu = time.perf_counter(), time.process_time()
        base = reader().main(data)
        folders(base)  # says what is wrong before anything is learned
        desk.say(0.0, "Cutting the data")
        cut = split(data, COLD, self.seed, self.max_users)
        space = reader().space(data, base)
        chosen, value = self.choose(cut.train, space, desk)
        desk.say(0.6, "Learning the head")
        lesson = Lesson.of(cut.train, space, self.target)
        head = lesson.head(lesson.expected(chosen.l2), chosen.dim, chosen.share)
        learned = time.perf_counter() - begin
        desk.say(0.65, "Saving the encoder")
        one = _kept(self, data, base, head, chosen, desk)
        n_opened = opened(data, COLD, self.seed, self.title, desk.folder.name)
        compared = Compared.of(cut, one.parent, one.name)
        return {
            **compared.worth(data, self.seed, lambda share, line: desk.say(0.7 + 0.15 * share, line)),
            "student": self._student(data, compared, desk),
            "encoder": one.name,
            "version": one.version,
            "label": one.label,
            "base": base,
            "n_opened": n_opened,
            "chosen": {"l2": chosen.l2, "dim": chosen.dim, "share": chosen.share, "validation": value},
            "seconds": {"learn": learned, "all": time.perf_counter() - begin, "cpu": time.process_time() - cpu},
        }

    def _student(self, data: Dataset, compared: Compared, desk: Desk) -> dict[str, Any]:
        """How near texts come to what EASE makes of the likes themselves: item by item, and as lists."""
        desk.say(0.85, "Comparing with EASE that saw the likes")
        own = compared.scorers[STUDENT]
        assert isinstance(own, EaseText)
        links, before, after = np.asarray(own.links_), compared.before.raw, compared.after.raw
        by_item: dict[str, Callable[[int], Vector]] = {
            STUDENT: lambda row: links[:, row],
            AFTER: lambda row: after @ after[row],
            UNTOUCHED: lambda row: before @ before[row],
        }
        by_person = {name: compared.scorers[name] for name in (STUDENT, AFTER, UNTOUCHED, "random")}
        return {
            "links": links_compared(data, compared.cut, by_item, self.seed),
            "lists": lists_compared(data, compared.cut, compared.people, by_person, K, self.seed),
        }

    def choose(self, train: Dataset, space: TextSpace, desk: Desk) -> tuple[Setting, float]:
        """The setting with the highest NDCG@10 on items held out of ``train``, and that value, a mean over N_CUTS.

        Ridge strength and share first, with the first number of directions, then the others. The first setting only
        centres; the earliest of equals is taken.
        """
        cuts = [validation(train, COLD, self.seed + number, self.max_users) for number in range(N_CUTS)]
        trials = [_Trial.of(cut, people, space, self.target) for cut, people in cuts]
        search = _Search(trials, desk, 1 + len(self.l2) * len(self.share) + len(self.dim) - 1)
        search.judge(Setting(self.l2[0], self.dim[0], 0.0))
        for l2, share in product(self.l2, self.share):
            search.judge(Setting(l2, self.dim[0], share))
        best = search.best
        for dim in self.dim[1:]:
            search.judge(replace(best, dim=dim))
        return search.best, search.tried[search.best]


@dataclass(frozen=True, eq=False)
class _Trial:
    """One validation cut, and what a head may learn from on it."""

    cut: Split
    people: Sequence[Asked]
    space: TextSpace
    lesson: Lesson
    touched: sp.csr_matrix
    """(n_people, n_items) 1 where somebody is known to have touched an item."""
    seen: dict[float, Floats] = field(default_factory=dict)
    """What the lesson expects, by ridge strength: the costly part, shared by settings."""

    @classmethod
    def of(cls, cut: Split, people: Sequence[Asked], space: TextSpace, target: str) -> _Trial:
        known = [person.known for person in people]
        ends = np.cumsum([0, *map(len, known)])
        cells = (np.ones(ends[-1], dtype=np.float32), np.concatenate(known), ends)
        touched = sp.csr_matrix(cells, shape=(len(people), cut.train.n_items))
        return cls(cut, people, space, Lesson.of(cut.train, space, target), touched)

    def value(self, setting: Setting) -> float:
        """Mean NDCG@10 of the articles' formula over vectors of the head; of items alone, all people at once."""
        if setting.l2 not in self.seen:
            self.seen[setting.l2] = self.lesson.expected(setting.l2)
        vectors = self.lesson.head(self.seen[setting.l2], setting.dim, setting.share)(self.space.raw)
        scores = unit_rows(self.touched @ vectors) @ vectors.T
        scores[:, ~self.space.has_text] = np.nan
        said = {str(person.query.user_id): row for person, row in zip(self.people, scores, strict=True)}
        return float(np.nanmean(ndcg(_Said(said), self.people, self.cut)))


@dataclass(frozen=True, eq=False)
class _Said:
    """Scores that were computed for everybody at once, as a recommender."""

    by_user: Mapping[str, Vector]

    def fit(self, data: Dataset) -> Self:
        return self

    def score(self, query: Query) -> Vector:
        return self.by_user[str(query.user_id)]


@dataclass(eq=False)
class _Search:
    """The settings judged so far."""

    trials: Sequence[_Trial]
    desk: Desk
    n_settings: int
    tried: dict[Setting, float] = field(default_factory=dict)

    def judge(self, setting: Setting) -> None:
        """Judge ``setting`` on every trial; a setting tried before is not judged again."""
        if setting in self.tried:
            return
        self.tried[setting] = float(np.mean([trial.value(setting) for trial in self.trials]))
        step = len(self.tried)
        if step > len(self.desk.points):  # a search that was stopped begins anew, its chart does not
            self.desk.note(step=step, validation=self.tried[setting], **asdict(setting))
        self.desk.say(0.6 * step / self.n_settings, f"Setting {step} of {self.n_settings}")

    @property
    def best(self) -> Setting:
        """The setting with the highest value, the earliest of equals."""
        return max(self.tried, key=lambda setting: self.tried[setting])


def _kept(recipe: Head, data: Dataset, base: str, head: Linear, chosen: Setting, desk: Desk) -> Made:
    """Put the encoder with ``head`` on the shelf and its vectors of the catalogue into the store."""
    parent = reader().loaded(base)
    said = f"{parent.version} {recipe.target}".encode() + head.matrix.tobytes() + head.centre.tobytes()
    one = Made(
        name=_name(data, recipe.target),
        label=f"{'MiniLM' if base == MINILM else base} + {LABELS[recipe.target]}"[:30],
        line=f"A linear head learned in closed form from the likes of {data.label}.",
        kind="onnx",
        parent=base,
        version=f"head-{hashlib.sha256(said).hexdigest()[:16]}",
        languages=tuple(sorted(parent.languages)),
        dataset=data.name,
        about=asdict(chosen) | {"target": recipe.target},
    )
    files = desk.folder / "encoder"
    shutil.rmtree(files, ignore_errors=True)
    with_layer(*folders(base), head.matrix, -head.centre @ head.matrix, files)
    made.keep(one, files)
    reader().renewed(one.name)
    raw = reader().space(data, base).raw
    reader().store.catalogue(_Known(one.version, dict(zip(data.latin_texts, head(raw), strict=True))), data.latin_texts)
    return one


def _name(data: Dataset, target: str) -> str:
    """The name RECSYS_ENCODER gives: learning again from the same data replaces the encoder."""
    slug = re.sub(r"[^a-z0-9]+", "-", data.name.lower()).strip("-") or "data"
    return f"head-{target}-{slug}"[:40].rstrip("-")


class _Known:
    """An encoder that was told every vector: the store files them without anything being read again."""

    languages = frozenset[str]()

    def __init__(self, version: str, vectors: Mapping[str, Vector]) -> None:
        self.name, self.version, self._vectors = version, version, vectors
        self.dim = len(next(iter(vectors.values())))

    def encode(self, texts: Sequence[str]) -> Matrix:
        return np.array([self._vectors[text] for text in texts], dtype=np.float32)
