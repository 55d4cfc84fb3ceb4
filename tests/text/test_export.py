"""What the graph says is what the library says, whatever follows the pooling; other folders are refused."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest

from recsys.errors import EncoderError
from recsys.text import made
from recsys.text.export import _modules, _step, export
from recsys.text.onnx_encoder import OnnxEncoder
from tests.train import tiny_bert


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    one = tiny_bert.keep(tmp_path_factory.mktemp("tiny") / "files", "tiny-export")
    yield made.folder_of(one.name)
    made.discard(one.name)


@pytest.mark.slow
def test_a_layer_after_the_pooling_is_in_the_graph(tiny, tmp_path):
    import torch
    from sentence_transformers import SentenceTransformer, models

    torch.manual_seed(1)
    model = SentenceTransformer(str(tiny), device="cpu")
    model.append(models.Dense(tiny_bert.DIM, 12, activation_function=torch.nn.Tanh()))
    model.save(str(tmp_path / "st"), create_model_card=False)
    export(tmp_path / "st", tmp_path / "fast")
    texts = ["rain shoes", "a pan for the kitchen and a knife", "wireless headphones"]
    said = OnnxEncoder(tmp_path / "fast", "dense", "1").encode(texts)
    library = SentenceTransformer(str(tmp_path / "st"), device="cpu").encode(texts, normalize_embeddings=True)
    assert said.shape == (3, 12)
    np.testing.assert_allclose(said, library, atol=1e-5)


def test_a_folder_that_computes_something_else_is_refused(tiny, tmp_path):
    shutil.copytree(tiny, tmp_path / "other")
    listed = json.loads((tmp_path / "other" / "modules.json").read_text())
    pooling = tmp_path / "other" / listed[1]["path"] / "config.json"
    pooling.write_text(json.dumps({"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}))
    with pytest.raises(EncoderError, match="mean"):
        _step(tmp_path / "other", listed[1])
    with pytest.raises(EncoderError, match="LSTM"):
        _step(tmp_path / "other", {"type": "sentence_transformers.models.LSTM", "path": "2_LSTM"})
    (tmp_path / "other" / "modules.json").write_text(json.dumps(listed[1:]))
    with pytest.raises(EncoderError, match="Transformer"):
        _modules(tmp_path / "other")


@pytest.mark.parametrize(
    "said", [{"pooling_mode": "mean"}, {"pooling_mode_mean_tokens": True, "pooling_mode_cls_token": False}]
)
def test_the_mean_is_known_in_both_ways_it_is_written(said, tmp_path):
    (tmp_path / "1_Pooling").mkdir()
    (tmp_path / "1_Pooling" / "config.json").write_text(json.dumps(said))
    assert _step(tmp_path, {"type": "sentence_transformers.models.Pooling", "path": "1_Pooling"}) is None


def test_a_folder_without_a_list_of_parts_is_a_transformer(tmp_path):
    assert [one["type"] for one in _modules(tmp_path)] == ["Transformer"]
