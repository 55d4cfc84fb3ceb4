"""A BERT sentence encoder as numbers: read out of its exported graph, and written as a graph of fewer, larger steps.

Layers can be left out and matrices stored in 8 bits on the way; nothing here needs torch. The graphs are for ONNX
Runtime: their steps are its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from recsys.errors import EncoderError
from recsys.text.export import MODEL_FILE
from recsys.types import Matrix, Vector

OPSET, IR_VERSION = 20, 10
RUNTIME_OPS = "com.microsoft"
BLOCK = 128
"""Weights, and numbers of a token, that share a unit in the form BLOCKS."""
_LEAST_NORM = 1e-12
_HIDDEN = -10_000.0
"""Added where a token of the padding would be looked at."""


class Form(StrEnum):
    """How a matrix is multiplied."""

    FULL = "full"
    """With 32 bits."""
    WHOLE = "whole"
    """With 8 bits; one unit per column of the matrix, and one for all tokens of all texts that are read together: what
    is said of a text depends on the others beside it, to a cosine of .96 where they differ much in length."""
    BLOCKS = "blocks"
    """With 8 bits; a unit for every ``BLOCK`` numbers, of a column and of a token: the texts beside one change only the
    rounding of its vector."""


@dataclass(frozen=True, eq=False)
class Linear:
    """``x @ weight + bias``."""

    weight: Matrix
    """(n_in, n_out) float32."""
    bias: Vector
    """(n_out,) float32."""


@dataclass(frozen=True, eq=False)
class Layer:
    """One layer of attention and feed-forward network."""

    qkv: Linear
    """Query, key and value beside each other: (d, 3 d)."""
    out: Linear
    up: Linear
    down: Linear
    norms: tuple[Linear, Linear]
    """Scale (d, 1) and bias (d,) after the attention, and after the network."""


MATRICES = ("qkv", "out", "up", "down")
"""The products of a layer, in order."""


@dataclass(frozen=True, eq=False)
class Bert:
    """The weights of a sentence encoder with mean pooling and unit vectors."""

    words: Matrix
    """(n_words, d) float32."""
    places: Matrix
    """(n_places, d) by position of a token, with the part of the only text of a pair added."""
    norm: Linear
    layers: tuple[Layer, ...]
    n_heads: int
    epsilon: float

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read the graph that ``recsys.text.export`` wrote into ``folder``; EncoderError where it is another one."""
        import onnx

        try:
            graph = onnx.load(str(folder / MODEL_FILE), load_external_data=False).graph
            return cls._of(_Exported(graph, folder))
        except (OSError, ValueError, LookupError, TypeError) as error:
            raise EncoderError(
                f"{folder} should hold an encoder of the kind BERT as exported by this app, and does not ({error}): "
                "choose another encoder"
            ) from error

    @classmethod
    def _of(cls, graph: _Exported) -> Self:
        products, norms = list(graph.products()), list(graph.norms())
        n_layers, rest = divmod(len(products), 6)
        if rest or len(norms) != 2 * n_layers + 1:
            raise ValueError(f"{len(products)} products and {len(norms)} norms make no layers")
        layers = []
        for n in range(n_layers):
            query, key, value, out, up, down = products[6 * n : 6 * n + 6]
            after = norms[2 * n + 1], norms[2 * n + 2]
            layers.append(Layer(_beside(query, key, value), out, up, down, after))
        tables = graph.tables()
        return cls(
            tables["word"],
            tables["position"] + tables["token_type"][:1],
            norms[0],
            tuple(layers),
            graph.n_heads(tables["word"].shape[1]),
            graph.epsilon(),
        )

    @property
    def dim(self) -> int:
        """Numbers of a sentence vector."""
        return int(self.words.shape[1])

    def with_layers(self, kept: Sequence[int]) -> Bert:
        """The same encoder with only the layers ``kept``, in their order."""
        return replace(self, layers=tuple(self.layers[n] for n in kept))

    def save(self, folder: Path, forms: Mapping[tuple[int, str], Form], *, small_words: bool = False) -> None:
        """Write ``model.onnx`` into ``folder``, which maps what the exported graph maps.

        ``forms`` says how the product of a layer is taken, by the layer's number and its name in MATRICES; FULL for
        those it does not name. With ``small_words`` every word's vector is stored in 8 bits, with a unit of its own.
        """
        import onnx

        graph = _Graph()
        read = graph.embedded(self, small_words)
        mask = graph.add("Cast", "attention_mask", to=onnx.TensorProto.INT32)
        for n, layer in enumerate(self.layers):
            form = {name: forms.get((n, name), Form.FULL) for name in MATRICES}
            read = graph.layer(self, layer, read, mask, form)
        graph.pooled(read)
        folder.mkdir(parents=True, exist_ok=True)
        onnx.save(graph.model(self.dim), str(folder / MODEL_FILE))


