"""The meter: it adds up what services count, over all threads, and says before a batch what it would take."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.harness import fault_server as faults
from benchmarks.harness.fault_server import FaultServer, good
from recsys.errors import WriterError
from recsys.settings import settings
from recsys.words import answers, wire
from recsys.words.contract import Claim
from recsys.words.endpoint import Endpoint, prompt
from recsys.words.messages import n_tokens
from recsys.words.spending import METER, Meter, Spent, estimate
from tests.words.asked import JOB, service_set

PUBLIC = Endpoint(private=False)


@pytest.fixture
def service(monkeypatch, tmp_path):
    running = FaultServer()
    monkeypatch.setattr(wire, "BACK_OFF_S", 0.02)
    with service_set(monkeypatch, tmp_path, running.url):
        yield running
    running.close()


def price(monkeypatch, text: str) -> None:
    monkeypatch.setenv("RECSYS_LLM_PRICE", text)
    settings.cache_clear()


def test_calls_tokens_hits_and_failures_are_counted(service):
    PUBLIC.write(JOB)
    PUBLIC.write(JOB)
    service.script.append(faults.refuses(500))
    PUBLIC.write(replace(JOB, wanted="other"))
    service.otherwise = faults.answers("rubbish")
    with pytest.raises(WriterError):
        PUBLIC.write(replace(JOB, wanted="third"))
    assert METER.spent() == Spent(calls=4, tokens_in=360, tokens_out=90, cached=1, failures=1)


def test_what_is_refused_before_anything_is_sent_is_a_failure_without_calls(service):
    with pytest.raises(WriterError):
        PUBLIC.write(replace(JOB, evidence=()))
    assert METER.spent() == Spent(failures=1)


@pytest.mark.parametrize("streamed", [True, False])
@pytest.mark.parametrize(
    "usage", [None, {}, {"prompt_tokens": -5, "completion_tokens": None}, {"prompt_tokens": "many"}, [], "x"]
)
def test_a_service_that_does_not_count_costs_nothing_that_we_know_of(service, usage, streamed):
    service.otherwise = faults.answers(good, usage=usage)
    wrote = PUBLIC.write(JOB, (lambda _: None) if streamed else None).wrote
    assert (wrote.tokens_in, wrote.tokens_out) == (0, 0)
    assert METER.spent().calls == 1


def test_without_a_price_there_are_tokens_only(service):
    PUBLIC.write(JOB)
    assert METER.spent().dollars is None
    assert estimate([JOB]).dollars is None


def test_a_price_is_per_million_tokens_in_and_out(service, monkeypatch):
    price(monkeypatch, "0.5, 2")
    PUBLIC.write(JOB)
    assert METER.spent().dollars == pytest.approx((120 * 0.5 + 30 * 2) / 1_000_000)
    price(monkeypatch, "0,0")
    assert METER.spent().dollars == 0


@pytest.mark.parametrize("text", ["1", "1,2,3", "cheap", "-1,2", "nan,1", "inf,1", ","])
def test_a_price_that_is_none_is_refused(service, monkeypatch, text):
    price(monkeypatch, text)
    with pytest.raises(ValueError, match="RECSYS_LLM_PRICE should be two prices like 0.15,0.60, is now"):
        settings()


def test_an_estimate_grows_with_the_jobs_and_skips_what_is_kept(service, monkeypatch):
    price(monkeypatch, "1,1")
    none, one, two = estimate([]), estimate([JOB]), estimate([JOB, replace(JOB, wanted="light")])
    assert (none.calls, none.tokens_in, none.tokens_out, none.dollars) == (0, 0, 0, 0)
    assert one.tokens_in > sum(n_tokens(message["content"]) for message in prompt(JOB))
    assert two.calls == 2
    assert two.tokens_in > one.tokens_in
    assert two.tokens_out == 2 * one.tokens_out
    assert two.dollars == pytest.approx((two.tokens_in + two.tokens_out) / 1e6)
    answers.keep(prompt(JOB), (Claim("Dry.", ("d1",)),))
    rest = estimate([JOB, replace(JOB, wanted="light")])
    assert (rest.calls, rest.cached) == (1, 1)
    assert rest.tokens_in == two.tokens_in - one.tokens_in


@given(st.text(), st.text())
def test_longer_texts_have_more_tokens(first, second):
    together = n_tokens(first + second)
    assert max(n_tokens(first), n_tokens(second)) <= together <= n_tokens(first) + n_tokens(second)
    assert n_tokens("") == 0


def test_threads_lose_nothing_and_a_snapshot_is_of_one_moment():
    meter, odd = Meter(), []

    def work() -> None:
        for _ in range(500):
            meter.add(calls=1, tokens_in=3, tokens_out=2, failures=1)
            now = meter.spent()
            odd.extend([now] if now.tokens_in != 3 * now.calls or now.failures != now.calls else [])

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert meter.spent() == Spent(calls=4000, tokens_in=12_000, tokens_out=8_000, failures=4000)
    assert not odd
    meter.forget()
    assert meter.spent() == Spent()
