"""Music: what the sound of a track adds to its words, on real artists and on simulated tracks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.report_tables import MAIN
from benchmarks.scenarios_figures import Figures, compared, ndcg_of, public
from recsys.columns import Audio
from recsys.data import Dataset, catalogue
from recsys.data.splits import split
from recsys.evaluate.lists import asked
from recsys.models import build, shared

LISTENERS, SAMPLE = "lastfm-2k", "music"
MODELS = ("text_profile", "audio", "text_audio", "popularity", "random")
SHUFFLED = "text_audio (sounds shuffled)"
N_SHUFFLES = 3


def sound() -> Figures:
    """NDCG@10 of words, sounds and both, and of both where every sound is another item's."""
    listeners = public(LISTENERS, "what sounds add for real listeners is")
    figures = dict(_measured(catalogue.load(SAMPLE)))
    if listeners is not None:
        figures |= _measured(_audible(listeners))
    return figures


def _audible(data: Dataset) -> Dataset:
    """Only the items whose sound is known."""
    known = data.items[Audio.TEMPO].notna()
    return Dataset.from_tables("lastfm-2k x spotify", data.items[known].reset_index(drop=True), data.events)


def _measured(data: Dataset) -> Figures:
    cut = split(data, "random")
    people, key = asked(cut), f"sound/{data.name}"
    values = {name: ndcg_of(shared(build(name), cut.train), people, cut) for name in MODELS}
    controls = [ndcg_of(build("text_audio").fit(_shuffled(cut.train, seed)), people, cut) for seed in range(N_SHUFFLES)]
    values[SHUFFLED] = {MAIN: np.mean([one[MAIN] for one in controls], axis=0)}
    pairs = [("audio", "text_profile"), ("text_audio", "text_profile"), (SHUFFLED, "text_profile")]
    return {**compared(key, values, [*pairs, ("text_audio", SHUFFLED)]), f"{key}/n_items": data.n_items}


def _shuffled(data: Dataset, seed: int) -> Dataset:
    """The same items, their sounds dealt anew among them."""
    columns = [str(column) for column in Audio]
    order = np.random.default_rng(seed).permutation(data.n_items)
    sounds = data.items[columns].iloc[order].set_axis(data.items.index)
    return replace(data, items=data.items.assign(**{column: sounds[column] for column in columns}))
