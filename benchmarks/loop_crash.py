"""What a crash costs: a process is killed in the middle of a burst of events, on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import contextmanager

from benchmarks.harness.burst import SEAT, WRITER
from benchmarks.harness.postgres import serve
from recsys.live import EventLog
from recsys.settings import ROOT

KILLED_AFTER = (17, 260, 503, 841)
"""Acknowledged events after which the process is killed, of a burst of 1,000."""


def crash() -> dict[str, float | str]:
    """Acknowledged events that were gone after the kill, and events that were there twice; over all kills."""
    with tempfile.TemporaryDirectory() as folder:
        urls = [f"sqlite:///{folder}/events-{n}.sqlite" for n in KILLED_AFTER]
        found = [_killed(url, n) for url, n in zip(urls, KILLED_AFTER, strict=True)]
    databases = "SQLite"
    with contextmanager(serve)() as server:
        if server is not None:
            found += [_killed(server.fresh(f"log{n}"), n) for n in KILLED_AFTER]
            databases += " and PostgreSQL"
    return {
        "lost_events": float(sum(lost for lost, _ in found)),
        "duplicate_events": float(sum(twice for _, twice in found)),
        "n_kills": float(len(found)),
        "crash_databases": databases,
    }


def _killed(url: str, n_acknowledged: int) -> tuple[int, int]:
    """Start a burst, kill it after so many acknowledgements; (acknowledged and gone, stored twice)."""
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert writer.stdout is not None
    acknowledged = [writer.stdout.readline().strip() for _ in range(n_acknowledged)]
    os.kill(writer.pid, signal.SIGKILL)
    acknowledged += writer.stdout.read().split("\n")[:-1]
    writer.wait()
    log = EventLog(url)
    stored = Counter(line.event_id for line in log.lines(SEAT))
    log.close()
    return len(set(acknowledged) - set(stored)), sum(n - 1 for n in stored.values())
