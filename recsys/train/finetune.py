"""Fine-tuning the text encoder itself: what likes say about items is taught to their texts, so that new items gain."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from recsys.data import Dataset
from recsys.data.splits import Split, split
from recsys.errors import EncoderError, MissingDependencyError
from recsys.evaluate.config import USUAL_PEOPLE
from recsys.evaluate.lists import Asked
from recsys.evaluate.tune import validation
from recsys.metrics.significance import relative_gain, resample_weights
from recsys.models.pieces import Readers
from recsys.models.popularity import shares
from recsys.models.text_profile import TextProfile
from recsys.settings import ROOT
from recsys.text import MINILM, made, reader
from recsys.text.made import Made
from recsys.text.scripts import LATIN
from recsys.text.space import TextSpace
from recsys.train.encoder_worth import Compared, ndcg
from recsys.train.finetune_lessons import BEST, Lessons
from recsys.train.job import Desk
from recsys.train.linear import folders
from recsys.train.sealed import opened
from recsys.train.transfer import compared
from recsys.train.worth import interval, numbers
from recsys.types import Encoder, Matrix

if TYPE_CHECKING:
    from recsys.train.finetune_trainer import Watch

COLD, WARM = "cold_items", "global_time"
PROFILE = "text_profile"
FAST = "fast"
EXPORT_SECONDS = 300
CONTRAST = 0.05
"""Weight of the contrast where it is asked for."""
RESERVE = 0.2
"""Share of the minutes kept for the test and the export."""
WHY = {
    "time": "the time was up",
    "no_better": "the last epochs were not better on validation",
    "done": "all epochs were done",
}
KNEW = "The encoder has learned from likes that are asked about here: a loss is a loss, a gain proves nothing."


@dataclass(frozen=True)
class FineTune:
    """Train the encoder on a training part; the best epoch is chosen on a part cut out of it, and tested once."""

    kind: ClassVar[str] = "finetune"

    minutes: float = 20.0
    """All of it, the test and the export included."""
    epochs: int = 12
    learning_rate: float = 2e-4
    contrast: float = 0.0
    """Weight of telling histories' items from misleading ones, beside lying near the targets, 1; 0 leaves it out."""
    batch: int = 16
    tokens: int = 96
    """Texts are cut here while the encoder learns; the median film plot has 87."""
    patience: int = 4
    """Epochs without a better value on validation until it ends."""
    frozen_layers: int = 0
    """Lowest layers left as they are, beside the table of words."""
    seed: int = 0
    max_users: int = USUAL_PEOPLE
    people: int = 300
    """At most so many are asked on validation."""

    def __post_init__(self) -> None:
        least = {"minutes": 0.0, "epochs": 1, "learning_rate": 0.0, "batch": 2, "tokens": 4, "patience": 1}
        for name, low in least.items():
            value = getattr(self, name)
            if value < low or value <= 0:
                raise ValueError(f"{name} should be {f'at least {low}' if low else 'above 0'}, is now {value}")

    @property
    def title(self) -> str:
        """What a visitor reads."""
        return f"Fine-tune the encoder{', with contrast' if self.contrast else ''}"

    def run(self, data: Dataset, desk: Desk) -> Mapping[str, Any]:
        """Train, going on from the last checkpoint, test, and keep the encoder if text profiles gain by it.

        EncoderError for data in a script the encoder does not read or that no sentence encoder reads, DataError for
        data too small to be cut twice, MissingDependencyError without the packages that train.
        """
        begin = time.perf_counter()
        base = read_by_sentences(data)
        source, _ = folders(base)
        desk.say(0.0, "Cutting the data")
        cut = split(data.read_by(base), COLD, self.seed, self.max_users)
        space = reader().space(data, base)
        watch, untouched = self._train(cut, space, source, desk)
        best = max(watch.values, key=lambda step: watch.values[step])
        learned = watch.seconds
        one, found = self._tested(data, base, cut, desk)
        shutil.rmtree(desk.folder / BEST, ignore_errors=True)  # 90 MB; what is worth keeping is on the shelf
        return {
            **found,
            "encoder": one.name if one else "",
            "version": one.version if one else "",
            "label": _label(base),
            "base": base,
            "data": data.name,
            "validation": {"untouched": untouched, "best": watch.values[best]},
            "chosen": {"step": best, "epochs": sorted(watch.values).index(best) + 1},
            "steps": max(watch.values),
            "ended": WHY[watch.ended],
            "seconds": {"learn": learned, "all": watch.spent + time.perf_counter() - begin},
        }

    def _train(self, cut: Split, space: TextSpace, source: Path, desk: Desk) -> tuple[Watch, float]:
        """Everything that was found on the way, and the value of the untouched encoder on validation."""
        try:
            for needed in ("accelerate", "datasets"):  # the trainer would miss them too late
                import_module(needed)
            from recsys.train import finetune_trainer as trainer
        except ImportError as error:
            raise MissingDependencyError(error.name or "sentence-transformers[train]", "fine-tuning") from error
        inner, people = validation(cut.train, COLD, self.seed, self.people)
        desk.say(0.01, "Learning who is liked with whom")
        lessons = Lessons.of(inner.train, space)
        untouched = judged(space.raw, space.encoder, inner, people, self.seed)
        if not any("step" in point for point in desk.points):
            desk.note(step=0, validation=untouched)
        texts = list(inner.train.latin_texts)

        def tell(share: float, seconds: float, point: dict[str, float]) -> None:
            part = max(share, seconds / course.seconds)
            desk.say(0.02 + 0.75 * part, f"Learning, step {point['step']}")
            desk.note(**point)

        course = self._course(trainer.Course)
        watch = trainer.Watch(
            desk.folder,
            course,
            lambda model: judged(trainer.read(model, texts), space.encoder, inner, people, self.seed),
            tell,
        )
        trainer.trained(source, desk.folder, lessons, space.centre, course, watch)
        return watch, untouched

    def _course(self, make: Any) -> Any:
        names = ("learning_rate", "contrast", "epochs", "batch", "tokens", "patience", "frozen_layers", "seed")
        return make(seconds=60 * self.minutes * (1 - RESERVE), **{name: getattr(self, name) for name in names})

    def _tested(self, data: Dataset, base: str, cut: Split, desk: Desk) -> tuple[Made | None, dict[str, Any]]:
        """The encoder on the shelf, None where it is no better, and what the test part says."""
        desk.say(0.8, "Saving the encoder")
        one = _kept(self, data, base, desk)
        desk.say(0.85, "Testing on items it never saw")
        n_opened = opened(data, COLD, self.seed, self.title, desk.folder.name)
        both = Compared.of(cut, base, one.name)
        found = both.worth(data, self.seed, lambda share, line: desk.say(0.85 + 0.1 * share, line))
        ours, theirs = (ndcg(both.scorers[name], both.people, cut, self.seed) for name in (f"{PROFILE} after", PROFILE))
        ratio = relative_gain(ours, theirs, resample_weights(len(ours), seed=self.seed))
        found["readers"][PROFILE]["ratio"] = numbers(ratio) if ratio.n else None
        warm = compared(one.name, data, WARM, base=base, seed=self.seed, max_users=self.max_users)
        found |= {"n_opened": n_opened, "warm": {**warm, "note": KNEW}}
        gain = interval(found["readers"][PROFILE]["gain"])
        if gain.found and gain.value > 0:
            return one, found
        made.discard(one.name)
        reader().renewed(one.name)
        return None, found


