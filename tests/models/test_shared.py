"""Models that are fitted once per dataset and shared."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from threading import Thread

import numpy as np

from recsys.data import Dataset
from recsys.models.ease import Ease
from recsys.models.popularity import Popularity
from recsys.models.shared import MAX_SHARED, shared

FITS: list[int] = []


@dataclass
class Counting:
    """Notes each of its fits."""

    knob: int = 0

    def fit(self, data):
        FITS.append(self.knob)
        return self

    def score(self, query):
        raise NotImplementedError


def copy_of(data: Dataset) -> Dataset:
    return data.with_events(np.ones(len(data.events), dtype=bool))


def test_the_same_setting_is_fitted_once_and_another_one_again(toy):
    data = copy_of(toy)
    assert shared(Ease(), data) is shared(Ease(), data)
    assert shared(Ease(l2=1.0), data) is not shared(Ease(), data)
    assert isinstance(shared(Popularity(), data), Popularity)


def test_another_dataset_has_its_own(toy):
    assert shared(Popularity(), copy_of(toy)) is not shared(Popularity(), copy_of(toy))


def test_two_threads_get_one_fit(toy):
    data = copy_of(toy)
    FITS.clear()
    threads = [Thread(target=shared, args=(Counting(7), data)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert FITS == [7]


def test_the_ones_unused_longest_go_first(toy):
    data = copy_of(toy)
    FITS.clear()
    for knob in range(MAX_SHARED + 1):
        shared(Counting(knob), data)
    shared(Counting(MAX_SHARED), data)
    assert len(FITS) == MAX_SHARED + 1
    shared(Counting(0), data)
    assert FITS[-1] == 0


def test_what_was_derived_is_not_copied_to_another_process(toy):
    data = copy_of(toy)
    shared(Popularity(), data)
    assert "memo" not in vars(pickle.loads(pickle.dumps(data)))
