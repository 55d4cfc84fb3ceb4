"""Reading in pairs: a real, tiny cross-encoder through the real library, and everything that can be missing."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest

from recsys.rerank import RERANKERS, Candidates, cross_encoder
from recsys.rerank.cross_encoder import CrossEncoder
from recsys.rerank.judge import VERDICTS, Desk
from recsys.settings import settings
from tests.rerank.counters import counter

WORDS = ["rain", "running", "shoe", "quiet", "headphones", "pan", "tent", "soup", "a", "for", "the", "music", "wet"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A BERT of a few thousand random parameters with one output, saved as any published cross-encoder is."""
    from tokenizers import Tokenizer
    from tokenizers.models import WordPiece
    from tokenizers.normalizers import BertNormalizer
    from tokenizers.pre_tokenizers import BertPreTokenizer
    from tokenizers.processors import TemplateProcessing
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast, set_seed

    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    vocabulary = {word: n for n, word in enumerate([*special, *WORDS])}
    words = Tokenizer(WordPiece(vocabulary, unk_token="[UNK]"))
    words.normalizer, words.pre_tokenizer = BertNormalizer(), BertPreTokenizer()
    words.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", vocabulary["[CLS]"]), ("[SEP]", vocabulary["[SEP]"])],
    )
    out = tmp_path_factory.mktemp("cross-encoder")
    PreTrainedTokenizerFast(
        tokenizer_object=words, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]"
    ).save_pretrained(out / "one")
    PreTrainedTokenizerFast(tokenizer_object=words, pad_token="[PAD]").save_pretrained(out / "three")
    set_seed(0)
    for name, n_labels in (("one", 1), ("three", 3)):
        shape = BertConfig(
            vocab_size=len(vocabulary),
            hidden_size=16,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=32,
            max_position_embeddings=128,
            num_labels=n_labels,
            initializer_range=1.0,
        )
        model = BertForSequenceClassification(shape)
        assert model.num_parameters() < 10_000
        model.save_pretrained(out / name)
    return out


@pytest.fixture
def use(monkeypatch):
    """Return a function that names a cross-encoder; nothing is remembered from other tests."""
    VERDICTS.forget()
    monkeypatch.setattr(cross_encoder, "LOAD_SECONDS", 120.0)
    monkeypatch.setattr(cross_encoder, "READ_SECONDS", 60.0)
    monkeypatch.setattr(cross_encoder, "_MODELS", cross_encoder.Models())

    def named(name: str) -> None:
        monkeypatch.setenv("RECSYS_CROSS_ENCODER", str(name))
        settings.cache_clear()

    named("")
    yield named
    monkeypatch.undo()
    settings.cache_clear()


def falling(toy):
    return np.linspace(1, 0, toy.n_items)


def test_at_1_the_first_n_are_in_the_order_of_the_library_itself(toy, use, folder):
    from sentence_transformers import CrossEncoder as Library

    use(folder / "one")
    candidates = counter(toy, falling(toy), typed="rain running shoe")
    rows = candidates.rows[:6]
    texts = [f"{toy.field(row, 'title')}. {toy.field(row, 'description')}" for row in rows]
    scores = Library(str(folder / "one"), device="cpu").predict([("rain running shoe", text) for text in texts])
    assert len(set(np.round(scores, 6))) > 3
    expected = rows[np.argsort(-scores, kind="stable")].tolist()
    assert CrossEncoder(1.0, n=6)(candidates, 10) == [*expected, *candidates.rows[6:].tolist()]
    assert CrossEncoder(1.0, n=6).note(candidates) == ""
    assert CrossEncoder(0.0, n=6)(candidates, 10) == candidates.rows.tolist()


