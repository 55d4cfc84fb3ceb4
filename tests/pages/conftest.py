"""What the app keeps for the life of its process must not pass from a test with one reader to a test with another."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import streamlit as st


@pytest.fixture(autouse=True)
def _nothing_kept_between_readers(request: pytest.FixtureRequest) -> Iterator[None]:
    other_reader = "fresh_reader" in request.fixturenames
    if other_reader:
        st.cache_resource.clear()
    yield
    if other_reader:
        st.cache_resource.clear()
