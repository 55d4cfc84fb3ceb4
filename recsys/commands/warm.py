"""``python -m recsys warm``: prepare now what the first visitor would otherwise wait for."""

from __future__ import annotations

import argparse
from collections.abc import Callable


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command ``warm``."""
    parser = subparsers.add_parser("warm", help="read the texts and measure the samples once, ahead of the app")
    parser.set_defaults(run=run)


def run(_: argparse.Namespace, write: Callable[[str], None]) -> int:
    """Warm up, telling each step through ``write``."""
    # Imported here: it loads the encoders, which no other command needs.
    from recsys.evaluate.shelf import Shelf, fill
    from recsys.warm import warm

    warm(write)
    fill(Shelf.usual(), write)
    return 0
