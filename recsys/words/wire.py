"""One conversation with an OpenAI-compatible service: it ends in time, can be cut at any moment, and never shows a key.

Everything here runs in a thread of its own, which is the only place that holds the key. What leaves it is a text or
one sentence, never an exception: those of the client carry the request with its key.
"""

from __future__ import annotations

import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Any

from recsys.settings import llm_is_here, settings
from recsys.words.messages import MAX_ANSWER, SCHEMA
from recsys.words.spending import METER

ATTEMPTS = 3
"""Requests for one text, at most; refused forms of the request do not count."""
BACK_OFF_S = 0.5
"""Wait before the second attempt, doubled for each further one, and up to half of it taken off by chance."""
MAX_BYTES = 4_000_000
"""Of one response with all its wrapping; there are services that never stop."""
TEMPERATURE = 0.1
REFUSED_FORM = (400, 422)
"""What services answer that do not know JSON schemas."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a service said."""

    text: str
    tokens_in: int
    tokens_out: int


class _Unusable(Exception):
    """An answer that is none; its text goes after "because"."""


class Wire:
    """Asks within ``seconds`` from now; ``cut`` ends it from any thread, also while the service keeps silent."""

    def __init__(self, key: Callable[[], str], seconds: float) -> None:
        self._key = key
        self._seconds = seconds
        self._deadline = time.monotonic() + seconds
        self._stop = threading.Event()
        self._socket: Any = None

    def cut(self) -> None:
        """End now: the service hears that nobody listens any more."""
        self._stop.set()
        if self._socket is not None:
            with suppress(OSError):  # it has ended by itself
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def left(self) -> float:
        """Seconds that are left."""
        return self._deadline - time.monotonic()

    def ask(
        self, messages: list[dict[str, str]], max_tokens: int, on_text: Callable[[str], None] | None
    ) -> Reply | str:
        """The service's answer, or one sentence about why there is none; never raises.

        ``on_text`` hears the answer so far whenever it has grown; with None the answer comes in one piece.
        """
        try:
            import openai
        except ImportError:
            return "The language model needs the package openai: pip install 'recsys-live[llm]'."
        try:
            key = self._key().strip()
            if not key.isascii() or not key.isprintable():
                return "The language model's key is not one line of plain characters: check RECSYS_LLM_KEY."
            heard = None if on_text is None else lambda text: on_text(_without(key, text))
            with self._client(openai, key) as client:
                reply = self._attempts(openai, client, messages, max_tokens, heard)
            _without(key, reply.text)
            return reply
        except Exception as error:  # a service fails in its own ways, and none of them may carry the key further
            return self._why(openai, error)

    def _client(self, openai: Any, key: str) -> Any:
        # Private data stay here: no detour through a proxy, and no service that sends us elsewhere.
        http = openai.DefaultHttpxClient(
            follow_redirects=False,
            trust_env=not llm_is_here(),
            event_hooks={"request": [self._watched], "response": [_bounded]},
        )
        # Services on one's own machine often ask for no key, but the client insists on one.
        return openai.OpenAI(base_url=settings().llm_base_url, api_key=key or "none", max_retries=0, http_client=http)

    def _attempts(
        self,
        openai: Any,
        client: Any,
        messages: list[dict[str, str]],
        max_tokens: int,
        on_text: Callable[[str], None] | None,
    ) -> Reply:
        request: dict[str, Any] = {"messages": messages, "temperature": TEMPERATURE, "model": settings().llm_model}
        form = _form(max_tokens, stream=on_text is not None)
        n_failed = 0
        while True:
            try:
                METER.add(calls=1)
                return self._once(client, request | form, on_text)
            except openai.APIStatusError as error:
                if error.status_code in REFUSED_FORM and form:
                    form = {}
                    continue
                n_failed = self._wait(error, n_failed, error.response.headers.get("retry-after", ""))
            except openai.APIConnectionError as error:
                n_failed = self._wait(error, n_failed, "")

    def _once(self, client: Any, request: dict[str, Any], on_text: Callable[[str], None] | None) -> Reply:
        seconds = max(self.left(), 0.001)
        if on_text is None:
            answer = client.chat.completions.create(**request, timeout=seconds)
            return _reply(_content(answer, "message"), getattr(answer, "usage", None))
        text, usage = "", None
        with closing(client.chat.completions.create(**request, stream=True, timeout=seconds)) as chunks:
            for chunk in chunks:
                usage = getattr(chunk, "usage", None) or usage
                grown = _content(chunk, "delta") if getattr(chunk, "choices", None) else ""
                if grown:
                    text += grown
                    on_text(text)
                if len(text) > MAX_ANSWER:
                    break
        return _reply(text, usage)

    def _wait(self, error: Exception, n_failed: int, retry_after: str) -> int:
        """Wait before the next attempt; raises ``error`` where there will be none."""
        status = getattr(error, "status_code", 429)
        back_off = BACK_OFF_S * 2**n_failed * random.uniform(0.5, 1)
        with suppress(ValueError):  # a date: the usual wait will do
            back_off = max(float(retry_after), 0.0) if retry_after else back_off
        pointless = status != 429 and status < 500
        if pointless or n_failed + 1 >= ATTEMPTS or not back_off < self.left() or self._stop.wait(back_off):
            raise error
        return n_failed + 1

    def _watched(self, request: Any) -> None:
        request.extensions["trace"] = self._traced

    def _traced(self, event: str, told: dict[str, Any]) -> None:
        """Remember the newest socket, so that it can be cut."""
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._socket = told["return_value"].get_extra_info("socket")
        if self._stop.is_set():
            self.cut()

    def _why(self, openai: Any, error: Exception) -> str:
        """The reason and what to do, in one sentence; never the service's own words, which may repeat the key."""
        while isinstance(error, openai.APIConnectionError) and isinstance(error.__cause__, _Unusable):
            error = error.__cause__
        if isinstance(error, openai.APITimeoutError) or self.left() <= 0:
            return late(self._seconds)
        if isinstance(error, openai.APIStatusError):
            return _refusal(int(error.status_code))
        if isinstance(error, openai.APIConnectionError):
            return "The language model cannot be reached: start its service, or check RECSYS_LLM_BASE_URL."
        return unusable(str(error) if isinstance(error, _Unusable) else "it is not of the form of OpenAI's interface")


