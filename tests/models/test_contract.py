"""The contract of a recommender: a model in ``MODELS`` is tested here without a further line."""

from __future__ import annotations

import dataclasses
import pickle
import warnings

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from sessions import queries

from recsys.columns import Audio, Events, Follows, Items, Table
from recsys.data import Dataset, touched_rows
from recsys.errors import NotFittedError, UnknownIdError
from recsys.models import BASELINES, MODELS, build, fit, top_k
from recsys.models.shared import session_knobs, turned
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

IMPERSONAL = {"random", "popularity", "windowed_popularity"}
"""The same list for everybody, or no list at all: nothing to learn from a person."""
BY_STARS = {"mf"}
"""Where all likes are equal there are no stars to tell apart."""
PART_KINDS = {*map(str, Kind), "typed", "prior", "model", "feature"}


@pytest.fixture(scope="module")
def toy(toy) -> Dataset:
    """The toy catalogue with what every model needs: each of its groups sounds like itself, people follow in a ring."""
    groups = toy.items[Items.CATEGORY].factorize()[0]
    sounds = {str(Audio.TEMPO): 90.0 + 10 * groups, str(Audio.ENERGY): 0.2 + 0.2 * groups}
    return Dataset.from_tables("toy", toy.items.assign(**sounds), toy.events, tables=_ring(toy.user_ids, 1))


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
        assert not knob.log or knob.low > 0
        assert not knob.whole or isinstance(knob.default, int)
        assert knob.help.endswith(".")
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
    keys = [part.key for part in reasons.parts]
    assert {key for key in keys if not key.startswith(("model:", "feature:"))} <= known
    assert {part.kind for part in reasons.parts} <= PART_KINDS
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


def test_scoring_and_explaining_change_nothing_in_it(fitted):
    before = pickle.dumps([array for value in vars(fitted).values() for array in _arrays(value)])
    fitted.score(MIXED)
    if isinstance(fitted, Explains):
        fitted.contributions(MIXED, np.arange(4))
    assert pickle.dumps([array for value in vars(fitted).values() for array in _arrays(value)]) == before


def test_a_copy_from_another_process_scores_the_same(fitted):
    np.testing.assert_allclose(pickle.loads(pickle.dumps(fitted)).score(MIXED), fitted.score(MIXED), atol=1e-6)


def test_on_the_checkerboard_it_finds_the_one_square_left(name):
    """Everybody likes all items of their colour but one, which a personal model puts first.

    The toy of the library implicit, where the best item of every person is known without any computation.
    """
    if name in IMPERSONAL | BY_STARS:
        pytest.skip("not personal, or not from likes")
    board = _checkerboard()
    model = fit(name, board)
    for user in range(0, N_SQUARES, 5):
        history = board.history(f"u{user:02}")
        scores = model.score(Query(history))
        assert board.item_ids[top_k(scores, 1, touched_rows(history, board))[0]] == f"i{user:02}"


def test_items_the_catalogue_does_not_know_are_ignored(fitted):
    known = Query(MIXED.events[:1], user_id="ann")
    unknown = Event("x", Kind.LIKE, 9.0, "no such item")
    with_unknown = Query((*MIXED.events[:1], unknown), user_id="ann")
    np.testing.assert_allclose(fitted.score(with_unknown), fitted.score(known), atol=1e-6)
    np.testing.assert_array_equal(fitted.score(Query((unknown,))), fitted.score(Query()))


def test_without_history_it_scores_everything_or_nothing(fitted):
    known = np.isfinite(fitted.score(Query()))
    told = np.isfinite(fitted.score(MIXED))
    assert not known.any() or known[told].all()


