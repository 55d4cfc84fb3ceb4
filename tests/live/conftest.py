"""The databases an event log is tested on."""

from __future__ import annotations

import pytest

from benchmarks.harness import postgres
from recsys.live import IN_MEMORY, EventLog


@pytest.fixture(scope="session")
def _server():
    yield from postgres.serve()


@pytest.fixture
def server(_server):
    """A running PostgreSQL server; without one the test is skipped, loudly."""
    if _server is None:
        pytest.skip(postgres.APT)
    return _server


@pytest.fixture(params=["sqlite", "postgresql"])
def durable_url(request, tmp_path):
    """The address of an empty log that outlives its process."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/state/events.sqlite"
    return request.getfixturevalue("server").fresh()


@pytest.fixture(params=["sqlite", "memory", "postgresql"])
def url(request, tmp_path):
    """The address of an empty log of each kind."""
    if request.param == "memory":
        return IN_MEMORY
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/state/events.sqlite"
    return request.getfixturevalue("server").fresh()


@pytest.fixture
def log(url):
    opened = EventLog(url)
    yield opened
    opened.close()
