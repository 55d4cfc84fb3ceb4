"""Twenty-five people at once, a second of thought each: nothing fails and nobody waits."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.harness.visitor import crowd
from tests.browser.conftest import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_twenty_five_people_get_their_lists_within_a_second(tmp_path):
    server = Server(tmp_path)
    try:
        server.wait()
        crowd(server.port, 2, 2, 0.1, seed=1_000)
        load = crowd(server.port, 25, 6, think_seconds=1.0)
    finally:
        server.stop()
    assert load.errors == ()
    assert load.n_clicks == 25 * 6
    assert np.percentile(load.ms, 95) <= 1000
