"""Sound only: one scale for every column, likes that pull by how they sound, and nothing claimed of unknown sounds."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.columns import Audio, Events, Items
from recsys.data import Dataset
from recsys.models import MODELS
from recsys.models.audio import CLIP, AudioProfile, Sounds, standardised
from recsys.models.registry import offered
from recsys.types import Event, Kind, Query

QUIET, LOUD = {"tempo": 70, "energy": 0.2}, {"tempo": 150, "energy": 0.9}


def catalogue(sounds: list[dict[str, object]]) -> Dataset:
    items = pd.DataFrame(sounds)
    items[str(Items.ID)] = items[str(Items.TITLE)] = [f"t{n}" for n in range(len(items))]
    events = pd.DataFrame({str(name): [] for name in Events})
    return Dataset.from_tables("tracks", items, events)


def liked(*item_ids: str, kind: Kind = Kind.LIKE) -> Query:
    return Query(tuple(Event(f"e{n}", kind, float(n), item_id) for n, item_id in enumerate(item_ids)))


@pytest.fixture(scope="module")
def camps() -> Dataset:
    """Ten quiet tracks, ten loud ones, no two alike, and one of unknown sound."""
    quiet = [{"tempo": 70 + n, "energy": 0.2 + n / 100} for n in range(10)]
    loud = [{"tempo": 150 + n, "energy": 0.9 - n / 100} for n in range(10)]
    return catalogue([*quiet, *loud, {"tempo": None, "energy": None}])


@pytest.mark.parametrize(("item_id", "up"), [("t0", slice(0, 10)), ("t12", slice(10, 20))])
def test_a_liked_track_lifts_those_that_sound_like_it(camps, item_id, up):
    scores = AudioProfile().fit(camps).score(liked(item_id))
    away = np.delete(scores[:20], np.arange(20)[up])
    assert scores[up].min() > away.max()
    assert scores[up].min() > 0 > away.max()


def test_a_disliked_track_sinks_them(camps):
    model = AudioProfile().fit(camps)
    scores = model.score(liked("t12", kind=Kind.DISLIKE))
    assert scores[10:20].max() < scores[:10].min()
    np.testing.assert_allclose(scores, -model.score(liked("t12")), atol=1e-6)


def test_the_track_liked_last_counts_most(camps):
    model = AudioProfile(half_life=1.0).fit(camps)
    assert model.score(liked("t12", "t3"))[:10].mean() > model.score(liked("t3", "t12"))[:10].mean()


def test_what_is_not_heard_gets_no_score_and_pulls_nothing(camps):
    model = AudioProfile().fit(camps)
    assert np.flatnonzero(np.isnan(model.score(liked("t0")))).tolist() == [20]
    assert np.isnan(model.score(liked("t20"))).all()
    assert np.isnan(model.score(Query(typed="something loud"))).all(), "words have no sound"
    np.testing.assert_array_equal(model.score(liked("t0", "t20")), model.score(liked("t0", "t20")))
    assert model.contributions(liked("t0", "t20"), np.arange(3)).values.shape == (3, 1)


def test_a_single_missing_value_is_neither_high_nor_low():
    data = catalogue([QUIET, LOUD, {"tempo": 100, "energy": None}, {"tempo": 100, "energy": "loud!"}])
    vectors, known = standardised(data.items)
    energy = list(Audio).index(Audio.ENERGY)
    assert vectors[2:, energy].tolist() == [0, 0]
    assert known.all()


def test_without_any_column_of_sound_nothing_is_scored_and_the_model_is_not_offered(toy):
    assert np.isnan(AudioProfile().fit(toy).score(liked("shoe"))).all()
    assert {"audio", "text_audio"} <= set(MODELS)
    assert not {"audio", "text_audio"} & set(offered(toy))


def test_it_is_offered_where_the_tempo_and_energy_of_tracks_are_known(camps):
    assert {"audio", "text_audio"} <= set(offered(camps))


numbers = st.lists(st.floats(0.01, 1e4, allow_subnormal=False), min_size=2, max_size=12)


@given(values=numbers, factor=st.sampled_from([0.001, 60.0, 1e6]), column=st.sampled_from(list(Audio)))
def test_the_unit_of_a_column_does_not_matter(values, factor, column):
    one, _ = standardised(pd.DataFrame({column: values}))
    other, _ = standardised(pd.DataFrame({column: [value * factor for value in values]}))
    np.testing.assert_allclose(other, one, atol=1e-3)


@given(values=st.lists(st.one_of(st.none(), st.floats()), min_size=1, max_size=12), column=st.sampled_from(list(Audio)))
def test_whatever_a_column_holds_its_scale_is_finite_and_clipped(values, column):
    table = pd.DataFrame({column: pd.Series(values, dtype="float64")})
    vectors, known = standardised(table)
    assert vectors.shape == (len(values), len(Audio))
    assert np.abs(vectors).max() <= CLIP
    assert not vectors[~known].any()


def test_tempo_and_length_are_heard_in_ratios():
    vectors, _ = standardised(pd.DataFrame({Audio.TEMPO: [60, 120, 240], Audio.ENERGY: [0.1, 0.2, 0.4]}))
    tempo, energy = (vectors[:, list(Audio).index(column)] for column in (Audio.TEMPO, Audio.ENERGY))
    assert tempo[1] - tempo[0] == pytest.approx(tempo[2] - tempo[1])
    assert energy[1] - energy[0] == pytest.approx((energy[2] - energy[1]) / 2)


def test_one_outlier_moves_neither_the_centre_nor_the_unit():
    usual = [0.3, 0.4, 0.5, 0.6, 0.7]
    one, _ = standardised(pd.DataFrame({Audio.ENERGY: [*usual, 0.8]}))
    other, _ = standardised(pd.DataFrame({Audio.ENERGY: [*usual, 1e6]}))
    np.testing.assert_allclose(one[:5], other[:5], atol=1e-5)


def test_likeness_is_zero_on_average_and_counted_in_its_spread(camps):
    sounds = Sounds.of(camps)
    alike = sounds.alike(np.arange(20))[:, :20][~np.eye(20, dtype=bool)]
    assert alike.mean() == pytest.approx(0, abs=1e-5)
    assert alike.std() == pytest.approx(1, abs=1e-5)


def test_tracks_that_all_sound_the_same_are_equally_good():
    scores = AudioProfile().fit(catalogue([QUIET] * 4)).score(liked("t0"))
    assert len(set(scores.tolist())) == 1
