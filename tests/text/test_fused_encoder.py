"""A fused encoder: the weighted sum of what its members say, reduced; kept on the shelf, read for any catalogue."""

from __future__ import annotations

import pickle
import threading
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.columns import Items
from recsys.data import Dataset
from recsys.errors import EncoderError
from recsys.text import made
from recsys.text.fused import FILE, Fused, Fusion, principal
from recsys.text.made import Made
from recsys.text.space import TextSpace, unit_rows

ALL = 10_000
"""More axes than there are: nothing is left out."""


class Letters:
    """An encoder of counts of letters from a place of the alphabet on: small, and different for each place."""

    languages = frozenset({"latin"})

    def __init__(self, name: str, start: int, dim: int, version: str = "1") -> None:
        self.name, self.start, self.dim, self.version = name, start, dim, f"{name}-{version}"

    def encode(self, texts):
        counts = [[text.lower().count(chr(97 + self.start + n)) for n in range(self.dim)] for text in texts]
        return unit_rows(np.array(counts, dtype=np.float32).reshape(len(texts), self.dim))


TEXTS = ("rain shoe", "trail shoe", "rain jacket", "headphones", "earbuds", "radio", "iron pan", "knife", "pot", "tent")


def spaces(texts=TEXTS, version="1") -> dict[str, TextSpace]:
    found = {}
    for name, start, dim in (("early", 0, 9), ("late", 9, 12)):
        encoder = Letters(name, start, dim, version)
        found[name] = TextSpace.build(encoder, encoder.encode(texts), encoder.encode)
    return found


@given(early=st.floats(0.05, 2), late=st.floats(0.05, 2))
def test_before_the_reduction_alikeness_is_the_weighted_sum_of_the_members(early, late):
    read = spaces()
    fusion = Fusion.fit(read, {"early": early, "late": late}, ALL)
    flat = replace(fusion, mean=np.zeros_like(fusion.mean), axes=np.eye(len(fusion.mean), dtype=np.float32))
    rows = Fused(flat, read).items()
    told = {name: space.items @ space.items.T / space.scale for name, space in read.items()}
    both = all_present(read)
    expected = early * told["early"] + late * told["late"]
    scale = np.sqrt(np.outer(np.diag(expected), np.diag(expected)))
    np.testing.assert_allclose((rows @ rows.T)[both][:, both], (expected / scale)[both][:, both], atol=1e-5)


def all_present(read) -> np.ndarray:
    return np.flatnonzero(np.all([space.items.any(axis=1) for space in read.values()], axis=0))


def test_all_axes_keep_every_angle_and_fewer_lose_some():
    rows = np.random.default_rng(0).normal(size=(40, 12)).astype(np.float32)
    mean, axes = principal(rows, 12)
    np.testing.assert_allclose((rows - mean) @ axes @ axes.T, rows - mean, atol=1e-4)
    lost = [np.linalg.norm((rows - mean) - (rows - mean) @ a @ a.T) for a in (principal(rows, d)[1] for d in (3, 6, 9))]
    assert lost[0] > lost[1] > lost[2] > 1


def test_the_axes_are_those_of_scikit_learn():
    from sklearn.decomposition import PCA

    rows = np.random.default_rng(1).normal(size=(60, 10)).astype(np.float32) * np.arange(1, 11, dtype=np.float32)
    theirs = PCA(4, svd_solver="full").fit(rows)
    mean, axes = principal(rows, 4)
    np.testing.assert_allclose(mean, theirs.mean_, atol=1e-4)
    np.testing.assert_allclose(np.abs(np.sum(axes.T * theirs.components_, axis=1)), np.ones(4), atol=1e-4)


@pytest.mark.parametrize("n_rows", [0, 1, 2])
def test_a_catalogue_of_almost_nothing_has_axes_too(n_rows):
    mean, axes = principal(np.ones((n_rows, 5), dtype=np.float32), 3)
    assert np.isfinite(mean).all()
    assert axes.shape == (5, max(1, n_rows))


