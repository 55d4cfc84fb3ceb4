"""The Re-rank page as a script: its lists are the chain's own, switches and aims choose strategies, links reopen it."""

from __future__ import annotations

import io
import re
from contextlib import redirect_stdout
from dataclasses import dataclass

import numpy as np
import pytest
from streamlit.proto.Metric_pb2 import Metric as MetricProto
from streamlit.testing.v1 import AppTest

from recsys.data import Dataset, decided_rows
from recsys.evaluate.rerank_effect import Worth
from recsys.live import query_from
from recsys.models import fit
from recsys.models.setting import Setting
from recsys.ranking import top_k
from recsys.rerank import RERANKERS, Candidates, chained
from recsys.rerank.effects import QUALITIES, effects
from recsys.rerank.objective import Objective
from recsys.rerank.setting import ChainSetting
from recsys.settings import ROOT
from recsys.types import Event, Kind, Knob, Query, Spec
from recsys.ui import cache
from recsys.ui.experiments import experiments
from recsys.ui.frame import plain
from recsys.ui.live_model import FOR_YOU
from recsys.ui.rerank_aim import AIMS, USUAL, aim_of, chain_for
from recsys.ui.rerank_controls import OWN
from recsys.ui.rerank_figures import SAID, sentence, step_table, told
from recsys.ui.rerank_lists import MAX_TITLE
from recsys.ui.rerank_model import reorder
from recsys.ui.rerank_worth import as_python
from recsys.ui.wording import Wording

MAIN = str(ROOT / "recsys" / "ui" / "main.py")
K = 10
USUAL_CHAIN = chain_for(AIMS[USUAL])


def open_page(**address: str | list[str]) -> AppTest:
    """The page as the first request of a session."""
    app = AppTest.from_file(MAIN, default_timeout=60)
    app.switch_page("../../pages/rerank.py")
    for key, value in address.items():
        app.query_params[key.replace("__", "-")] = value
    return app.run()


def opened(app: AppTest, what: str = OWN) -> AppTest:
    """The page with one of its folds open."""
    app.session_state[what] = True
    return app.run()


def chain_in(app: AppTest, data: str = "shop") -> str:
    """The chain of this page in the address."""
    return app.query_params[f"mix-{data}"]


def fine(app: AppTest) -> AppTest:
    assert not app.exception
    assert not app.error
    assert [title.value for title in app.title] == ["Re-rank"]
    return app


def words(app: AppTest) -> str:
    return "\n".join(str(element.value) for element in [*app.markdown, *app.caption]).replace("\\", "")


def warnings(app: AppTest) -> str:
    return "\n".join(one.value for one in app.warning).replace("\\", "")


def lists(app: AppTest) -> tuple[list[str], list[str]]:
    """Lines of both lists as drawn, those on the list only."""
    left, right = (one.value.split("  \n") for one in app.markdown if re.match(r"\*\*1\*\* ", one.value))
    return tuple([line for line in lines if not line.startswith(":gray")] for lines in (left, right))


def chain_of(data: Dataset, setting: ChainSetting, query: Query | None = None, k: int = K, n: int = 100):
    query = query or query_from(data.personas[0].events, ())
    scores = fit(FOR_YOU, data).score(query)
    rows = top_k(scores, n, decided_rows(query.events, data))
    start = Candidates.of(data, query, scores, n)
    np.testing.assert_array_equal(rows, start.rows)
    with_chances = Candidates.of(data, query, scores, n, interest=fit("interest", data))
    return chained(with_chances, setting.build(), k)


def titles(data: Dataset, rows, query: Query | None = None) -> list[str]:
    named = Wording.for_query(data, query or Query())
    return [plain(named.short(data.item_ids[row], MAX_TITLE)) for row in rows]


def holds(lines: list[str], expected: list[str]) -> None:
    assert len(lines) == len(expected)
    for line, title in zip(lines, expected, strict=True):
        assert title in line


# --- the lists --------------------------------------------------------------------------------------------------


def test_the_lists_are_those_of_the_chain(shop):
    app = fine(open_page())
    chain = chain_of(shop, USUAL_CHAIN)
    left, right = lists(app)
    holds(left, titles(shop, chain.start.rows[:K]))
    holds(right, titles(shop, chain.rows))
    assert [line.split("**")[1] for line in right] == [str(place) for place in range(1, K + 1)]


