"""Real training of a tiny encoder: what it may see, that it goes on after a stop, and that its folder is ordinary."""

from __future__ import annotations

import json

import numpy as np
import pytest

from recsys.data.splits import split
from recsys.errors import DataError, EncoderError
from recsys.evaluate.tune import validation
from recsys.text import made, reader
from recsys.text.export import export
from recsys.train import Desk, finetune
from recsys.train.encoder_worth import Compared
from recsys.train.finetune import FAST, FineTune, read_by_sentences
from recsys.train.finetune_lessons import LEAST_ITEMS, Lessons, hard_negatives, targets
from recsys.train.transfer import Transfer

pytest.importorskip("datasets", reason="the trainer of sentence-transformers needs the package datasets")
pytestmark = pytest.mark.usefixtures("tiny")
SMALL = {"epochs": 2, "batch": 8, "tokens": 32, "learning_rate": 1e-2, "max_users": 30, "people": 20}


@pytest.fixture(scope="module")
def data(shop, tiny):
    return shop.read_by("tiny")


@pytest.fixture(scope="module")
def lessons(data):
    cut = split(data, "cold_items", 0)
    inner, _ = validation(cut.train, "cold_items", 0)
    return cut, inner, Lessons.of(inner.train, reader().space(data, "tiny"))


@pytest.fixture(scope="module")
def trained(data, tmp_path_factory):
    """One run of everything, and its desk."""
    desk = Desk(tmp_path_factory.mktemp("desk"))
    recipe = FineTune(**SMALL)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(finetune, "exported", export)  # here, where torch is loaded already
        patch.setattr(made, "discard", lambda name: dropped.append(name))
        dropped: list[str] = []
        told = recipe.run(data, desk)
    return recipe, desk, told, dropped


def test_no_lesson_knows_an_item_that_is_asked_about(lessons):
    cut, inner, found = lessons
    assert len(found.rows)
    assert not np.isin(found.rows, cut.candidates).any()
    assert not np.isin(found.rows, inner.candidates).any()
    assert not inner.train.like_counts[cut.candidates].any()


def test_the_training_gets_lessons_of_the_innermost_part_only(data, tmp_path, monkeypatch):
    class Enough(Exception):
        pass

    def seen(train, space):
        learned.append(train)
        raise Enough

    learned = []
    monkeypatch.setattr(finetune.Lessons, "of", seen)
    with pytest.raises(Enough):
        FineTune(**SMALL).run(data, Desk(tmp_path))
    cut = split(data, "cold_items", 0, 30)
    inner, _ = validation(cut.train, "cold_items", 0, 20)
    for hidden in (cut.candidates, inner.candidates):
        assert not np.isin(learned[0].event_rows, hidden).any()


def test_targets_lie_together_for_what_is_liked_together(lessons):
    _, _, found = lessons
    together = (found.likes.T @ found.likes).toarray()
    cosines = found.targets @ found.targets.T
    np.testing.assert_allclose(np.diag(cosines), 1, atol=1e-5)
    off = ~np.eye(len(cosines), dtype=bool)
    assert cosines[off & (together > 1)].mean() > cosines[off & (together == 0)].mean() + 0.1


def test_targets_are_turned_towards_the_texts(lessons):
    _, _, found = lessons
    before = np.random.default_rng(0).normal(size=(len(found.rows), 8))
    before /= np.linalg.norm(before, axis=1, keepdims=True)
    likes = found.likes.astype(np.float64)
    near = (targets(likes, before) * before).sum(axis=1).mean()
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=(8, 8)))[0]
    assert near > (targets(likes, before) @ turn * before).sum(axis=1).mean()


def test_hard_negatives_are_near_and_liked_by_none_of_the_same_people(lessons):
    _, _, found = lessons
    together = (found.likes.T @ found.likes).toarray()
    before = found.targets.astype(np.float64)
    for item, others in enumerate(hard_negatives(found.likes, before)):
        free = np.flatnonzero(together[item] == 0)
        free = free[free != item]
        assert item not in others
        if len(free) >= len(others):
            assert set(others) <= set(free)
            assert (before[others] @ before[item]).min() >= np.sort(before[free] @ before[item])[-len(others)] - 1e-6


def test_too_few_liked_items_are_said_in_a_sentence(data):
    few = data.with_events(np.isin(data.event_rows, np.arange(LEAST_ITEMS - 1)))
    with pytest.raises(DataError, match="an encoder needs"):
        Lessons.of(few, reader().space(data, "tiny"))


def test_texts_in_another_script_are_refused_in_a_sentence(data):
    items = data.items.copy()
    for column in ("title", "description", "category", "tags"):
        items[column] = "热汤面馆的故事"
    chinese = type(data).from_tables("zh", items, data.events).read_by("tiny")
    with pytest.raises(EncoderError, match="script"):
        read_by_sentences(chinese)


