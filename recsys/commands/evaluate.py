"""``python -m recsys evaluate``: the numbers of the Metrics page in the shell."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from recsys.columns import Evaluation
from recsys.commands.data import columns
from recsys.errors import DataError

if TYPE_CHECKING:
    from recsys.evaluate import Result

Write = Callable[[str], None]


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command ``evaluate``."""
    parser = subparsers.add_parser("evaluate", help="measure models on a dataset, with baselines and 95%% intervals")
    parser.add_argument("--dataset", default="shop", help="a name that `data list` shows (shop)")
    parser.add_argument("--split", default="global_time", help="global_time, leave_last_out or random (global_time)")
    parser.add_argument("--k", type=_count, default=10, help="length of the lists, 1 to 100 (10)")
    parser.add_argument("--models", nargs="*", default=["text_mean", "text_profile"], help="beside the baselines")
    parser.add_argument("--max-users", type=_count, help="evaluate at most so many users, drawn at random")
    parser.add_argument("--seed", type=int, default=0, help="draws the random split, the users and the resamples (0)")
    parser.add_argument("--csv", type=Path, help="also write the table to this file")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, write: Write) -> int:
    """Run one experiment and write its table, its differences and how it was measured."""
    # Imported here: it loads the models and their encoders, which other commands do not need.
    from recsys import evaluate
    from recsys.data import catalogue

    try:
        config = evaluate.Experiment(
            dataset=arguments.dataset,
            split=arguments.split,
            k=arguments.k,
            models=tuple(arguments.models),
            seed=arguments.seed,
            max_users=arguments.max_users,
        )
    except ValueError as error:
        raise DataError(str(error)) from error
    result = evaluate.run(catalogue.load(arguments.dataset), config, _progress())
    if arguments.csv is not None:
        try:
            arguments.csv.write_text(result.to_csv(), encoding="utf-8")
        except OSError as error:
            raise DataError(f"the table cannot be written to {arguments.csv}: {error.strerror}") from error
    for line in report(result):
        write(line)
    return 0


def report(result: Result) -> list[str]:
    """Lines of the report: how it was measured, one row per model and metric, the differences from popularity."""
    from recsys.metrics import METRICS

    receipt = result.receipt
    rows = [("model", "metric", "value", "95% interval", "people")]
    for row in result.table.to_dict("records"):
        value, low, high = (float(row[column]) for column in (Evaluation.VALUE, Evaluation.LOW, Evaluation.HIGH))
        numbers = (f"{value:.4f}", f"[{low:.4f}, {high:.4f}]") if row[Evaluation.N_USERS] else ("—", "—")
        rows.append((row[Evaluation.MODEL], row[Evaluation.METRIC], *numbers, str(row[Evaluation.N_USERS])))
    words = [
        f"{spec.label}: {sentence}"
        for spec in METRICS.values()
        if result.measured(spec.name)
        for sentence in result.sentences(spec.name)
    ]
    return [
        receipt.sentence(),
        receipt.left_out(),
        f"What this split gives away: {receipt.leak}",
        "",
        *columns(rows),
        "",
        *words,
        *(f"note: {note}" for note in receipt.notes),
        f"{receipt.seconds['total']:.1f} s, texts read by {receipt.encoder}",
    ]


def _progress() -> Callable[[float, str], None] | None:
    """One line that redraws itself on a terminal; nothing where the output is kept."""
    if not sys.stderr.isatty():
        return None

    def tell(share: float, line: str) -> None:
        end = "\n" if share >= 1 else ""
        sys.stderr.write(f"\r{share:4.0%} {line:<60}{end}")
        sys.stderr.flush()

    return tell


def _count(text: str) -> int:
    """A whole number of at least 1, for argparse."""
    number = int(text) if text.strip().isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"should be a whole number of at least 1, is {text!r}")
    return number
