"""Similarity of texts: the numbers in the grids, the order they stand in, and the words two texts share."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from recsys.data import Dataset
from recsys.errors import NotFittedError, UnknownIdError
from recsys.explain import similarity
from recsys.models.text_profile import TextProfile
from recsys.text import DICTIONARY, LEXICAL, chinese, reader
from recsys.types import Event, Kind, Query

CHINESE = DICTIONARY if chinese.installed() else LEXICAL
"""Who reads Chinese beside an English reader."""

HISTORY = (
    Event("e1", Kind.LIKE, 1.0, "shoe"),
    Event("e2", Kind.DISLIKE, 2.0, "pan"),
    Event("e3", Kind.REVIEW, 3.0, "jacket", 5.0, "dry on every wet run"),
    Event("e4", Kind.REVIEW, 4.0, "trail", 4.0, "雨天也不打滑的跑鞋"),
)


@pytest.fixture(scope="module")
def profile(toy: Dataset, minilm) -> TextProfile:
    return TextProfile().fit(toy)


def test_pieces_are_the_items_and_words_with_a_weight_oldest_first(profile):
    neutral = Event("e0", Kind.RATING, 0.0, "knife", 3.0)
    gone = Event("e9", Kind.LIKE, 5.0, "no longer sold")
    found = similarity.pieces(profile, Query((neutral, *HISTORY, gone), typed="quiet music"))

    assert [(p.key, p.row is not None) for p in found] == [
        ("e1", True),
        ("e2", True),
        ("e3", True),
        ("e3", False),
        ("e4", True),
        ("e4", False),
        ("typed", False),
    ]
    assert found[1].weight < 0 < found[0].weight
    assert [p.encoder for p in found] == ["minilm"] * 5 + [CHINESE, "minilm"]


def test_every_cell_of_the_taste_grid_is_the_cosine_in_its_rows_own_space(profile, toy):
    grid = similarity.taste_grid(profile, Query(HISTORY, typed="quiet music"), np.arange(toy.n_items))

    assert grid.values.shape == (7, 10)
    assert {line.encoder for line in grid.rows} == {"minilm", CHINESE}
    for line, values in zip(grid.rows, grid.values, strict=True):
        space = reader().space(toy, line.encoder)
        vector = space.items[line.row] if line.row is not None else space.vectors([line.label])[0]
        expected = [np.dot(vector, space.items[column.row]) for column in grid.columns]
        np.testing.assert_allclose(values, expected, atol=1e-6)


def test_an_item_touched_twice_is_one_row_with_both_kinds(profile, toy):
    twice = (Event("a", Kind.CLICK, 1.0, "shoe"), Event("b", Kind.LIKE, 2.0, "pan"), Event("c", Kind.LIKE, 3.0, "shoe"))
    grid = similarity.taste_grid(profile, Query(twice), np.arange(3))

    assert sorted((line.key, line.kind) for line in grid.rows) == [("item:pan", "like"), ("item:shoe", "click + like")]


def test_a_stranger_has_an_empty_grid(profile):
    grid = similarity.taste_grid(profile, Query(), np.arange(3))

    assert grid.is_empty
    assert grid.values.shape == (0, 3)


def test_only_the_newest_pieces_are_rows_and_the_others_are_counted(profile, toy):
    words = tuple(Event(f"w{n}", Kind.WISH, float(n), text=f"wish number {n}") for n in range(35))
    grid = similarity.taste_grid(profile, Query(words), np.arange(3))

    assert len(grid.rows) == similarity.MAX_PIECES
    assert grid.n_older == 5
    assert {line.label for line in grid.rows} == {f"wish number {n}" for n in range(5, 35)}


def test_items_against_items_is_symmetric_with_ones_on_the_diagonal(profile, toy):
    space = profile.readers.spaces["minilm"]
    grid = similarity.item_grid(toy, space, np.arange(toy.n_items))

    np.testing.assert_array_equal(grid.values, grid.values.T)
    np.testing.assert_allclose(np.diag(grid.values), 1, atol=1e-6)
    assert grid.rows == grid.columns
    assert np.abs(grid.values).max() <= 1
    assert not grid.values.flags.writeable
    row, column, cosine = grid.closest
    assert row.key != column.key
    assert cosine == max(v for (r, c), v in np.ndenumerate(grid.values) if r != c)
    assert grid.span == pytest.approx(np.abs(grid.values[~np.eye(10, dtype=bool)]).max())


def test_items_of_one_kind_stand_together(profile, toy):
    grid = similarity.item_grid(toy, profile.readers.spaces["minilm"], np.arange(toy.n_items))
    kinds = [toy.field(line.row, "category") for line in grid.rows]

    assert [kinds[n] for n in range(10) if n == 0 or kinds[n] != kinds[n - 1]].count("Running") == 1
    assert sum(a != b for a, b in zip(kinds, kinds[1:], strict=False)) <= 4


def test_items_without_a_text_are_left_out_and_counted(toy):
    from recsys.text import TextSpace

    raw = np.eye(4, 6, dtype=np.float32)
    raw[2] = 0
    space = TextSpace.build(reader().encoder(LEXICAL, toy), raw, lambda texts: raw[: len(texts)])
    grid = similarity.item_grid(toy, space, np.arange(4))

    assert [line.key for line in grid.rows if line.key == "item:jacket"] == []
    assert len(grid.rows) == 3
    assert grid.n_without_text == 1


@given(arrays(np.float32, st.tuples(st.integers(0, 20), st.integers(1, 8)), elements=st.floats(-1, 1, width=32)))
def test_cluster_order_is_a_permutation_and_always_the_same(matrix):
    order = similarity.cluster_order(matrix)

    assert sorted(order.tolist()) == list(range(len(matrix)))
    np.testing.assert_array_equal(order, similarity.cluster_order(matrix.copy()))


def test_cluster_order_puts_two_planted_blocks_together():
    rng = np.random.default_rng(0)
    block = np.array([0, 1, 1, 0, 1, 0, 0, 1, 1, 0])
    matrix = (np.equal.outer(block, block) + rng.normal(0, 0.1, (10, 10))).astype(np.float32)
    ordered = block[similarity.cluster_order(matrix)]

    assert np.count_nonzero(np.diff(ordered)) == 1


def test_cluster_order_refuses_more_than_it_can_show():
    with pytest.raises(ValueError, match="at most 60 rows .* got 61"):
        similarity.cluster_order(np.zeros((61, 3), dtype=np.float32))


def test_a_pair_shows_the_texts_that_were_read_and_their_cosine(profile, toy):
    grid = similarity.taste_grid(profile, Query(HISTORY), np.arange(toy.n_items))
    chinese = similarity.find(grid.rows, "text:e4")
    english = similarity.find(grid.rows, "text:e3")
    shoe = similarity.find(grid.columns, "item:shoe")
    by_characters, by_meaning = similarity.pair(profile, chinese, shoe), similarity.pair(profile, english, shoe)

    assert (by_characters.left_text, by_characters.right_text) == ("雨天也不打滑的跑鞋", toy.all_texts[0])
    assert by_meaning.right_text == toy.latin_texts[0]
    assert set(by_characters.words) == {"雨天", "不打", "打滑", "跑鞋"}
    assert by_meaning.words == ("wet",)
    assert by_characters.encoder == CHINESE
    column = [line.key for line in grid.columns].index("item:shoe")
    row = [line.key for line in grid.rows].index("text:e4")
    assert by_characters.cosine == pytest.approx(grid.values[row, column], abs=1e-6)


def test_an_item_with_itself_has_cosine_one(profile, toy):
    grid = similarity.item_grid(toy, profile.readers.spaces["minilm"], np.arange(3))

    assert similarity.pair(profile, grid.rows[0], grid.rows[0]).cosine == pytest.approx(1)


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ("Rain shoes, RAIN socks", "socks for the rain", ("rain", "socks")),
        ("the and of", "the and of", ()),
        ("防水的鞋", "一双防水鞋", ("防水",)),
        ("防水shoe", "shoe防水", ("防水", "shoe")),
        ("Straße", "STRASSE", ("strasse",)),
        ("привет мир", "мир", ("мир",)),
        ("", "words", ()),
        ("12 34", "12 34", ()),
    ],
)
def test_shared_words(one, other, shared):
    assert similarity.shared_words(one, other) == shared


def test_shared_words_stop_at_the_limit():
    text = " ".join(f"word{chr(97 + n)}" for n in range(20))

    assert similarity.shared_words(text, text, limit=3) == ("worda", "wordb", "wordc")


@given(st.text(max_size=60), st.text(max_size=60))
def test_shared_words_are_the_same_set_from_either_side(one, other):
    assert set(similarity.shared_words(one, other, 99)) == set(similarity.shared_words(other, one, 99))


def test_what_is_not_there_is_named(profile):
    with pytest.raises(UnknownIdError, match="'item:gone' is not in this picture"):
        similarity.find((), "item:gone")
    with pytest.raises(NotFittedError):
        similarity.pieces(TextProfile(), Query())


def test_columns_of_a_list_keep_its_order_and_carry_their_places(profile, toy):
    rows = np.arange(toy.n_items)[::-1]
    taste = similarity.taste_grid(profile, Query(HISTORY), rows)
    items = similarity.item_grid(toy, reader().space(toy, "minilm"), rows)

    assert [column.place for column in taste.columns] == list(range(1, toy.n_items + 1))
    assert [column.row for column in taste.columns] == rows.tolist()
    assert sorted(line.place for line in items.rows) == list(range(1, toy.n_items + 1))
    assert all(line.row == rows[line.place - 1] for line in items.rows)


def test_blocks_say_what_the_reader_read_one_language_at_a_time(profile, toy):
    line = similarity.taste_grid(profile, Query(HISTORY), np.arange(toy.n_items)).columns[0]
    for encoder in ("minilm", CHINESE, LEXICAL):
        read = similarity.text_of(toy, line, encoder)
        parts = [part for block in similarity.blocks_of(toy, line, encoder) for part in block if part]
        for part in " · ".join(parts).split(" · "):
            assert part in read


@pytest.mark.parametrize(
    ("one", "other", "signs"),
    [("手机快充充电宝", "宝宝防摔学步鞋", ("宝",)), ("雨的鞋", "水的杯", ()), ("abc", "abc", ())],
)
def test_shared_characters_are_chinese_and_mean_something(one, other, signs):
    assert similarity.shared_characters(one, other) == signs