def all_in(form: Form, n_layers: int) -> dict[tuple[int, str], Form]:
    """Every product of ``n_layers`` layers in one form."""
    return {(n, name): form for n in range(n_layers) for name in MATRICES}


class _Exported:
    """Finds the weights of BERT in an exported graph: by their place in it, as most have no names."""

    def __init__(self, graph: Any, folder: Path) -> None:
        self.nodes = graph.node
        self.arrays = {one.name: _stored(one, folder) for one in graph.initializer}

    def products(self) -> Iterator[Linear]:
        """Every product with a stored matrix, in order."""
        added = {name: node for node in self.nodes if node.op_type == "Add" for name in node.input}
        for node in self.nodes:
            weight = self.arrays.get(node.input[1]) if node.op_type == "MatMul" else None
            if weight is None:
                continue
            after = added.get(node.output[0])
            known = [self.arrays[name] for name in after.input if name in self.arrays] if after is not None else []
            yield Linear(weight, known[0] if known else np.zeros(weight.shape[1], dtype=np.float32))

    def norms(self) -> Iterator[Linear]:
        for node in self._of("LayerNormalization"):
            yield Linear(self.arrays[node.input[1]][:, None], self.arrays[node.input[2]])

    def tables(self) -> dict[str, Matrix]:
        """The tables of ``word``, ``position`` and ``token_type``."""
        tables = [name for node in self._of("Gather") if (name := node.input[0]).endswith("_embeddings.weight")]
        return {name.split(".")[-2].removesuffix("_embeddings"): self.arrays[name] for name in tables}

    def epsilon(self) -> float:
        node = next(self._of("LayerNormalization"))
        return next(float(one.f) for one in node.attribute if one.name == "epsilon")

    def n_heads(self, dim: int) -> int:
        """As the first thing an attention is multiplied with is one by the root of the size of a head."""
        soft = next(self._of("Softmax"))
        by_output = {name: node for node in self.nodes for name in node.output}
        scaled = by_output[by_output[soft.input[0]].input[0]]
        scale = next(float(self.arrays[name]) for name in scaled.input if name in self.arrays)
        return round(dim * scale**2)

    def _of(self, kind: str) -> Iterator[Any]:
        return (node for node in self.nodes if node.op_type == kind)


