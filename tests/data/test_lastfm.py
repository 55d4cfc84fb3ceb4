"""The Last.fm set: written small by the tests with all its traps, and the real one where RECSYS_DATASETS points."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from recsys.columns import Audio, Events, Follows, Items, Table
from recsys.data.loaders.lastfm import load
from recsys.errors import DataError
from recsys.types import Kind

REAL = Path(os.environ.get("RECSYS_DATASETS") or "unset")
needs_data = pytest.mark.skipif(
    "RECSYS_DATASETS" not in os.environ, reason="RECSYS_DATASETS is unset: the real Last.fm folder was NOT checked"
)
SONGS = "artist,song,duration_ms,tempo,energy,valence,acousticness,danceability,instrumentalness\n"


@pytest.fixture
def folder(tmp_path) -> Path:
    """Four artists, four listeners; lines end in CRLF and only two of the tables have a header, as published."""
    folder = tmp_path / "hetrec-lastfm-2k"
    folder.mkdir()
    artists = ["id\tname\turl\tpictureURL", '1\tThe "Kettles"\tu\tp', "2\tNA\tu\tp", "3\tÁsgeir\tu", "4\tQuiet\tu\tp"]
    plays = ["7\t1\t1000", "7\t2\t100", "7\t3\t10", "7\t4\t1", "8\t1\t5", "8\t4\t5", "9\t3\t12"]
    plays += ["10\t1\t90000", "10\t2\t80000", "10\t3\t9000"]
    friends = ["userID\tfriendID", "7\t8", "8\t7", "9\t7"]
    for name, lines in (("artists", artists), ("user_artists", plays), ("user_friends", friends)):
        (folder / f"{name}.dat").write_bytes("".join(f"{line}\r\n" for line in lines).encode())
    texts = {"1": "Whistling pots.", "2": "Nothing at all.", "3": "Singing in Icelandic."}
    (folder / "artist_desc_by_artistID_namematched.json").write_text(json.dumps(texts), encoding="utf-8")
    return folder


@pytest.fixture
def songs(tmp_path) -> Path:
    rows = [
        'the  "KETTLES",a,200000,100,.2,.5,.5,.5,0',
        'The "Kettles",b,100000,140,.4,.5,.5,.5,',
        "Else,c,1,1,1,1,1,1,1",
    ]
    quoted = [row.replace('"KETTLES"', "x").replace("the  x", '"the  ""KETTLES"""') for row in rows]
    quoted = [row.replace('The "Kettles"', '"The ""Kettles"""') for row in quoted]
    path = tmp_path / "songs.csv"
    path.write_text(SONGS + "\n".join(quoted) + "\n", encoding="utf-8")
    return path


def kinds(data, user: str) -> dict[str, str]:
    return {str(event.item_id): str(event.kind) for event in data.history(user)}


def test_quotes_and_names_stay_as_they_are_and_no_header_is_a_listener(folder):
    data = load(folder, text_only=False)
    assert data.items[Items.TITLE].tolist() == ['The "Kettles"', "NA", "Ásgeir", "Quiet"]
    assert data.user_ids == ("10", "7", "8", "9")
    assert data.quality.n_events == 10
    assert data.quality.n_dropped == 0


def test_each_listener_is_measured_by_themselves(folder):
    # log plays of 7 are 3, 2, 1 and 0 times log 10: mean 1.5, standard deviation sqrt(5)/2
    data = load(folder, text_only=False)
    assert kinds(data, "7") == {"1": Kind.FAVOURITE, "2": Kind.LIKE, "3": Kind.VIEW, "4": Kind.VIEW}
    assert kinds(data, "8") == {"1": Kind.LIKE, "4": Kind.LIKE}, "all equal: nothing is below the average"
    assert kinds(data, "9") == {"3": Kind.LIKE}
    assert kinds(data, "10") == {"1": Kind.LIKE, "2": Kind.LIKE, "3": Kind.VIEW}, "9,000 plays are few for this one"


def test_the_order_is_drawn_once_and_says_so(folder):
    first, second = load(folder, text_only=False), load(folder, text_only=False)
    assert first.events.equals(second.events)
    assert first.events[Events.AT].tolist() == list(range(10))
    assert [event.item_id for event in first.history("7")] != ["1", "2", "3", "4"]
    assert "drawn at random" in first.source


def test_only_artists_with_a_description_are_used_and_the_rest_is_counted(folder):
    data = load(folder)
    assert data.item_ids == ("1", "2", "3")
    assert data.quality.dropped_items_without_text == 1
    assert data.quality.dropped_events_on_items_without_text == 2
    assert "Only the 3 of 4 artists with a description" in data.source
    (folder / "artist_desc_by_artistID_namematched.json").unlink()
    assert load(folder).n_items == 4, "without any description nobody is left out"


def test_friends_are_friends_both_ways_and_once(folder):
    table = load(folder).tables[Table.FOLLOWS]
    pairs = list(zip(table[Follows.USER], table[Follows.FOLLOWED], strict=True))
    assert sorted(pairs) == [("7", "8"), ("7", "9"), ("8", "7"), ("9", "7")]
    (folder / "user_friends.dat").unlink()
    assert Table.FOLLOWS not in load(folder).tables


def test_artists_sound_like_the_mean_of_their_songs_whatever_the_capitals(folder, songs):
    items = load(folder, songs=songs).items
    assert items[Audio.TEMPO].iloc[0] == (100 + 140) / 2
    assert items[Audio.DURATION].iloc[0] == 150
    assert items[Audio.INSTRUMENTALNESS].iloc[0] == 0, "a song without a number does not count"
    assert items[list(Audio)].iloc[1:].isna().all(axis=None)
    assert [str(column) for column in items.columns if column not in set(Items)] == [
        *(column for column in items.columns if column in set(Audio))
    ]


@pytest.mark.parametrize(
    ("file", "content", "sentence"),
    [
        ("user_artists.dat", "7\t1\tmany\n", "plays above 0, for user '7' it holds 'many'"),
        ("user_artists.dat", "7\t1\t3\n7\t2\n", "user_artists.dat, line 2: expected userID, artistID, weight"),
        ("artists.dat", b"\xff\xfe", "artists.dat cannot be read as a UTF-8 table with tabs"),
        ("artists.dat", None, "artists.dat cannot be read"),
        ("artist_desc_by_artistID_namematched.json", "{", "is not JSON"),
        ("artist_desc_by_artistID_namematched.json", "[]", "one object of artist id -> text, it is a list"),
    ],
)
def test_a_broken_file_is_named_in_one_sentence(folder, file, content, sentence):
    path = folder / file
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(DataError, match=sentence):
        load(folder)


@pytest.mark.slow
@pytest.mark.data
@needs_data
def test_the_real_set_has_what_it_is_known_for():
    folder = REAL / "hetrec-lastfm-2k"
    data = load(folder, songs=REAL / "spotify" / "songs_normalize.csv", text_only=False)
    assert (data.n_items, data.quality.n_users, data.quality.n_events) == (17_632, 1_892, 92_834)
    assert data.quality.n_dropped == 0
    assert len(data.tables[Table.FOLLOWS]) == 25_434
    assert int(data.items[Audio.TEMPO].notna().sum()) == 480
    described = load(folder)
    assert described.n_items == 2_780
    liked = described.is_like.mean()
    assert np.isclose(liked, 0.43, atol=0.02)
