"""Many people at once on a real server, no browser: nothing fails, nothing is lost, nobody gets another's list."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from benchmarks.harness.visitor import Visitor, crowd
from tests.browser.conftest import Server
from tests.browser.live_page import stored

N_PEOPLE, N_CLICKS = 10, 4
N_VISITS, MAX_GROWTH_MB = 60, 40

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    state = tmp_path_factory.mktemp("load")
    server = Server(state)
    server.wait()
    yield server, state
    server.stop()


def test_ten_people_at_once_get_their_lists_and_every_click_is_stored(served):
    server, state = served
    before = stored(state, "like")
    load = crowd(server.port, N_PEOPLE, N_CLICKS, think_seconds=0.5)
    assert load.errors == ()
    assert load.n_clicks == N_PEOPLE * N_CLICKS
    assert stored(state, "like") - before == load.n_clicks


def test_one_visitors_like_leaves_anothers_list_alone(served):
    server, _ = served
    with Visitor(server.port) as one, Visitor(server.port) as other:
        listed = other.liked()
        assert one.liked() == listed
        for _ in range(3):
            one.press(one.liked()[0])
        assert one.liked() != listed
        other.press("why-" + listed[0].removeprefix("like-"))
        assert other.liked() == listed


def test_visits_that_end_leave_no_memory_behind(served):
    server, _ = served
    process = psutil.Process(server.process.pid)
    for _ in range(10):
        _visit(server.port)
    before = process.memory_info().rss
    for _ in range(N_VISITS):
        _visit(server.port)
    assert (process.memory_info().rss - before) / 2**20 < MAX_GROWTH_MB


def _visit(port: int) -> None:
    with Visitor(port) as visitor:
        visitor.press(visitor.liked()[0])
        assert visitor.errors == []