def test_a_long_history_of_old_likes_and_new_shrugs_still_gets_scores(fitted):
    old = [Event(f"l{n}", Kind.LIKE, float(n), "shoe") for n in range(3)]
    shrugs = [Event(f"r{n}", Kind.RATING, 10.0 + n, "pan", 3.0) for n in range(2000)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isfinite(fitted.score(Query((*old, *shrugs)))).any()


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
    shuffled = fit(name, Dataset.from_tables("shuffled", items, toy.events, tables=toy.tables))
    for query in (MIXED, Query(), Query(MIXED.events[:1])):
        np.testing.assert_allclose(shuffled.score(query), fitted.score(query)[order], atol=2e-4)


def test_a_catalogue_of_one_item(name, toy):
    assert fit(name, _first(toy, 1)).score(MIXED).shape == (1,)


def test_a_dataset_without_events(name, toy):
    quiet = toy.with_events(np.zeros(len(toy.events), dtype=bool))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        scores = fit(name, quiet).score(MIXED)
    assert scores.shape == (toy.n_items,)
    assert not np.isinf(scores).any()


ODD = {
    "one user": lambda events: events[events[Events.USER] == "ann"],
    "nobody likes anything": lambda events: events.assign(kind="rating", stars=1.0),
    "all ratings equal": lambda events: events.assign(kind="rating", stars=4.0),
    "only one event": lambda events: events.head(1),
    "only views": lambda events: events.assign(kind="view", stars=np.nan),
    "everything at once": lambda events: events.assign(at=0.0),
}


@pytest.mark.parametrize("odd", sorted(ODD))
def test_odd_data_fit_without_a_warning(name, toy, odd):
    data = Dataset.from_tables("odd", toy.items, ODD[odd](toy.events))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = fit(name, data)
        for query in (MIXED, Query(), Query(MIXED.events[:1])):
            scores = model.score(query)
            assert scores.shape == (toy.n_items,)
            assert not np.isinf(scores).any()


def test_every_end_of_every_knob_works(name, toy):
    for knob in MODELS[name].knobs:
        for value in (knob.low, knob.high, *knob.choices):
            if value is not None:
                value = int(value) if knob.whole else value
                scores = fit(name, toy, **{knob.name: value}).score(MIXED)
                assert np.isfinite(scores).any(), (knob.name, value)
                assert not np.isinf(scores).any(), (knob.name, value)


def test_knobs_of_the_query_need_no_new_fit(name, toy):
    at_query = session_knobs(build(name))
    assert at_query <= {knob.name for knob in MODELS[name].knobs}
    for knob in MODELS[name].knobs:
        if knob.name in at_query:
            wanted = build(name, **{knob.name: knob.high})
            np.testing.assert_array_equal(turned(fit(name, toy), wanted).score(MIXED), wanted.fit(toy).score(MIXED))


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
    with pytest.raises(ValueError, match="random has no knob 'volume'; it has none"):
        build("random", volume=11)


def _arrays(value) -> list[np.ndarray]:
    if isinstance(value, np.ndarray):
        return [value]
    if isinstance(value, TextSpace):
        return [value.raw, value.centre, value.items]
    if sp.issparse(value):
        return [value.data, value.indices, value.indptr]
    if isinstance(value, dict):
        return [array for inner in value.values() for array in _arrays(inner)]
    return []


N_SQUARES = 20
SQUARE_TEXTS = ("A trail shoe for muddy runs in the rain", "A cast iron pan for steak and pancakes")


def _checkerboard() -> Dataset:
    """Twenty people and twenty items in two colours; person n likes every item of their colour but item n."""
    squares = range(N_SQUARES)
    items = pd.DataFrame(
        {
            str(Items.ID): [f"i{n:02}" for n in squares],
            str(Items.TITLE): [f"{('Shoe', 'Pan')[n % 2]} number {n}" for n in squares],
            str(Items.DESCRIPTION): [SQUARE_TEXTS[n % 2] for n in squares],
            str(Audio.TEMPO): [(90.0, 140.0)[n % 2] for n in squares],
            str(Audio.ENERGY): [(0.3, 0.8)[n % 2] for n in squares],
        }
    )
    likes = [(f"u{u:02}", f"i{i:02}") for u in squares for i in squares if u % 2 == i % 2 and u != i]
    events = pd.DataFrame(likes, columns=[str(Events.USER), str(Events.ITEM)])
    events = events.assign(kind="like", at=np.arange(len(events), dtype=float), stars=np.nan, text="")
    return Dataset.from_tables("checkerboard", items, events, tables=_ring(tuple(sorted(set(events[Events.USER]))), 2))


def _ring(people: tuple[str, ...], step: int) -> dict[str, pd.DataFrame]:
    """Everybody follows the one who comes ``step`` after them."""
    followed = people[step:] + people[:step]
    return {Table.FOLLOWS: pd.DataFrame({str(Follows.USER): people, str(Follows.FOLLOWED): followed})}


def _first(data: Dataset, n: int) -> Dataset:
    return Dataset.from_tables("smaller", data.items.iloc[:n], data.events)
