"""Carrying on a playlist: in the manner of the list, from its last track on, and never with what is on it."""

import numpy as np
import pandas as pd
import pytest

from recsys.columns import Audio, Events, Items, Playlists, Table
from recsys.data import Dataset
from recsys.live.playlists import continued, near, playlists

pytestmark = pytest.mark.usefixtures("minilm")
GENRES = ("A quiet piano lullaby for the night", "Loud drums and guitars for a fast run")


@pytest.fixture(scope="module")
def tracks() -> Dataset:
    """Even tracks are lullabies, each a little faster; odd ones loud and fast. Lists name a track that is gone."""
    numbers = range(24)
    items = pd.DataFrame(
        {
            str(Items.ID): [f"t{n:02}" for n in numbers],
            str(Items.TITLE): [f"Track {n}" for n in numbers],
            str(Items.DESCRIPTION): [GENRES[n % 2] for n in numbers],
            str(Audio.TEMPO): [(60 + n, 150 + n)[n % 2] for n in numbers],
            str(Audio.ENERGY): [(0.1 + n / 100, 0.9)[n % 2] for n in numbers],
        }
    )
    rows = [
        ("Night", "2", "t02"),
        ("Night", "10", "t00"),
        ("Night", "1", "t06"),
        ("Gone", "1", "x"),
        ("Day", "1", "t01"),
    ]
    lists = pd.DataFrame(rows, columns=[str(Playlists.NAME), str(Playlists.PLACE), str(Playlists.ITEM)])
    events = pd.DataFrame({str(name): [] for name in Events})
    return Dataset.from_tables("tracks", items, events, tables={Table.PLAYLISTS: lists})


def test_lists_are_read_in_their_places_without_what_is_gone(tracks):
    assert playlists(tracks) == {"Night": ("t06", "t02", "t00"), "Day": ("t01",)}


def test_data_without_playlists_have_none(toy):
    assert playlists(toy) == {}


@pytest.mark.parametrize(("name", "remainder"), [("Night", 0), ("Day", 1)])
def test_a_list_goes_on_in_its_manner_with_nothing_that_is_on_it(tracks, name, remainder):
    given = playlists(tracks)[name]
    found = continued(tracks, given, 6)
    assert len(found) == 6
    assert not set(found.item_ids) & set(given)
    assert {int(item_id[1:]) % 2 for item_id in found.item_ids} == {remainder}


def test_it_goes_on_from_the_last_track_in_small_steps(tracks):
    tempo = dict(zip(tracks.item_ids, tracks.items[Audio.TEMPO], strict=True))
    # The list is mostly of fast lullabies and ends on the slowest: what suits it best is not what comes next.
    found = continued(tracks, ("t22", "t20", "t18", "t16", "t00"), 5)
    steps = [tempo[item_id] for item_id in found.item_ids]
    assert steps == sorted(steps)
    assert found.scores.tolist() != sorted(found.scores, reverse=True)


def test_reasons_are_tracks_of_the_list_and_sum_to_the_score(tracks):
    given = playlists(tracks)["Night"]
    found = continued(tracks, given)
    np.testing.assert_allclose(found.contributions.values.sum(axis=1), found.scores, atol=1e-5)
    assert all(near(found, place) and set(near(found, place)) <= set(given) for place in range(len(found)))
    assert len(near(found, 0, 1)) == 1


def test_an_empty_list_and_one_with_repeats_are_continued_too(tracks):
    assert len(continued(tracks, ())) == 5
    assert near(continued(tracks, ()), 0) == ()
    assert continued(tracks, ("t00", "t00")).item_ids == continued(tracks, ("t00",)).item_ids


def test_a_catalogue_without_sounds_goes_by_its_words(toy):
    assert continued(toy, ("shoe",), 2).item_ids[0] in {"trail", "jacket"}