@pytest.mark.slow
def test_the_result_is_json_with_everything_beside_the_untouched_encoder(trained):
    _, desk, told, dropped = trained
    json.dumps(told, allow_nan=False)
    assert {"after", "untouched", "popularity", "random"} <= told["rows"].keys()
    assert {"before", "after", "gain", "ratio"} <= told["readers"]["text_profile"].keys()
    assert told["warm"]["split"] == "global_time"
    assert told["warm"]["note"]
    assert told["steps"] == max(point["step"] for point in desk.points)
    gain = told["readers"]["text_profile"]["gain"]
    assert bool(told["encoder"]) == (gain["found"] and gain["value"] > 0)
    assert (dropped == []) == bool(told["encoder"])


def test_the_folder_is_an_ordinary_one_whose_graph_says_the_same(trained, shop, tmp_path):
    from sentence_transformers import SentenceTransformer

    one = made.find("tuned-shop")
    assert one is not None
    texts = list(shop.latin_texts[:20])
    library = SentenceTransformer(str(made.folder_of(one.name)), device="cpu").encode(texts)
    graph = reader().loaded(one.name).encode(texts)
    assert (made.folder_of(one.name) / FAST / "model.onnx").exists()
    assert (library * graph).sum(axis=1).min() > 0.9999
    untouched = reader().loaded("tiny").encode(texts)
    assert (untouched * graph).sum(axis=1).mean() < 0.99
    told = Transfer(one.name, one.version, max_users=20).run(shop, Desk(tmp_path / "elsewhere"))
    assert [row["split"] for row in told["rows"]] == ["cold_items", "cold_users"]
    assert all(row["before"]["n"] == row["after"]["n"] == row["n_people"] for row in told["rows"])
    assert told["left_out"] == []


@pytest.mark.slow
def test_a_killed_training_goes_on_at_its_checkpoint(data, trained, tmp_path, monkeypatch):
    from recsys.train import finetune_trainer as trainer

    class Killed(Exception):
        pass

    steps = []

    def killed(self, args, state, control, **_):
        steps.append(state.global_step)
        if state.global_step == stop:
            raise Killed

    recipe, _, told, _ = trained
    half, stop = told["steps"] // 2, told["steps"] // 2 + 2
    desk = Desk(tmp_path)
    cut = split(data, "cold_items", 0, 30)
    space = reader().space(data, "tiny")
    monkeypatch.setattr(trainer.Watch, "on_step_end", killed)
    with pytest.raises(Killed):
        recipe._train(cut, space, made.folder_of("tiny"), desk)
    last = trainer.whole_checkpoint(tmp_path / trainer.CHECKPOINTS)
    assert last is not None
    begun = int(last.name.rpartition("-")[2])
    assert half <= begun <= stop
    (tmp_path / trainer.CHECKPOINTS / f"checkpoint-{stop + 100}").mkdir()  # one that was being written
    stop = -1
    steps.clear()
    watch, _ = recipe._train(cut, space, made.folder_of("tiny"), desk)
    assert steps[0] == begun + 1
    assert max(watch.values) == told["steps"]
    assert len(watch.values) == 2
    assert not (tmp_path / trainer.CHECKPOINTS).exists()  # a few hundred megabytes nobody needs any more
    again, _ = recipe._train(cut, space, made.folder_of("tiny"), desk)
    assert again.values == watch.values  # a training that ended is not begun again


@pytest.mark.slow
def test_it_ends_when_validation_stops_getting_better_and_when_the_time_is_up(data, tmp_path, monkeypatch):
    from recsys.train import finetune_trainer as trainer

    cut = split(data, "cold_items", 0, 30)
    space = reader().space(data, "tiny")
    worse = iter(np.linspace(1, 0, 50).tolist())
    monkeypatch.setattr(finetune, "judged", lambda *_: next(worse))
    recipe = FineTune(**SMALL | {"epochs": 9, "patience": 2})
    watch, _ = recipe._train(cut, space, made.folder_of("tiny"), Desk(tmp_path / "a"))
    assert watch.ended == trainer.NO_BETTER
    assert len(watch.values) == 3
    hurried, _ = FineTune(**SMALL | {"minutes": 1e-6})._train(cut, space, made.folder_of("tiny"), Desk(tmp_path / "b"))
    assert hurried.ended == trainer.TIME_UP
    assert list(hurried.values) == [1]


def test_hits_of_the_contrast_count_and_what_is_liked_as_well_does_not(lessons):
    import torch

    from recsys.train.finetune_loss import Lesson

    _, _, found = lessons
    centre = np.zeros(found.targets.shape[1], dtype=np.float32)
    items = torch.arange(8)

    def loss(vectors):
        torch.manual_seed(0)
        return float(Lesson(found, centre, contrast=0.1)(vectors, items))

    right = torch.tensor(found.targets[:8])
    assert loss(right) < loss(right.flip(0))


def test_wrong_numbers_are_said():
    with pytest.raises(ValueError, match="epochs"):
        FineTune(epochs=0)
    with pytest.raises(ValueError, match="minutes"):
        FineTune(minutes=0)


def test_worth_is_read_from_both_encoders(data, tiny):
    cut = split(data, "cold_items", 0, 20)
    both = Compared.of(cut, "tiny", "tiny")
    assert both.worth(data, 0)["gain"]["value"] == 0
