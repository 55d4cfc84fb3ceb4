"""Words and sound: the ends of the knob are the two models alone, and in between both are heard."""

import numpy as np
import pytest

from recsys.columns import Audio, Items
from recsys.data import Dataset
from recsys.models.audio import AudioProfile
from recsys.models.fuse import z_scored
from recsys.models.text_audio import WAYS, TextAudio
from recsys.models.text_profile import TextProfile
from recsys.types import Event, Kind, Query

pytestmark = pytest.mark.usefixtures("minilm")
LIKES = Query((Event("1", Kind.LIKE, 1.0, "shoe"), Event("2", Kind.DISLIKE, 2.0, "pot")))
TYPED = Query(LIKES.events, typed="headphones for a train, no shoes")


@pytest.fixture(scope="module")
def tracks(toy) -> Dataset:
    """The toy catalogue, in which what is listed last sounds like the shoe listed first; the tent is not heard."""
    tempo = [100.0, 60, 62, 64, 66, 68, 70, 72, 99, np.nan]
    items = toy.items.assign(**{str(Audio.TEMPO): tempo, str(Audio.ENERGY): [t / 100 for t in tempo]})
    assert items[Items.ID].tolist()[8:] == ["pot", "tent"]
    return Dataset.from_tables("tracks", items, toy.events)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("query", [Query(), LIKES, TYPED], ids=["nothing", "likes", "typed"])
def test_without_sound_it_is_the_text_profile(tracks, way, query):
    alone = TextProfile().fit(tracks).score(query)
    fused = TextAudio(way, sound=0.0).fit(tracks).score(query)
    np.testing.assert_allclose(z_scored(fused), z_scored(alone), atol=1e-4)


def test_with_sound_only_it_is_the_audio_profile_and_what_is_not_heard_is_left_to_nobody(tracks):
    alone = AudioProfile().fit(tracks).score(LIKES)
    fused = TextAudio("late", sound=1.0).fit(tracks).score(LIKES)
    np.testing.assert_allclose(fused, z_scored(alone), atol=1e-5)


@pytest.mark.parametrize("way", WAYS)
def test_more_sound_lifts_what_sounds_alike_over_what_reads_alike(tracks, way):
    likes_shoe = Query(LIKES.events[:1])
    jacket, pot = tracks.row("jacket"), tracks.row("pot")
    gaps = []
    for sound in (0.0, 0.2, 0.5):
        scores = z_scored(TextAudio(way, sound).fit(tracks).score(likes_shoe))
        gaps.append(scores[pot] - scores[jacket])
    assert gaps == sorted(gaps)
    assert gaps[0] < 0 < gaps[-1]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("sound", [0.0, 0.4, 1.0])
def test_parts_sum_to_the_score(tracks, way, sound):
    model, rows = TextAudio(way, sound).fit(tracks), np.arange(9)
    scores = model.score(TYPED)
    reasons = model.contributions(TYPED, rows)
    np.testing.assert_allclose(reasons.values.sum(axis=1), scores[rows], atol=1e-5)
    assert {"1", "2", "typed", "refused"} >= {p.key for p in reasons.parts if p.kind not in ("prior", "model")}


def test_typed_words_keep_their_share_of_the_list_whatever_the_sound(tracks):
    weights = []
    for sound in (0.2, 0.8):
        model = TextAudio("late", sound, typed_share=0.7).fit(tracks)
        found = model.contributions(TYPED, np.arange(9))
        weights.append(np.abs(found.values[:, [p.key for p in found.parts].index("typed")]).sum())
    assert weights[1] > 0.7 * weights[0]


@pytest.mark.parametrize("way", WAYS)
def test_words_work_where_no_track_of_known_sound_was_touched(tracks, way):
    headphones = {tracks.row("over"), tracks.row("buds")}
    scores = TextAudio(way, sound=1.0 if way == "late" else 0.9).fit(tracks).score(Query(typed="wireless earbuds"))
    assert np.isfinite(scores).all()
    assert int(np.argmax(scores)) in headphones


def test_where_the_sound_says_nothing_the_words_have_it_all(tracks):
    tent = Query((Event("1", Kind.LIKE, 1.0, "tent"),))
    fused = TextAudio("late", sound=1.0).fit(tracks).score(tent)
    np.testing.assert_allclose(fused, z_scored(TextProfile().fit(tracks).score(tent)), atol=1e-5)


@pytest.mark.parametrize("way", WAYS)
def test_a_track_that_is_not_heard_is_placed_by_its_words(tracks, way):
    camping = Query((Event("1", Kind.LIKE, 1.0, "tent"),), typed="a tent for the mountains")
    assert int(np.argmax(TextAudio(way, 0.5).fit(tracks).score(camping))) == tracks.row("tent")


def test_a_way_that_does_not_exist_is_named():
    with pytest.raises(ValueError, match="way should be one of late, joined, is now 'sideways'"):
        TextAudio("sideways")
