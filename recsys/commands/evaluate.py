"""``python -m recsys evaluate``: the numbers of the Metrics page in the shell."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from recsys.columns import Evaluation
from recsys.commands.data import columns
from recsys.data.splits import SPLITS
from recsys.errors import DataError

if TYPE_CHECKING:
    from recsys.evaluate import Experiment, Result

Write = Callable[[str], None]

PARTS = "parts"
"""Folder within ``--out`` where finished models are kept."""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command ``evaluate``."""
    parser = subparsers.add_parser("evaluate", help="measure models on a dataset, with baselines and 95%% intervals")
    parser.add_argument("--dataset", default="shop", help="a name that `data list` shows (shop)")
    parser.add_argument("--split", default="global_time", help=f"{', '.join(SPLITS)} (global_time)")
    parser.add_argument("--k", type=_count, default=10, help="length of the lists, 1 to 100 (10)")
    parser.add_argument(
        "--models",
        nargs="*",
        default=["text_mean", "text_profile"],
        metavar="MODEL[:KNOB=VALUE,...]",
        help="beside the baselines; with knobs as in ease:l2=400,dropout=0.3",
    )
    parser.add_argument("--max-users", type=_count, help="evaluate at most so many users, drawn at random")
    parser.add_argument("--seed", type=int, default=0, help="draws the random split, the users and the resamples (0)")
    parser.add_argument("--liked-from", type=float, default=4.0, help="ratings of so many stars are likes (4)")
    parser.add_argument("--sampled", type=_count, help="rank among so many random items only: a caution, not a result")
    parser.add_argument("--tune", type=_count, default=1, help="settings tried per model inside the training part (1)")
    parser.add_argument("--longest", type=_count, default=50, help="longest list of the curves over k (50)")
    parser.add_argument("--n-boot", type=_count, default=1000, help="resamples behind every interval (1000)")
    parser.add_argument("--csv", type=Path, help="also write the table to this file")
    parser.add_argument("--out", type=Path, help="write all results here, and go on from here when stopped")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, write: Write) -> int:
    """Run one experiment and write its table, its differences and how it was measured."""
    # Imported here: it loads the models and their encoders, which other commands do not need.
    from recsys import evaluate
    from recsys.data import catalogue

    config = _question(arguments)
    data = catalogue.load(arguments.dataset)
    result = evaluate.run(data, config, _progress(), arguments.out / PARTS if arguments.out else None)
    if arguments.csv is not None:
        try:
            arguments.csv.write_text(result.to_csv(), encoding="utf-8")
        except OSError as error:
            raise DataError(f"the table cannot be written to {arguments.csv}: {error.strerror}") from error
    if arguments.out is not None:
        result.save(arguments.out)
    for line in report(result):
        write(line)
    return 0


def _question(arguments: argparse.Namespace) -> Experiment:
    """The experiment that the options describe; DataError says which of them makes no sense."""
    from recsys import evaluate
    from recsys.models.setting import Setting

    try:
        settings = [Setting.parse(word) for word in arguments.models]
        return evaluate.Experiment(
            dataset=arguments.dataset,
            split=arguments.split,
            k=arguments.k,
            models=tuple(setting.model for setting in settings),
            seed=arguments.seed,
            max_users=arguments.max_users,
            n_boot=arguments.n_boot,
            liked_from=arguments.liked_from,
            sampled=arguments.sampled,
            budget=arguments.tune,
            knobs=tuple((setting.model, setting.knobs) for setting in settings if setting.knobs),
            longest=arguments.longest,
        )
    except ValueError as error:
        raise DataError(str(error)) from error


def report(result: Result) -> list[str]:
    """Lines of the report: how it was measured, one row per model and metric, the differences from popularity."""
    from recsys.evaluate import standing
    from recsys.metrics import METRICS
    from recsys.models.setting import Setting

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
        receipt.rules(),
        receipt.intervals(),
        receipt.left_out(),
        f"What the models get to know: {receipt.leak}",
        *filter(None, (receipt.caution(),)),
        "",
        *(" ".join(lines) for lines in [standing.verdict(result)] if lines),
        "",
        *columns(rows),
        "",
        *words,
        *(f"setting: {Setting.of(name, knobs).word}" for name, knobs in receipt.knobs.items()),
        *(f"note: {note}" for note in receipt.notes),
        f"{receipt.seconds['total']:.1f} s, texts read by {receipt.encoder}",
    ]


def _progress() -> Callable[[float, str], None]:
    """One line that redraws itself on a terminal; nothing where the output is kept."""
    from recsys.evaluate.progress import silent

    if not sys.stderr.isatty():
        return silent

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
