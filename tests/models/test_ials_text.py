"""Implicit ALS with items that start where their text says."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from crowds import crowd
from hypothesis import given
from hypothesis import settings as limits
from sessions import queries
from sklearn.linear_model import Ridge

from recsys.columns import Items
from recsys.data import Dataset
from recsys.models import fit, ranks
from recsys.models.ials import Ials
from recsys.models.ials_text import IalsText
from recsys.text import reader
from recsys.types import Event, Kind, Query

pytestmark = pytest.mark.usefixtures("minilm")


@limits(max_examples=40)
@given(query=queries())
def test_without_weight_of_text_it_is_the_model_without_text(toy, query):
    plain, silent = fit("ials", toy), fit("ials_text", toy, share=0.0)
    np.testing.assert_array_equal(silent.score(query), plain.score(query))


@pytest.mark.parametrize("share", [0.4, 1.0])
def test_a_new_item_stands_where_the_ridge_regression_of_the_others_puts_it(share):
    data = crowd(n_users=60, n_items=30, share=0.2)
    model = IalsText(factors=5, share=share, text_l2=2.0).fit(data)
    space = reader().space(data, reader().main(data))
    texts = np.column_stack([space.items, np.ones(data.n_items)])
    warm = data.like_counts > 0
    text_to_place = Ridge(alpha=2.0, fit_intercept=False, tol=1e-12).fit(texts[warm], model.items_[warm])
    assert not warm[-1]
    np.testing.assert_allclose(model.items_[-1], share * text_to_place.predict(texts[-1:])[0], atol=1e-5)
    assert np.abs(model.items_[-1]).max() > 0.01


def test_where_an_item_is_expected_enters_its_own_ridge_regression():
    data = crowd(n_users=60, n_items=30, share=0.2)
    likes = data.likes[:, data.like_counts > 0]
    place = np.random.default_rng(1).standard_normal((likes.shape[1], 4)).astype(np.float32)
    model = Ials(factors=4, epochs=2)
    pulled = model.alternate(likes, lambda items: place)
    free = model.alternate(likes, np.zeros_like)
    # an item of few likes is pulled further than one of many, in the direction of its place
    moved = ((pulled - free) * place).sum(axis=1) / (place**2).sum(axis=1)
    assert moved.mean() > 0
    heavy = Ials(factors=4, epochs=2, l2=1000.0).alternate(likes, lambda items: place)
    np.testing.assert_allclose(heavy, place, atol=0.01)


def test_a_new_item_is_found_by_its_text():
    rows = [(f"p{n}", f"Cast iron frying pan number {n}") for n in range(6)]
    rows += [(f"b{n}", f"Wireless music earbuds number {n}") for n in range(6)]
    items = pd.DataFrame([*rows, ("new", "Cast iron frying pan, new"), ("blank", "🙂")], columns=["item_id", "title"])
    likes = [(f"u{u}", f"{'pb'[u % 2]}{n}") for u in range(24) for n in range(6) if (u // 2 + n) % 3]
    events = pd.DataFrame(likes, columns=["user_id", "item_id"]).assign(kind="like", at=0.0, stars=np.nan, text="")
    data = Dataset.from_tables("shop", items, events)
    model = fit("ials_text", data, text_l2=0.5, factors=4)
    scores = dict(zip(data.item_ids, model.score(Query((Event("1", Kind.LIKE, 0.0, "p1"),))), strict=True))
    assert scores["new"] > max(scores[f"b{n}"] for n in range(6))
    assert ranks(model.score(Query((Event("1", Kind.LIKE, 0.0, "new"),))))[data.row_of["p0"]] <= 7
    assert str(Items.TITLE) in data.items


def test_items_without_likes_and_without_text_are_unknown(toy):
    items = toy.items.assign(**{c: "" for c in toy.items.columns if c not in (Items.ID, Items.TITLE)})
    items.loc[items[Items.ID] == "tent", Items.TITLE] = "\u200b."
    data = Dataset.from_tables("bare", items, toy.events)
    space = reader().space(data, reader().main(data))
    scores = fit("ials_text", data).score(Query((Event("1", Kind.LIKE, 0.0, "shoe"),)))
    np.testing.assert_array_equal(np.isnan(scores), (data.like_counts == 0) & ~space.has_text)


@pytest.mark.parametrize(("knob", "value"), [("share", 1.2), ("text_l2", 0.0)])
def test_a_knob_out_of_range_is_named(toy, knob, value):
    with pytest.raises(ValueError, match=knob):
        fit("ials_text", toy, **{knob: value})