def test_each_item_names_the_strategies_that_moved_it_and_its_chance(shop):
    app = fine(open_page(chain="mmr:diversity=0.7"))
    chain = chain_of(shop, ChainSetting.parse("mmr:diversity=0.7"))
    moved = 0
    for row, line in zip(chain.rows, lists(app)[1], strict=True):
        (places,) = [places for _, places in chain.moved_by(int(row))] or [0]
        moved += places != 0
        badge = f":green-badge[▲{places} Variety]" if places > 0 else f":orange-badge[▼{-places} Variety]"
        assert (badge in line) == (places != 0)
        chance = chain.start.chance[chain.start.rows.tolist().index(row)]
        assert f"[{chance:.0%}]" in line
    assert moved
    old = chain.start.rows[:K].tolist()
    new = sum(row not in old for row in chain.rows.tolist())
    changed = sum(a != b for a, b in zip(chain.rows.tolist(), old, strict=True)) - new
    assert f"{new} of 10 items {'is' if new == 1 else 'are'} new, {changed} changed places" in words(app)


def test_what_left_and_what_is_hidden_is_named(shop):
    first = shop.title(shop.item_ids[chain_of(shop, ChainSetting()).rows[0]])
    word = first.split()[0]
    app = fine(open_page(chain=ChainSetting.of({"rules": {"text": f"hide word {word}"}}).word))
    said = words(app)
    assert f"Hidden by House rules: {first}" in said
    assert "✕ House rules" in said
    assert not any(first in line for line in lists(app)[1])


def test_the_chart_between_says_every_place(shop):
    app = fine(open_page(chain="mmr:diversity=0.7"))
    chain = chain_of(shop, ChainSetting.parse("mmr:diversity=0.7"))
    alt = app.get("plotly_chart")[0].proto.alt
    was = {int(row): place for place, row in enumerate(chain.start.rows, start=1)}
    for place, row in enumerate(chain.rows, start=1):
        title = shop.title(shop.item_ids[row])
        came = f"{title} stays {place}" if was[int(row)] == place else f"{title} from {was[int(row)]} to {place}"
        assert came in alt


def test_sizes_bound_the_lists(shop):
    app = opened(fine(open_page(length="Top 5", pool="50")), "steps")
    left, right = lists(app)
    assert len(left) == len(right) == 5
    assert app.dataframe[0].value["Out"].tolist() == [50] * (1 + len(USUAL_CHAIN.names))
    assert app.dataframe[0].value["In"].tolist() == [shop.n_items, *([50] * len(USUAL_CHAIN.names))]
    opened(app).segmented_control(key="_candidates").set_value(200).run()
    assert fine(app).query_params["pool"] == "200"


def test_figures_are_those_before_and_after(shop):
    app = fine(open_page(chain="dpp:diversity=0.8"))
    chain = chain_of(shop, ChainSetting.parse("dpp:diversity=0.8"))
    table = effects(chain.start.rows[:K], chain.rows, chain.start).set_index("quality")
    drawn = {one.label: one for one in app.metric}
    assert list(drawn) == [QUALITIES[name].label for name in SAID]
    for name, said in SAID.items():
        before, after = table.loc[name, "before"], table.loc[name, "after"]
        assert drawn[QUALITIES[name].label].value == f"{said.form.format(before)} → {said.form.format(after)}"
    assert drawn[QUALITIES["diversity"].label].delta == "more varied"


def test_what_gets_worse_is_a_price_and_no_error():
    app = fine(open_page(chain="novelty:strength=1"))
    assert {one.delta for one in app.metric} & {"less likely", "more alike", "less mixed"}
    colours = {one.proto.color for one in app.metric}
    assert MetricProto.MetricColor.RED not in colours


def test_one_sentence_says_what_changed(shop):
    app = fine(open_page(chain="none"))
    assert "Nothing moved: this is the list as recommended." in words(app)
    query = query_from(shop.personas[0].events, ())
    shown = reorder(shop, query, Setting(FOR_YOU), USUAL_CHAIN, K, 100)
    said = sentence(shown, told(shown))
    assert f"{shown.n_new} of 10 items" in said
    assert re.search(r"chance of a like \d+% → \d+%", said)
    assert "texts more varied" in said
    assert said in words(fine(open_page()))


def test_every_step_is_a_line_with_its_time_and_what_it_said():
    app = opened(fine(open_page(person__shop="New here", chain="calibrated+rules")), "steps")
    table = app.dataframe[0].value
    assert table["Step"].tolist() == ["Recommender", "Your mix", "House rules"]
    assert "no mix to keep" in table["Note"][1]
    assert "no rules yet" in table["Note"][2]
    assert (table["Milliseconds"] >= 0).all()


