"""The Compare page as a script: the lists are the models' own, knobs move them, links reopen, garbage is said."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from recsys.columns import Events
from recsys.data import Dataset
from recsys.live import query_from, recommend
from recsys.metrics.agreement import rbo
from recsys.models import MODELS, fit
from recsys.models.setting import Setting
from recsys.settings import ROOT
from recsys.types import Knob, Spec
from recsys.ui import cache, knobs
from recsys.ui.cache import MAX_TRIALS
from recsys.ui.cache import fitted as scorer
from recsys.ui.compare_controls import DEFAULT_MODELS, MAX_MODELS, by_number
from recsys.ui.compare_model import comparison
from recsys.ui.compare_view import MAX_TITLE
from recsys.ui.controls import OWN
from recsys.ui.frame import plain
from recsys.ui.live_model import FOR_YOU
from recsys.ui.state import Key
from recsys.ui.uploads import uploads
from recsys.ui.wording import Wording

MAIN = str(ROOT / "recsys" / "ui" / "main.py")
K = 10
DEFAULTS = [FOR_YOU, *DEFAULT_MODELS]


def open_page(**address: str | list[str]) -> AppTest:
    """The page as the first request of a session."""
    app = AppTest.from_file(MAIN, default_timeout=60)
    app.switch_page("../../pages/compare.py")
    for key, value in address.items():
        app.query_params[key.replace("__", "-")] = value
    return app.run()


def fine(app: AppTest) -> AppTest:
    assert not app.exception
    assert not app.error
    assert [title.value for title in app.title] == ["Compare"]
    return app


def words(app: AppTest) -> str:
    return "\n".join(str(element.value) for element in [*app.markdown, *app.caption]).replace("\\", "")


def warnings(app: AppTest) -> str:
    return "\n".join(one.value for one in app.warning).replace("\\", "")


def lists(app: AppTest) -> list[list[str]]:
    """Titles as drawn, per column."""
    drawn = [one.value for one in app.markdown if one.value.startswith("1. ")]
    return [[re.sub(r" :(green|gray)-badge.*", "", line[3:]).strip() for line in text.split("\n")] for text in drawn]


def expected(data: Dataset, model: str, events=None, n_columns: int | None = None, **turned) -> list[str]:
    events = data.personas[0].events if events is None else events
    fitted = fit(model, data, **turned)
    query = query_from(events, ())
    found = recommend(data, fitted, query, K, when_silent=fit("popularity", data))
    named = Wording.for_query(data, query)
    width = MAX_TITLE[n_columns or len(DEFAULTS)]
    return [plain(named.short(item_id, width)) for item_id in found.item_ids]


def unfolded(app: AppTest, model: str) -> AppTest:
    """The page with the knobs of one model open."""
    app.session_state[f"adjust-{model}"] = True
    return app.run()


def slider(app: AppTest, key: str):
    return next(one for one in [*app.slider, *app.select_slider] if one.key == key)


# --- the lists --------------------------------------------------------------------------------------------------


def test_the_default_lists_are_those_of_recommend(shop):
    app = fine(open_page())
    assert lists(app) == [expected(shop, model) for model in DEFAULTS]
    assert shop.personas[0].line in words(app)


def test_marks_count_the_lists_that_hold_an_item():
    app = fine(open_page())
    shown = lists(app)
    drawn = [line for one in app.markdown if one.value.startswith("1. ") for line in one.value.split("\n")]
    for line in drawn:
        title = re.sub(r" :(green|gray)-badge.*", "", line[3:]).strip()
        n_lists = sum(title in column for column in shown)
        assert (":green-badge[◆]" if n_lists == 1 else f":gray-badge[×{n_lists}]") in line


def test_agreement_in_words_and_numbers(shop):
    app = fine(open_page(compare=["EASE", "Text profile"]))
    ease, text = (fit(name, shop) for name in ("ease", "text_profile"))
    query = query_from(shop.personas[0].events, ())
    one, other = (recommend(shop, model, query, K).item_ids for model in (ease, text))
    shared = len(set(one) & set(other))
    assert f"EASE and Text profile {rbo(one, other):.2f}, {shared} shared" in app.get("plotly_chart")[0].proto.alt
    assert f"**EASE** · {len(set(one) - set(other))} of 10" in words(app)


def test_what_one_finds_is_listed_under_it(shop):
    app = fine(open_page(compare=["Popular", "EASE"]))
    popular, ease = lists(app)
    under = next(one.value for one in app.caption if plain(popular[0])[:20] in one.value)
    assert [title for title in popular if title in ease or title.rstrip("…") in under] == popular


def test_length_and_one_model(shop):
    app = fine(open_page(compare=["EASE"], length="Top 5"))
    assert [len(column) for column in lists(app)] == [5]
    assert "Choose a second recommender" in words(app)
    assert not app.get("plotly_chart")


def test_no_model_is_a_state_of_its_own():
    app = fine(open_page(compare=[""]))
    assert "No recommender is chosen" in words(app)
    assert not lists(app)


def test_who_is_new_gets_what_is_popular_and_it_is_said(shop):
    app = fine(open_page(person__shop="New here", compare=["Popular", "EASE"]))
    popular, ease = lists(app)
    assert popular == ease
    assert "EASE has nothing to go on yet: showing what is popular" in words(app)
    assert "Popular and EASE 1.00, 10 shared" in app.get("plotly_chart")[0].proto.alt


def test_a_person_who_writes_chinese_reads_chinese_titles(shop):
    chinese = next(person for person in shop.personas if "Chinese" in person.name)
    app = fine(open_page(person__shop=chinese.name, compare=["EASE"]))
    assert all(re.search(r"[\u4e00-\u9fff]", title) for title in lists(app)[0])


def test_a_real_user_of_the_data(shop):
    user = shop.user_ids[11]
    app = fine(open_page(user__shop=user, compare=["EASE", "Popular"]))
    history = shop.history(user)
    assert lists(app)[0] == expected(shop, "ease", history, 2)
    assert f"User {user}" in words(app)
    assert f"{len(history)} events" in words(app)
    box = next(one for one in app.selectbox if one.label == "A real user")
    assert f"User {user} · {len(history)} events" in box.options

    box.set_value(None).run()
    assert lists(fine(app))[0] == expected(shop, "ease", n_columns=2)
    assert "user-shop" not in app.query_params


def test_my_session_is_what_i_did_on_the_live_page(shop):
    app = AppTest.from_file(MAIN, default_timeout=60).run()
    key = next(button.key for button in app.button if (button.key or "").startswith("like-"))
    app.button(key=key).click().run()
    app.switch_page("../../pages/compare.py").run()
    assert "You did 1 more thing on the Live page." in words(fine(app))
    before = [expected(shop, model) for model in DEFAULTS]
    assert lists(app) != before
    assert all(plain(shop.title(key.removeprefix("like-")), MAX_TITLE[len(DEFAULTS)]) not in one for one in lists(app))


def test_a_dataset_without_people():
    items = pd.DataFrame({"item_id": ["a", "b"], "title": ["Tea *one*", "Mug"], "description": ["green tea", "a cup"]})
    events = pd.DataFrame({str(name): [] for name in Events})
    name = uploads().add(Dataset.from_tables("compare-no-people", items, events, label="Mine"))
    app = AppTest.from_file(MAIN, default_timeout=60).run()
    app.session_state[Key.UPLOAD] = name
    app.switch_page("../../pages/compare.py").run()
    app.button_group(key="data").set_value(OWN).run()
    assert all(sorted(column) == ["Mug", "Tea \\*one\\*"] for column in lists(fine(app)))
    assert "A real user" not in [one.label for one in app.selectbox]
    uploads().remove(name)


def test_a_model_that_cannot_leaves_the_others_standing(toy):
    shown = comparison(toy, query_from(toy.history("ann"), ()), [Setting("ease"), Setting("ease", (("l2", -1.0),))], 3)
    assert shown.columns[0].item_ids
    assert "l2 should be above 0" in shown.columns[1].problem
    assert len(shown.listed) == 1


@pytest.mark.slow
def test_the_stages_of_a_pipeline_are_drawn_with_their_counts_and_sources(shop):
    app = fine(open_page(compare=["Two stages", "Popular"]))
    query = query_from(shop.personas[0].events, ())
    stages = fit("two_stage", shop).stages(query)
    alt = app.get("plotly_chart")[0].proto.alt
    assert f"Catalogue {shop.n_items}, Candidates {len(stages[0].rows_out)} · " in alt
    assert re.search(rf"Ranker {len(stages[1].rows_out)} · [\d.]+ ms", alt)
    assert alt.endswith("Shown 10")
    origins = dict(zip(stages[-1].rows_out.tolist(), stages[-1].sources, strict=True))
    first = recommend(shop, fit("two_stage", shop), query, 1)
    assert f"{shop.title(first.item_ids[0])} :small[· {origins[int(first.rows[0])]}]" in words(app)


def test_the_first_column_is_the_recommender_in_force_on_live(shop):
    app = fine(open_page(by__shop="rrf"))
    assert lists(app)[0] == expected(shop, "rrf")
    assert ":green-badge[on Live]" in next(one.value for one in app.markdown if "on Live" in one.value)
    assert len(lists(app)) == len(DEFAULTS)
    both = fine(open_page(by__shop="ease", compare=["Popular", "EASE", "On Live"]))
    assert lists(both) == [expected(shop, "ease", n_columns=2), expected(shop, "popularity", n_columns=2)]


def test_a_fifth_recommender_does_not_light_up_and_the_menu_says_why():
    app = fine(open_page())
    before, chosen = lists(app), app.button_group(key="compare").value
    app.button_group(key="compare").set_value([*chosen, "rrf"]).run()
    assert app.button_group(key="compare").value == chosen
    assert f"take one out before you add “{MODELS['rrf'].label}”" in warnings(fine(app))
    assert lists(app) == before
    app.button_group(key="compare").set_value([*chosen[:3], "rrf"]).run()
    assert "take one out" not in warnings(fine(app))
    assert len(lists(app)) == MAX_MODELS


def test_users_are_sorted_as_people_count():
    assert sorted(["10", "9", "u10", "u9", "100", "1"], key=by_number) == ["1", "9", "10", "100", "u9", "u10"]


def test_a_person_in_the_address_survives_the_way_to_every_page(shop):
    person = shop.personas[2].name
    for page in ("live", "rerank", "portrait", "similarity", "compare"):
        app = fine(open_page(person__shop=person))
        app.switch_page("../../pages/method.py").run()
        app.query_params.clear()
        app.switch_page(f"../../pages/{page}.py").run()
        assert not app.exception
        assert app.button_group(key="person-shop").value == person


def test_what_a_model_knows_nothing_about_is_said(shop):
    app = fine(open_page(compare=["Two stages"]))
    stages = fit("two_stage", shop).stages(query_from(shop.personas[0].events, ()))
    n = len(stages[0].rows_out)
    assert f"Scored {n:,} of {shop.n_items:,} items" in words(app)
    assert f"it has nothing to say on the other {shop.n_items - n:,}" in words(app)
    assert "The stages were timed in one more run" in words(app)


# --- knobs ------------------------------------------------------------------------------------------------------


def test_a_turned_knob_changes_its_list_only_and_the_address(shop):
    app = fine(open_page(compare=["EASE", "Text profile"]))
    before = lists(app)
    slider(unfolded(app, "ease"), "knob-ease-prior").set_value(2.0).run()

    after = lists(fine(app))
    assert after[0] == expected(shop, "ease", n_columns=2, prior=2.0) != before[0]
    assert after[1] == before[1]
    assert app.query_params["knobs"] == "ease:prior=2"
    assert "adjusted" in words(app)
    assert re.search(r"▲\d|▼\d|NEW", words(app))

    app.button(key="reset-ease").click().run()
    assert lists(fine(app)) == before
    assert "knobs" not in app.query_params


def test_the_knobs_of_the_blend_move_its_list(shop):
    app = fine(open_page(compare=["Weighted blend", "Popular"]))
    before = lists(app)
    slider(unfolded(app, "weighted"), "knob-weighted-behaviour").set_value(0.0).run()
    after = lists(fine(app))
    assert after[0] == expected(shop, "weighted", n_columns=2, behaviour=0.0) != before[0]
    assert after[1:] == before[1:]


def test_knobs_are_folded_until_they_are_turned(shop):
    app = fine(open_page(compare=["EASE", "Text profile"], knobs="ease:prior=2"))
    assert slider(app, "knob-ease-prior").value == 2.0
    assert not [one for one in app.slider if "text_profile" in one.key]


def test_a_control_names_the_term_of_the_trade_and_writes_numbers_out():
    app = unfolded(fine(open_page(compare=["EASE"])), "ease")
    assert "`l2`" in slider(app, "knob-ease-l2").help
    assert "10,000" in slider(app, "knob-ease-l2").options
    assert knobs.said(10000.0) == "10,000"


def test_no_form_asks_for_the_seed_of_an_experiment():
    assert all(knob.name != "seed" for spec in MODELS.values() for knob in knobs.shown(spec))


def test_a_link_reopens_the_same_comparison(shop):
    app = fine(open_page(compare=["EASE", "Popular"], knobs="ease:l2=5,half_life=3"))
    assert lists(app)[0] == expected(shop, "ease", n_columns=2, l2=5.0, half_life=3.0)
    assert slider(fine(app), "knob-ease-l2").value == 5.0


def test_settings_survive_a_visit_to_another_page():
    app = fine(open_page(compare=["EASE", "Popular"], knobs="ease:l2=5"))
    app.switch_page("../../pages/method.py").run()
    app.query_params.clear()
    app.switch_page("../../pages/compare.py").run()
    assert app.query_params["knobs"] == "ease:l2=5"
    assert "adjusted" in words(fine(app))


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ({"knobs": "ease:l2=-5"}, "l2 should be a number from 1 to 10000"),
        ({"knobs": "ease:l2=1e999"}, "l2 should be a number"),
        ({"knobs": "ease:volume=11"}, "ease has no knob 'volume'"),
        ({"knobs": "oracle:x=1"}, "there is no model 'oracle'"),
        ({"knobs": "<b>🙂\x00"}, "there is no model"),
        ({"user__shop": "nobody **bold**"}, "Shop has no user “nobody **bold**”"),
        ({"compare": ["EASE", "Zorro"]}, "There is no recommender “Zorro” here"),
        ({"compare": [spec.label for spec in list(MODELS.values())[:5]]}, "At most 4 recommenders"),
    ],
)
def test_what_a_link_cannot_have_is_one_sentence(address, sentence):
    app = fine(open_page(**address))
    assert sentence in warnings(app)
    assert 1 <= len(lists(app)) <= MAX_MODELS


@pytest.mark.slow
@pytest.mark.parametrize("garbage", ["", "x", "' OR 1=1", "<b>", "🙂", "%00", "9" * 500, "مرحبا", "ease:", ":", "NaN"])
@pytest.mark.parametrize("key", ["compare", "length", "knobs", "user__shop", "data", "person__shop"])
def test_garbage_in_the_address_is_harmless(key, garbage):
    fine(open_page(**{key: garbage}))


def test_a_slider_does_not_fill_the_memory(toy):
    for step in range(3 * MAX_TRIALS):
        scorer(toy, Setting("ease", (("l2", 10.0 + step),)))
    assert len(toy.memo["trials"]) == MAX_TRIALS


def test_knobs_of_the_session_need_no_new_fit(toy):
    learned = cache.scorer(toy, "ease")
    trial = scorer(toy, Setting("ease", (("half_life", 3.0), ("prior", 0.5))))
    assert trial.links_ is learned.links_
    query = query_from(toy.history("ann"), ())
    np.testing.assert_array_equal(trial.score(query), fit("ease", toy, half_life=3.0, prior=0.5).score(query))
    assert learned.prior == 0.0


# --- forms from specs -------------------------------------------------------------------------------------------


@given(st.floats(1e-6, 1e3), st.floats(1.01, 1e6), st.floats(0, 1), st.booleans())
def test_stops_rise_and_hold_the_ends_the_default_and_the_value(low, factor, share, whole):
    low, high = (max(1.0, round(low)), round(max(2.0, low * factor)) + 1.0) if whole else (low, low * factor)
    default = low + share * (high - low)
    knob = Knob("n", "N", "h", round(default) if whole else default, low, high, log=True, whole=whole)
    found = knobs.stops(knob, knob.default)
    assert found == sorted(set(found))
    assert {knob.default, type(knob.default)(low), type(knob.default)(high)} <= set(found)
    assert len(found) < 100


@pytest.mark.parametrize("name", list(MODELS))
def test_every_knob_of_every_model_has_a_control(name):
    for knob in MODELS[name].knobs:
        if knob.choices:
            assert knob.default in knob.choices
        elif knob.log or (knob.whole and knob.high - knob.low > knobs.MAX_WHOLE):
            assert {knob.low, knob.high, knob.default} <= set(knobs.stops(knob))
            assert len(knobs.stops(knob)) <= knobs.MAX_WHOLE
        else:
            low, high, step = knobs.ends(knob)
            assert low <= knob.default <= high
            assert 1 <= (high - low) / step <= knobs.MAX_WHOLE


@pytest.mark.parametrize(
    ("low", "high", "ends"),
    [(0.0, 2.0, (0.0, 2.0, 0.05)), (0.0, 1.0, (0.0, 1.0, 0.02)), (-1.0, 1.0, (-1.0, 1.0, 0.05))],
)
def test_steps_of_a_plain_slider_are_round(low, high, ends):
    assert knobs.ends(Knob("x", "X", "h", 0.5, low, high)) == ends


def test_whole_numbers_stay_whole():
    knob = Knob("n", "N", "h", 7, 1, 20, whole=True)
    assert knobs.ends(knob) == (1, 20, 1)
    assert all(isinstance(stop, int) for stop in knobs.stops(Knob("n", "N", "h", 7, 1, 20, log=True, whole=True)))


# --- a new model needs no line here -----------------------------------------------------------------------------


@dataclass
class Backwards:
    """Last item of the catalogue first."""

    strength: float = 1.0
    order: str = "down"
    n: int = 3
    n_items_: int = field(default=0, init=False)

    def fit(self, data):
        self.n_items_ = data.n_items
        return self

    def score(self, query):
        sign = 1 if self.order == "down" else -1
        return (sign * self.strength * np.arange(self.n_items_)).astype(np.float32)


def test_a_model_registered_now_is_in_the_picker_the_columns_and_the_forms(shop, monkeypatch):
    spec = Spec(
        "backwards",
        "Backwards",
        "The end of the catalogue first.",
        Backwards,
        (
            Knob("strength", "Strength", "How much.", 1.0, 0.1, 10.0, log=True),
            Knob("order", "Order", "Which way.", "down", choices=("down", "up")),
            Knob("n", "Number", "How many.", 3, 1, 9, whole=True),
        ),
    )
    monkeypatch.setitem(MODELS, "backwards", spec)
    app = fine(open_page(compare=["Backwards", "Popular"]))
    assert "Backwards" in app.button_group(key="compare").options
    query = query_from(shop.personas[0].events, ())
    rows = recommend(shop, Backwards().fit(shop), query, K).item_ids
    assert lists(app)[0] == [plain(shop.title(item_id), MAX_TITLE[2]) for item_id in rows]
    assert "The end of the catalogue first" in words(app)
    assert "Gives no reasons." in words(app)

    unfolded(app, "backwards")
    next(one for one in app.selectbox if one.label == "Order").set_value("up").run()
    assert lists(fine(app))[0] != [plain(shop.title(item_id), MAX_TITLE[2]) for item_id in rows]
    assert app.query_params["knobs"] == "backwards:order=up"
    assert slider(app, "knob-backwards-n").value == 3
