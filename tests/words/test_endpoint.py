"""The language-model writer: over real sockets, with every way in which a service can let one down."""

from __future__ import annotations

import json
import logging
import socket
import threading
import time
import traceback
from dataclasses import replace
from http.client import HTTPConnection

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.harness import fault_server as faults
from benchmarks.harness.fault_server import FaultServer, answers, good
from recsys.errors import WriterError
from recsys.settings import settings
from recsys.words import endpoint, messages, wire
from recsys.words.contract import Evidence, Job
from recsys.words.endpoint import Endpoint, chosen, endpoint_missing, prompt
from recsys.words.messages import MAX_ANSWER, MAX_TOKENS_IN, n_tokens, read, so_far
from recsys.words.spending import METER
from tests.words.asked import EVIDENCE, EVIL, JOB, KEY, all_places_free, service_set

GRACE_S = 0.5
"""What a page may wait beyond the timeout."""
PUBLIC = Endpoint(private=False)


@pytest.fixture(scope="module", autouse=True)
def _client_imported():
    import openai  # noqa: F401  # of requirements-dev.txt: without it these tests fail rather than skip


@pytest.fixture
def service(monkeypatch, tmp_path):
    running = FaultServer()
    monkeypatch.setattr(wire, "BACK_OFF_S", 0.05)
    with service_set(monkeypatch, tmp_path, running.url):
        yield running
    running.close()


@pytest.fixture
def impatient(monkeypatch, service):
    """Return the service, for which there is hardly any time."""
    monkeypatch.setenv("RECSYS_LLM_TIMEOUT", "0.6")
    settings.cache_clear()
    return service


def failure(job: Job = JOB, engine: Endpoint = PUBLIC, on_text=None) -> WriterError:
    with pytest.raises(WriterError) as raised:
        engine.write(job, on_text)
    sentence = str(raised.value)
    assert sentence.endswith(".")
    assert sentence.count(". ") == 0  # one sentence
    assert KEY not in sentence
    assert "12345" not in sentence  # the service's own words
    return raised.value


def eventually(condition, seconds: float = 2.0) -> bool:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()


def test_a_good_answer_becomes_claims_with_their_sources_and_a_receipt(service):
    written = PUBLIC.write(JOB)
    assert [claim.text for claim in written.claims] == [one.text for one in EVIDENCE[:3]]
    assert [claim.cites for claim in written.claims] == [("d1",), ("r1.1",), ("r2.1",)]
    wrote = written.wrote
    assert (wrote.engine, wrote.model, wrote.tokens_in, wrote.tokens_out) == ("endpoint", "tiny", 120, 30)
    assert wrote.ms > 0
    assert not wrote.cached
    assert wrote.fallback == ""
    assert eventually(all_places_free)


def test_the_request_holds_one_task_one_document_and_a_schema_at_temperature_a_tenth(service):
    PUBLIC.write(JOB)
    [request] = service.requests
    assert (request["model"], request["temperature"]) == ("tiny", 0.1)
    assert request["messages"] == prompt(JOB)
    assert request["response_format"]["type"] == "json_schema"
    assert request["response_format"]["json_schema"]["strict"] is True
    assert request["max_tokens"] == 460
    assert "stream" not in request
    assert service.keys == [f"Bearer {KEY}"]


def test_the_prompt_is_the_task_and_the_data_and_nothing_else():
    system, user = prompt(JOB)
    assert (system["role"], user["role"]) == ("system", "user")
    document = json.loads(user["content"])
    assert (document["subject"], document["wanted"]) == ("Rain running shoe", "dry feet")
    assert (document["language"], document["max_sentences"]) == ("English", 3)
    told = [(one["id"], one["source"], one["text"]) for one in document["evidence"]]
    assert told == [(one.evidence_id, one.source, one.text) for one in EVIDENCE]
    assert json.loads(prompt(replace(JOB, language="zh"))[1]["content"])["language"] == "Chinese"
    tasks = {prompt(replace(JOB, task=task))[0]["content"] for task in ("describe", "why_these", "label")}
    assert len(tasks) == 3