def test_who_is_new_is_told_that_there_is_nothing_to_go_on(shop):
    app = fine(open_page(person__shop="New here", by__shop="ease"))
    assert "EASE has nothing to go on yet: showing what is popular" in warnings(app)
    assert any("nothing to go on" in link.label for link in app.get("page_link"))
    assert lists(app)[0]
    app = fine(open_page())
    assert not app.warning


def test_a_person_who_writes_chinese_reads_chinese_titles(shop):
    chinese = next(person for person in shop.personas if "Chinese" in person.name)
    app = fine(open_page(person__shop=chinese.name))
    assert all(re.search(r"[\u4e00-\u9fff]", line) for part in lists(app) for line in part)


def test_my_session_is_what_i_did_on_the_live_page():
    before = lists(fine(open_page()))[0]
    app = AppTest.from_file(MAIN, default_timeout=60).run()
    key = next(button.key for button in app.button if (button.key or "").startswith("dislike-"))
    app.button(key=key).click().run()
    app.switch_page("../../pages/rerank.py").run()
    assert lists(fine(app))[0] != before


# --- switches, knobs, aims --------------------------------------------------------------------------------------


def test_a_switch_turns_one_strategy_on_and_off_again(shop):
    app = opened(fine(open_page(chain="mmr")))
    app.button_group(key="usual-strategies").set_value(["mmr", "calibrated"]).run()
    assert chain_in(app) == "mmr+calibrated"
    holds(lists(fine(app))[1], titles(shop, chain_of(shop, ChainSetting.parse("mmr+calibrated")).rows))
    app.button_group(key="usual-strategies").set_value([]).run()
    left, right = lists(fine(app))
    assert chain_in(app) == "none"
    assert [line.split("** ")[1] for line in left] == [re.split(r"\*\* \*\*|\*\* :", line)[1] for line in right]


def test_only_the_aim_stands_above_the_result_until_somebody_builds_their_own():
    app = fine(open_page())
    groups = {one.key for one in app.button_group}
    assert "aim" in groups
    assert not {"usual-strategies", "special-strategies"} & groups
    assert not app.slider


def test_strategies_that_explore_or_ask_a_model_stand_apart_and_are_off(shop):
    app = opened(fine(open_page()))
    usual, special = app.button_group(key="usual-strategies"), app.button_group(key="special-strategies")
    assert not special.value
    assert len(usual.options) + len(special.options) == sum(shop.has(spec.needs) for spec in RERANKERS.values())
    assert all(label[0] in "⚄✎" for label in special.options)
    special.set_value(["thompson"]).run()
    assert chain_in(app) == f"{USUAL_CHAIN.word}+thompson"
    assert {"novelty", "dpp"} == set(fine(app).button_group(key="usual-strategies").value)


def test_a_turned_knob_moves_the_list_and_is_in_the_address(shop):
    app = opened(fine(open_page(chain="mmr+calibrated")))
    app.slider(key="knob-mmr-diversity").set_value(0.8).run()
    assert chain_in(app) == "mmr:diversity=0.8+calibrated"
    chain = chain_of(shop, ChainSetting.parse("mmr:diversity=0.8+calibrated"))
    holds(lists(fine(app))[1], titles(shop, chain.rows))
    app.button(key="reset-mmr").click().run()
    assert chain_in(fine(app)) == "mmr+calibrated"


@pytest.mark.slow
@pytest.mark.parametrize("name", list(RERANKERS))
def test_every_strategy_can_be_switched_on_and_has_a_form_without_its_seed(name):
    app = opened(fine(open_page(chain=name)))
    drawn = {one.key for one in [*app.slider, *app.select_slider, *app.selectbox, *app.text_area]}
    assert {f"knob-{name}-{knob.name}" for knob in RERANKERS[name].knobs if knob.name != "seed"} <= drawn
    assert not any(key.endswith("-seed") for key in drawn if key)
    assert len(lists(fine(app))[1]) == K


def test_a_strategy_is_offered_where_the_data_have_what_it_needs_and_a_link_may_still_name_it(shop):
    app = opened(fine(open_page()))
    usual = app.button_group(key="usual-strategies").options
    assert {"Near your price", "Hide what was opened"} <= set(usual)
    assert not {"Smooth flow", "Next step"} & set(usual)
    app = opened(opened(fine(open_page(chain="flow"))), "steps")
    assert app.button_group(key="usual-strategies").value == ["flow"]
    assert "so this changes nothing" in app.dataframe[0].value.to_string()
    holds(lists(app)[1], titles(shop, chain_of(shop, ChainSetting()).rows))
    app.button_group(key="usual-strategies").set_value([]).run()
    assert "Smooth flow" not in fine(app).button_group(key="usual-strategies").options


