"""The loop without a browser: an event is stored, the new list is made; many people at once; visits that end."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import psutil

from benchmarks.harness.app import Server
from benchmarks.harness.visitor import Visitor, crowd
from benchmarks.result import percentiles
from recsys.data import Dataset
from recsys.live import EventLog, Seat, new_id, query_from, recommend
from recsys.models import build
from recsys.models.shared import shared
from recsys.rerank import RERANKERS
from recsys.types import Event, Kind

RANKER, RERANKER = "ltr", "mmr"
K = 10


def event_to_list(data: Dataset, n_people: int = 20, n_events: int = 10) -> dict[str, float]:
    """Milliseconds from an event to its new list: stored on disk, events read back, scored, re-ranked, explained.

    People like, one after the other, an item of their own list. The learned ranker orders, one strategy re-ranks.
    """
    scorer = shared(build(RANKER), data)
    rerank = {RERANKER: RERANKERS[RERANKER].build()}
    spent: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        log = EventLog(f"sqlite:///{folder}/events.sqlite")
        for person in range(n_people):
            seat = Seat(f"session-{person}", data.name, "somebody")
            rng = np.random.default_rng(person)
            item_id = data.item_ids[int(np.argsort(-data.like_counts)[rng.integers(200)])]
            for _ in range(n_events):
                start = time.perf_counter()
                log.append(seat, Event(new_id(), Kind.LIKE, time.time(), item_id))
                ranked = recommend(data, scorer, query_from((), log.events(seat)), K, rerank=rerank)
                spent.append((time.perf_counter() - start) * 1e3)
                item_id = ranked.item_ids[int(rng.integers(len(ranked)))]
    return percentiles("event_list_", spent[n_events:])


@contextmanager
def served() -> Iterator[Server]:
    """A server of its own, with an empty log."""
    with tempfile.TemporaryDirectory() as state:
        server = Server(Path(state))
        try:
            server.wait()
            yield server
        finally:
            server.stop()


def people_at_once(server: Server, query_string: str, n_people: int = 10, n_clicks: int = 12) -> dict[str, float]:
    """Milliseconds per click of ``n_people`` who each think a second, and what went wrong."""
    crowd(server.port, 2, 2, 0.1, query_string, seed=1_000)
    load = crowd(server.port, n_people, n_clicks, 1.0, query_string)
    return percentiles("ten_users_", load.ms) | {"ten_users_errors": float(len(load.errors))}


def growth(server: Server, n_visits: int = 500, n_first: int = 30) -> dict[str, float]:
    """Megabytes the process gains over ``n_visits`` that open, like something and leave, after ``n_first`` of them."""
    process = psutil.Process(server.process.pid)
    for _ in range(n_first):
        _visit(server.port)
    before = process.memory_info().rss
    for _ in range(n_visits):
        _visit(server.port)
    return {"session_growth_mb": (process.memory_info().rss - before) / 2**20, "n_visits": float(n_visits)}


def _visit(port: int) -> None:
    with Visitor(port) as visitor:
        visitor.press(visitor.liked()[0])
        if visitor.errors:
            raise RuntimeError(f"a visit failed: {visitor.errors[0]}")
