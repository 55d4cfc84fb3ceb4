"""The contract of a recommender: a model in ``MODELS`` is tested here without a further line."""

from __future__ import annotations

import dataclasses
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from sessions import queries

from recsys.data import Dataset
from recsys.errors import NotFittedError, UnknownIdError
from recsys.models import BASELINES, MODELS, build, fit
from recsys.text import TextSpace
from recsys.types import Event, Explains, Kind, Query, ReadsText, Scorer

pytestmark = pytest.mark.usefixtures("minilm")
MIXED = Query(
    events=(
        Event("1", Kind.LIKE, 1.0, "shoe"),
        Event("2", Kind.REVIEW, 2.0, "over", 2.0, "声音太小 too quiet"),
        Event("3", Kind.DISLIKE, 3.0, "pan"),
        Event("4", Kind.WISH, 4.0, None, None, "something for the rain"),
    ),
    typed="适合露营",
    user_id="ann",
)


@pytest.fixture(params=sorted(MODELS), scope="module")
def name(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def fitted(name, toy) -> Scorer:
    return fit(name, toy)


def test_it_is_a_dataclass_whose_fields_are_its_knobs(name):
    spec, scorer = MODELS[name], build(name)
    assert isinstance(scorer, Scorer)
    assert spec.name == name
    assert spec.label
    assert spec.line.endswith(".")
    defaults = {field.name: field.default for field in dataclasses.fields(scorer) if field.init}
    for knob in spec.knobs:
        assert defaults[knob.name] == knob.default
        assert knob.low is None or knob.low <= knob.default <= knob.high
    learned = {field.name for field in dataclasses.fields(scorer) if not field.init}
    assert all(field.endswith("_") for field in learned)


def test_fit_returns_the_model_itself(name, toy):
    scorer = build(name)
    assert scorer.fit(toy) is scorer


def test_before_fit_it_says_so(name):
    scorer = build(name)
    with pytest.raises(NotFittedError, match=r"call fit\(data\) first"):
        scorer.score(MIXED)


@limits(max_examples=60)
@given(query=queries())
def test_any_session_gets_one_float32_score_an_item(fitted, toy, query):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        scores = fitted.score(query)
    assert scores.shape == (toy.n_items,)
    assert scores.dtype == np.float32
    assert not np.isinf(scores).any()


@limits(max_examples=60)
@given(query=queries(), seed=st.integers(0, 5))
def test_contributions_sum_to_the_score(fitted, toy, query, seed):
    if not isinstance(fitted, Explains):
        pytest.skip("does not explain itself")
    rows = np.random.default_rng(seed).permutation(toy.n_items)[:7]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        reasons = fitted.contributions(query, rows)
    scores = fitted.score(query)[rows]
    assert reasons.values.shape == (7, len(reasons.parts))
    assert reasons.values.dtype == np.float32
    told = np.isfinite(scores)
    np.testing.assert_allclose(reasons.values.sum(axis=1)[told], scores[told], atol=1e-5)


@limits(max_examples=30)
@given(query=queries())
def test_parts_name_events_of_the_query(fitted, query):
    if not isinstance(fitted, Explains):
        pytest.skip("does not explain itself")
    reasons = fitted.contributions(query, np.arange(3))
    known = {event.event_id for event in query.events} | {"typed", "prior"}
    assert {part.key for part in reasons.parts} <= known
    assert {part.kind for part in reasons.parts} <= set(map(str, Kind)) | {"typed", "prior"}
    assert all(part.label for part in reasons.parts)


def test_the_same_question_gets_the_same_answer(fitted, name, toy):
    first = fitted.score(MIXED)
    expected = first.copy()
    first[:] = 7  # the caller owns what it got
    np.testing.assert_array_equal(fitted.score(MIXED), expected)
    np.testing.assert_array_equal(fit(name, toy).score(MIXED), expected)


def test_inputs_are_never_changed(name, toy):
    items, events = toy.items.copy(), toy.events.copy()
    scorer = fit(name, toy)
    scorer.score(MIXED)
    if isinstance(scorer, Explains):
        scorer.contributions(MIXED, np.arange(toy.n_items))
    assert toy.items.equals(items)
    assert toy.events.equals(events)


def test_learned_arrays_are_frozen(fitted):
    arrays = [array for value in vars(fitted).values() for array in _arrays(value)]
    assert all(not array.flags.writeable for array in arrays)


def test_items_the_catalogue_does_not_know_are_ignored(fitted):
    known = Query(MIXED.events[:1], user_id="ann")
    unknown = Event("x", Kind.LIKE, 9.0, "no such item")
    with_unknown = Query((*MIXED.events[:1], unknown), user_id="ann")
    np.testing.assert_allclose(fitted.score(with_unknown), fitted.score(known), atol=1e-6)
    np.testing.assert_array_equal(fitted.score(Query((unknown,))), fitted.score(Query()))


def test_without_history_it_scores_everything_or_nothing(fitted):
    known = np.isfinite(fitted.score(Query()))
    assert known.all() or not known.any()


def test_a_long_history_of_old_likes_and_new_shrugs_still_gets_scores(fitted):
    old = [Event(f"l{n}", Kind.LIKE, float(n), "shoe") for n in range(3)]
    shrugs = [Event(f"r{n}", Kind.RATING, 10.0 + n, "pan", 3.0) for n in range(2000)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isfinite(fitted.score(Query((*old, *shrugs)))).all()


def test_a_second_fit_forgets_the_first(name, toy):
    smaller = _first(toy, 6)
    scorer = build(name).fit(toy).fit(smaller)
    np.testing.assert_allclose(scorer.score(MIXED), fit(name, smaller).score(MIXED), atol=1e-6)
    assert scorer.score(MIXED).shape == (6,)


def test_shuffling_the_items_shuffles_the_scores(name, fitted, toy):
    if name == "random":
        pytest.skip("its order is of rows, not of items")
    order = np.random.default_rng(3).permutation(toy.n_items)
    items = toy.items.iloc[order].reset_index(drop=True)
    shuffled = fit(name, Dataset.from_tables("shuffled", items, toy.events))
    for query in (MIXED, Query(), Query(MIXED.events[:1])):
        np.testing.assert_allclose(shuffled.score(query), fitted.score(query)[order], atol=2e-4)


def test_a_catalogue_of_one_item(name, toy):
    assert fit(name, _first(toy, 1)).score(MIXED).shape == (1,)


def test_a_dataset_without_events(name, toy):
    quiet = toy.with_events(np.zeros(len(toy.events), dtype=bool))
    assert np.isfinite(fit(name, quiet).score(MIXED)).all()


def test_every_end_of_every_knob_works(name, toy):
    for knob in MODELS[name].knobs:
        for value in (knob.low, knob.high, *knob.choices):
            if value is not None:
                assert np.isfinite(fit(name, toy, **{knob.name: value}).score(MIXED)).all(), (knob.name, value)


@limits(max_examples=30)
@given(query=queries())
def test_the_texts_it_will_read_are_those_of_the_query(fitted, query):
    if not isinstance(fitted, ReadsText):
        pytest.skip("reads nothing")
    written = {event.text for event in query.events} | {query.typed}
    for encoder, texts in fitted.texts(query).items():
        assert encoder in fitted.encoder_names
        assert texts
        assert set(texts) <= written
        assert all(text.strip() for text in texts)


def test_baselines_are_models():
    assert set(BASELINES) <= set(MODELS)


def test_an_unknown_model_names_the_ones_there_are():
    with pytest.raises(UnknownIdError, match=f"choose from {', '.join(MODELS)}"):
        build("oracle")


def test_an_unknown_knob_is_named():
    with pytest.raises(ValueError, match="random has no knob volume"):
        build("random", volume=11)


def _arrays(value) -> list[np.ndarray]:
    if isinstance(value, np.ndarray):
        return [value]
    if isinstance(value, TextSpace):
        return [value.raw, value.centre, value.items]
    if isinstance(value, dict):
        return [array for inner in value.values() for array in _arrays(inner)]
    return []


def _first(data: Dataset, n: int) -> Dataset:
    return Dataset.from_tables("smaller", data.items.iloc[:n], data.events)
