"""The small world of the tests on causes, made once per file."""

from __future__ import annotations

import pytest
from causes_world import world


@pytest.fixture(scope="module")
def films():
    return world()