def late(seconds: float) -> str:
    """Say that ``seconds`` were not enough."""
    return f"The language model gave no answer within {seconds:g} seconds: try again, or set RECSYS_LLM_TIMEOUT higher."


def unusable(because: str) -> str:
    """Say what is wrong with an answer."""
    return f"The language model's answer is of no use because {because}: try again, or set another RECSYS_LLM_MODEL."


def _refusal(status: int) -> str:
    if status in (401, 403):
        return "The language model's service refused the key: check RECSYS_LLM_KEY."
    if status == 404:
        return "The language model was not found: check RECSYS_LLM_MODEL and RECSYS_LLM_BASE_URL."
    if status == 429:
        return "The language model is asked too often: wait a minute and try again."
    if status >= 500:
        return f"The language model's service is broken (error {status}): try again later."
    return f"The language model's service refused the request (error {status}): check RECSYS_LLM_MODEL."


def _form(max_tokens: int, stream: bool) -> dict[str, Any]:
    """What a service should hold itself to; those that refuse are asked without."""
    schema = {"name": "sentences", "strict": True, "schema": SCHEMA}
    form: dict[str, Any] = {
        "max_tokens": max_tokens,
        "response_format": {"type": "json_schema", "json_schema": schema},
    }
    return form | ({"stream_options": {"include_usage": True}} if stream else {})


def _without(key: str, text: str) -> str:
    """``text``, which is refused where it holds the key: it would be shown and kept."""
    if key and key in text:
        raise _Unusable("it repeats the key")
    return text


def _content(answer: Any, part: str) -> str:
    """The text in the first choice of an answer or of a piece of one; "" for none."""
    text = getattr(answer.choices[0], part).content
    return text if isinstance(text, str) else ""


def _reply(text: str, usage: Any) -> Reply:
    """Count the tokens, before anybody judges the text: they are paid for either way."""
    counts = [getattr(usage, name, 0) for name in ("prompt_tokens", "completion_tokens")]
    tokens_in, tokens_out = (count if isinstance(count, int) and count > 0 else 0 for count in counts)
    METER.add(tokens_in=tokens_in, tokens_out=tokens_out)
    return Reply(text, tokens_in, tokens_out)


def _bounded(response: Any) -> None:
    """Let no response be longer than MAX_BYTES."""
    import httpx2

    class Bounded(httpx2.SyncByteStream):
        def __init__(self, whole: Any) -> None:
            self._whole = whole

        def __iter__(self) -> Iterator[bytes]:
            room = MAX_BYTES
            for piece in self._whole:
                room -= len(piece)
                if room < 0:
                    raise _Unusable("it is far too long")
                yield piece

        def close(self) -> None:
            self._whole.close()

    response.stream = Bounded(response.stream)
