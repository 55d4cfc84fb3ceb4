"""Threads of linear algebra: all while something learns, one to answer, whoever finishes first."""

from __future__ import annotations

import os

import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from recsys.ui import cores


def allowed() -> set[int]:
    return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}


@pytest.fixture(autouse=True)
def as_before(monkeypatch):
    monkeypatch.setattr(cores, "_answering", False)
    with threadpool_limits():
        yield


def test_outside_the_app_nothing_is_limited():
    before = allowed()
    with cores.learn_by_all():
        assert allowed() == before
    assert allowed() == before


def test_answers_are_computed_by_one_thread_and_models_learned_by_all():
    cores.answer_by_one()
    assert allowed() == {1}
    with cores.learn_by_all():
        assert allowed() == {os.cpu_count()}
    assert allowed() == {1}


def test_who_finishes_first_leaves_the_threads_to_who_still_learns():
    cores.answer_by_one()
    one, other = cores.learn_by_all(), cores.learn_by_all()
    one.__enter__()
    other.__enter__()
    one.__exit__(None, None, None)
    assert allowed() == {os.cpu_count()}
    other.__exit__(None, None, None)
    assert allowed() == {1}


def test_a_model_that_cannot_be_learned_gives_the_threads_back():
    cores.answer_by_one()
    with pytest.raises(ZeroDivisionError), cores.learn_by_all():
        _ = 1 / 0
    assert allowed() == {1}
