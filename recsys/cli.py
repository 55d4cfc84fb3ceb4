"""``python -m recsys``: the app's data, measurements and preparations without a browser."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from recsys.commands import data, evaluate, log, train, warm
from recsys.errors import RecsysError

COMMANDS = (data, evaluate, log, train, warm)
"""A command joins with its module and one name here."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it worked, 1 after an error that a person can mend, 2 for wrong arguments."""
    parser = argparse.ArgumentParser(prog="python -m recsys", description="Recommendations that listen, in the shell.")
    subparsers = parser.add_subparsers(required=True)
    for command in COMMANDS:
        command.add_parser(subparsers)
    parsed = parser.parse_args(arguments)
    try:
        code: int = parsed.run(parsed, print)
    except RecsysError as error:
        print(f"recsys: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # The reader went away, as `head` does: hush the flush at exit and stop.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code
