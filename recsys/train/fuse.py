"""Fuse encoders: several readers of the same texts, their scores added up or their vectors joined, and what it gives.

Both ways are learned on validation parts cut out of what is in no test part. The test parts are opened once; the fused
encoder is kept only where it is found better than the best single one.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import numpy as np

from recsys.data import Dataset
from recsys.data.splits import SPLITS, Split, split
from recsys.errors import DataError
from recsys.evaluate.config import USUAL_PEOPLE
from recsys.evaluate.lists import Floats, asked
from recsys.metrics import Estimates, Interval, difference_in_words, holm
from recsys.metrics.significance import LEVEL, N_BOOT, mean_interval, resample_weights
from recsys.models import BASELINES, MODELS, build, shared
from recsys.text import ENCODERS, LEXICAL, MINILM, made, reader
from recsys.text.fused import Fusion
from recsys.text.made import Made
from recsys.text.registry import WORDLLAMA
from recsys.train import fuse_learn, sealed
from recsys.train.fuse_learn import AddedUp, Exam, Weights
from recsys.train.job import Desk
from recsys.train.worth import numbers
from recsys.types import Scorer

NEW, LATER = "cold_items", "global_time"
ASKED = (NEW, LATER)
"""Likes of items nobody has touched, and later likes."""
USUAL = (MINILM, WORDLLAMA, LEXICAL)
MOST = 5
"""Encoders that are fused at most."""
LEARNED_FROM, TEXTS = "learned_from", "texts"
"""What a made encoder says in ``about`` that learned from no likes; one that did may know those of the test part."""
SCORES, JOINED = "scores", "joined"
LABELS = {
    SCORES: "Scores added up",
    JOINED: "Vectors joined",
    MINILM: "MiniLM",
    WORDLLAMA: "WordLlama",
    LEXICAL: "Words",
}
N_ROUNDS = 3
"""Times that new items are drawn for validation: one draw of them is too few likes to tell weights apart."""
_LEARNED = "learned.json"


@dataclass(frozen=True)
class Fuse:
    """Learn to fuse these encoders on one dataset, and measure both ways beside each of them alone."""

    kind: ClassVar[str] = "fuse"
    encoders: tuple[tuple[str, str], ...]
    """Name of each, and its version where it was made here."""
    seed: int = 0
    max_users: int = USUAL_PEOPLE

    @classmethod
    def usual(cls, data: Dataset) -> Fuse:
        """The usual encoders, and those made here that know nothing of the likes of ``data``; at most ``MOST``."""
        free = [(one.name, one.version) for one in made.all_made() if one.kind != "fused" and _unspoilt(one, data)]
        return cls((*((name, "") for name in USUAL), *free)[:MOST])

    @property
    def title(self) -> str:
        """What a visitor reads."""
        return "Fuse encoders"

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the encoders."""
        return tuple(name for name, _ in self.encoders)

    def run(self, data: Dataset, desk: Desk) -> Mapping[str, Any]:
        """Learn, test once, and keep the fused encoder if it was found better; plain JSON.

        DataError when fewer than two of the encoders read this catalogue here.
        """
        desk.say(0.02, "Reading the catalogue with every encoder")
        names, left_out = _readable(data, self.names)
        tests = {cut.name: cut for cut in _cuts(data, [(name, self.seed) for name in ASKED], self.max_users)}
        learned = self._learned(data, names, tuple(tests), desk)
        fusion = fuse_learn.fused(data, learned[JOINED], learned["dim"], name_for(data)) if learned[JOINED] else None
        parts, gaps = [], []
        for turn, (name, cut) in enumerate(tests.items()):
            desk.say(0.7 + 0.15 * turn, f"Testing once: {SPLITS[name].label.lower()}")
            n_opened = sealed.opened(data, name, self.seed, "Fusing encoders", f"{desk.folder.name} {name}")
            exam = Exam(cut, asked(cut))
            values = {key: exam.values(scorer) for key, scorer in _rivals(cut.train, names, learned, fusion).items()}
            gaps.append({way: values[way] - values[learned["best"]] for way in (SCORES, JOINED) if way in values})
            parts.append(_part(name, values, n_opened, self.seed))
        _judge(parts, gaps, learned["best"], self.seed)
        kept = ""
        if fusion is not None and better(parts, JOINED):
            kept = _keep(data, fusion, learned, desk)
        about = {"dataset": data.label, "encoders": list(names), "left_out": left_out, "kept": kept}
        return about | learned | {"parts": parts, "verdict": verdict(parts, bool(kept), learned["best"], data.label)}

    def _learned(self, data: Dataset, names: Sequence[str], parts: Sequence[str], desk: Desk) -> dict[str, Any]:
        """What validation says, from the folder where it is known already."""
        file = desk.folder / _LEARNED
        if file.exists():
            return dict(json.loads(file.read_text(encoding="utf-8")))
        learned = _learn(validation(data, parts, self.seed, self.max_users), names, desk)
        part = file.with_suffix(".part")
        part.write_text(json.dumps(learned), encoding="utf-8")
        part.replace(file)
        return learned


