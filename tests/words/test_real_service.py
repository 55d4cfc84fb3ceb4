"""The writer and a real OpenAI-compatible service: ``transformers serve`` with a model that can only talk rubbish."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from recsys.errors import WriterError
from recsys.settings import ROOT, settings
from recsys.words.endpoint import Endpoint, prompt
from recsys.words.messages import n_tokens
from recsys.words.spending import METER
from recsys.words.wire import Reply, Wire
from tests.words.asked import JOB, KEY, all_places_free, service_set

for _package in ("torch", "transformers", "openai", "fastapi", "uvicorn", "accelerate"):
    pytest.importorskip(_package, reason=f"pip install -r requirements-dev.txt: {_package} is missing")

START_S = 60.0
"""On a machine that is busy with other tests; alone it takes a third of it."""
GRACE_S = 0.5


@pytest.fixture(scope="module")
def real(tmp_path_factory) -> Iterator[tuple[str, str]]:
    """Address and model name of a service that this fixture starts and ends."""
    folder = tmp_path_factory.mktemp("tiny")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = (folder / "log").open("w+", encoding="utf-8")
    command = [sys.executable, "-m", "tests.words.tiny_model", str(folder / "model"), str(port)]
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT, env=environment)
    try:
        _wait_for(process, f"http://127.0.0.1:{port}/health", Path(log.name))
        yield f"http://127.0.0.1:{port}/v1", str(folder / "model")
    finally:
        process.kill()
        process.wait()
        log.close()


def _wait_for(process: subprocess.Popen, address: str, log: Path) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the service did not start within {START_S:g} s:\n{log.read_text(encoding='utf-8')[-3000:]}")


@pytest.fixture
def service(real, monkeypatch, tmp_path):
    address, model = real
    with service_set(monkeypatch, tmp_path, address, model, seconds=60):
        yield real


def conversation(on_text=None, max_tokens: int = 40) -> Reply:
    said = Wire(lambda: KEY, 60).ask(prompt(JOB), max_tokens, on_text)
    assert isinstance(said, Reply), said
    return said


@pytest.mark.slow
def test_it_is_as_small_as_it_says(service):
    config = json.loads((Path(service[1]) / "config.json").read_text(encoding="utf-8"))
    assert config["model_type"] == "llama"
    assert 100_000 < (Path(service[1]) / "model.safetensors").stat().st_size / 4 < 140_000


def test_it_answers_in_one_piece_and_its_tokens_are_counted(service):
    reply = conversation()
    assert reply.text
    assert reply.tokens_out == 40
    assert reply.tokens_in > 100
    assert (METER.spent().tokens_in, METER.spent().tokens_out) == (reply.tokens_in, reply.tokens_out)


def test_it_answers_in_a_stream_that_grows_and_its_tokens_are_counted(service):
    heard: list[str] = []
    reply = conversation(heard.append)
    assert len(heard) > 3
    assert all(later.startswith(earlier) for earlier, later in zip(heard, heard[1:], strict=False))
    assert heard[-1] == reply.text
    assert reply.tokens_out == 40
    assert reply.tokens_in == conversation().tokens_in
    assert METER.spent().calls == 2


@pytest.mark.parametrize("streamed", [True, False])
def test_its_rubbish_becomes_one_sentence_in_time_and_is_paid_for(service, streamed):
    start = time.perf_counter()
    with pytest.raises(WriterError, match="is of no use because it is"):
        Endpoint(private=False).write(JOB, (lambda _: None) if streamed else None)
    assert time.perf_counter() - start <= settings().llm_timeout + GRACE_S
    assert METER.spent().failures == 1
    assert METER.spent().tokens_in > 100
    assert METER.spent().tokens_out == 460


def test_a_model_it_does_not_have_is_said(service, monkeypatch):
    monkeypatch.setenv("RECSYS_LLM_MODEL", "another")
    settings.cache_clear()
    with pytest.raises(WriterError, match="check RECSYS_LLM_MODEL"):
        Endpoint(private=False).write(JOB)


def test_the_rule_of_thumb_for_tokens_is_of_the_right_size(service):
    """This tokenizer knows 600 pieces only, so it needs more of them than a large one would."""
    guessed = sum(n_tokens(message["content"]) for message in prompt(JOB))
    assert guessed / 2 < conversation().tokens_in < guessed * 4


@pytest.mark.parametrize("streamed", [True, False])
def test_an_answer_that_takes_longer_than_the_timeout_is_left(service, monkeypatch, streamed):
    monkeypatch.setenv("RECSYS_LLM_TIMEOUT", "0.1")
    settings.cache_clear()
    start = time.perf_counter()
    with pytest.raises(WriterError, match="no answer within 0.1 seconds"):
        Endpoint(private=False).write(JOB, (lambda _: None) if streamed else None)
    assert time.perf_counter() - start <= 0.1 + GRACE_S
    end = time.monotonic() + 5
    while not all_places_free() and time.monotonic() < end:
        time.sleep(0.02)
    assert all_places_free()
