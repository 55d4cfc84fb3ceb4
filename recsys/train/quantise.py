"""Quantise: an encoder whose numbers have 8 bits instead of 32, each product stored as its catalogue can bear."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from recsys.data import Dataset
from recsys.text import MINILM
from recsys.text.export import TOKENIZER_FILE
from recsys.train.bert import MATRICES, Bert, Form, all_in
from recsys.train.job import Desk
from recsys.train.shrunk import (
    FAST,
    Sample,
    beside_full,
    bytes_of,
    graph_folder,
    opened,
    shelve,
    task_of,
    timed_all,
    told_of,
)

Product = tuple[int, str]
"""Number of a layer and name of one of its products."""
_CHOSEN = 0.5
"""Share of the time until the forms are chosen."""


@dataclass(frozen=True)
class Quantise:
    """Store an encoder in 8 bits, keep it on the shelf, and measure what is left of it.

    With a unit for every block of numbers (``Form.BLOCKS``) almost nothing is lost; with one for all tokens at once
    (``Form.WHOLE``) a product is faster. What each product loses by the faster form is measured on texts of the
    catalogue, and those that lose least take it, as long as their losses add up to no more than ``least_cosine``
    allows.
    """

    kind: ClassVar[str] = "quantise"

    base: str = MINILM
    least_cosine: float = 0.998
    """To the full vectors, the mean over the texts it is chosen on; 1 stores every product in blocks."""
    n_texts: int = 48
    """Texts on which that is chosen; the result is judged on others."""
    max_users: int = 300
    """At most so many people's lists are compared."""
    n_items: int = 300
    """Items whose nearest items are compared."""
    seed: int = 0

    @property
    def title(self) -> str:
        return "Make int8"

    def run(self, data: Dataset, desk: Desk) -> Mapping[str, Any]:
        """Choose, write, keep, measure; EncoderError for an encoder that is no BERT with a graph.

        ``methods`` has every way that was tried, with its likeness on the texts of the choice (``Sample.likeness``),
        its bytes and milliseconds; ``products`` what each product alone loses by the faster form. The other figures
        are those of ``shrunk.beside_full``, on items that nothing was chosen on.
        """
        started = time.perf_counter()
        folder = graph_folder(self.base)
        bert = Bert.load(folder)
        task = task_of(data, self.max_users, self.n_items, self.seed)
        desk.say(0.05, "Reading with the full encoder")
        sample = Sample.of(data, self.base, self.n_texts, task.rows, self.seed)
        tries = _Tries(bert, sample, folder, desk)
        losses = tries.losses()
        forms = tries.chosen(losses, self.least_cosine)
        desk.say(_CHOSEN, "Comparing with other ways")
        methods = tries.compared(forms)
        n_whole = sum(form is Form.WHOLE for form in forms.values())
        files = desk.folder / "kept"
        shutil.rmtree(files, ignore_errors=True)
        shutil.copytree(tries.folder("chosen"), files / FAST)
        line = f"The same weights in 8 bits instead of 32, fitted to the texts of {data.label}."
        about = {"least_cosine": self.least_cosine, "n_whole": n_whole}
        one = shelve("int8", "int8", line, files / FAST, files, self.base, data, about)
        found = beside_full(task, self.base, one.name, desk, 0.6)
        return {
            **told_of(one, data),
            "n_chosen_on": len(sample.texts),
            "n_whole": n_whole,
            "n_products": len(forms),
            "methods": methods,
            "products": [{"layer": n, "product": name, "loss": loss} for (n, name), loss in losses.items()],
            "seconds": round(time.perf_counter() - started, 1),
            **found,
        }