def test_rows_are_of_unit_length_and_unread_texts_are_zero():
    fused = Fusion.fit(spaces(), {"early": 1.0, "late": 0.5}, 4).reading(spaces())
    vectors = fused.encode(["rain", "", "123", "a tent"])
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), [1, 0, 0, 1], atol=1e-5)
    np.testing.assert_allclose(fused.encode(list(TEXTS)), fused.items(), atol=1e-5)
    assert (fused.dim, vectors.shape[1]) == (4, 4)


def test_it_reads_the_scripts_that_every_member_reads():
    read = spaces()
    read["late"].encoder.languages = frozenset({"latin", "han"})
    assert Fusion.fit(read, {"early": 1.0, "late": 1.0}, 4).languages == {"latin"}


@pytest.mark.parametrize(
    ("weights", "dim", "said"),
    [
        ({"early": 1.0}, 4, "two encoders or more"),
        ({"early": 1.0, "late": 0.0}, 4, "two"),
        (None, 0, "dim should be 1"),
    ],
)
def test_what_cannot_be_fused_is_said(weights, dim, said):
    with pytest.raises(ValueError, match=said):
        Fusion.fit(spaces(), weights or {"early": 1.0, "late": 1.0}, dim)


def test_the_version_follows_members_weights_and_axes():
    one = Fusion.fit(spaces(), {"early": 1.0, "late": 1.0}, 4)
    others = (
        Fusion.fit(spaces(), {"early": 1.0, "late": 0.9}, 4),
        Fusion.fit(spaces(), {"early": 1.0, "late": 1.0}, 5),
        Fusion.fit(spaces(TEXTS[1:]), {"early": 1.0, "late": 1.0}, 4),
        replace(one, versions=("early-2", "late-1")),
    )
    assert Fusion.fit(spaces(), {"early": 1.0, "late": 1.0}, 4).version == one.version
    assert len({one.version, *(other.version for other in others)}) == 5


def test_on_another_catalogue_the_same_text_has_another_version():
    fusion = Fusion.fit(spaces(), {"early": 1.0, "late": 1.0}, 4)
    assert fusion.reading(spaces()).version != fusion.reading(spaces(TEXTS[2:])).version


def test_a_member_that_changed_is_named():
    fusion = Fusion.fit(spaces(), {"early": 1.0, "late": 1.0}, 4)
    with pytest.raises(EncoderError, match="joins early, late as it was before it changed: fuse it again"):
        fusion.reading(spaces(version="2"))


def test_members_of_other_lengths_are_said_with_both_numbers():
    fusion, read = Fusion.fit(spaces(), {"early": 1.0, "late": 1.0}, 4), spaces()
    short = Letters("late", 9, 5)
    read["late"] = TextSpace.build(short, short.encode(TEXTS), short.encode)
    with pytest.raises(EncoderError, match=r"made for 21 numbers .* give 14 \(early 9, late 5\)"):
        fusion.reading(read)


def test_what_was_saved_is_opened_again(tmp_path):
    fusion = Fusion.fit(spaces(), {"early": 1.0, "late": 0.5}, 4, "both")
    fusion.save(tmp_path)
    again = Fusion.open(tmp_path, "both")
    assert (again.version, again.members, again.weights) == (fusion.version, fusion.members, fusion.weights)
    np.testing.assert_array_equal(again.reading(spaces()).items(), fusion.reading(spaces()).items())
    (tmp_path / FILE).write_bytes((tmp_path / FILE).read_bytes()[:300])
    with pytest.raises(EncoderError, match="fuse it again"):
        Fusion.open(tmp_path)


def test_a_copy_in_another_process_reads_the_same():
    fused = Fusion.fit(spaces(), {"early": 1.0, "late": 0.5}, 4).reading(spaces())
    copy = pickle.loads(pickle.dumps(fused))
    assert copy.version == fused.version
    np.testing.assert_array_equal(copy.encode(["rain coat"]), fused.encode(["rain coat"]))


