"""Tuning: fair, repeatable, on the best of what was tried, and blind to whatever is held out."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.columns import Evaluation, Events
from recsys.data import Dataset
from recsys.data.splits import cuts
from recsys.errors import DataError, UnknownIdError
from recsys.evaluate import tune
from recsys.evaluate.lists import metric_values
from recsys.evaluate.tune import Search, share_of, tuned, validation, value_at
from recsys.models import MODELS, build
from recsys.models.ease import Ease
from recsys.models.item_item import SESSION_KNOBS
from recsys.types import Knob, Spec, Vector
from tests.evaluate import spies
from tests.evaluate.spies import SEEN, Spy
from tests.evaluate.town import town

SPY_KNOBS = (
    Knob("wisdom", "Wisdom", "", 0.0, 0.0, 1.0),
    Knob("mood", "Mood", "", "calm", choices=("calm", "wild")),
)


@dataclass
class Moody(Spy):
    """Ranks by popularity when it is wise, and backwards when it is not."""

    wisdom: float = 0.0
    mood: str = "calm"

    def ranked(self, data: Dataset) -> Vector:
        return super().ranked(data) * (1 if self.wisdom > 0.5 else -1)


@pytest.fixture
def spy(monkeypatch):
    spies.register(monkeypatch, Moody, SPY_KNOBS)


def pairs(data: Dataset) -> set[tuple[str, str]]:
    return set(zip(data.events[Events.USER], data.events[Events.ITEM], strict=True))


def walk(name: str, budget: int, seed: int = 0, fixed=(), value=lambda knobs: 0.0) -> list[dict]:
    """The settings a search tries when a setting is worth ``value``."""
    search = Search(name, budget, seed, fixed)
    while (knobs := search.next()) is not None:
        search.tell(value(knobs))
    return search.tries


@pytest.mark.parametrize("name", [name for name in MODELS if MODELS[name].knobs])
def test_every_model_gets_the_same_number_of_settings_its_defaults_first(name):
    tried = walk(name, 9)
    assert len(tried) == 9
    assert tried[0] == {knob.name: knob.default for knob in MODELS[name].knobs}
    assert all(list(one) == list(tried[0]) for one in tried)
    assert all(one not in tried[:n] for n, one in enumerate(tried))
    for knob in MODELS[name].knobs:
        values = [one[knob.name] for one in tried[1:]]
        assert all(v in knob.choices if knob.choices else knob.low <= v <= knob.high for v in values)
    build(name, **tried[-1])


def test_a_model_without_knobs_has_one_setting():
    assert walk("popularity", 9) == [{}]


def test_settings_that_come_twice_are_tried_once(monkeypatch):
    knob = Knob("mood", "", "", "calm", choices=("calm", "wild"))
    monkeypatch.setitem(MODELS, "moody", Spec("moody", "", "", Moody, (knob,)))
    assert walk("moody", 20) == [{"mood": "calm"}, {"mood": "wild"}]


def test_the_seed_draws_the_settings_and_never_the_default():
    assert walk("ease", 6) == walk("ease", 6)
    first, other = walk("ease", 6), walk("ease", 6, seed=1)
    assert first[0] == other[0]
    assert first[1:] != other[1:]


def test_the_search_can_start_elsewhere():
    search = Search("ease", 4, start={"half_life": 1000.0})
    assert search.next()["half_life"] == 1000.0
    with pytest.raises(ValueError, match="ease has no knob 'charm'"):
        Search("ease", 4, start={"charm": 1.0})


def test_fixed_knobs_stay_as_they_are():
    tried = walk("ease", 8, fixed=("l2", "prior"))
    free = ("dropout", "half_life", "dislike_strength", "join")
    assert len({tuple(one[name] for name in free) for one in tried}) == 8
    assert {(one["l2"], one["prior"]) for one in tried} == {(tried[0]["l2"], tried[0]["prior"])}
    with pytest.raises(ValueError, match="ease has no knob 'charm'"):
        walk("ease", 8, fixed=("charm",))


def test_a_logarithmic_knob_is_searched_evenly_by_its_logarithm():
    others = [knob.name for knob in MODELS["ease"].knobs if knob.name != "l2"]
    knob = next(knob for knob in MODELS["ease"].knobs if knob.name == "l2")
    tried = walk("ease", 129, fixed=others)[1:64]
    below = sum(one["l2"] < (knob.low * knob.high) ** 0.5 for one in tried)
    assert 29 <= below <= 34


def test_each_step_starts_from_the_best_so_far_and_most_knobs_stay():
    worth = {}
    rng = np.random.default_rng(0)

    def value(knobs):
        return worth.setdefault(json.dumps(knobs), float(rng.random()))

    tried = walk("ease", 40, value=value)
    values = [value(knobs) for knobs in tried]
    n_moved = []
    for n in range(1, 40):
        best = tried[int(np.argmax(values[:n]))]
        n_moved.append(sum(tried[n][name] != best[name] for name in best))
    assert min(n_moved) >= 1
    assert 1.5 < np.mean(n_moved) < 3.5


def test_the_second_half_of_the_budget_stays_near_the_best():
    others = [knob.name for knob in MODELS["ease"].knobs if knob.name != "dropout"]
    knob = next(knob for knob in MODELS["ease"].knobs if knob.name == "dropout")
    tried = [one["dropout"] for one in walk("ease", 60, fixed=others, value=lambda knobs: -knobs["dropout"])]
    assert max(tried[1:30]) > 0.8 * knob.high
    assert max(tried[30:]) <= 0.51 * knob.high


def test_a_search_finds_a_setting_near_the_best_there_is():
    target = {"l2": 30.0, "dropout": 0.6, "half_life": 300.0, "dislike_strength": 0.3, "prior": 0.1}
    knobs = {knob.name: knob for knob in MODELS["ease"].knobs}

    def loss(setting):
        return -sum((share_of(knobs[n], setting[n]) - share_of(knobs[n], target[n])) ** 2 for n in target)

    for seed in range(3):
        tried = walk("ease", 40, seed=seed, value=loss)
        assert max(map(loss, tried)) > loss(tried[0]) / 4


@given(st.floats(0, 1, exclude_max=True), st.booleans())
def test_a_value_knows_its_place_in_the_range(share, log):
    knob = Knob("n", "", "", 1.0, 1.0, 500.0, log=log)
    assert share_of(knob, value_at(knob, share)) == pytest.approx(share, abs=1e-3)
    choice = Knob("c", "", "", "a", choices=("a", "b", "c"))
    assert value_at(choice, share_of(choice, "b")) == "b"


@given(
    st.floats(0, 1, exclude_max=True),
    st.floats(0.001, 10),
    st.floats(1, 1000),
    st.booleans(),
)
def test_searched_values_stay_within_the_range_and_rise_with_the_share(share, low, width, log):
    knob = Knob("n", "", "", low, low, low + width, log=log)
    assert low <= value_at(knob, share) <= low + width
    assert value_at(knob, share / 2) <= value_at(knob, share)


@given(st.floats(0, 1, exclude_max=True), st.integers(1, 9), st.integers(0, 90), st.booleans())
def test_whole_knobs_get_whole_numbers_of_their_range(share, low, width, log):
    value = value_at(Knob("n", "", "", low, low, low + width, log=log, whole=True), share)
    assert isinstance(value, int)
    assert low <= value <= low + width


def test_whole_numbers_and_choices_are_equally_likely():
    shares = (np.arange(300) + 0.5) / 300
    whole = Knob("n", "", "", 1, 1, 3, whole=True)
    choice = Knob("c", "", "", "a", choices=("a", "b", "c"))
    assert np.unique([value_at(whole, u) for u in shares], return_counts=True)[1].tolist() == [100, 100, 100]
    assert np.unique([value_at(choice, u) for u in shares], return_counts=True)[1].tolist() == [100, 100, 100]


@pytest.mark.usefixtures("spy")
def test_the_best_setting_is_kept_and_of_equal_ones_the_earlier(shop):
    found = tuned("spy", shop, split="random", budget=8, max_users=40)
    values = found.trials[Evaluation.VALUE]
    wise = [n for n, knobs in enumerate(found.trials[Evaluation.KNOBS]) if json.loads(knobs)["wisdom"] > 0.5]
    assert values.iloc[wise].nunique() == 1
    assert len(wise) > 1
    assert values.max() == values.iloc[wise[0]] > values.iloc[0]
    assert found.knobs == json.loads(found.trials[Evaluation.KNOBS].iloc[wise[0]])
    assert list(found.trials.columns) == ["model", "trial", "knobs", "value"]
    assert found.n_users == 40


@pytest.mark.usefixtures("spy")
@pytest.mark.parametrize("split", ["global_time", "random", "cold_users"])
def test_nothing_held_out_is_learned_from_or_shown(shop, split):
    outer = cuts(shop, split)[0]
    tuned("spy", outer.train, split=split, budget=2, max_users=30)
    held_out = {(user, shop.item_ids[row]) for user, rows in outer.test.items() for row in rows}
    inner, _ = validation(outer.train, split, 0, 30)
    checked = {(user, shop.item_ids[row]) for user, rows in inner.test.items() for row in rows}
    assert len(SEEN) == 2
    assert checked
    for learned, asked in SEEN:
        shown = {(q.user_id, event.item_id) for q in asked for event in q.events}
        assert not (pairs(learned) | shown) & (held_out | checked)
        assert not checked & held_out


def test_a_poisoned_test_part_changes_nothing(shop):
    clean = cuts(shop, "global_time")[0]
    late = shop.events[Events.AT] > clean.train.events[Events.AT].max()
    poison = shop.events.copy()
    poison.loc[late, Events.ITEM] = shop.item_ids[0]
    poison.loc[late, Events.KIND] = "favourite"
    dirty = cuts(replace(shop, events=poison), "global_time")[0]
    assert {int(row) for rows in dirty.test.values() for row in rows} == {0}
    one, other = (tuned("ease", c.train, split="global_time", budget=4, max_users=40) for c in (clean, dirty))
    assert one.knobs == other.knobs
    assert one.trials.equals(other.trials)


def test_values_are_those_of_models_built_with_the_setting(shop):
    found = tuned("ease", shop, split="random", budget=3, max_users=30, seed=5)
    cut, people = validation(shop, "random", 5, 30)
    for knobs, value in zip(found.trials[Evaluation.KNOBS], found.trials[Evaluation.VALUE], strict=True):
        fitted = build("ease", **json.loads(knobs)).fit(cut.train)
        assert value == metric_values(fitted, people, cut, ("ndcg",), 10, seed=5).mean()


def test_knobs_of_the_session_need_no_second_fit(shop, monkeypatch):
    fits: list[Ease] = []
    learn = Ease.learn
    monkeypatch.setattr(Ease, "learn", lambda self, data: fits.append(self) or learn(self, data))
    found = tuned("ease", shop, split="random", budget=5, max_users=30, fixed=("l2", "dropout"))
    assert len(fits) == 1
    assert (fits[0].half_life, fits[0].prior) == (SESSION_KNOBS[0].default, SESSION_KNOBS[2].default)
    cut, people = validation(shop, "random", 0, 30)
    for knobs, value in zip(found.trials[Evaluation.KNOBS], found.trials[Evaluation.VALUE], strict=True):
        assert (
            value == metric_values(build("ease", **json.loads(knobs)).fit(cut.train), people, cut, ("ndcg",), 10).mean()
        )
    fits.clear()
    tuned("ease", shop, split="random", budget=5, max_users=30)
    assert len(fits) == 5


def test_models_that_were_only_tried_are_not_kept(shop):
    data = shop.with_events(np.ones(len(shop.events), dtype=bool))
    tuned("ease", data, split="random", budget=4, max_users=20)
    cut, _ = validation(data, "random", 0, 20)
    assert [type(model).__name__ for model in cut.train.memo["models"].values()] == ["Popularity"]


def test_all_models_are_judged_on_one_cut(shop):
    assert validation(shop, "random", 0, 20)[0] is validation(shop, "random", 0, 20)[0]
    assert validation(shop, "random", 1, 20)[0] is not validation(shop, "random", 0, 20)[0]
    outer = cuts(shop, "random", 0, 20)[0]
    assert list(validation(shop, "random", 0, 20)[0].test) != list(outer.test)


def test_the_same_question_gives_the_same_answer(shop):
    again = replace(shop)
    one = tuned("ease", shop, split="random", budget=4, max_users=30, seed=3)
    other = tuned("ease", again, split="random", budget=4, max_users=30, seed=3)
    assert one.trials.equals(other.trials)
    assert one.knobs == other.knobs


def test_progress_runs_to_one(shop):
    told: list[tuple[float, str]] = []
    tuned("ease", shop, split="random", budget=3, max_users=20, progress=lambda *news: told.append(news))
    shares = [share for share, _ in told]
    assert shares == pytest.approx([0, 1 / 3, 2 / 3, 1])
    assert told[0][1] == "EASE: setting 1 of 3"


def test_nothing_to_measure_leaves_the_defaults(shop, monkeypatch):
    monkeypatch.setattr(tune, "metric_values", lambda scorer, people, *_, **__: np.full((len(people), 1), np.nan))
    found = tuned("ease", shop, split="random", budget=3, max_users=20)
    assert found.knobs == Search("ease", 1).next()
    assert found.trials[Evaluation.VALUE].isna().all()


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"budget": 0}, ValueError, "at least 1 setting, is now 0"),
        ({"metric": "novelty"}, ValueError, "novelty does not say how well lists hit; choose from ndcg"),
        ({"metric": "charm"}, UnknownIdError, "no metric 'charm'"),
        ({"split": "charm"}, UnknownIdError, "no split 'charm'"),
        ({"name": "charm"}, UnknownIdError, "no model 'charm'"),
    ],
)
def test_bad_questions_get_one_sentence(shop, change, error, words):
    question = {"name": "ease", "data": shop, "split": "random", "budget": 2} | change
    with pytest.raises(error, match=words):
        tuned(**question)


def test_too_little_data_is_said_in_one_sentence(toy):
    with pytest.raises(DataError, match="no setting can be tried out on the training part"):
        tuned("ease", toy.with_events(np.arange(len(toy.events)) < 2), split="global_time", budget=2)


def test_knobs_of_typed_words_stay_where_nobody_typed():
    found = tuned("text_profile", town(), split="random", budget=12, seed=1)
    defaults = {knob.name: knob.default for knob in MODELS["text_profile"].knobs}
    assert any(json.loads(knobs)["typed_share"] != defaults["typed_share"] for knobs in found.trials["knobs"])
    assert found.knobs["typed_share"] == defaults["typed_share"]
