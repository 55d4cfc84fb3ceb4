"""Training a sentence encoder with the trainer of sentence-transformers, which is imported when it begins."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from recsys.text.onnx_encoder import MAX_TOKENS
from recsys.train.finetune_lessons import BEST, Lessons
from recsys.train.finetune_loss import Lesson
from recsys.types import Matrix, Vector

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer

BATCH_READING = 32
WARMUP_STEPS = 50
CHECKPOINTS, ABOUT = "checkpoints", "evaluations.json"
TIME_UP, NO_BETTER, DONE = "time", "no_better", "done"
"""Why a training ended."""


@dataclass(frozen=True)
class Course:
    """How a training goes."""

    learning_rate: float
    contrast: float
    epochs: int
    batch: int
    tokens: int
    seconds: float
    patience: int
    frozen_layers: int
    seed: int


class Watch:
    """Judges the encoder once an epoch, keeps the best one, and ends the training in time; survives a kill."""

    def __init__(
        self,
        folder: Path,
        course: Course,
        judge: Callable[[SentenceTransformer], float],
        tell: Callable[[float, float, dict[str, float]], object],
    ) -> None:
        self.folder, self.course, self.judge, self.tell = folder, course, judge, tell
        self.begin = time.monotonic()
        said = judged(folder)
        self.spent: float = said["seconds"]  # before this session
        self.ended: str = said["ended"]
        self.values: dict[int, float] = said["values"]

    @property
    def seconds(self) -> float:
        """Spent so far, those before a stop included."""
        return self.spent + time.monotonic() - self.begin

    def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, float] | None = None, **_: Any) -> None:
        """Add a point to the chart."""
        if state.max_steps and logs and "loss" in logs:
            point = {"step": state.global_step, "loss": float(logs["loss"])}
            self.tell(state.global_step / state.max_steps, self.seconds, point)

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """End it when the time is up."""
        if self.seconds > self.course.seconds:
            self._end(control, TIME_UP)

    def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """What a later session has to know of this one."""
        self._write()

    def on_epoch_end(self, args: Any, state: Any, control: Any, model: Any = None, **_: Any) -> None:
        """Judge, keep the encoder if it is the best so far, and end when it has not become better for long."""
        value = self.judge(model)
        if value > max(self.values.values(), default=float("-inf")):
            _saved(model, self.folder / BEST)
        self.values[state.global_step] = value
        point = {"step": state.global_step, "validation": value}
        self.tell(state.global_step / max(1, state.max_steps), self.seconds, point)
        best = max(self.values, key=lambda step: self.values[step])
        if sum(step > best for step in self.values) >= self.course.patience:
            self._end(control, NO_BETTER)
        self._write()

    def close(self) -> None:
        """Nothing is left to train: a later session only tests."""
        self.ended = self.ended or DONE
        self._write()

    def _end(self, control: Any, reason: str) -> None:
        control.should_training_stop = True
        self.ended = self.ended or reason

    def _write(self) -> None:
        said = {"seconds": self.seconds, "ended": self.ended, "values": self.values}
        part = self.folder / f"{ABOUT}.part"
        part.write_text(json.dumps(said), encoding="utf-8")
        part.replace(self.folder / ABOUT)


def judged(folder: Path) -> dict[str, Any]:
    """What was found so far: seconds, why it ended ("" before), and the value on validation by step."""
    try:
        said = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {"seconds": 0.0, "ended": "", "values": {}}
    return {**said, "values": {int(step): float(value) for step, value in said["values"].items()}}


def trained(source: Path, folder: Path, lessons: Lessons, centre: Vector, course: Course, watch: Watch) -> str:
    """Train the encoder of ``source`` until it ends, going on from the last whole checkpoint; why it ended.

    The best encoder is then in ``folder`` / BEST. The epoch in which the time is up is judged as far as it came.
    """
    if watch.ended and (folder / BEST).exists():
        return watch.ended
    from datasets import Dataset as Table  # type: ignore[import-not-found,import-untyped,unused-ignore]
    from sentence_transformers import SentenceTransformerTrainer
    from transformers import TrainerCallback

    class Callback(TrainerCallback):  # type: ignore[misc]  # transformers is not typed here
        """Lets the trainer tell the watch."""

        on_log, on_save = watch.on_log, watch.on_save
        on_step_end, on_epoch_end = watch.on_step_end, watch.on_epoch_end

    model = opened(source, course.tokens)
    _freeze(model, course.frozen_layers)
    trainer = SentenceTransformerTrainer(
        model=model,
        args=_arguments(folder, len(lessons.texts), course),
        train_dataset=Table.from_dict({"text": list(lessons.texts), "label": list(range(len(lessons.texts)))}),
        loss=_loss(model, Lesson(lessons, centre, course.contrast)),
        callbacks=[Callback()],
    )
    last = whole_checkpoint(folder / CHECKPOINTS)
    trainer.train(resume_from_checkpoint=str(last) if last else None)
    watch.close()
    shutil.rmtree(folder / CHECKPOINTS, ignore_errors=True)
    return watch.ended


def _arguments(folder: Path, n_texts: int, course: Course) -> Any:
    from sentence_transformers import SentenceTransformerTrainingArguments

    per_epoch = max(1, n_texts // course.batch)
    return SentenceTransformerTrainingArguments(
        output_dir=str(folder / CHECKPOINTS),
        num_train_epochs=course.epochs,
        per_device_train_batch_size=course.batch,
        learning_rate=course.learning_rate,
        warmup_steps=min(WARMUP_STEPS, per_epoch),
        weight_decay=0.01,
        seed=course.seed,
        bf16=quick_half_precision(),
        use_cpu=True,
        save_steps=max(1, per_epoch // 4),
        save_total_limit=2,
        logging_steps=max(1, per_epoch // 8),
        dataloader_drop_last=n_texts > course.batch,
        disable_tqdm=True,
        report_to="none",
    )


def _loss(model: SentenceTransformer, lesson: Lesson) -> Any:
    """The lesson in the form in which the trainer wants it."""
    import torch

    class Loss(torch.nn.Module):  # type: ignore[misc]  # torch is not typed here
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, sentence_features: Iterable[dict[str, torch.Tensor]], labels: torch.Tensor) -> torch.Tensor:
            return lesson(self.model(next(iter(sentence_features)))["sentence_embedding"], labels)

    return Loss()


def whole_checkpoint(folder: Path) -> Path | None:
    """The newest checkpoint that was written to its end; None for none. What is not whole is deleted."""
    found = sorted(folder.glob("checkpoint-*"), key=lambda path: int(path.name.rpartition("-")[2]), reverse=True)
    for path in found:
        try:
            json.loads((path / "trainer_state.json").read_text(encoding="utf-8"))  # what the trainer writes last
        except (OSError, ValueError):
            shutil.rmtree(path, ignore_errors=True)
        else:
            return path
    return None


def opened(folder: Path, tokens: int = MAX_TOKENS) -> SentenceTransformer:
    """The encoder in ``folder``; texts are cut at ``tokens``."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    model.max_seq_length = tokens
    return model


