"""Writing with a net: whoever is asked, the claims that stand are supported, and the receipt says who wrote them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from recsys.errors import WriterError
from recsys.words.contract import Claim, Engine, Job, Written, Wrote
from recsys.words.endpoint import model_name
from recsys.words.extractive import Extractive
from recsys.words.gate import check

NOT_QUOTED = "It is not what its source says, word for word."
_NOTHING = "there is nothing to quote either."


def write(job: Job, engine: Engine | None = None, on_text: Callable[[str], None] | None = None) -> Written:
    """Claims for ``job`` by ``engine``, each checked; sentences quoted from the evidence where none stands.

    Without an engine, or with the extractive one, everything is quoted, and a quotation stands only where its source
    holds it character by character. Of anything else each claim passes :func:`recsys.words.gate.check`. Those struck
    stay in the result, before the quotations that take their place. ``engine`` of the receipt is who wrote what
    stands, ``model`` who was asked, ``ms`` the time of both; ``fallback`` says why it is not the engine asked for.

    Never raises for what a service does: a WriterError is the fallback's reason. Without evidence nothing stands.
    """
    start = time.perf_counter()
    if engine is None or engine.name == Extractive.name:
        return _quoted(job, on_text)
    try:
        written = engine.write(job, on_text)
    except WriterError as error:
        asked = Wrote(engine.name, model_name(), ms=1000 * (time.perf_counter() - start))
        return _instead(job, Written((), asked), str(error), on_text)
    checked = replace(written, claims=check(written.claims, job.evidence, job.subject))
    if checked.text:
        return checked
    return _instead(job, checked, _why_nothing(checked.claims), on_text)


def _quoted(job: Job, on_text: Callable[[str], None] | None) -> Written:
    """What the extractive engine writes; claims that are no quotation are struck."""
    written = Extractive().write(job, on_text)
    texts = {one.evidence_id: one.text for one in job.evidence}
    return replace(written, claims=tuple(_if_verbatim(claim, texts) for claim in written.claims))


def _if_verbatim(claim: Claim, texts: dict[str, str]) -> Claim:
    held = claim.text and claim.cites and all(claim.text in texts.get(name, "") for name in claim.cites)
    return claim if held or claim.struck else replace(claim, struck=NOT_QUOTED)


def _instead(job: Job, asked: Written, reason: str, on_text: Callable[[str], None] | None) -> Written:
    """Quotations behind the struck claims of ``asked``, and a receipt of both."""
    quoted = _quoted(job, on_text)
    told = reason if quoted.text else f"{reason.rstrip('.')}, and {_NOTHING}"
    ms = asked.wrote.ms + quoted.wrote.ms
    return Written(asked.claims + quoted.claims, replace(asked.wrote, engine=quoted.wrote.engine, ms=ms, fallback=told))


def _why_nothing(claims: tuple[Claim, ...]) -> str:
    if not claims:
        return "The language model wrote nothing."
    if len(claims) == 1:
        return "The one sentence of the language model is not supported by its sources."
    return f"None of the {len(claims)} sentences of the language model is supported by its sources."
