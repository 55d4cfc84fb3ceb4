"""Bounds in the words: what they hide is on no list, and what they leave keeps its order, whoever ranks."""

from __future__ import annotations

import io
from contextlib import redirect_stdout

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from recsys import Event, Kind, Query, fit, recommend
from recsys.explain.counterfactual import Outcome, counterfactual
from recsys.explain.ledger import ledger
from recsys.explain.lime import features_of
from recsys.explain.situation import Situation
from recsys.explain.why_not import Hold, why_not
from recsys.live import Known, Ranking, snippet
from recsys.models import MODELS
from recsys.models.pieces import wanted
from recsys.models.setting import Setting
from recsys.models.shared import shared
from recsys.rerank.setting import ChainSetting
from recsys.ui.compare_model import comparison
from recsys.ui.rerank_model import reorder
from recsys.words.filters import values_of
from tests.pages.test_live_causes import look
from tests.pages.test_live_page import MAIN, listed, sound, text_of

TYPED = "quiet headphones under 60 with long battery"
WISH = "quiet headphones with long battery"
BOUND = 60.0
LIKED = (Event("1", Kind.LIKE, 1.0, "s001"), Event("2", Kind.LIKE, 2.0, "s040"), Event("3", Kind.LIKE, 3.0, "s090"))
CHAIN = ChainSetting.parse("context+novelty:strength=0.4+dpp:diversity=0.3").build()


def prices(data, item_ids):
    return values_of(data, "price")[[data.row_of[item_id] for item_id in item_ids]]


def ranked(data, name, query, k=10, **more):
    return recommend(data, shared(MODELS[name].build(), data), query, k, when_silent=fit("popularity", data), **more)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(MODELS))
def test_nothing_listed_is_beyond_the_bound_and_the_rest_keeps_its_order(shop, name):
    found = ranked(shop, name, Query(LIKED, TYPED))
    whole = ranked(shop, name, Query(LIKED, WISH), shop.n_items)
    within = [item_id for item_id in whole.item_ids if prices(shop, [item_id])[0] <= BOUND]
    assert len(found)
    assert (prices(shop, found.item_ids) <= BOUND).all()
    assert list(found.item_ids) == within[:10]


@pytest.mark.parametrize("name", ["switching", "text_profile", "ease"])
def test_candidates_of_re_ranking_keep_to_the_bound_too(shop, name):
    found = ranked(shop, name, Query(LIKED, TYPED), rerank=CHAIN, interest=fit("interest", shop))
    assert (prices(shop, [shop.item_ids[row] for row in found.chain.start.rows]) <= BOUND).all()
    assert (prices(shop, found.item_ids) <= BOUND).all()
    assert found.chain.start.query.typed == WISH, "strategies that read the words get the wish"
    page = reorder(shop, Query(LIKED, TYPED), Setting(name), ChainSetting.parse("novelty:strength=0.4"), 10, 100)
    assert (prices(shop, [shop.item_ids[row] for row in page.chain.start.rows]) <= BOUND).all()
    assert page.bounds == "Only price at most $60"


def test_compare_and_the_pasted_python_give_the_same_ids_as_recommend(shop):
    query = Query(LIKED, TYPED)
    listed_ids = ranked(shop, "ease", query).item_ids
    (column,) = comparison(shop, query, [Setting("ease")], 10).columns
    assert column.item_ids == listed_ids
    out = io.StringIO()
    with redirect_stdout(out):
        exec(snippet.as_python(shop, query, ["ease"], 10), {})
    assert [line.split()[2] for line in out.getvalue().splitlines()] == list(listed_ids)


def test_a_kept_wish_gives_the_list_that_its_words_gave_in_the_box(shop):
    kept = Query((*LIKED, Event("9", Kind.WISH, 9.0, text=TYPED)))
    assert ranked(shop, "switching", kept).item_ids == ranked(shop, "switching", Query(LIKED, TYPED)).item_ids
    assert wanted(kept) == TYPED, "the event keeps the raw words"


def test_bounds_without_a_wish_narrow_what_is_there(shop):
    found = ranked(shop, "switching", Query(LIKED, "under 30"))
    within = [one for one in ranked(shop, "switching", Query(LIKED), 256).item_ids if prices(shop, [one])[0] <= 30]
    assert list(found.item_ids) == within[:10]


def test_the_receipt_says_what_could_not_be_put_into_force(shop):
    found = ranked(shop, "switching", Query(LIKED, "lamp under $1"))
    assert "No item here has a price at most $1, so that hides nothing" in found.receipt.fallbacks
    assert found.item_ids == ranked(shop, "switching", Query(LIKED, "lamp")).item_ids


def situation(data, typed=TYPED, model="text_profile"):
    return Situation(Ranking(data, shared(MODELS[model].build(), data), 10), Known(session=LIKED, typed=typed))


