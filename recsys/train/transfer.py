"""Whether what an encoder learned on one catalogue helps on another: new items and new people, paired by person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from recsys.data import Dataset
from recsys.data import splits as cuts
from recsys.data.splits import split
from recsys.errors import DataError
from recsys.evaluate.config import USUAL_PEOPLE
from recsys.evaluate.lists import asked
from recsys.metrics.significance import mean_interval, paired_difference, relative_gain, resample_weights
from recsys.models import BASELINES, build, shared
from recsys.text import made, reader
from recsys.train.encoder_worth import ndcg
from recsys.train.job import Desk
from recsys.train.worth import numbers

SPLITS = ("cold_items", "cold_users")
"""What somewhere else is asked about: items nobody had touched, and people nobody had seen."""
SCORER = "text_profile"


@dataclass(frozen=True)
class Transfer:
    """Try an encoder that was made here on data it learned nothing from."""

    kind: ClassVar[str] = "transfer"

    encoder: str
    version: str
    """Of the encoder: one made again is another question."""
    seed: int = 0
    max_users: int = USUAL_PEOPLE

    @property
    def title(self) -> str:
        """What a visitor reads."""
        return "Try it on other data"

    def run(self, data: Dataset, desk: Desk) -> Mapping[str, Any]:
        """A row per split in ``rows``, and why a split could not be asked in ``left_out``; JSON.

        EncoderError where there is no such encoder.
        """
        rows, left_out = [], []
        for place, each in enumerate(SPLITS):
            desk.say(place / len(SPLITS), f"{data.label}: {cuts.SPLITS[each].label.lower()}")
            try:
                rows.append(compared(self.encoder, data, each, seed=self.seed, max_users=self.max_users))
            except DataError as error:
                left_out.append(str(error))
        return {"rows": rows, "left_out": left_out}


def transfer(
    name: str,
    data: Dataset,
    splits: Sequence[str] = SPLITS,
    *,
    model: str = SCORER,
    seed: int = 0,
    max_users: int | None = USUAL_PEOPLE,
) -> list[dict[str, Any]]:
    """What the encoder ``name`` is worth on ``data``, beside the one it was made from: one row per split.

    Rows are as :func:`compared` gives them. EncoderError where there is no such encoder, DataError for data too small
    to be cut.
    """
    return [compared(name, data, each, model=model, seed=seed, max_users=max_users) for each in splits]


def compared(
    name: str,
    data: Dataset,
    cut_by: str,
    *,
    base: str = "",
    model: str = SCORER,
    seed: int = 0,
    max_users: int | None = USUAL_PEOPLE,
) -> dict[str, Any]:
    """NDCG@10 of ``model`` on the split ``cut_by`` read by ``name`` and by ``base``, the same people, as JSON.

    ``before``, ``after``, ``gain`` (after minus before), ``ratio`` (the same as a share of before, None without any
    hit), and a row per baseline, each with its 95% interval. ``base`` is what ``name`` was made from unless said.
    """
    reader().loaded(name)  # says what is wrong with it
    one = made.find(name)
    before = base or (one.parent if one else "")
    cut = split(data.read_by(before), cut_by, seed, max_users)
    people = asked(cut)
    scorers = {
        "before": shared(build(model), cut.train),
        "after": shared(build(model), cut.train.read_by(name)),
        **{each: shared(build(each), cut.train) for each in BASELINES},
    }
    values = {key: ndcg(scorer, people, cut, seed) for key, scorer in scorers.items()}
    ratio = relative_gain(values["after"], values["before"], resample_weights(len(people), seed=seed))
    return {
        "dataset": data.label,
        "split": cut_by,
        "n_people": len(people),
        **{key: numbers(mean_interval(found, seed=seed)) for key, found in values.items()},
        "gain": numbers(paired_difference(values["after"], values["before"], seed=seed)),
        "ratio": numbers(ratio) if ratio.n else None,
    }
