"""Labels by meaning and by learning, and what happens where there is nothing to learn from."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import f1_score

from recsys.columns import Events, Items
from recsys.data import Dataset
from recsys.words.labels import SURE_BY, SURE_CHANCE, Labeller, zero_shot

SHOES = ["Rain running shoe", "Trail running shoe", "Running spikes", "Light racing shoe", "Winter running shoe"]
PANS = ["Cast iron frying pan", "Copper soup pot", "Steel saucepan with lid", "Wok for stir frying", "Baking tray"]


def catalogue(titles: list[str], categories: list[str]) -> Dataset:
    items = pd.DataFrame({Items.ID: [f"i{n}" for n in range(len(titles))], Items.TITLE: titles})
    items[Items.CATEGORY] = categories
    return Dataset.from_tables("few", items, pd.DataFrame(columns=list(map(str, Events))))


@pytest.fixture(scope="module")
def few() -> Dataset:
    """Five shoes and five pans, one pan said to be a shoe, one lone tent, and a shoe and a pan without a category."""
    titles = [*SHOES, *PANS, "Two-person tent", "Marathon running shoe", "Non-stick frying pan"]
    return catalogue(titles, ["Shoes"] * 5 + ["Cooking"] * 4 + ["Shoes", "Camping", "", ""])


def test_the_meaning_of_names_labels_a_text_in_either_language(few):
    names = ["running shoes", "kitchen pots and pans"]
    labels = zero_shot(["A pan for pancakes", "Shoe for muddy trails"], names, few)
    assert [label.name for label in labels] == names[::-1]
    assert [label.name for label in zero_shot(["煎锅", "跑步鞋"], ["鞋", "锅"], few)] == ["锅", "鞋"]
    assert [label.name for label in zero_shot(["煎锅", "Running shoe"], ["shoe", "锅"], few)] == ["锅", "shoe"]


def test_scores_are_ordered_and_the_margin_decides_what_is_sure(few):
    for label in zero_shot(["A pan", "A thing", ""], ["shoe", "pan", "pan"], few):
        assert [name for name, _ in label.scores] in (["shoe", "pan"], ["pan", "shoe"])
        (_, first), (_, second) = label.scores
        assert label.score == first >= second
        assert label.margin == pytest.approx(first - second)
        assert label.sure == (label.margin >= SURE_BY)
    assert not zero_shot([""], ["shoe", "pan"], few)[0].sure
    with pytest.raises(ValueError, match="at least 1 name"):
        zero_shot(["A pan"], [], few)
    assert zero_shot([], ["pan"], few) == []


def test_items_without_a_category_get_one(few):
    labeller = Labeller.of(few)
    rows = labeller.uncategorised()
    assert rows.tolist() == [11, 12]
    labels = labeller.label(rows)
    assert [label.name for label in labels] == ["Shoes", "Cooking"]
    for label in labels:
        assert sum(chance for _, chance in label.scores) == pytest.approx(1)
        assert label.sure == (label.score >= SURE_CHANCE)


def test_the_pan_among_the_shoes_is_found(few):
    suspects = Labeller.of(few).suspects()
    assert (suspects[0].row, suspects[0].given, suspects[0].suggested) == (9, "Shoes", "Cooking")
    chances = [one.probability for one in suspects]
    assert chances == sorted(chances, reverse=True)
    assert Labeller.of(few).suspects(0) == []


def test_a_category_of_one_item_is_left_out_and_counted(few):
    labeller = Labeller.of(few)
    assert labeller.names == ("Cooking", "Shoes")
    found = labeller.quality
    assert found is not None
    assert (found.n_items, found.n_categories, found.n_folds, found.left_out) == (10, 2, 4, 1)
    # Six shoes of ten: precision 6/10, recall 1, F1 12/16 for them and 0 for the pans.
    assert found.majority == pytest.approx((12 / 16 + 0) / 2)
    assert found.learned > found.majority


@pytest.mark.parametrize(
    ("categories", "says"),
    [(["", "", ""], "no categories"), (["A", "A", "A"], "fewer than two"), (["A", "B", "C"], "fewer than two")],
)
def test_where_nothing_can_be_learned_it_says_so(categories, says):
    data = catalogue(["Pan", "Shoe", "Tent"], categories)
    labeller = Labeller.of(data)
    assert says in labeller.missing
    assert labeller.quality is None
    assert labeller.label(np.arange(3)) == []
    assert labeller.suspects() == []
    assert zero_shot(["A tent"], ["tent", "shoe"], data)[0].name == "tent"


def test_one_labeller_per_dataset_and_the_category_is_never_read(few):
    assert Labeller.of(few) is Labeller.of(few)
    renamed = catalogue(["Pan", "Pot", "Shoe", "Boot"], ["x", "x", "y", "y"])
    other = catalogue(["Pan", "Pot", "Shoe", "Boot"], ["zzz", "zzz", "yyy", "yyy"])
    assert Labeller.of(renamed)._texts(np.arange(4)) == Labeller.of(other)._texts(np.arange(4))


def test_the_shop_is_learned_better_than_guessed(shop):
    labeller = Labeller.of(shop)
    found = labeller.quality
    assert found is not None
    assert found.learned > found.zero_shot > 10 * found.majority
    said = np.array(labeller.names)[labeller._unseen.argmax(axis=1)]
    assert found.learned == pytest.approx(f1_score(labeller._given, said, average="macro"))