def test_without_typed_words_the_newest_likes_are_what_is_asked(toy, use, folder):
    use(folder / "one")
    liked, typed = (
        counter(toy, falling(toy), *events, typed=typed)
        for events, typed in (((("like", "pan"), ("like", "tent")), ""), ((), "Two-person tent; Cast iron pan"))
    )
    one, other = (CrossEncoder(1.0).adjusted(candidates) for candidates in (liked, typed))
    np.testing.assert_array_equal(one, other)
    assert "typed or liked" in CrossEncoder().note(counter(toy))


def test_the_model_is_loaded_once_and_a_list_drawn_again_reads_nothing(toy, use, folder, monkeypatch):
    use(folder / "one")
    candidates = counter(toy, falling(toy), typed="soup")
    reads, read = [], cross_encoder._read
    monkeypatch.setattr(cross_encoder, "_read", lambda *given: reads.append(1) or read(*given))
    for _ in range(3):
        CrossEncoder().adjusted(candidates)
        CrossEncoder().note(candidates)
    CrossEncoder().adjusted(counter(toy, falling(toy), typed="wet rain"))
    assert len(reads) == 2
    assert len(cross_encoder._MODELS._threads) == 1


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "let RECSYS_CROSS_ENCODER name one"),
        ("/nowhere/at-all", "cannot be loaded"),
        ("three", "gives 3 numbers for a pair"),
    ],
)
def test_whatever_is_wrong_nothing_changes_and_the_note_says_why(toy, use, folder, name, reason):
    use(folder / name if name == "three" else name)
    candidates = counter(toy, falling(toy), typed="rain")
    assert CrossEncoder(1.0)(candidates, 10) == candidates.rows.tolist()
    assert reason in CrossEncoder(1.0).note(candidates)


def test_a_slow_model_is_not_waited_for(toy, use, folder, monkeypatch):
    use(folder / "one")
    candidates = counter(toy, falling(toy), typed="rain")
    CrossEncoder(1.0)(candidates, 1)  # loaded now
    VERDICTS.forget()
    done = threading.Event()
    monkeypatch.setattr(cross_encoder, "READ_SECONDS", 0.1)
    monkeypatch.setattr(cross_encoder, "_read", lambda *_: done.wait(5))
    start = time.perf_counter()
    assert CrossEncoder(1.0)(candidates, 10) == candidates.rows.tolist()
    assert time.perf_counter() - start < 2
    assert "nothing came within 0.1 seconds" in CrossEncoder(1.0).note(candidates)
    done.set()


def test_a_model_that_is_still_loading_is_said(toy, use, monkeypatch):
    use("slow")
    done = threading.Event()
    monkeypatch.setattr(cross_encoder, "LOAD_SECONDS", 0.05)
    monkeypatch.setattr(cross_encoder.Models, "_load", lambda *_: done.wait(5))
    candidates = counter(toy, falling(toy), typed="rain")
    assert "still being loaded" in CrossEncoder().note(candidates)
    done.set()


def test_work_that_hangs_does_not_pile_up():
    desk, done = Desk(1), threading.Event()
    with pytest.raises(TimeoutError, match="within 0.05"):
        desk.within(0.05, lambda: done.wait(5))
    with pytest.raises(TimeoutError, match="earlier requests"):
        desk.within(5, lambda: 1)
    done.set()
    time.sleep(0.2)
    assert desk.within(5, lambda: 2) == 2
    with pytest.raises(KeyError):
        desk.within(5, lambda: {}["no"])


def test_bare_arrays_and_knobs_out_of_range(use):
    use("any")
    bare = Candidates(np.arange(2), np.ones(2, dtype=np.float32), np.eye(2, dtype=np.float32))
    assert CrossEncoder()(bare, 2) == [0, 1]
    assert "catalogue" in CrossEncoder().note(bare)
    with pytest.raises(ValueError, match="strength"):
        CrossEncoder(2.0)
    with pytest.raises(ValueError, match="n should"):
        CrossEncoder(n=0)
    assert RERANKERS["cross_encoder"].build() == CrossEncoder()
