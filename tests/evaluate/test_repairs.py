"""What a cure is worth: measured on the same people, about the training part only."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from recsys.audience.health import health
from recsys.columns import Evaluation, Events
from recsys.data import Dataset
from recsys.data.splits import split
from recsys.errors import DataError
from recsys.evaluate import repairs
from recsys.evaluate.protocol import Protocol
from recsys.evaluate.repairs import Cure, Cures, cured
from tests.evaluate.town import town

RULES = Protocol(split="random", n_boot=200)
MODELS = ("popularity", "ease")


def with_program(data: Dataset, n: int = 600) -> Dataset:
    """``data`` a year later, with a program that likes six items over and over within two hours."""
    events = data.events.assign(**{str(Events.AT): data.events[Events.AT] * 30 * 86_400 + 1.7e9})
    clicks = pd.DataFrame(
        {
            str(Events.USER): [f"bot{number % 20}" for number in range(n)],
            str(Events.ITEM): [f"i{number % 6 * 5}" for number in range(n)],
            str(Events.KIND): "like",
            str(Events.AT): 1.7e9 + 86_400 + np.arange(n) * 5.0,
        }
    )
    return Dataset.from_tables("town", data.items, pd.concat([events, clicks], ignore_index=True))


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return cured(with_program(town(rated=False)), MODELS, RULES)


def test_there_is_a_row_for_every_cure_that_changes_anything_and_model(table):
    train = split(with_program(town()), "random", 0).train
    curable = [one.name for one in health(train) if one.curable]
    assert curable
    assert list(zip(table[Cure.CHECK], table[Evaluation.MODEL], strict=True)) == [
        (name, model) for name in curable for model in MODELS
    ]
    left_out = {one.name: int(one.out.sum()) for one in health(train)}
    assert [left_out[name] for name in table[Cure.CHECK]] == table[Cure.N_OUT].tolist()


def test_the_change_is_after_minus_before_within_its_interval(table):
    assert np.allclose(table[Evaluation.VALUE], table[Cure.AFTER] - table[Cure.BEFORE])
    assert (table[Evaluation.LOW] <= table[Evaluation.VALUE] + 1e-12).all()
    assert (table[Evaluation.VALUE] <= table[Evaluation.HIGH] + 1e-12).all()
    assert table[Evaluation.N_USERS].nunique() == 1


def test_before_is_the_same_for_every_cure(table):
    assert (table.groupby(str(Evaluation.MODEL))[str(Cure.BEFORE)].nunique() == 1).all()


def test_the_question_says_how_to_ask_it_in_python():
    code = Cures(MODELS, RULES).call("shop")
    assert "cured(data, models=('popularity', 'ease'), protocol=Protocol(split='random', n_boot=200))" in code


def test_where_nobody_can_be_asked_the_error_says_so():
    few = town()
    with pytest.raises(DataError, match="too few events"):
        cured(few.with_events(np.zeros(len(few.events), dtype=bool)), MODELS, RULES)


def test_models_learn_the_training_part_less_what_the_cure_leaves_out(monkeypatch):
    data, real, fitted, calls = with_program(town()), repairs.build, [], []

    class Spy:
        """A model that notes what it learns from."""

        def __init__(self, name: str) -> None:
            self.model = real(name)

        def fit(self, learned: Dataset) -> object:
            fitted.append(len(learned.events))
            return self.model.fit(learned)

    def build(name: str) -> object:
        calls.append(name)
        return Spy(name) if len(calls) > 1 else real(name)  # the first one is learned from all of the training part

    monkeypatch.setattr(repairs, "build", build)
    table = cured(data, ("popularity",), RULES)
    n_train = len(split(data, "random", 0).train.events)
    assert fitted == [n_train - n_out for n_out in table[Cure.N_OUT]]
