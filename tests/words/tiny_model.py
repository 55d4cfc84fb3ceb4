"""A real language model, as small as they get: random weights, and a tokenizer trained on the sample catalogue."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from recsys.settings import ROOT

N_TOKENS = 600
SPECIAL = ["<s>", "<|end|>", "<pad>", "<|system|>", "<|user|>", "<|assistant|>"]
"""The first tokens: none of them is text."""
TEMPLATE = (
    "{% for message in messages %}<|{{ message['role'] }}|>{{ message['content'] }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)


def save(folder: Path) -> int:
    """Make both and save them in ``folder``; returns the number of parameters."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    tokenizer = _tokenizer()
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=8192,
        tie_word_embeddings=True,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    model = LlamaForCausalLM(config)
    model.generation_config.do_sample = True
    model.generation_config.suppress_tokens = list(range(len(SPECIAL)))  # it talks until it is stopped
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return model.num_parameters()


def _tokenizer():
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    lines = (ROOT / "sample_data" / "shop" / "source" / "catalogue.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [text for line in lines for text in json.loads(line).values() if isinstance(text, str)]
    words = Tokenizer(models.BPE())
    words.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    words.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    words.train_from_iterator(
        texts, trainers.BpeTrainer(vocab_size=N_TOKENS, special_tokens=SPECIAL, initial_alphabet=alphabet)
    )
    made = PreTrainedTokenizerFast(tokenizer_object=words, bos_token="<s>", eos_token="<|end|>", pad_token="<pad>")
    made.chat_template = TEMPLATE
    return made


def serve(folder: Path, port: int) -> None:
    """Make both and serve them on loopback, as the command ``transformers serve`` does, until killed."""
    from transformers.cli.serve import Serve

    save(folder)
    Serve(force_model=str(folder), host="127.0.0.1", port=port, device="cpu", default_seed=0)


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]))