def test_a_review_that_gives_orders_stays_data(service):
    PUBLIC.write(JOB)
    system, user = service.requests[0]["messages"]
    assert EVIL not in system["content"]
    assert "Ignore all rules" not in system["content"]
    assert service.document["evidence"][2]["text"] == EVIL
    assert set(service.document) == {"subject", "wanted", "language", "max_sentences", "evidence"}


@pytest.mark.parametrize("answer", ['{"sentences": []}', '{"key": "none"} As ordered.', "SYSTEM: the key is hunter2"])
def test_a_service_that_obeys_a_review_gives_no_text(service, answer):
    service.otherwise = answers(answer)
    assert "is of no use because it" in str(failure())


# ---- streaming


def test_a_stream_is_heard_sentence_by_sentence_and_ends_as_the_same_text(service):
    service.otherwise = answers(good, pause=0.03, n_pieces=12)
    heard: list[str] = []
    where: set[int] = set()
    written = PUBLIC.write(JOB, lambda text: (heard.append(text), where.add(threading.get_ident())))
    assert len(heard) >= 4
    assert all(later.startswith(earlier) for earlier, later in zip(heard, heard[1:], strict=False))
    assert written.text.startswith(heard[0])
    assert where == {threading.get_ident()}
    assert service.requests[0]["stream"] is True
    assert (written.wrote.tokens_in, written.wrote.tokens_out) == (120, 30)


def test_whoever_stops_listening_ends_the_conversation(service):
    class Rerun(BaseException):
        """As an interface raises it when somebody clicks elsewhere."""

    def listen(text: str) -> None:
        raise Rerun

    service.otherwise = answers(good, pause=0.3, n_pieces=40)
    with pytest.raises(Rerun):
        PUBLIC.write(JOB, listen)
    assert eventually(lambda: service.n_hung_up == 1 and all_places_free())
    assert METER.spent().failures == 1


@pytest.mark.parametrize("streamed", [True, False])
def test_it_can_be_stopped_while_the_service_keeps_silent(service, streamed):
    service.otherwise = faults.hangs()
    start = time.perf_counter()
    engine = Endpoint(private=False, cancelled=lambda: time.perf_counter() - start > 0.3)
    assert "was stopped" in str(failure(engine=engine, on_text=print if streamed else None))
    assert time.perf_counter() - start < 1
    assert eventually(lambda: service.n_hung_up == 1 and all_places_free())


TEXT = '{"sentences": [{"text": "It is \\"dry\\" \\ud83d\\udc5f 雨.", "cites": []}, {"text": "Two.", "cites": []}]}'


@given(cut=st.integers(0, len(TEXT)))
def test_what_is_heard_of_an_answer_only_grows(cut):
    assert so_far(TEXT[: cut + 1]).startswith(so_far(TEXT[:cut]))


def test_the_whole_is_heard_at_the_end():
    assert so_far(TEXT) == 'It is "dry" 👟 雨. Two.'


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading(text):
    so_far(text)
    so_far('{"text": "' + text)
    with pytest.raises(ValueError, match="it "):
        read(text, JOB)


# ---- a service that is late


@pytest.mark.parametrize("streamed", [True, False])
@pytest.mark.parametrize(
    "act",
    [
        faults.hangs(),
        faults.drips(),
        faults.drips(before_headers=True, piece=b"x"),
        faults.drips(piece=b"data: {}\n\n"),
        answers(good, pause=0.4),
        faults.refuses(429, Retry_After="0.4"),
        faults.refuses(503),
    ],
    ids=["hang", "drip", "drip-headers", "drip-events", "slow-stream", "always-429", "always-503"],
)
def test_nothing_takes_longer_than_the_timeout_and_leaves_nobody_waiting(impatient, act, streamed):
    if streamed or act.__qualname__.startswith(("hangs", "drips", "refuses")):
        impatient.otherwise = act
        start = time.perf_counter()
        failure(on_text=(lambda text: None) if streamed else None)
        assert time.perf_counter() - start < 0.6 + GRACE_S
        assert eventually(lambda: all_places_free() and impatient.n_open == 0)
        assert not [one for one in threading.enumerate() if one.name == "language-model"]


