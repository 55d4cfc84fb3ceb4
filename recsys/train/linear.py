"""A linear layer behind a sentence encoder: as a sentence-transformers folder and in its graph of ONNX."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recsys.errors import EncoderError
from recsys.text import MINILM, made, minilm
from recsys.text.export import MODEL_FILE
from recsys.text.made import ABOUT_FILE

FAST = "fast"
_OUTPUT = "sentence_vector"
_MODULES = "modules.json"
_LIBRARY = "sentence_transformers.models"

Floats = NDArray[np.float64]


def folders(encoder: str) -> tuple[Path, Path]:
    """The sentence-transformers folder of ``encoder`` and that of its graph; EncoderError where it has none."""
    if encoder == MINILM:
        return minilm.model_dir(), minilm.export_folder()
    one = made.find(encoder)
    if one is None or one.kind != "onnx" or not (made.folder_of(encoder) / _MODULES).exists():
        raise EncoderError(
            f"{encoder} reads these texts, and a head needs a sentence encoder: choose data in English, or MiniLM"
        )
    return made.folder_of(encoder), made.folder_of(encoder) / FAST


def with_layer(source: Path, graph: Path, weight: Floats, bias: Floats, destination: Path) -> None:
    """Write the encoder of ``source`` and ``graph`` into ``destination``, followed by v ``weight`` + ``bias``.

    ``weight`` is (dim_in, dim_out), ``bias`` (dim_out,); the result has unit rows again. ``destination`` is then an
    ordinary sentence-transformers folder, with the same as a graph in ``fast``. Files that stay as they are share their
    place on disk with the originals where the system lets them.
    """
    destination.mkdir(parents=True, exist_ok=True)
    for path in source.iterdir():
        if path.name in (FAST, ABOUT_FILE, _MODULES):
            continue
        copy = shutil.copytree if path.is_dir() else _linked
        copy(path, destination / path.name)
    _layer_behind(source / _MODULES, weight, bias, destination)
    (destination / FAST).mkdir()
    for path in graph.iterdir():
        if path.name != MODEL_FILE:
            _linked(path, destination / FAST / path.name)
    _graph_behind(graph / MODEL_FILE, weight, bias, destination / FAST / MODEL_FILE)


def _layer_behind(source: Path, weight: Floats, bias: Floats, destination: Path) -> None:
    from safetensors.numpy import save_file

    modules: list[dict[str, Any]] = json.loads(source.read_text(encoding="utf-8"))
    if not modules or not modules[-1]["type"].endswith("Normalize"):
        raise EncoderError(f"{source} should end with Normalize: a head is learned on vectors of unit length")
    number = len(modules)
    for place, kind in enumerate(("Dense", "Normalize"), start=number):
        modules.append({"idx": place, "name": str(place), "path": f"{place}_{kind}", "type": f"{_LIBRARY}.{kind}"})
        (destination / f"{place}_{kind}").mkdir()
    (destination / _MODULES).write_text(json.dumps(modules, indent=2) + "\n", encoding="utf-8")
    about = {
        "in_features": len(weight),
        "out_features": len(bias),
        "bias": True,
        "activation_function": "torch.nn.modules.linear.Identity",
    }
    dense = destination / f"{number}_Dense"
    (dense / "config.json").write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
    tensors = {"linear.weight": np.ascontiguousarray(weight.T, dtype=np.float32), "linear.bias": bias.astype("float32")}
    save_file(tensors, dense / "model.safetensors", metadata={"format": "pt"})


def _graph_behind(source: Path, weight: Floats, bias: Floats, destination: Path) -> None:
    """The weights beside ``source`` stay where they are: the new graph names the same file in its own folder."""
    import onnx
    from onnx import helper, numpy_helper

    model = onnx.load(str(source), load_external_data=False)
    graph, before = model.graph, f"vector_before_{len(model.graph.node)}"
    for node in graph.node:
        for names in (node.input, node.output):
            names[:] = [before if name == _OUTPUT else name for name in names]
    names = [f"{before}_{part}" for part in ("weight", "bias", "moved")]
    graph.initializer.extend(
        numpy_helper.from_array(array.astype(np.float32), name)
        for array, name in zip((weight, bias), names, strict=False)
    )
    graph.node.extend(
        [
            helper.make_node("Gemm", [before, *names[:2]], [names[2]]),
            helper.make_node("LpNormalization", [names[2]], [_OUTPUT], axis=1, p=2),
        ]
    )
    graph.output[0].type.tensor_type.shape.dim[1].dim_value = len(bias)
    onnx.save(model, str(destination))


def _linked(source: Path, destination: Path) -> None:
    try:
        os.link(source.resolve(), destination)
    except OSError:  # another disk, or a system without links
        shutil.copyfile(source, destination)