def validation(data: Dataset, parts: Sequence[str], seed: int, max_users: int) -> list[Exam]:
    """Exams cut out of the events that are in the test part of none of the splits ``parts``.

    They ask the same questions: new items, drawn ``N_ROUNDS`` times, and later likes.
    """
    learn = np.ones(len(data.events), dtype=bool)
    for name in parts:
        for held in SPLITS[name].hold_out(data, seed):
            learn &= held.learn
    wanted = [(name, seed + 1 + turn) for name in parts for turn in range(N_ROUNDS if name == NEW else 1)]
    return [Exam(cut, asked(cut)) for cut in _cuts(data.with_events(learn), wanted, max_users)]


def better(parts: Sequence[Mapping[str, Any]], way: str) -> bool:
    """Whether ``way`` was found better than the best single encoder in one part at least, and worse in none."""
    gains = [gain for part in parts for gain in part["gains"] if gain["name"] == way and gain["found"]]
    return bool(gains) and all(gain["value"] > 0 for gain in gains)


def verdict(parts: Sequence[Mapping[str, Any]], kept: bool, best: str, label: str) -> str:
    """What came out, in one sentence."""
    alone = f"{label_of(best)} alone"
    if kept:
        return f"On {label} the joined encoder is better than {alone}, the best single one, and is kept."
    if better(parts, SCORES):
        return f"On {label} added scores are better than {alone}, one joined encoder is not: nothing is kept."
    return f"On {label} no way of fusing was found better than {alone}: nothing is kept."


def label_of(name: str) -> str:
    """What a visitor reads for an encoder, a way of fusing or a baseline."""
    if name in LABELS:
        return LABELS[name]
    if name in MODELS:
        return MODELS[name].label
    one = made.find(name) if name not in ENCODERS else None
    return one.label if one else name


def name_for(data: Dataset) -> str:
    """Name on the shelf of the encoder fused for ``data``."""
    return f"fused-{re.sub('[^a-z0-9]+', '-', data.name.lower())}"[:40].strip("-")


def _unspoilt(one: Made, data: Dataset) -> bool:
    return one.dataset != data.name or one.about.get(LEARNED_FROM) == TEXTS


def _readable(data: Dataset, names: Sequence[str]) -> tuple[tuple[str, ...], list[str]]:
    """The encoders that read the items of ``data``, and a sentence on each of the others."""
    able, left_out = [], []
    for name in names:
        chosen = reader().choice(data.read_by(name))
        if chosen.name != name:
            left_out.append(chosen.fallback)
        elif reader().main(data.read_by(name)) != name:
            left_out.append(f"{label_of(name)} does not read the language of these items")
        else:
            able.append(name)
    if len(able) < 2:
        raise DataError(f"Fusing needs two encoders that read {data.label}, here are {len(able)}. {' '.join(left_out)}")
    return tuple(able), left_out


def _cuts(data: Dataset, wanted: Sequence[tuple[str, int]], max_users: int) -> list[Split]:
    """The cuts of these names and seeds that leave anybody to ask; DataError when none does."""
    cuts, reasons = [], []
    for name, seed in wanted:
        try:
            cuts.append(split(data, name, seed, max_users))
        except DataError as error:
            reasons.append(str(error))
    if not cuts:
        raise DataError(reasons[0])
    return cuts