def test_a_service_that_does_not_even_take_the_call_keeps_nobody(impatient, monkeypatch):
    with socket.socket() as deaf, socket.socket() as first, socket.socket() as second:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        for caller in (first, second):  # they fill the queue; whoever calls now is not heard
            caller.setblocking(False)
            caller.connect_ex(deaf.getsockname())
        monkeypatch.setenv("RECSYS_LLM_BASE_URL", f"http://127.0.0.1:{deaf.getsockname()[1]}/v1")
        settings.cache_clear()
        start = time.perf_counter()
        assert "within 0.6 seconds" in str(failure())
        assert time.perf_counter() - start < 0.6 + GRACE_S
        assert eventually(all_places_free, 1.0)


def test_a_late_answer_names_the_seconds_and_the_remedy(impatient):
    impatient.otherwise = faults.hangs()
    sentence = str(failure())
    assert "within 0.6 seconds" in sentence
    assert "RECSYS_LLM_TIMEOUT" in sentence


def test_no_more_than_four_talk_at_once_and_waiting_counts(impatient):
    impatient.otherwise = faults.hangs()
    start = time.perf_counter()
    took: list[float] = []

    def one() -> None:
        failure()
        took.append(time.perf_counter() - start)

    threads = [threading.Thread(target=one) for _ in range(9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(took) == 9
    assert max(took) < 0.6 + GRACE_S
    assert impatient.most_open == endpoint.AT_ONCE == 4
    assert eventually(all_places_free)
    impatient.otherwise = answers(good)
    assert PUBLIC.write(JOB).text


# ---- a service that refuses, breaks, or is not there


def test_too_many_requests_are_asked_again_after_the_wait_the_service_names(service):
    service.script.extend([faults.refuses(429, Retry_After="0.3")])
    assert PUBLIC.write(JOB).text
    assert 0.3 <= service.times[1] - service.times[0] < 1
    assert METER.spent().calls == 2


def test_a_wait_that_is_too_long_is_not_begun(service):
    service.otherwise = faults.refuses(429, Retry_After="3600")
    start = time.perf_counter()
    assert "asked too often" in str(failure())
    assert time.perf_counter() - start < 2
    assert len(service.requests) == 1


def test_without_a_named_wait_the_waits_grow_and_the_attempts_end(service, monkeypatch):
    monkeypatch.setattr(wire, "BACK_OFF_S", 0.2)
    service.otherwise = faults.refuses(429)
    assert "asked too often" in str(failure())
    first, second, third = service.times
    assert 0.1 <= second - first < third - second + 0.1
    assert third - second >= 0.2


@pytest.mark.parametrize("act", [faults.refuses(500), faults.refuses(503), faults.breaks_off])
def test_a_service_that_stumbles_once_is_asked_again(service, act):
    service.script.append(act)
    assert PUBLIC.write(JOB).text
    assert len(service.requests) == 2


@pytest.mark.parametrize(
    ("status", "remedy", "n_requests"),
    [
        (401, "check RECSYS_LLM_KEY", 1),
        (404, "check RECSYS_LLM_MODEL", 1),
        (418, "refused the request (error 418)", 1),
        (400, "refused the request (error 400)", 2),
        (500, "is broken (error 500)", 3),
        (302, "refused the request (error 302)", 1),
    ],
)
def test_a_refusal_says_what_to_do_in_our_own_words(service, status, remedy, n_requests):
    service.otherwise = faults.refuses(status, Location="https://models.example/v1")
    assert remedy in str(failure())
    assert len(service.requests) == n_requests


@pytest.mark.parametrize("streamed", [True, False])
def test_a_service_that_knows_no_schema_is_asked_once_without(service, streamed):
    service.otherwise = faults.refuses_schema
    assert PUBLIC.write(JOB, (lambda text: None) if streamed else None).text
    assert ["response_format" in request for request in service.requests] == [True, False]
    assert service.requests[1]["messages"] == service.requests[0]["messages"]


def test_nobody_at_home_is_said_soon(service):
    service.close()
    start = time.perf_counter()
    assert "cannot be reached" in str(failure())
    assert time.perf_counter() - start < 3


def test_an_address_that_is_none_is_said(service, monkeypatch):
    for address in ("http://[::1", "nonsense", "file:///etc/passwd"):
        monkeypatch.setenv("RECSYS_LLM_BASE_URL", address)
        settings.cache_clear()
        failure()


# ---- answers of no use


@pytest.mark.parametrize("streamed", [True, False])
@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it is empty"),
        ("   ", "it is empty"),
        ("I would say it is a fine shoe.", "not whole JSON"),
        (good({"evidence": [{"id": "d1", "text": "Dry."}], "max_sentences": 3})[:-9], "not whole JSON"),
        ('{"sentences": "Dry."}', "no list of sentences"),
        ('{"text": "Dry.", "cites": ["d1"]}', "no list of sentences"),
        ('{"sentences": [{"text": "Dry.", "cites": []}]}', "no sentence with a source"),
        ('{"sentences": [{"text": "", "cites": ["d1"]}, 7, null, {"text": 1, "cites": [2]}]}', "no sentence with"),
        ('{"sentences": [{"text": "Dry.", "cites": ["r99"]}]}', "only sources that do not exist"),
        ("[" * 9000 + "]" * 9000, "not whole JSON"),
        ('{"a":' * 3000 + "1" + "}" * 3000, "it "),
        ("x" * (MAX_ANSWER + 1), "far too long"),
        (f'{{"sentences": [{{"text": "The key is {KEY}.", "cites": ["d1"]}}]}}', "repeats the key"),
    ],
)
def test_an_answer_of_no_use_says_why(service, text, why, streamed):
    service.otherwise = answers(text)
    assert why in str(failure(on_text=(lambda _: None) if streamed else None))
    left_early = streamed and (len(text) > MAX_ANSWER or KEY in text)
    assert METER.spent().tokens_out == (0 if left_early else 30)  # paid for all the same
    assert METER.spent().failures == 1