def read_by_sentences(data: Dataset) -> str:
    """Name of the sentence encoder that reads ``data``; EncoderError where the texts are in a script it cannot read."""
    name = reader().main(data)
    wanted = reader().choice(data).name
    if name != wanted and wanted not in ("lexical",):
        raise EncoderError(
            f"Most of {data.label} is in a script that {'MiniLM' if wanted == MINILM else wanted} does not read, so "
            "training it here teaches nothing: choose data in English"
        )
    return name


def judged(vectors: Matrix, encoder: Encoder, cut: Split, people: Sequence[Asked], seed: int) -> float:
    """Mean NDCG@10 of text profiles over ``vectors`` (n_items, dim) on ``cut``."""
    space = TextSpace.build(encoder, vectors, encoder.encode)
    profile = TextProfile()
    profile.readers_ = Readers(cut.train, {encoder.name: space})
    profile.popularity_ = shares(cut.train)
    silent = [replace(person, query=replace(person.query, events=_wordless(person))) for person in people]
    return float(np.nanmean(ndcg(profile, silent, cut, seed)))


def _wordless(person: Asked) -> tuple[Any, ...]:
    """What somebody did, without the words they wrote: these would have to be read anew after every epoch."""
    return tuple(replace(event, text="") for event in person.query.events)


def _label(base: str) -> str:
    one = made.find(base)
    return f"{one.label if one else 'MiniLM'} fine-tuned"[:30]


def name_for(data: Dataset) -> str:
    """The name RECSYS_ENCODER gives: training again on the same data replaces the encoder."""
    slug = re.sub(r"[^a-z0-9]+", "-", data.name.lower()).strip("-") or "data"
    return f"tuned-{slug}"[:40].rstrip("-")


def _kept(recipe: FineTune, data: Dataset, base: str, desk: Desk) -> Made:
    """Put the best encoder on the shelf: a folder of the library, and the same as a graph."""
    files = desk.folder / "encoder"
    shutil.rmtree(files, ignore_errors=True)
    shutil.copytree(desk.folder / BEST, files)  # a training that is stopped now still has it
    exported(files, files / FAST)
    digest = hashlib.sha256()
    for path in sorted(files.rglob("*.safetensors")):
        digest.update(path.read_bytes())
    one = Made(
        name=name_for(data),
        label=_label(base),
        line=f"Fine-tuned on who liked what in {data.label}.",
        kind="onnx",
        parent=base,
        version=f"tuned-{digest.hexdigest()[:16]}",
        languages=tuple(sorted(reader().loaded(base).languages & {LATIN})) or (LATIN,),
        dataset=data.name,
        about=asdict(recipe),
    )
    made.keep(one, files)
    reader().renewed(one.name)
    return one


def exported(source: Path, destination: Path) -> None:
    """Write the graph of the sentence-transformers folder ``source``, in a process of its own: tracing takes memory."""
    command = [sys.executable, "-m", "recsys.text.export", str(source), str(destination)]
    try:
        subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True, timeout=EXPORT_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise EncoderError(f"the export took longer than {EXPORT_SECONDS} s and was stopped") from error
    except subprocess.CalledProcessError as error:
        last = (error.stderr or "").strip().splitlines()[-1:] or ["no message"]
        raise EncoderError(f"the export failed: {last[0]}") from error