@pytest.fixture
def on_the_shelf(toy: Dataset, fresh_reader, tmp_path):
    """The reader, with WordLlama and the words of the toy catalogue fused as ``both`` on the shelf."""
    reads = fresh_reader(RECSYS_ENCODER="wordllama", RECSYS_STATE_DIR=str(tmp_path / "state"))
    reads.default()
    weights = {"wordllama": 1.0, "lexical": 0.5}
    fusion = Fusion.fit({name: reads.space(toy, name) for name in weights}, weights, 6, "both")
    fusion.save(tmp_path / "files")
    made.keep(Made("both", "Both", "Two joined.", "fused", "wordllama", fusion.version), tmp_path / "files")
    return reads, fusion


def test_the_shelf_gives_it_to_the_reader_by_name(toy, on_the_shelf):
    reads, fusion = on_the_shelf
    read = toy.read_by("both")
    assert reads.main(read) == "both"
    space = reads.space(read, "both")
    np.testing.assert_allclose(space.encoder.encode(list(toy.latin_texts[:1])) @ space.raw[0], 1, atol=0.2)
    assert reads.encoder("both", read) is space.encoder
    assert space.encoder.version.startswith(fusion.version)
    assert space.raw.shape == (toy.n_items, 6)
    assert reads.route("想要一双跑步的鞋", read) != "both"  # only half of it would read Chinese
    with pytest.raises(EncoderError, match="reads a catalogue only"):
        reads.loaded("both")


def test_on_another_catalogue_the_axes_of_its_words_are_found_anew(toy, on_the_shelf):
    reads, fusion = on_the_shelf
    other = replace(toy, items=toy.items.iloc[:7].reset_index(drop=True), events=toy.events.iloc[:0]).read_by("both")
    assert reads.main(other) == "both"
    encoder = reads.space(other, "both").encoder
    assert encoder.fusion.weights == fusion.weights
    assert encoder.fusion.version != fusion.version
    near = reads.space(other, "both")
    assert near.similarity(near.vectors(["running shoe for the rain"]))[0].argmax() in (0, 1, 2)


def test_a_chinese_catalogue_is_left_to_those_who_read_it(toy, on_the_shelf):
    reads, _ = on_the_shelf
    items = toy.items.assign(
        **{str(Items.TITLE): toy.items["title_zh"], str(Items.DESCRIPTION): toy.items["description_zh"]}
    )
    chinese = replace(toy, items=items.assign(category=items["category_zh"])).read_by("both")
    assert reads.main(chinese) == "dictionary+minilm"
    assert reads.space(chinese, reads.main(chinese)).has_text.all()


def test_a_member_made_again_takes_the_fused_one_along(toy, on_the_shelf):
    reads, _ = on_the_shelf
    read = toy.read_by("both")
    reads.main(read)
    old = reads.space(read, "both")
    reads.renewed("wordllama")
    assert reads.main(read) == "both"
    assert reads.space(read, "both") is not old


def test_an_absent_member_is_said_and_the_words_read(toy, on_the_shelf, tmp_path):
    reads, fusion = on_the_shelf
    replace(fusion, members=("nobody", "lexical")).save(tmp_path / "files")
    made.keep(Made("broken", "B", "Two.", "fused", "nobody", "1"), tmp_path / "files")
    assert reads.main(toy.read_by("broken")) == "lexical"
    assert "'nobody' is not an encoder here" in reads.choice(toy.read_by("broken")).fallback


def test_threads_read_the_same(toy, on_the_shelf):
    reads, _ = on_the_shelf
    read = toy.read_by("both")
    reads.main(read)
    found: list[np.ndarray] = [np.zeros(0)] * 4

    def ask(place: int) -> None:
        space = reads.space(read, "both")
        found[place] = space.vectors([f"a quiet tent {n % 3}" for n in range(20)])

    threads = [threading.Thread(target=ask, args=(place,)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in found[1:]:
        np.testing.assert_array_equal(one, found[0])