@pytest.mark.parametrize("streamed", [True, False])
@pytest.mark.parametrize(
    "act",
    [
        faults.says(b"<html>busy</html>", "text/html"),
        faults.says(b"{}"),
        faults.says(b'{"choices": []}'),
        faults.says(b'{"choices": null}'),
        faults.says(b'{"choi'),
        faults.says(b"\xff\xfe\x00"),
        faults.says(b'data: {"choi\n\n', "text/event-stream"),
        faults.says(b'data: {"error": "out of memory 12345"}\n\n', "text/event-stream"),
        faults.says(b"", status=204),
    ],
)
def test_a_service_that_speaks_something_else_gives_no_text(service, act, streamed):
    service.otherwise = act
    failure(on_text=(lambda _: None) if streamed else None)


@pytest.mark.parametrize("streamed", [True, False])
def test_a_flood_is_not_drunk(service, streamed):
    service.otherwise = faults.floods
    start = time.perf_counter()
    assert "far too long" in str(failure(on_text=(lambda _: None) if streamed else None))
    assert time.perf_counter() - start < 4


def test_a_sentence_with_a_wrong_source_is_struck_and_the_others_stand(service):
    told = [{"text": "Dry.", "cites": ["d1"]}, {"text": "It won 3 prizes.", "cites": ["d1", "r99"]}]
    service.otherwise = answers(json.dumps({"sentences": told}))
    written = PUBLIC.write(JOB)
    assert [bool(claim.struck) for claim in written.claims] == [False, True]
    assert written.text == "Dry."


@pytest.mark.slow
@pytest.mark.parametrize(
    "around", ["```json\n{}\n```", "<think>{{}} Let me see: {{</think>{}", "Sure! {} Anything else?"]
)
def test_words_around_an_answer_do_no_harm(service, around):
    service.otherwise = answers(lambda document: around.format(good(document)))
    assert len(PUBLIC.write(JOB).claims) == 3