def read(model: SentenceTransformer, texts: list[str]) -> Matrix:
    """(n, dim) float32 unit rows; blank texts are zero rows."""
    import torch

    was_training = model.training
    half = torch.autocast("cpu", dtype=torch.bfloat16, enabled=quick_half_precision())
    with half:
        said = model.encode(texts, batch_size=BATCH_READING, show_progress_bar=False, convert_to_numpy=True)
    model.train(was_training)
    vectors = np.array(said, dtype=np.float32).reshape(len(texts), -1)
    vectors[[not text.strip() for text in texts]] = 0
    return vectors


def quick_half_precision() -> bool:
    """Whether the processor multiplies 16-bit numbers natively: twice as fast, elsewhere many times slower."""
    import torch

    said = torch.cpu.get_capabilities() if hasattr(torch.cpu, "get_capabilities") else {}
    return bool(said.get("avx512_bf16") or said.get("amx_bf16"))


def _freeze(model: SentenceTransformer, n_layers: int) -> None:
    """Leave the words and the lowest layers as they are: a few thousand texts say nothing new about words."""
    body = model[0].auto_model
    for part in (body.embeddings, *body.encoder.layer[:n_layers]):
        part.requires_grad_(False)


def _saved(model: SentenceTransformer, place: Path) -> None:
    """Save an ordinary folder of the library: all of it, or the one before stays."""
    part = place.with_name(f".{place.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    tokens, model.max_seq_length = model.max_seq_length, MAX_TOKENS
    model.save(str(part), create_model_card=False)
    model.max_seq_length = tokens
    old = place.with_name(f".{place.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if place.exists():
        place.rename(old)
    part.rename(place)
    shutil.rmtree(old, ignore_errors=True)
