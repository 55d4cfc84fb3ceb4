"""A sentence encoder small enough to make in a test: a vector per word, their mean, unit length, as a graph of ONNX."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, pre_tokenizers

from recsys.text import made
from recsys.text.made import Made


def shelved(words: dict[str, np.ndarray], folder: Path, name: str = "tiny") -> Made:
    """Put the encoder of ``words`` on the shelf; ``folder`` is where its files are made."""
    fast = folder / "fast"
    fast.mkdir(parents=True)
    _graph(np.stack(list(words.values())).astype(np.float32), fast / "model.onnx")
    tokenizer = Tokenizer(
        models.WordLevel({word: place for place, word in enumerate(words)}, unk_token=next(iter(words)))
    )
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.save(str(fast / "tokenizer.json"))
    modules = [{"idx": 0, "name": "0", "path": "0_Normalize", "type": "sentence_transformers.models.Normalize"}]
    (folder / "modules.json").write_text(json.dumps(modules))
    one = Made(name, "Tiny", "Made for a test.", "onnx", "", f"{name}-1", languages=("latin",))
    made.keep(one, folder)
    return one


def _graph(vectors: np.ndarray, path: Path) -> None:
    axes = numpy_helper.from_array(np.array([1], dtype=np.int64), "axes")
    last = numpy_helper.from_array(np.array([-1], dtype=np.int64), "last")
    nodes = [
        helper.make_node("Gather", ["words", "input_ids"], ["tokens"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "last"], ["wide"]),
        helper.make_node("Mul", ["tokens", "wide"], ["read"]),
        helper.make_node("ReduceSum", ["read", "axes"], ["sum"], keepdims=0),
        helper.make_node("LpNormalization", ["sum"], ["sentence_vector"], axis=1, p=2),
    ]
    shape = ["batch", "length"]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name in ("input_ids", "attention_mask")],
        [helper.make_tensor_value_info("sentence_vector", TensorProto.FLOAT, ["batch", vectors.shape[1]])],
        [numpy_helper.from_array(vectors, "words"), axes, last],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    onnx.save(model, str(path))