class _Tries:
    """Ways to store one encoder, each written and read in the desk's folder."""

    def __init__(self, bert: Bert, sample: Sample, full: Path, desk: Desk) -> None:
        self.bert, self.sample, self.full, self.desk = bert, sample, full, desk
        self.n_layers = len(bert.layers)

    def losses(self) -> dict[Product, float]:
        """What each product alone costs in the faster form: 1 minus the mean cosine, beyond what blocks cost.

        What was noted on the desk is not measured again.
        """
        known = {(int(one["layer"]), str(one["product"])): float(one["loss"]) for one in self.desk.points}
        products = list(all_in(Form.BLOCKS, self.n_layers))
        blocks = self._cosine(all_in(Form.BLOCKS, self.n_layers)) if len(known) < len(products) else 0.0
        for place, product in enumerate(products):
            if product in known:
                continue
            share = 0.1 + (_CHOSEN - 0.1) * place / len(products)
            self.desk.say(share, f"Trying the faster form: product {place + 1} of {len(products)}")
            known[product] = blocks - self._cosine({**all_in(Form.BLOCKS, self.n_layers), product: Form.WHOLE})
            self.desk.note(layer=product[0], product=product[1], loss=known[product])
        return {product: known[product] for product in products}

    def chosen(self, losses: Mapping[Product, float], least: float) -> dict[Product, Form]:
        """The forms in which as many products as can be are the faster ones; written to the folder ``chosen``.

        Losses do not quite add up: as long as the sample says that it was too much, a quarter goes back to blocks.
        """
        order = sorted(losses, key=lambda product: losses[product])
        blocks = all_in(Form.BLOCKS, self.n_layers)
        room = self._cosine(blocks, "chosen") - least
        n, spent = 0, 0.0
        while n < len(order) and spent + max(losses[order[n]], 0.0) <= room:
            spent += max(losses[order[n]], 0.0)
            n += 1
        while n:
            forms = blocks | dict.fromkeys(order[:n], Form.WHOLE)
            if self._cosine(forms, "chosen") >= least:
                return forms
            n = n * 3 // 4
        self._cosine(blocks, "chosen")
        return blocks

    def compared(self, forms: Mapping[Product, Form]) -> list[dict[str, Any]]:
        """Every way beside the chosen one: label, likeness on the sample, bytes, milliseconds."""
        ways: dict[str, tuple[str, Mapping[Product, Form], bool]] = {
            "fused": ("32 bits, fewer steps", {}, False),
            "whole": ("8 bits, a unit for all tokens", all_in(Form.WHOLE, self.n_layers), True),
            "down": ("8 bits, blocks after the activation only", self._only_down(), True),
            "blocks": ("8 bits, a unit for every block", all_in(Form.BLOCKS, self.n_layers), True),
            "words": ("8 bits in blocks, words in 32", all_in(Form.BLOCKS, self.n_layers), False),
            "chosen": ("8 bits, chosen on the catalogue", forms, True),
        }
        for key, (_, stored, small) in ways.items():
            self._write(stored, key, small)
        encoders = {"full": opened(self.full, key)} | {key: opened(self.folder(key), key) for key in ways}
        times = timed_all(encoders, self.sample.texts)
        labels = {"full": "32 bits, as exported"} | {key: label for key, (label, _, _) in ways.items()}
        return [
            {
                "name": key,
                "label": labels[key],
                **self.sample.likeness(encoder),
                "bytes": bytes_of(self.full if key == "full" else self.folder(key)),
                **times[key],
            }
            for key, encoder in encoders.items()
        ]

    def folder(self, key: str) -> Path:
        """Where the way ``key`` is written."""
        return self.desk.folder / "tries" / key

    def _only_down(self) -> dict[Product, Form]:
        down = {(n, MATRICES[-1]): Form.BLOCKS for n in range(self.n_layers)}
        return all_in(Form.WHOLE, self.n_layers) | down

    def _cosine(self, forms: Mapping[Product, Form], key: str = "try") -> float:
        self._write(forms, key, small=True)
        return self.sample.likeness(opened(self.folder(key), key))["cosine_mean"]

    def _write(self, forms: Mapping[Product, Form], key: str, small: bool) -> None:
        self.bert.save(self.folder(key), forms, small_words=small)
        shutil.copyfile(self.full / TOKENIZER_FILE, self.folder(key) / TOKENIZER_FILE)
