"""Kept answers: found again for the same question only, whole or not at all, and never those about private data."""

from __future__ import annotations

import json
import os
import threading
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.harness.fault_server import FaultServer
from benchmarks.harness.fault_server import answers as says
from recsys.settings import settings
from recsys.words import answers
from recsys.words.contract import Claim
from recsys.words.endpoint import Endpoint, prompt
from recsys.words.spending import METER
from tests.words.asked import EVIDENCE, JOB, KEY, service_set

CLAIMS = (Claim("Dry in rain, 雨天也不打滑。", ("d1", "r1.1")), Claim("It won.", ("r9",), "It names no source."))
SENT = prompt(JOB)


@pytest.fixture
def service(monkeypatch, tmp_path):
    running = FaultServer()
    with service_set(monkeypatch, tmp_path, running.url):
        yield running
    running.close()


def files(folder) -> list:
    return sorted((folder / answers.FOLDER).glob("*")) if (folder / answers.FOLDER).exists() else []


def test_what_is_kept_is_found_again_as_it_was(service):
    assert answers.kept(SENT) == ()
    answers.keep(SENT, CLAIMS)
    assert answers.kept(SENT) == CLAIMS


@pytest.mark.parametrize("what", ["_MODEL", "_BASE_URL"])
def test_another_model_or_service_has_its_own_answers(service, monkeypatch, what):
    answers.keep(SENT, CLAIMS)
    monkeypatch.setenv(f"RECSYS_LLM{what}", "http://127.0.0.1:9/v1")
    settings.cache_clear()
    assert answers.kept(SENT) == ()


@pytest.mark.parametrize(
    "job",
    [
        replace(JOB, evidence=EVIDENCE[:-1]),
        replace(JOB, evidence=EVIDENCE[::-1]),
        replace(JOB, evidence=(replace(EVIDENCE[0], text="Waterproof boot."), *EVIDENCE[1:])),
        replace(JOB, task="why_these"),
        replace(JOB, language="zh"),
        replace(JOB, wanted="a light shoe"),
        replace(JOB, subject="Trail shoe"),
        replace(JOB, n_claims=2),
    ],
)
def test_another_question_has_its_own_answer(service, job):
    answers.keep(SENT, CLAIMS)
    assert answers.kept(prompt(job)) == ()


def test_another_key_finds_the_same_answer(service, monkeypatch, tmp_path):
    answers.keep(SENT, CLAIMS)
    monkeypatch.setenv("RECSYS_LLM_KEY", "another")
    assert answers.kept(SENT) == CLAIMS
    assert KEY not in "".join(f"{file.name}{file.read_text(encoding='utf-8')}" for file in files(tmp_path))


def test_the_second_text_costs_nothing_and_says_so(service):
    first, heard = Endpoint(private=False).write(JOB), []
    second = Endpoint(private=False).write(JOB, heard.append)
    assert second.claims == first.claims
    assert (second.wrote.cached, second.wrote.tokens_in, second.wrote.tokens_out) == (True, 0, 0)
    assert heard == [first.text]
    assert len(service.requests) == 1
    assert (METER.spent().calls, METER.spent().cached, METER.spent().tokens_in) == (1, 1, 120)


def test_an_answer_of_no_use_is_not_kept(service, tmp_path):
    from recsys.errors import WriterError

    service.script.append(says('{"sentences": []}'))
    with pytest.raises(WriterError):
        Endpoint(private=False).write(JOB)
    assert files(tmp_path) == []
    assert not Endpoint(private=False).write(JOB).wrote.cached


def test_private_data_are_neither_kept_nor_looked_up(service, tmp_path):
    Endpoint(private=True).write(JOB)
    Endpoint().write(JOB)
    assert files(tmp_path) == []
    answers.keep(SENT, CLAIMS)
    assert not Endpoint(private=True).write(JOB).wrote.cached
    assert len(service.requests) == 3


DAMAGES = [
    b"",
    b"{",
    b"null",
    b"[]",
    b"\xff\xfe",
    b'{"answer": "NAME"}',
    b'{"answer": "other", "claims": [{"text": "x", "cites": ["d1"], "struck": ""}]}',
    b'{"answer": "NAME", "claims": [{"text": 7, "cites": ["d1"], "struck": ""}]}',
    b'{"answer": "NAME", "claims": [{"text": "x", "cites": [], "struck": ""}]}',
    b'{"answer": "NAME", "claims": [{"text": "x", "cites": [1], "struck": ""}]}',
    b'{"answer": "NAME", "claims": [{"text": "x", "cites": 5, "struck": ""}]}',
    b'{"answer": "NAME", "claims": [{"text": "x"}]}',
    b"[" * 100_000,
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_no_answer_and_is_written_anew(service, tmp_path, damage):
    answers.keep(SENT, CLAIMS)
    [file] = files(tmp_path)
    file.write_bytes(damage.replace(b"NAME", file.stem.encode()))
    assert answers.kept(SENT) == ()
    assert not Endpoint(private=False).write(JOB).wrote.cached
    assert Endpoint(private=False).write(JOB).wrote.cached


@given(cut=st.integers(0, 400))
def test_a_file_cut_anywhere_is_no_answer(service, tmp_path, cut):
    answers.keep(SENT, CLAIMS)
    [file] = files(tmp_path)
    whole = file.read_bytes()
    file.write_bytes(whole[:cut])
    assert answers.kept(SENT) == (CLAIMS if cut >= len(whole) else ())


def test_only_so_many_are_kept_and_the_oldest_go(service, tmp_path, monkeypatch):
    monkeypatch.setattr(answers, "MAX_KEPT", 5)
    jobs = [prompt(replace(JOB, wanted=str(n))) for n in range(8)]
    for n, sent in enumerate(jobs):
        answers.keep(sent, CLAIMS)
        for file in files(tmp_path):
            if file.stat().st_mtime > 1e6:
                os.utime(file, (n + 1, n + 1))
    assert len(files(tmp_path)) == 5
    assert [bool(answers.kept(sent)) for sent in jobs] == [False] * 3 + [True] * 5


def test_a_disk_that_takes_nothing_is_no_error(service, tmp_path, monkeypatch):
    (tmp_path / answers.FOLDER).write_text("a file where the folder should be")
    assert Endpoint(private=False).write(JOB).text
    assert answers.kept(SENT) == ()


def test_a_write_that_breaks_leaves_nothing_behind(service, tmp_path, monkeypatch):
    def full(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "replace", full)
    answers.keep(SENT, CLAIMS)
    assert files(tmp_path) == []


def test_many_threads_writing_one_answer_leave_it_whole(service, tmp_path):
    seen: list = []

    def work() -> None:
        for _ in range(20):
            answers.keep(SENT, CLAIMS)
            seen.append(answers.kept(SENT))

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(seen) == {CLAIMS}
    [file] = files(tmp_path)
    assert json.loads(file.read_text(encoding="utf-8"))["answer"] == file.stem
