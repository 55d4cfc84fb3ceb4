"""A BERT of random numbers that reads in no time: 3 layers of 32 numbers, as a folder of sentence-transformers."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import platformdirs

from recsys.settings import ROOT
from recsys.text import made, reader
from recsys.text.export import export
from recsys.text.made import Made

LAYERS, HEADS, DIM = 3, 4, 32
_WORDS = (
    "a the for of and with on to in rain running shoe shoes waterproof wet roads light jacket runs over ear headphones "
    "that silence small wireless music bus kitchen speaker clear sound news heavy frying pan sharp steel knife cutting "
    "meat large pot lid soup person tent camping mountains friend quiet black water bag glass wood cotton warm hot"
)
_MODULES = {"": "Transformer", "1_Pooling": "Pooling", "2_Normalize": "Normalize"}


def keep(folder: Path, name: str = "tiny") -> Made:
    """Put it on the shelf; its export, which takes seconds, is kept between runs until this file or the export changes.

    ``folder`` is where its files are put together.
    """
    said = b"".join(path.read_bytes() for path in (Path(__file__), ROOT / "recsys" / "text" / "export.py"))
    kept = platformdirs.user_cache_path("recsys-live-tests") / f"tiny-{hashlib.sha256(said).hexdigest()[:12]}"
    if not (kept / "fast").exists():
        _write(kept)
        export(kept, kept / "fast")
    shutil.copytree(kept, folder)
    one = Made(name, "Tiny", "Random numbers.", "onnx", "minilm", f"{name}-1")
    made.keep(one, folder)
    reader().renewed(name)
    return one


def _write(folder: Path) -> None:
    import torch
    from transformers import BertConfig, BertModel, BertTokenizerFast

    torch.manual_seed(0)
    letters = [chr(ord("a") + n) for n in range(1, 26)]
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    vocabulary = [*special, *_WORDS.split(), *letters, *(f"##{letter}" for letter in ["a", *letters])]
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=DIM,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        intermediate_size=2 * DIM,
        initializer_range=0.3,
    )
    body = BertModel(config)
    for name, value in body.named_parameters():
        if name.endswith("bias"):
            torch.nn.init.normal_(value, std=0.2)
    body.save_pretrained(str(folder))
    (folder / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    BertTokenizerFast(vocab=str(folder / "vocab.txt"), model_max_length=256).save_pretrained(str(folder))
    modules = [
        {"idx": n, "name": str(n), "path": path, "type": f"sentence_transformers.models.{kind}"}
        for n, (path, kind) in enumerate(_MODULES.items())
    ]
    (folder / "modules.json").write_text(json.dumps(modules))
    (folder / "1_Pooling").mkdir(exist_ok=True)
    pooling = {"word_embedding_dimension": DIM, "pooling_mode_mean_tokens": True, "pooling_mode_cls_token": False}
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(pooling))
    (folder / "2_Normalize").mkdir(exist_ok=True)
