"""A language model as writer: any service that speaks OpenAI's chat interface."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.util import find_spec

from recsys.data import Dataset
from recsys.errors import WriterError
from recsys.settings import llm_key, llm_missing, settings
from recsys.words import answers, messages
from recsys.words.contract import Claim, Job, Written, Wrote
from recsys.words.messages import chosen, prompt
from recsys.words.spending import METER
from recsys.words.wire import Reply, Wire, late, unusable

__all__ = ["AT_ONCE", "Endpoint", "chosen", "endpoint_missing", "model_name", "prompt"]

AT_ONCE = 4
"""Conversations of this process with the service at the same time."""
POLL_S = 0.1
"""Seconds between two looks at whether somebody wants it to stop."""
_PLACES = threading.BoundedSemaphore(AT_ONCE)
_STOPPED = "The language model was stopped: ask again when you want the text."


def endpoint_missing(data: Dataset) -> str:
    """Why no language model can write about ``data``, and what to do; "" when one may be asked."""
    reason = llm_missing(data.private)
    if not reason and find_spec("openai") is None:
        return "The language model needs the package openai: pip install 'recsys-live[llm]'."
    return reason


def model_name() -> str:
    """The language model that is set (RECSYS_LLM_MODEL); "" for none."""
    return settings().llm_model


def _never() -> bool:
    return False


@dataclass
class Endpoint:
    """Writes what the service of RECSYS_LLM_BASE_URL answers, with the sources it names.

    Unless it is told that the data are public, only a service on this machine is asked, and no answer is kept on disk.
    """

    private: bool = True
    """Whether the evidence is a visitor's own: ``data.private``."""
    key: Callable[[], str] = field(default=llm_key, repr=False)
    """Gives the key whenever a service is asked, in another thread; "" where it wants none. Nobody keeps what it
    gives."""
    cancelled: Callable[[], bool] = field(default=_never, repr=False)
    """Looked at ten times a second: True ends the conversation with WriterError."""
    name: str = field(default="endpoint", init=False)

    def write(self, job: Job, on_text: Callable[[str], None] | None = None) -> Written:
        """At most ``n_claims`` claims; those that cite what was not sent are among them, struck.

        Takes at most RECSYS_LLM_TIMEOUT, waiting for a place and all attempts included. ``on_text`` is called in the
        caller's own thread; what it raises ends the conversation.

        Raises
        ------
        WriterError
            When nothing usable came: one sentence with what to do, never with the service's own words.
        """
        start = time.perf_counter()
        try:
            claims, reply = self._claims(job, on_text)
        except BaseException:
            METER.add(failures=1)
            raise
        ms = 1000 * (time.perf_counter() - start)
        if reply is None:
            return Written(claims, Wrote(self.name, model_name(), ms, cached=True))
        return Written(claims, Wrote(self.name, model_name(), ms, reply.tokens_in, reply.tokens_out))

    def _claims(self, job: Job, on_text: Callable[[str], None] | None) -> tuple[tuple[Claim, ...], Reply | None]:
        if reason := llm_missing(self.private):
            raise WriterError(reason)
        if not chosen(job):
            raise WriterError("There is nothing to write from: choose something with a description or reviews.")
        sent = prompt(job)
        if not self.private and (claims := answers.kept(sent)):
            METER.add(cached=1)
            if on_text is not None:
                on_text(" ".join(claim.text for claim in claims))
            return claims, None
        reply = self._asked(sent, messages.max_tokens_out(job), on_text)
        because = ""
        try:
            claims = messages.read(reply.text, job)
        except ValueError as error:
            because = str(error)
        if because:
            raise WriterError(unusable(because))
        if not self.private:
            answers.keep(sent, claims)
        return claims, reply

    def _asked(self, sent: list[dict[str, str]], max_tokens: int, on_text: Callable[[str], None] | None) -> Reply:
        """Let another thread ask, and hear from it; whatever happens here ends that conversation."""
        seconds = settings().llm_timeout
        wire = Wire(self.key, seconds)
        self._take_place(wire)
        heard: queue.SimpleQueue[Reply | str | tuple[str]] = queue.SimpleQueue()

        def converse() -> None:
            try:
                heard.put(wire.ask(sent, max_tokens, None if on_text is None else lambda text: heard.put((text,))))
            finally:
                _PLACES.release()

        try:
            _start(converse)
            said = self._outcome(wire, heard, on_text)
        finally:
            wire.cut()
        if isinstance(said, str):
            raise WriterError(said)
        return said

    def _take_place(self, wire: Wire) -> None:
        while not _PLACES.acquire(timeout=max(0.0, min(POLL_S, wire.left()))):
            if self.cancelled():
                raise WriterError(_STOPPED)
            if wire.left() <= 0:
                raise WriterError("The language model is busy with other texts: try again in a moment.")

    def _outcome(
        self,
        wire: Wire,
        heard: queue.SimpleQueue[Reply | str | tuple[str]],
        on_text: Callable[[str], None] | None,
    ) -> Reply | str:
        """What the other thread ends with; until then ``on_text`` hears the sentences so far, when they have grown."""
        shown = ""
        while wire.left() > 0:
            try:
                news = heard.get(timeout=max(0.0, min(POLL_S, wire.left())))
                while isinstance(news, tuple) and not heard.empty():  # only the newest is worth showing
                    news = heard.get()
            except queue.Empty:
                news = ("",)
            if not isinstance(news, tuple):
                return news
            if self.cancelled():
                return _STOPPED
            grown = messages.so_far(news[0])
            if on_text is not None and grown and grown != shown:
                shown = grown
                on_text(grown)
        return late(settings().llm_timeout)


def _start(work: Callable[[], None]) -> None:
    """Start a thread that will give its place back."""
    try:
        # A daemon: a service that hangs must not keep the process from ending.
        threading.Thread(target=work, name="language-model", daemon=True).start()
    except RuntimeError as error:
        _PLACES.release()
        raise WriterError("This machine has no room for one more conversation: try again in a moment.") from error