def test_a_strategy_that_goes_by_a_column_lets_the_visitor_choose_among_those_there_are(shop):
    app = opened(fine(open_page(chain="lift")))
    column = app.selectbox(key="knob-lift-column")
    assert column.options == ["none", "price", "stock", "margin"]
    column.set_value("price").run()
    assert chain_in(app) == "lift:column=price"
    holds(lists(fine(app))[1], titles(shop, chain_of(shop, ChainSetting.parse("lift:column=price")).rows))
    app = opened(fine(open_page(chain="spacing:column=artist")))
    assert app.selectbox(key="knob-spacing-column").options == ["artist", "category", "brand"]


def test_rules_are_written_and_an_unreadable_one_is_said(shop):
    app = opened(fine(open_page(chain="rules")))
    last = shop.item_ids[chain_of(shop, ChainSetting()).start.rows[40]]
    app.text_area(key="knob-rules-text").set_value(f"pin {last} 1").run()
    assert plain(shop.title(last), MAX_TITLE) in lists(fine(app))[1][0]
    app.text_area(key="knob-rules-text").set_value("pin").run()
    assert "House rules is left out" in warnings(fine(app))
    left, right = lists(app)
    assert len(left) == len(right) == K


@pytest.mark.parametrize("name", list(AIMS))
def test_an_aim_chooses_the_strategies_of_its_objective(name, shop):
    app = fine(open_page(chain="xquad"))
    app.button_group(key="aim").set_value(name).run()
    expected = Objective(*AIMS[name]).strategies()
    setting = ChainSetting.parse(chain_in(app))
    assert setting.build() == expected
    holds(lists(fine(app))[1], titles(shop, chain_of(shop, setting).rows))
    assert app.button_group(key="aim").value == name


def test_a_chain_by_hand_has_no_aim():
    app = fine(open_page(chain="mmr"))
    assert app.button_group(key="aim").value is None
    assert "Put together by hand. Strategies: Variety." in words(app)


@pytest.mark.parametrize("weights", [*AIMS.values(), (0, 0.5, 0.5), (0.7, 0.2, 0.1), (0, 1, 0), (0, 0, 1)])
def test_the_weights_of_an_aim_are_read_back_from_its_chain(weights):
    found = aim_of(chain_for(weights))
    assert found is not None
    assert found.weights == pytest.approx(weights)


@pytest.mark.parametrize("word", ["mmr", "dpp:by=both", "dpp+calibrated", "dpp:diversity=1+novelty", "rules:text=pin"])
def test_other_chains_have_no_aim(word):
    assert aim_of(ChainSetting.parse(word)) is None


def test_worth_opens_with_what_one_press_gives_and_ends_with_all_it_rests_on(shop):
    app = fine(open_page(chain="mmr:diversity=0.9"))
    assert "says which finds more of the hidden likes" in words(app)
    question = Worth(Setting(FOR_YOU), ChainSetting.parse("mmr:diversity=0.9"), K, 100)
    app.button(key="measure-Worth").click().run(timeout=120)
    found = experiments(shop).found(cache.dataset("shop"), question)
    assert found is not None
    assert f"{found.difference.n} people of Shop, the newest fifth" in words(fine(app))
    drawn = {one.label: one for one in app.metric}
    assert drawn["Hidden likes found"].value == f"{found.before:.3f} → {found.after:.3f}"
    low, high = found.difference.low, found.difference.high
    assert drawn["Difference"].delta == f"{low:+.3f} to {high:+.3f}"
    code = as_python("shop", question)
    said = io.StringIO()
    with redirect_stdout(said):
        exec(code, {})
    assert said.getvalue().strip() == found.words


# --- links, Live ------------------------------------------------------------------------------------------------


def test_the_chain_survives_a_visit_to_another_page():
    app = fine(open_page(mix__shop="mmr:diversity=0.7"))
    app.switch_page("../../pages/method.py").run()
    app.query_params.clear()
    app.switch_page("../../pages/rerank.py").run()
    assert chain_in(fine(app)) == "mmr:diversity=0.7"


def test_a_link_of_an_earlier_version_still_opens_its_chain():
    app = fine(open_page(chain="mmr:diversity=0.7"))
    assert chain_in(app) == "mmr:diversity=0.7"
    assert "chain" not in app.query_params
    both = fine(open_page(chain="mmr", mix__shop="xquad"))
    assert chain_in(both) == "xquad"


def test_a_chain_of_one_catalogue_does_not_follow_to_another():
    app = fine(open_page(mix__shop="rules:text=hide%20word%20sock"))
    app.button_group(key="data").set_value("video").run()
    assert "House rules" not in words(fine(app))
    assert app.button_group(key="aim").value == USUAL
    app.button_group(key="data").set_value("shop").run()
    assert chain_in(fine(app)).startswith("rules:")


