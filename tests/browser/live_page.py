"""The Live page as a test drives it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from playwright.sync_api import Page

from benchmarks.harness.live_page import button, cards, press, type_words

__all__ = ["button", "cards", "main_text", "press", "stored", "type_words"]


def main_text(page: Page) -> str:
    return page.locator("[data-testid='stMain']").inner_text()


def stored(state_dir: Path, kind: str) -> int:
    """Lines of one kind in the event log on disk."""
    with sqlite3.connect(state_dir / "events.sqlite") as db:
        return int(db.execute("SELECT count(*) FROM event_log WHERE kind = ?", (kind,)).fetchone()[0])
