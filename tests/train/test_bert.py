"""The graph that is written says what the exported one says, and 8 bits say almost that."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from recsys.errors import EncoderError
from recsys.text.export import MODEL_FILE, TOKENIZER_FILE
from recsys.text.minilm import export_folder
from recsys.train.bert import BLOCK, Bert, Form, all_in, in_8_bits, in_blocks
from recsys.train.shrunk import bytes_of, opened

LONG = "A film about a train that is late, and about everybody who waits for it. " * 30
TEXTS = ["quiet headphones", "a tent", LONG, "雨天跑鞋", " ", "Rain jacket for wet runs."]


@pytest.fixture(scope="module")
def bert(minilm) -> Bert:
    return Bert.load(export_folder())


@pytest.fixture
def written(bert, tmp_path):
    def write(forms, small_words=False, encoder=bert):
        encoder.save(tmp_path, forms, small_words=small_words)
        shutil.copyfile(export_folder() / TOKENIZER_FILE, tmp_path / TOKENIZER_FILE)
        return opened(tmp_path, "written")

    return write


def test_with_32_bits_it_says_what_the_exported_graph_says(minilm, written):
    np.testing.assert_allclose(written({}).encode(TEXTS), minilm.encode(TEXTS), atol=2e-6)


def test_blocks_keep_more_than_a_unit_for_everything_in_a_quarter_of_the_bytes(minilm, written, tmp_path):
    full = minilm.encode(TEXTS)
    losses = {}
    for form in (Form.WHOLE, Form.BLOCKS):
        ours = written(all_in(form, 6), small_words=True).encode(TEXTS)
        assert not ours[4].any()
        losses[form] = 1 - (ours * full).sum(axis=1)[[0, 1, 2, 3, 5]].mean()
        assert bytes_of(tmp_path) < 0.3 * bytes_of(export_folder())
    assert losses[Form.BLOCKS] < 0.003
    assert losses[Form.BLOCKS] < losses[Form.WHOLE] / 2 < 0.02


def test_in_blocks_the_texts_beside_one_change_its_vector_no_more_than_rounding_does(written):
    least = {}
    for form in (Form.WHOLE, Form.BLOCKS):
        encoder = written(all_in(form, 6), small_words=True)
        alone = np.concatenate([encoder.encode([text]) for text in TEXTS[:4]])
        least[form] = (encoder.encode(TEXTS)[:4] * alone).sum(axis=1).min()
    assert least[Form.BLOCKS] > 0.9998
    assert least[Form.WHOLE] < 0.998


def test_layers_that_are_left_out_are_not_run(minilm, bert, written):
    halved = bert.with_layers([0, 2, 5])
    assert [layer is bert.layers[n] for layer, n in zip(halved.layers, (0, 2, 5), strict=True)] == [True] * 3
    encoder = written(all_in(Form.BLOCKS, 3), small_words=True, encoder=halved)
    assert (encoder.encode(TEXTS[:2]) * minilm.encode(TEXTS[:2])).sum(axis=1).max() < 0.99


def test_another_graph_is_refused_in_one_sentence(tmp_path):
    import onnx
    from onnx import helper

    graph = helper.make_graph([], "empty", [], [])
    onnx.save(helper.make_model(graph), str(tmp_path / MODEL_FILE))
    with pytest.raises(EncoderError, match="of the kind BERT"):
        Bert.load(tmp_path)
    with pytest.raises(EncoderError, match="choose another encoder"):
        Bert.load(tmp_path / "nowhere")


WEIGHTS = hnp.arrays(
    np.float32,
    hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=2 * BLOCK + 3),
    elements=st.floats(-1000, 1000, width=32),
    fill=st.floats(-1, 1, width=32),
)


@given(WEIGHTS)
def test_8_bits_are_off_by_half_a_unit_at_most(weights):
    numbers, units = in_8_bits(weights, axis=0)
    assert numbers.dtype == np.int8
    assert abs(numbers.astype(int)).max() <= 127
    assert (abs(numbers * units - weights) <= 0.501 * units).all()


@given(WEIGHTS)
def test_every_block_of_a_column_has_a_unit_of_its_own(weights):
    numbers, units = in_blocks(weights)
    n_in, n_out = weights.shape
    assert numbers.shape == (n_out, -(-n_in // BLOCK), BLOCK)
    back = ((numbers.astype(np.float32) - 128) * units[:, :, None]).reshape(n_out, -1)[:, :n_in].T
    for start in range(0, n_in, BLOCK):
        part = weights[start : start + BLOCK]
        assert (abs(back[start : start + BLOCK] - part) <= 0.501 / 127 * abs(part).max(axis=0) + 1e-6).all()
