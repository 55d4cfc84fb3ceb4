"""Train, fine-tune: the text encoder taught by who liked what, in seconds or for real, and what it is worth."""

from __future__ import annotations

from recsys.data import Dataset
from recsys.train import Job, Recipe
from recsys.train.finetune import CONTRAST, FineTune
from recsys.train.head import Head
from recsys.ui import engine, train_finetune_result, train_job
from recsys.ui.choices import linked, picked

HOW, TARGET = "finetune", "finetune-from"
"""Keys of the two choices, in the address."""
CLOSED, REAL, PAIRS = Head.kind, FineTune.kind, "contrast"
_WAYS = {CLOSED: "In seconds (closed form)", REAL: "Real training", PAIRS: "Real training, with contrast"}
_TARGETS = {"ease": "Links of EASE", "ials": "Hidden tastes (ALS)"}
_HOW_HELP = (
    "Closed form: a ridge regression from the text of each liked item to its place among the likes gives one linear "
    "layer behind the encoder. How strong it is, how many directions it keeps and how much of the untouched vector "
    "stays are chosen on parts cut out of the training part. Real training: the encoder itself is changed, bit by bit, "
    "until its vectors lie where the likes put the items. With contrast: it also learns to tell which item a history "
    "leads to, from the others at hand and from ones that only read alike."
)


def draw(data: Dataset) -> None:
    """Draw the choice of a way, the training while it runs, and what came of it."""
    data = data.read_by(engine.USUAL)  # whatever reads in this session, a training starts from the usual encoder
    recipe = _chosen()
    real = recipe.kind == REAL
    job = train_job.done(
        data,
        recipe,
        "Train the encoder" if real else "Learn a head",
        "The encoder itself learns from what people liked after what. Up to 20 minutes; the app stays usable, and a "
        "training that is stopped goes on from its last checkpoint."
        if real
        else "One linear layer behind the encoder, solved exactly and tested on items nobody had touched. About half a "
        "minute, more on large data.",
        watch=_watch,
    )
    if job is not None:
        train_finetune_result.show(data, job)


def _chosen() -> Recipe:
    """Draw what can be chosen and return the recipe."""
    way = linked("How", _WAYS, HOW, "way to fine-tune", help=_HOW_HELP)
    if way != CLOSED:
        return FineTune(contrast=CONTRAST if way == PAIRS else 0.0)
    return Head(picked("What texts learn to predict", _TARGETS, TARGET, "thing to learn"))


def _watch(job: Job) -> None:
    """Draw the chart of a training that is not done yet."""
    if any("step" in point for point in job.points):
        train_finetune_result.course(job)
