"""What tests of pages ask of every run."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def fine(app: AppTest) -> AppTest:
    """``app``, whose last run ended without an error."""
    assert not app.exception
    assert not app.error
    return app