def _learn(exams: Sequence[Exam], names: Sequence[str], desk: Desk) -> dict[str, Any]:
    desk.say(0.1, "Asking each encoder alone")
    alone = {name: fuse_learn.mean_of(exams, partial(fuse_learn.read_by, name=name)) for name in names}
    best = max(names, key=lambda name: alone[name])
    equal = dict.fromkeys(names, 1.0)
    starts = ({name: float(name == best) for name in names}, equal)
    desk.say(0.2, "Weighing their scores")
    sums = _different([*(fuse_learn.weights_of_scores(exams, names, start) for start in starts), equal])
    of_scores = max(sums, key=lambda weights: fuse_learn.mean_of(exams, AddedUp(weights).fit))
    desk.say(0.3, "Weighing their vectors")
    joins = _different([*(fuse_learn.weights_of_vectors(exams, names, start) for start in starts), equal])

    def tell(share: float, trial: fuse_learn.Trial) -> None:
        desk.say(0.4 + 0.3 * share, f"Keeping {trial.dim} axes")
        desk.note(dim=trial.dim, value=trial.value, weights=trial.weights)

    trials = fuse_learn.tried(exams, joins, tell)
    chosen = max(trials, key=lambda trial: (trial.value, -trial.dim), default=None)
    return {
        "best": best,
        "alone": alone,
        SCORES: of_scores,
        JOINED: chosen.weights if chosen else {},
        "dim": chosen.dim if chosen else 0,
        "trials": [{"dim": trial.dim, "value": trial.value, "weights": trial.weights} for trial in trials],
        "n_asked": [len(exam.people) for exam in exams],
    }


def _different(weightings: Sequence[Weights]) -> list[Weights]:
    """Each of ``weightings`` once."""
    return [weights for place, weights in enumerate(weightings) if weights not in weightings[:place]]


def _rivals(
    train: Dataset, names: Sequence[str], learned: Mapping[str, Any], fusion: Fusion | None
) -> dict[str, Scorer]:
    found: dict[str, Scorer] = {name: fuse_learn.read_by(train, name) for name in names}
    found[SCORES] = AddedUp(learned[SCORES]).fit(train)
    if fusion is not None:
        found[JOINED] = fuse_learn.read_as(train, fusion)
    return found | {name: shared(build(name), train) for name in BASELINES}


def _part(name: str, values: Mapping[str, Floats], n_opened: int, seed: int) -> dict[str, Any]:
    kinds = dict.fromkeys((SCORES, JOINED), "fused") | dict.fromkeys(BASELINES, "baseline")
    rows = [
        {"name": key, "label": label_of(key), "kind": kinds.get(key, "single")}
        | numbers(mean_interval(each, seed=seed))
        for key, each in values.items()
    ]
    return {"split": name, "label": SPLITS[name].label, "rows": rows, "n_opened": n_opened, "gains": []}


def _judge(parts: Sequence[dict[str, Any]], gaps: Sequence[Mapping[str, Floats]], best: str, seed: int) -> None:
    """Write into each part what each way gains on the best single encoder, p-values of a way corrected together."""
    for way in gaps[0]:
        made_of = [Estimates.of(gap[way][:, None], resample_weights(len(gap[way]), N_BOOT, seed)) for gap in gaps]
        intervals = [one.intervals()[0] for one in made_of]
        adjusted = holm(np.array([float(one.p_values()[0]) for one in made_of]))
        for part, found, p in zip(parts, intervals, adjusted, strict=True):
            part["gains"].append(_gain(way, best, found, float(p)))


def _gain(way: str, best: str, found: Interval, p: float) -> dict[str, Any]:
    words = difference_in_words(label_of(way), label_of(best), found, p_adjusted=p)
    sure = found.found and p < LEVEL
    return {"name": way, "label": label_of(way)} | numbers(found) | {"found": sure, "p": p, "words": words}


def _keep(data: Dataset, fusion: Fusion, learned: Mapping[str, Any], desk: Desk) -> str:
    files = desk.folder / "encoder"
    shutil.rmtree(files, ignore_errors=True)
    fusion.save(files)
    said = " + ".join(label_of(member) for member in fusion.members)
    about = {
        "members": list(fusion.members),
        "weights": list(fusion.weights),
        "dim": fusion.dim,
        "best": learned["best"],
    }
    one = Made(
        fusion.name,
        f"Fused: {data.label}"[:30],
        f"{said}, joined and reduced to {fusion.dim} numbers.",
        "fused",
        fusion.lead,
        fusion.version,
        tuple(sorted(fusion.languages)),
        data.name,
        about,
    )
    made.keep(one, files)
    reader().renewed(fusion.name)
    return fusion.name