def test_why_not_says_what_the_item_costs_and_what_was_asked_for(shop):
    now = situation(shop)
    dear = int(np.nanargmax(np.where(values_of(shop, "price") > BOUND, now.now.scores, np.nan)))
    told = why_not(now, shop.item_ids[dear])
    cost = float(values_of(shop, "price")[dear])
    assert told.holds[0] is Hold.BEYOND
    assert told.says[0] == f"It costs ${cost:g}, you asked for at most $60."
    assert told.rank is None
    assert Hold.DECIDED not in told.holds
    assert Hold.RERANKED not in told.holds


def test_causes_are_measured_among_what_keeps_to_the_bound(shop):
    now = situation(shop)
    without = now.among_the_same(now.answer(now.without({"typed"})))
    assert (prices(shop, without.item_ids) <= BOUND).all()
    assert all((prices(shop, now.answer(now.asked(LIKED[:n], TYPED)).item_ids) <= BOUND).all() for n in range(4))
    assert ledger(now).item_ids == now.now.item_ids
    found = counterfactual(now, now.now.item_ids[0])
    assert found.outcome is not Outcome.UNSURE
    words = {one.label for one in features_of(now)}
    assert not words & {"under", "60", TYPED}


# --- on the page ------------------------------------------------------------------------------------------------------


def opened(data: str, typed: str = "", **params: str) -> AppTest:
    page = AppTest.from_file(str(MAIN), default_timeout=60)
    page.query_params["data"] = data
    for name, value in {"q": typed, **params}.items():
        page.query_params[name] = value
    return page.run()


def chips(page: AppTest) -> list[str]:
    return [button.label.replace("\\", "") for button in page.button if str(button.key).startswith("unsay-")]


def test_a_typed_bound_is_a_chip_and_holds_in_both_lists(shop):
    page = opened("shop", TYPED)
    sound(page)
    assert chips(page) == ["Only price at most $60"]
    n_fit = int((values_of(shop, "price") <= BOUND).sum())
    assert f"{n_fit} of 256 items, in both lists" in text_of(page)
    assert (prices(shop, listed(page)) <= BOUND).all()
    assert "only price at most $60" in text_of(page).replace("\\", ""), "the receipt says it too"
    beside = {shop.title(one): shop.row_of[one] for one in shop.item_ids}
    lines = next(one.value for one in page.markdown if one.value.startswith("1. ")).replace("\\", "").splitlines()
    rows = [beside[name] for name in (line.split(". ", 1)[1].split(" *·")[0] for line in lines) if name in beside]
    assert len(rows) >= 5
    assert (values_of(shop, "price")[rows] <= BOUND).all()


def test_a_click_on_the_chip_takes_the_words_out_and_everything_comes_back(shop):
    page = opened("shop", "耳机，300元以下的 over 20")
    assert chips(page) == ["Only price at most $300", "Only price at least $20"]
    assert "prices here are in dollars" in text_of(page)
    page.button(key="unsay-0").click().run()
    assert chips(page) == ["Only price at least $20"]
    assert page.session_state["q"] == "耳机， over 20"
    page.button(key="unsay-0").click().run()
    sound(page)
    assert chips(page) == []
    assert page.session_state["q"] == "耳机"


def test_a_kept_wish_stays_in_force_and_its_raw_words_are_kept(shop):
    page = opened("shop", TYPED)
    before = listed(page)
    page.button(key="keep-wish").click().run()
    sound(page)
    assert page.session_state["q"] == ""
    assert listed(page) == before
    assert ":blue-badge[Only price at most $60]" in text_of(page).replace("\\", "")
    assert f"“{TYPED}”" in text_of(page).replace("\\", "")


def test_the_same_bound_said_twice_is_two_chips():
    page = opened("shop", "lamp under 100, below 100")
    sound(page)
    assert chips(page) == ["Only price at most $100"] * 2


def test_a_bound_that_nothing_keeps_is_one_sentence_and_loses_nothing():
    page = opened("shop", "lamp under $1")
    sound(page)
    assert [one.value.replace("\\", "") for one in page.warning] == [
        "No item here has a price at most $1, so that hides nothing"
    ]
    assert chips(page) == []
    assert listed(page) == listed(opened("shop", "lamp"))


def test_why_is_it_not_there_names_the_price_on_the_page(shop):
    page = look(opened("shop", TYPED), "Why is it not there?")
    dear = shop.item_ids[int(np.nanargmax(values_of(shop, "price")))]
    page.text_input(key="why-not").input(shop.title(dear)).run()
    sound(page)
    said = text_of(page).replace("\\", "")
    assert f"It costs ${values_of(shop, 'price')[shop.row_of[dear]]:g}, you asked for at most $60." in said
