"""What is chosen on a catalogue, what is kept on the shelf, and what is told of it."""

from __future__ import annotations

import json

import pytest

from recsys.errors import DataError, EncoderError
from recsys.text import made, reader
from recsys.train import Desk
from recsys.train.bert import Form
from recsys.train.quantise import Quantise, _Tries

pytestmark = pytest.mark.usefixtures("tiny")

SMALL = {"base": "tiny", "n_texts": 24, "max_users": 20, "n_items": 40}


@pytest.fixture(scope="module")
def result(shop, tmp_path_factory):
    desk = Desk(tmp_path_factory.mktemp("desk"))
    return Quantise(**SMALL, least_cosine=0.9).run(shop, desk), desk


@pytest.mark.slow
def test_it_is_on_the_shelf_and_reads_almost_as_the_full_one(result):
    told, _ = result
    one = made.find(told["name"])
    assert one is not None
    assert (one.kind, one.parent, one.dataset) == ("onnx", "tiny", "shop")
    texts = ["rain running shoe", "a large pot with a lid"]
    alike = (reader().loaded(one.name).encode(texts) * reader().loaded("tiny").encode(texts)).sum(axis=1)
    assert 0.98 < alike.min() < 1


def test_what_is_told_is_json_and_within_its_bounds(result):
    told, _ = result
    json.dumps(told, allow_nan=False)
    assert 0.98 < told["cosine_p5"] <= told["cosine_mean"] <= 1
    assert 0.5 < told["overlap_items"] <= 1
    assert 0.5 < told["overlap_people"] <= 1
    assert 0 < told["p50_ms"] <= told["p95_ms"]
    assert 0 < told["bytes"] < told["full_bytes"]
    assert len(told["products"]) == told["n_products"] == 12
    methods = {one["name"]: one for one in told["methods"]}
    assert methods["fused"]["cosine_mean"] > 0.99999
    assert methods["blocks"]["cosine_mean"] >= methods["whole"]["cosine_mean"]
    assert methods["words"]["cosine_mean"] >= methods["blocks"]["cosine_mean"]


@pytest.mark.slow
def test_a_choice_that_was_stopped_goes_on_from_what_it_noted(result, shop):
    _, desk = result
    assert len(desk.points) == 12
    again = Quantise(**SMALL, least_cosine=0.9).run(shop, desk)
    assert len(desk.points) == 12
    assert again["products"] == result[0]["products"]


class Pretended(_Tries):
    """Products lose what the test says they lose, and a tenth more together."""

    def __init__(self, losses):
        self.n_layers, self.said = len(losses) // 4, losses

    def _cosine(self, forms, key="try"):
        lost = [self.said[product] for product, form in forms.items() if form is Form.WHOLE]
        return 0.9999 - 1.1 * sum(lost)


@pytest.mark.parametrize("least", [1.0, 0.999, 0.9936, 0.99, 0.95, 0.0])
def test_those_that_lose_least_are_made_faster_as_long_as_the_sample_allows(least):
    losses = {(n, name): 0.001 * (4 * n + place) for n in range(2) for place, name in enumerate(("a", "b", "c", "d"))}
    losses = {(n, real): losses[n, name] for n, name in losses for real in [dict(zip("abcd", REAL, strict=True))[name]]}
    tries = Pretended(losses)
    forms = tries.chosen(losses, least)
    faster = [product for product, form in forms.items() if form is Form.WHOLE]
    assert set(forms) == set(losses)
    assert not faster or tries._cosine(forms) >= least
    assert set(faster) == set(list(losses)[: len(faster)])
    assert len(faster) == {1.0: 0, 0.999: 1, 0.9936: 3, 0.99: 4, 0.95: 8, 0.0: 8}[least]


REAL = ("qkv", "out", "up", "down")


def test_a_catalogue_it_cannot_choose_on_or_an_encoder_without_layers_is_refused(toy, tmp_path):
    with pytest.raises(DataError, match="at least 20 more texts, are 5"):
        Quantise(**SMALL).run(toy, Desk(tmp_path))
    with pytest.raises(EncoderError, match="no encoder with a graph"):
        Quantise(base="nobody").run(toy, Desk(tmp_path))