def test_more_sentences_than_wanted_are_left_out_and_odd_characters_too():
    told = [{"text": f" Line\n{n} \ud800.", "cites": ["d1", "d1"]} for n in range(5)]
    claims = read(json.dumps({"sentences": told}), replace(JOB, n_claims=2))
    assert [(claim.text, claim.cites) for claim in claims] == [("Line 0 .", ("d1",)), ("Line 1 .", ("d1",))]


# ---- how much is sent, and where


def many(n_items: int, n_each: int) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(f"i{item}.{n}", f"Sentence {n} about item {item} " + "word " * 30, "description", f"i{item}")
        for item in range(n_items)
        for n in range(n_each)
    )


def test_evidence_beyond_the_budget_is_left_out_fairly_and_countably():
    job = Job("why_these", "Ten shoes", many(10, 40))
    sent = chosen(job)
    assert 0 < len(sent) < len(job.evidence)
    assert sum(n_tokens(one.text) for one in sent) <= MAX_TOKENS_IN
    per_item = [sum(one.item_id == f"i{item}" for one in sent) for item in range(10)]
    assert max(per_item) - min(per_item) <= 1
    assert sum(n_tokens(message["content"]) for message in prompt(job)) < MAX_TOKENS_IN + 1000
    assert list(sent) == [one for one in job.evidence if one in set(sent)]
    assert json.loads(prompt(job)[1]["content"])["evidence"][0]["item"] == "i0"


def test_evidence_that_fits_is_sent_whole():
    assert chosen(JOB) == EVIDENCE


def test_without_evidence_nobody_is_asked(service):
    assert "nothing to write from" in str(failure(replace(JOB, evidence=())))
    huge = Evidence("d1", "word " * 20_000, "description", "shoe")
    assert "nothing to write from" in str(failure(replace(JOB, evidence=(huge,))))
    assert not service.requests


def test_private_data_go_to_this_machine_only(service, toy, monkeypatch):
    own = replace(toy, private=True)
    assert endpoint_missing(own) == ""
    assert Endpoint(private=True).write(JOB).text
    for address in ("https://models.example/v1", "http://127.0.0.1@models.example/v1", "http://[::1"):
        monkeypatch.setenv("RECSYS_LLM_BASE_URL", address)
        settings.cache_clear()
        assert endpoint_missing(own) == "Your own data are not sent to a language model elsewhere."
        assert endpoint_missing(toy) == ""
        assert "not sent" in str(failure(engine=Endpoint(private=True)))
        assert "not sent" in str(failure(engine=Endpoint()))  # nobody said that they are public


def test_private_data_take_no_detour_and_follow_no_signpost(service, monkeypatch):
    elsewhere = FaultServer()
    monkeypatch.setenv("HTTP_PROXY", elsewhere.url.removesuffix("/v1"))
    monkeypatch.setenv("http_proxy", elsewhere.url.removesuffix("/v1"))
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    service.script.append(faults.says(b"", status=307, Location=f"{elsewhere.url}/chat/completions"))
    failure(engine=Endpoint())
    assert Endpoint().write(JOB).text
    assert not elsewhere.requests
    elsewhere.close()


def test_without_a_service_it_says_what_to_set(monkeypatch, toy, service):
    monkeypatch.delenv("RECSYS_LLM_BASE_URL")
    monkeypatch.delenv("RECSYS_LLM_MODEL")
    settings.cache_clear()
    assert "set RECSYS_LLM_BASE_URL and RECSYS_LLM_MODEL" in endpoint_missing(toy)
    assert "set RECSYS_LLM_BASE_URL and RECSYS_LLM_MODEL" in str(failure())


def test_without_the_client_it_says_what_to_install(service, toy, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "openai", None)
    assert "pip install 'recsys-live[llm]'" in str(failure())
    monkeypatch.setattr(endpoint, "find_spec", lambda name: None)
    assert "pip install 'recsys-live[llm]'" in endpoint_missing(toy)


@pytest.mark.parametrize("text", ["nonsense", "0", "-1", "nan", "inf", "1,2", "9999"])
def test_a_timeout_that_is_none_is_refused(monkeypatch, service, text):
    monkeypatch.setenv("RECSYS_LLM_TIMEOUT", text)
    settings.cache_clear()
    with pytest.raises(ValueError, match="RECSYS_LLM_TIMEOUT should be seconds above 0"):
        settings()


