"""The static student of MiniLM: how near, what is lost, how fast."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import encode, result
from benchmarks.harness.shelf import Aloud
from recsys.data import catalogue
from recsys.text import MINILM, reader
from recsys.text.minilm import model_dir
from recsys.train.distil import SPLITS, Distil

AT_LEAST = {"static/speedup_sentence_transformers": 50.0}
AT_MOST: dict[str, float] = {}

Say = Callable[[str], object]


def figures(say: Say) -> dict[str, float | int | str]:
    """Make the student for the films, or the shop where they are not here, and time it beside the original."""
    data = catalogue.load(result.best_dataset())
    reader().default()
    with tempfile.TemporaryDirectory() as folder:
        told = Distil().run(data, Aloud(Path(folder), say))
    found: dict[str, float | int | str] = {"static/data": data.name, "static/texts": int(told["n_texts"])}
    for name in ("cosine_mean", "cosine_p5"):
        found[f"static/held_out_{name}"] = round(float(told["held_out"][name]), 4)
    found["static/held_out_overlap_at_10"] = round(float(told["held_out"]["overlap_items"]), 4)
    found["static/held_out_overlap_at_10_model2vec_alone"] = round(float(told["held_out_plain"]["overlap_items"]), 4)
    for name in ("overlap_items", "overlap_people"):
        found[f"static/{name}_at_10"] = round(float(told[name]), 4)
    for cut in SPLITS:
        found |= losses(f"static/{cut}", told["hits"].get(cut))
    return found | {"static/megabytes": round(told["bytes"] / 1e6, 1)} | _times(str(told["name"]), say)


def losses(prefix: str, hits: Mapping[str, Any] | None) -> dict[str, float | int | str]:
    """NDCG@10 of one split and its loss with its ends; nothing where nobody is asked."""
    if hits is None:
        return {}
    loss = hits["loss"]
    return {
        f"{prefix}_ndcg": round(hits["ndcg"]["value"], 4),
        f"{prefix}_loss": round(loss["value"], 4),
        f"{prefix}_loss/low": round(loss["low"], 4),
        f"{prefix}_loss/high": round(loss["high"], 4),
        f"{prefix}_people": loss["n"],
    }


def _times(name: str, say: Say) -> dict[str, float]:
    """Milliseconds for one short sentence, in turns with the original and with the fast engine."""
    from sentence_transformers import SentenceTransformer

    original = SentenceTransformer(str(model_dir()), device="cpu")

    def theirs(texts: Sequence[str]) -> np.ndarray:
        return np.asarray(original.encode(list(texts), normalize_embeddings=True, show_progress_bar=False))

    config = encode.Config()
    short = encode._short_sentences(config.n_short)
    student, fast = reader().loaded(name).encode, reader().loaded(MINILM).encode
    say("static: the time of one short sentence")
    beside_original = encode._short_ms(student, theirs, short, config)
    beside_fast = encode._short_ms(student, fast, short, config)
    return {
        "static/short_ms_p50": round(beside_original["ours_p50_ms"], 4),
        "static/short_ms_p95": round(beside_original["ours_p95_ms"], 4),
        "static/short_ms_p50_sentence_transformers": round(beside_original["theirs_p50_ms"], 3),
        "static/short_ms_p50_onnx": round(beside_fast["theirs_p50_ms"], 3),
        "static/speedup_sentence_transformers": round(
            beside_original["theirs_p50_ms"] / beside_original["ours_p50_ms"], 1
        ),
        "static/speedup_onnx": round(beside_fast["theirs_p50_ms"] / beside_fast["ours_p50_ms"], 1),
    }
