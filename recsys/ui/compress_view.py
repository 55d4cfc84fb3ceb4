"""Drawing of the Compress page: make engines smaller, shrink the vectors, and see what changes."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from importlib import import_module

from recsys.data import Dataset
from recsys.ui import choices, frame

Draw = Callable[[Dataset], None]


class View(StrEnum):
    """What the page shows; also its name in the session."""

    ENCODERS = "encoders"
    VECTORS = "vectors"
    CHANGES = "changes"


class Key(StrEnum):
    """Controls of this page in the URL."""

    VIEW = "compress"


_LABELS = {
    View.ENCODERS: "Engines",
    View.VECTORS: "Vectors",
    View.CHANGES: "What changes",
}


def choose() -> View:
    """Draw the choice of a view and return the chosen one."""
    return choices.view(_LABELS, Key.VIEW)


def show(view: View, data: Dataset) -> None:
    """Draw one view; nothing is computed for the others."""
    frame.notices()
    # Imported when chosen: the views need libraries that the app starts without.
    draw: Draw = import_module(f"recsys.ui.compress_{view}_view").draw
    draw(data)
