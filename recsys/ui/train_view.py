"""Drawing of the Train page: one way to make the model better."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from importlib import import_module

from recsys.data import Dataset
from recsys.ui import choices, frame

Draw = Callable[[Dataset], None]


class View(StrEnum):
    """What the page shows; also its name in the session."""

    TUNE = "tune"
    FINETUNE = "finetune"
    AUGMENT = "augment"
    FUSE = "fuse"


class Key(StrEnum):
    """Controls of this page in the URL."""

    VIEW = "train"


_LABELS = {
    View.TUNE: "Tune",
    View.FINETUNE: "Fine-tune",
    View.AUGMENT: "Augment",
    View.FUSE: "Fuse",
}


def choose() -> View:
    """Draw the choice of a view and return the chosen one."""
    return choices.view(_LABELS, Key.VIEW)


def show(view: View, data: Dataset) -> None:
    """Draw one view; nothing is computed for the others."""
    frame.notices()
    if data.events.empty:
        frame.empty(
            "Nobody has done anything in this data: there is nothing to learn from.", "Choose other data above."
        )
        return
    # Imported when chosen: the views need libraries that the app starts without.
    draw: Draw = import_module(f"recsys.ui.train_{view}_view").draw
    draw(data)