class _Graph:
    """A graph as it grows: every step returns the name of what it gives."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.stored: list[Any] = []

    def add(self, kind: str, *inputs: str, outputs: int = 1, domain: str = "", **settings: Any) -> str:
        """One more step; the name of its first output, from which the others follow by ``.1``, ``.2``."""
        from onnx import helper

        name = f"step{len(self.nodes)}"
        names = [name, *(f"{name}.{n}" for n in range(1, outputs))]
        self.nodes.append(helper.make_node(kind, list(inputs), names, name, domain=domain, **settings))
        return name

    def own(self, kind: str, *inputs: str, **settings: Any) -> str:
        """One more step that only ONNX Runtime knows."""
        return self.add(kind, *inputs, domain=RUNTIME_OPS, **settings)

    def store(self, array: NDArray[Any]) -> str:
        from onnx import numpy_helper

        name = f"stored{len(self.stored)}"
        self.stored.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def embedded(self, bert: Bert, small: bool) -> str:
        """(batch, length, d) what the first layer reads."""
        if small:
            numbers, units = in_8_bits(bert.words, axis=1)
            found = self.add("Cast", self.add("Gather", self.store(numbers), "input_ids"), to=1)
            found = self.add("Mul", found, self.add("Gather", self.store(units), "input_ids"))
        else:
            found = self.add("Gather", self.store(bert.words), "input_ids")
        zero, one, length = (self.store(np.array([n], dtype=np.int64)) for n in (0, 1, 1))
        n_tokens = self.add("Slice", self.add("Shape", "input_ids"), one, self.store(np.array([2])), zero)
        places = self.add("Slice", self.store(bert.places), zero, n_tokens, zero, length)
        return self.normed(bert, bert.norm, self.add("Add", found, places))

    def normed(self, bert: Bert, norm: Linear, read: str) -> str:
        scale, bias = self.store(norm.weight[:, 0]), self.store(norm.bias)
        return self.add("LayerNormalization", read, scale, bias, axis=-1, epsilon=bert.epsilon)

    def layer(self, bert: Bert, layer: Layer, read: str, mask: str, form: Mapping[str, Form]) -> str:
        """(batch, length, d) what a layer makes of what it reads."""
        beside = self.product(layer.qkv, read, form["qkv"])
        query = self.add("Split", beside, outputs=3, axis=-1, num_outputs=3)
        seen = self.own(
            "MultiHeadAttention",
            *(query, f"{query}.1", f"{query}.2", "", mask),
            num_heads=bert.n_heads,
            mask_filter_value=_HIDDEN,
        )
        read = self.normed(bert, layer.norms[0], self.add("Add", self.product(layer.out, seen, form["out"]), read))
        grown = self.add("Gelu", self.product(layer.up, read, form["up"]))
        return self.normed(bert, layer.norms[1], self.add("Add", self.product(layer.down, grown, form["down"]), read))

    def product(self, linear: Linear, read: str, form: Form) -> str:
        bias = self.store(linear.bias)
        if form is Form.FULL:
            return self.add("Add", self.add("MatMul", read, self.store(linear.weight)), bias)
        if form is Form.WHOLE:
            numbers, units = in_8_bits(linear.weight, axis=0)
            zeros = self.store(np.zeros(units.size, dtype=np.int8))
            stored = self.store(numbers), self.store(units[0])
            return self.own("DynamicQuantizeMatMul", read, *stored, zeros, bias)
        n_in, n_out = linear.weight.shape
        blocks, units = in_blocks(linear.weight)
        return self.own(
            "MatMulNBits",
            *(read, self.store(blocks), self.store(units), "", "", bias),
            **{"K": n_in, "N": n_out, "bits": 8, "block_size": BLOCK, "accuracy_level": 4},
        )

    def pooled(self, read: str) -> None:
        """The mean over the tokens of a text, at unit length, as the output of the graph."""
        from onnx import helper

        one, last = self.store(np.array([1], dtype=np.int64)), self.store(np.array([-1], dtype=np.int64))
        shown = self.add("Cast", self.add("Unsqueeze", "attention_mask", last), to=1)
        total = self.add("ReduceSum", self.add("Mul", read, shown), one, keepdims=0)
        length = self.add("ReduceL2", total, last, keepdims=1)
        long_enough = self.add("Max", length, self.store(np.array(_LEAST_NORM, dtype=np.float32)))
        self.nodes.append(helper.make_node("Div", [total, long_enough], ["sentence_vector"], "sentence_vector"))

    def model(self, dim: int) -> Any:
        from onnx import TensorProto, helper

        asked = [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "length"])
            for name in ("input_ids", "attention_mask")
        ]
        given = [helper.make_tensor_value_info("sentence_vector", TensorProto.FLOAT, ["batch", dim])]
        graph = helper.make_graph(self.nodes, "sentence encoder", asked, given, self.stored)
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(RUNTIME_OPS, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION)


def in_8_bits(weights: Matrix, axis: int) -> tuple[NDArray[np.int8], Matrix]:
    """``weights`` as whole numbers in -127..127 and their units along ``axis``: numbers * units is about ``weights``.

    One unit of 1/127 of the largest size; the error is at most half a unit.
    """
    units = np.abs(weights).max(axis=axis, keepdims=True) / np.float32(127)
    units = np.where(units > 0, units, 1).astype(np.float32)
    return np.rint(weights / units).astype(np.int8), units


def in_blocks(weights: Matrix) -> tuple[NDArray[np.uint8], Matrix]:
    """(n_out, n_blocks, BLOCK) numbers, 128 for 0, and (n_out, n_blocks) units of a (n_in, n_out) matrix.

    ``BLOCK`` numbers of a column share a unit; the last block is filled up with zeros.
    """
    n_in, n_out = weights.shape
    n_blocks = -(-n_in // BLOCK)
    filled = np.zeros((n_out, n_blocks * BLOCK), dtype=np.float32)
    filled[:, :n_in] = weights.T
    numbers, units = in_8_bits(filled.reshape(n_out, n_blocks, BLOCK), axis=2)
    return (numbers.astype(np.int16) + 128).astype(np.uint8), units[:, :, 0]


def _stored(tensor: Any, folder: Path) -> NDArray[Any]:
    """The numbers of ``tensor``, mapped where they are in a file beside the graph.

    The loader of ``onnx`` refuses files with more than one name, as copies of a cache folder may have.
    """
    from onnx import helper, numpy_helper

    place = {one.key: one.value for one in tensor.external_data}
    if not place:
        return np.asarray(numpy_helper.to_array(tensor))
    dtype = helper.tensor_dtype_to_np_dtype(tensor.data_type)
    file, start = folder / Path(place["location"]).name, int(place.get("offset", 0))
    return np.memmap(file, dtype, "r", start, tuple(tensor.dims))


def _beside(*parts: Linear) -> Linear:
    return Linear(np.hstack([one.weight for one in parts]), np.concatenate([one.bias for one in parts]))
