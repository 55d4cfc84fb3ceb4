"""What happens between starting the process and opening the port."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import streamlit as st

from recsys.data import Dataset
from recsys.data.catalogue import PREPARED
from recsys.live import Seat, query_from, recommend
from recsys.settings import settings
from recsys.ui import cache
from recsys.ui.compare_controls import DEFAULT_MODELS
from recsys.ui.cores import answer_by_one
from recsys.ui.live_model import BESIDE, FOR_YOU
from recsys.warm import warm
from recsys.words.aspects import things_of
from recsys.words.portrait import portrait
from recsys.words.sentiment import shipped

_log = logging.getLogger("recsys.start")


def start() -> None:
    """Warm the encoder, the sample data, the models that the pages start with, and the event log."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    read_secrets()
    cache.event_log().events(Seat("warm-up", "", ""))
    ready = warm(_log.info, samples_only=True, first=PREPARED)[:PREPARED]
    for data in ready:
        for model in dict.fromkeys((FOR_YOU, *BESIDE, *DEFAULT_MODELS)):
            scorer = cache.scorer(cache.dataset(data.name), model)
            recommend(data, scorer, query_from((), (), "warm words, 热身"), 3)
        cache.interest(cache.dataset(data.name))
    _count_words(ready)
    answer_by_one()
    _log.info("ready")


def read_secrets() -> None:
    """Let what stands in ``.streamlit/secrets.toml`` count like the environment: the language model's key can be there.

    Streamlit puts its top lines into the environment of this process; nothing of them is kept elsewhere.
    """
    if st.secrets.load_if_toml_exists():
        settings.cache_clear()


def _count_words(ready: Sequence[Dataset]) -> None:
    """Count the words of ``ready``, for the first portrait and the first review."""
    shipped()
    for data in ready:
        things_of(data)
        for person in data.personas[:1]:
            portrait(data, query_from(person.events, ()))