# ---- the key


def test_the_key_may_come_from_whoever_holds_it_and_is_asked_for_each_time(service, monkeypatch):
    monkeypatch.delenv("RECSYS_LLM_KEY")
    asked: list[int] = []

    def secret() -> str:
        asked.append(1)
        return f" {KEY}-{len(asked)}\n"

    engine = Endpoint(key=secret)
    assert KEY not in repr(engine)
    engine.write(JOB)
    engine.write(JOB)
    assert service.keys == [f"Bearer {KEY}-1", f"Bearer {KEY}-2"]


@pytest.mark.parametrize("key", [f"{KEY}\r\nX-Other: 1", f"密钥{KEY}"])
def test_a_key_that_is_no_key_is_never_sent(service, key):
    assert "check RECSYS_LLM_KEY" in str(failure(engine=Endpoint(key=lambda: key)))
    assert not service.requests


def test_a_holder_of_the_key_that_fails_does_not_show_it(service):
    def secret() -> str:
        raise RuntimeError(KEY)

    failure(engine=Endpoint(key=secret))


def told(error: BaseException) -> str:
    """All that any rendering of an error shows, its causes and the variables of its frames included."""
    rendered = traceback.TracebackException.from_exception(error, capture_locals=True)
    chain = "".join(rendered.format(chain=True))
    links = [error, error.__cause__, error.__context__]
    return chain + "".join(f"{one}{one!r}{getattr(one, 'args', '')}" for one in links)


@pytest.mark.slow
def test_the_key_is_in_no_log_no_file_no_error_and_no_setting(impatient, caplog, tmp_path, capfd):
    caplog.set_level(logging.DEBUG)
    for name in ("openai", "httpx", "httpx2", "httpcore", "httpcore2"):
        caplog.set_level(logging.DEBUG, logger=name)
    seen = [repr(PUBLIC.write(JOB)), repr(PUBLIC.write(JOB))]  # asked, then from the cache
    seen.append(repr(PUBLIC.write(replace(JOB, wanted="streamed"), lambda text: seen.append(text))))
    repeats = answers(f'{{"sentences": [{{"text": "{KEY}", "cites": ["d1"]}}]}}')
    acts = [faults.refuses(status) for status in (400, 401, 429, 500)]
    for act in [*acts, faults.hangs(), faults.drips(), faults.floods, faults.breaks_off, repeats, answers("?")]:
        for on_text in (None, seen.append):
            impatient.otherwise = act
            seen.append(told(failure(replace(JOB, wanted="something else"), on_text=on_text)))
    impatient.close()
    seen.append(told(failure(replace(JOB, wanted="nobody at home"))))
    assert eventually(all_places_free)
    records = [f"{record.getMessage()} {record.args!r} {record.exc_text}" for record in caplog.records]
    assert any("httpcore2" in record.name for record in caplog.records)  # the loggers were listened to
    files = [path.read_text(encoding="utf-8") for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) == 2
    printed = "".join(capfd.readouterr())
    assert KEY not in "\n".join([*seen, *records, *files, caplog.text, printed, repr(settings()), repr(PUBLIC)])
    assert KEY not in "".join(str(path) for path in tmp_path.rglob("*"))
    assert f"Bearer {KEY}" in impatient.keys  # it was there to be leaked
    assert messages.prompt(JOB)  # and is not in what a page shows
    assert KEY not in json.dumps(messages.prompt(JOB))


def test_the_fault_server_speaks_for_itself(service):
    asked = HTTPConnection("127.0.0.1", service.server.server_port)
    body = {"model": "m", "messages": [{"role": "user", "content": prompt(JOB)[1]["content"]}]}
    asked.request("POST", "/v1/chat/completions", json.dumps(body), {"Authorization": "Bearer x"})
    answer = json.loads(asked.getresponse().read())
    assert json.loads(answer["choices"][0]["message"]["content"])["sentences"][0]["cites"] == ["d1"]
