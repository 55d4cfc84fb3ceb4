"""What the Words page asks for: the job for an item, a text written aside, what it will cost. No drawing here."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import MutableMapping, Sequence
from dataclasses import replace
from functools import partial
from typing import cast

import numpy as np
import streamlit as st

from recsys.columns import Items
from recsys.data import Dataset
from recsys.settings import settings
from recsys.ui.state import session_id
from recsys.ui.wording import Wording
from recsys.ui.words_controls import Writer
from recsys.words.batch import Aside, Batch
from recsys.words.contract import Job, Language, Written, Wrote
from recsys.words.endpoint import Endpoint
from recsys.words.enrich import enriched, said_by_people
from recsys.words.evidence import evidence_of
from recsys.words.extractive import Extractive
from recsys.words.labels import Label, Labeller, Quality
from recsys.words.shortlist import said
from recsys.words.write import write

MAX_KEPT = 16
"""Texts and batches kept per session; those looked at last."""
QUOTED, FILLED = "Quoted word by word", "Filled in from the facts"
"""How texts are written without a language model."""
GRACE = 0.3
"""Seconds beyond its own limit that a language model is waited for, before what was quoted is shown."""


def title(data: Dataset, row: int, language: Language) -> str:
    """Title of an item in ``language``, or in the data's first one."""
    return Wording(data, language == "zh").field(row, Items.TITLE)


def job(data: Dataset, row: int, language: Language) -> Job:
    """The task to describe one item from its record and its reviews."""
    return Job("describe", title(data, row, language), evidence_of(data, row, language), language)


def quoted(wanted: Job) -> Written:
    """The text without a language model."""
    return write(wanted, Extractive())


def filled(wanted: Job) -> Written:
    """Why the items of a list are on it, in sentences filled in from the facts of the job."""
    start = time.perf_counter()
    claims = said(wanted)
    return Written(claims, Wrote("extractive", ms=1000 * (time.perf_counter() - start)))


def too_late(wanted: Job) -> Written:
    """What is quoted instead of a text that did not come in time."""
    found, seconds = quoted(wanted), settings().llm_timeout
    why = f"The language model gave no whole answer within {seconds:g} seconds."
    return replace(found, wrote=replace(found.wrote, model=settings().llm_model, fallback=why))


def aside(data: Dataset, wanted: Job) -> Aside[Written]:
    """The text a language model writes for ``wanted``, asked for once per session until ``forget``."""
    kept = _kept(data)
    if wanted not in kept:
        kept[wanted] = Aside(partial(write, wanted, Endpoint(data.private)))
    return cast("Aside[Written]", _last(kept, wanted))


def category(data: Dataset, row: int) -> Aside[tuple[Label, Quality | None]]:
    """The category an item's text suggests, and how well such suggestions do; learned once per dataset, for everybody.

    Only for data of which ``Labeller.of(data).missing`` is "".
    """
    labeller = Labeller.of(data)
    return data.once((category, row), lambda: Aside(lambda _: (labeller.label(np.array([row]))[0], labeller.quality)))


def forget(data: Dataset, wanted: Job) -> None:
    """Ask anew next time."""
    _kept(data).pop(wanted, None)


def batch(data: Dataset, writer: Writer, language: Language) -> Batch:
    """The batch of descriptions of this session by one writer in one language."""
    kept, key = _kept(data), (data.version, writer, language)
    if key not in kept:
        engine = Endpoint(data.private) if writer == "endpoint" else Extractive()
        kept[key] = Batch(lambda row: write(job(data, row, language), engine))
    return cast(Batch, _last(kept, key))


def _kept(data: Dataset) -> OrderedDict[object, object]:
    """What this session let be written; of one's own data kept with them, so that it goes when they go."""
    shelf = cast("MutableMapping[object, object]", data.memo if data.private else st.session_state)
    key = f"_words-{session_id()}"
    if key not in shelf:
        shelf[key] = OrderedDict()
    return cast("OrderedDict[object, object]", shelf[key])


def _last(kept: OrderedDict[object, object], key: object) -> object:
    kept.move_to_end(key)
    while len(kept) > MAX_KEPT:
        kept.popitem(last=False)
    return kept[key]


def receipt(wrote: Wrote, without: str = QUOTED) -> str:
    """Who wrote a text, how long it took, and what was sent, in one line; ``without`` a language model how.

    >>> receipt(Wrote("extractive", ms=12.4)), receipt(Wrote("endpoint", "tiny", 1200.0, 290, 22))
    ('Quoted word by word · 12 ms · nothing sent', 'Written by tiny · 1.2 s · 312 tokens')
    """
    by = without if wrote.engine == "extractive" else f"Written by {wrote.model}"
    took = f"{wrote.ms / 1000:.1f} s" if wrote.ms >= 1000 else f"{wrote.ms:.0f} ms" if wrote.ms >= 1 else "under 1 ms"
    return " · ".join((by, took, _sent(wrote)))


def _sent(wrote: Wrote) -> str:
    if not wrote.model:
        return "nothing sent"
    if wrote.cached:
        return "kept from before, nothing sent"
    tokens = wrote.tokens_in + wrote.tokens_out
    return f"{tokens:,} tokens" if tokens else "tokens unknown"


def with_reviews(data: Dataset) -> Dataset | None:
    """Return ``data`` with what people say of each item beside its description, made once; None without reviews."""
    return data.once(with_reviews, lambda: _enriched(data, said_by_people(data)))


def _enriched(data: Dataset, reviews: Sequence[str]) -> Dataset | None:
    return enriched(data, reviews) if any(reviews) else None