def test_the_page_says_what_is_in_force_on_live_and_takes_it_off():
    app = fine(open_page(mix__shop="mmr:diversity=0.7"))
    assert "In force on Live: no re-ranking." in words(app)
    (link,) = [one for one in app.get("page_link") if "on Live" in one.label]
    assert link.label == "Use on Live →"
    assert "chain-shop=mmr%3Adiversity%3D0.7" in link.proto.query_string

    app = fine(open_page(chain__shop="xquad"))
    assert "In force on Live: Every interest." in words(app)
    assert [one.label for one in app.get("page_link") if "on Live" in one.label] == ["In force on Live →"]
    app.button(key="off-live").click().run()
    assert "In force on Live: no re-ranking." in words(fine(app))
    assert "chain-shop" not in app.query_params


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        (
            "oracle",
            "The strategies in this link cannot be used, the usual ones are shown: there is no strategy 'oracle'",
        ),
        ("mmr:diversity=7", "diversity should be a number from 0 to 1"),
        ("mmr+mmr", "stands twice"),
        ("rules:text=jump%20high", "House rules is left out: line 1, “jump high”"),
    ],
)
def test_what_a_link_cannot_have_is_one_sentence(word, sentence):
    app = fine(open_page(chain=word))
    assert sentence in warnings(app)
    assert len(lists(app)[1]) == K


GARBAGE = ["", "x", "' OR 1=1", "<b>", "🙂", "%00", "9" * 500, "مرحبا", "mmr:", ":", "+", "NaN"]
KEYS = ["length", "pool", "data", "person__shop", "chain__shop", "mix__shop"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("key", "garbage"), [*(("chain", one) for one in GARBAGE), *((key, one) for key in KEYS for one in GARBAGE[:4])]
)
def test_garbage_in_the_address_is_harmless(key, garbage):
    fine(open_page(**{key: garbage}))


# --- whatever is registered -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Backwards:
    """The candidates from their end; a trouble when asked for."""

    trouble: str = "no"

    def __call__(self, candidates: Candidates, k: int) -> list[int]:
        if self.trouble == "yes":
            raise ValueError("this cannot be turned around")
        return [int(row) for row in candidates.rows[::-1][:k]]


@pytest.fixture
def backwards(monkeypatch) -> Spec:
    knob = Knob("trouble", "Trouble", "Breaks it.", "no", choices=("no", "yes"))
    spec = Spec("backwards", "Backwards", "The end of the candidates first.", Backwards, (knob,))
    monkeypatch.setitem(RERANKERS, spec.name, spec)
    return spec


def test_a_strategy_registered_now_has_a_switch_a_form_and_a_step(backwards, shop):
    app = opened(opened(fine(open_page(chain="backwards"))), "steps")
    assert "Backwards" in app.button_group(key="usual-strategies").options
    start = chain_of(shop, ChainSetting()).start
    holds(lists(app)[1], titles(shop, start.rows[::-1][:K]))
    assert app.dataframe[0].value["Step"].tolist() == ["Recommender", "Backwards"]


def test_a_strategy_that_fails_leaves_the_others_standing(backwards, shop):
    app = fine(open_page(chain="mmr:diversity=0.7+backwards:trouble=yes"))
    assert "Backwards is left out: this cannot be turned around." in warnings(app)
    holds(lists(app)[1], titles(shop, chain_of(shop, ChainSetting.parse("mmr:diversity=0.7")).rows))


def test_the_parts_of_every_item_sum_to_its_movement(shop):
    word = "+".join(name for name in RERANKERS if name not in ("cross_encoder", "language_model"))
    like = Event("e", Kind.LIKE, 1.0, shop.item_ids[3])
    shown = reorder(shop, Query((like,)), Setting(FOR_YOU), ChainSetting.parse(word), K, 100)
    for move in shown.right:
        if move.after is not None:
            assert sum(places for _, places in move.parts) == move.before - move.after
    assert {move.row for move in shown.left} == {move.row for move in shown.right}
    assert step_table(shown)["Step"].tolist()[0] == "Recommender"


def test_a_pretended_time_of_day_is_what_the_strategy_sees(shop):
    app = opened(opened(open_page(chain="context")), "steps")
    app.pills(key="_hour").set_value("at night").run()
    app.pills(key="_device").set_value("phone").run()
    fine(app)
    notes = "\n".join(table.value.to_string() for table in app.dataframe)
    assert "at night" in notes
