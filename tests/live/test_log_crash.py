"""Killed in the middle of it: every acknowledged event is there, none twice, and sending all again mends the rest."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys

import pytest

from benchmarks.harness.burst import BURST, SEAT, WRITER
from recsys.live import EventLog
from recsys.settings import ROOT
from recsys.types import Event, Kind

POINTS = sorted(random.Random(4).sample(range(1, BURST), 3))


@pytest.mark.parametrize("n_acknowledged", POINTS)
def test_every_acknowledged_event_survives_a_kill_in_a_burst(durable_url, n_acknowledged):
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "cwd": ROOT}
    writer = subprocess.Popen([sys.executable, "-c", WRITER, durable_url], **pipes)
    acknowledged = [writer.stdout.readline().strip() for _ in range(n_acknowledged)]
    os.kill(writer.pid, signal.SIGKILL)
    acknowledged += writer.stdout.read().split("\n")[:-1]  # said before the kill, read after it
    assert writer.wait() == -signal.SIGKILL
    assert acknowledged[0] == "e0"

    log = EventLog(durable_url)
    found = [line.event_id for line in log.lines(SEAT)]
    assert found[: len(acknowledged)] == acknowledged
    assert len(found) == len(set(found))
    assert len(found) <= len(acknowledged) + 1, "at most the one event that was being acknowledged"

    for n in range(BURST):
        log.append(SEAT, Event(f"e{n}", Kind.LIKE, float(n), "shoe"))
    log.close()
    assert [line.event_id for line in EventLog(durable_url).lines(SEAT)] == [f"e{n}" for n in range(BURST)]


def test_a_server_that_dies_in_a_burst_loses_nothing_that_was_acknowledged(server):
    """The other side of the same promise: PostgreSQL itself is killed and comes back while clicks go on."""
    log = EventLog(server.fresh())
    for n in range(300):
        if n == 100:
            server.stop(signal.SIGQUIT)
        if n == 200:
            server.start()
        log.append(SEAT, Event(f"e{n}", Kind.LIKE, float(n), "shoe"))
        if n in (150, 299):
            assert [event.event_id for event in log.events(SEAT)] == [f"e{m}" for m in range(n + 1)]
    assert log.flush()
    assert (log.waiting, log.trouble) == (0, "")
    assert [line.event_id for line in EventLog(log._store.address).lines(SEAT)] == [f"e{n}" for n in range(300)]
