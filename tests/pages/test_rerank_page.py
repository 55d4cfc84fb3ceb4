"""The Re-rank page as a script: its lists are the chain's own, switches and aims choose strategies, links reopen it."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from recsys.data import Dataset, decided_rows
from recsys.live import query_from
from recsys.models import fit
from recsys.models.setting import Setting
from recsys.ranking import top_k
from recsys.rerank import RERANKERS, Candidates, chained
from recsys.rerank.objective import Objective
from recsys.rerank.setting import ChainSetting
from recsys.settings import ROOT
from recsys.types import Event, Kind, Knob, Query, Spec
from recsys.ui.frame import plain
from recsys.ui.live_model import FOR_YOU
from recsys.ui.rerank_aim import AIMS, USUAL, chain_for, weights_of
from recsys.ui.rerank_controls import Opened
from recsys.ui.rerank_figures import SHOWN
from recsys.ui.rerank_lists import MAX_CHINESE, MAX_TITLE
from recsys.ui.rerank_model import INTEREST, reorder
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


def opened(app: AppTest, what: Opened) -> AppTest:
    """The page with one of its popovers open."""
    app.session_state[what] = True
    return app.run()


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
    with_chances = Candidates.of(data, query, scores, n, interest=fit(INTEREST, data))
    return chained(with_chances, setting.build(), k)


def titles(data: Dataset, rows, query: Query | None = None) -> list[str]:
    named = Wording.for_query(data, query or Query())
    limit = MAX_CHINESE if named.chinese else MAX_TITLE
    return [plain(named.title(data.item_ids[row]), limit) for row in rows]


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
    assert f"{sum(a != b for a, b in zip(chain.rows, chain.start.rows, strict=False))} of 10 moved" in words(app)


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
    app = fine(open_page(top="5", pool="50"))
    left, right = lists(app)
    assert len(left) == len(right) == 5
    assert app.dataframe[0].value["Out"].tolist() == [50] * (1 + len(USUAL_CHAIN.names))
    assert app.dataframe[0].value["In"].tolist() == [shop.n_items, *([50] * len(USUAL_CHAIN.names))]


def test_figures_are_those_before_and_after(shop):
    from recsys.rerank.effects import QUALITIES, effects

    app = fine(open_page(chain="dpp:diversity=0.8"))
    chain = chain_of(shop, ChainSetting.parse("dpp:diversity=0.8"))
    table = effects(chain.start.rows[:K], chain.rows, chain.start).set_index("quality")
    drawn = {one.label: one for one in app.metric}
    assert list(drawn) == [QUALITIES[name].label for name in SHOWN]
    for name in SHOWN:
        before, after = table.loc[name, "before"], table.loc[name, "after"]
        assert drawn[QUALITIES[name].label].value == f"{before:.2f} → {after:.2f}"
    assert drawn[QUALITIES["diversity"].label].delta.startswith("+")


def test_every_step_is_a_line_with_its_time_and_what_it_said():
    app = fine(open_page(person__shop="New here", chain="calibrated+rules"))
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
    app = fine(open_page(chain="mmr"))
    app.button_group(key="usual-strategies").set_value(["mmr", "calibrated"]).run()
    assert app.query_params["chain"] == "mmr+calibrated"
    holds(lists(fine(app))[1], titles(shop, chain_of(shop, ChainSetting.parse("mmr+calibrated")).rows))
    app.button_group(key="usual-strategies").set_value([]).run()
    left, right = lists(fine(app))
    assert app.query_params["chain"] == "none"
    assert [line.split("** ")[1] for line in left] == [re.split(r"\*\* \*\*|\*\* :", line)[1] for line in right]
    assert "0 of 10 moved" in words(app)


def test_strategies_that_explore_or_ask_a_model_stand_apart_and_are_off():
    app = fine(opened(open_page(), Opened.MORE))
    usual, special = app.button_group(key="usual-strategies"), app.button_group(key="special-strategies")
    assert not special.value
    assert len(usual.options) + len(special.options) == len(RERANKERS)
    assert all(label[0] in "⚄✎" for label in special.options)
    special.set_value(["thompson"]).run()
    assert app.query_params["chain"] == f"{USUAL_CHAIN.word}+thompson"
    assert {"novelty", "dpp"} == set(fine(app).button_group(key="usual-strategies").value)


def test_a_turned_knob_moves_the_list_and_is_in_the_address(shop):
    app = fine(open_page(chain="mmr+calibrated"))
    app.button_group(key="adjust-strategy").set_value("mmr").run()
    app.slider(key="strategy-mmr-diversity").set_value(0.8).run()
    assert app.query_params["chain"] == "mmr:diversity=0.8+calibrated"
    chain = chain_of(shop, ChainSetting.parse("mmr:diversity=0.8+calibrated"))
    holds(lists(fine(app))[1], titles(shop, chain.rows))
    app.button(key="reset-mmr").click().run()
    assert fine(app).query_params["chain"] == "mmr+calibrated"


@pytest.mark.parametrize("name", list(RERANKERS))
def test_every_strategy_can_be_switched_on_and_has_a_form(name):
    app = fine(open_page(chain=name))
    if RERANKERS[name].knobs:
        app.button_group(key="adjust-strategy").set_value(name).run()
        drawn = {one.key for one in [*app.slider, *app.select_slider, *app.selectbox, *app.text_area]}
        assert {f"strategy-{name}-{knob.name}" for knob in RERANKERS[name].knobs} <= drawn
    assert len(lists(fine(app))[1]) == K


def test_rules_are_written_and_an_unreadable_one_is_said(shop):
    app = fine(open_page(chain="rules"))
    app.button_group(key="adjust-strategy").set_value("rules").run()
    last = shop.item_ids[chain_of(shop, ChainSetting()).start.rows[40]]
    app.text_area(key="strategy-rules-text").set_value(f"pin {last} 1").run()
    assert plain(shop.title(last), MAX_TITLE) in lists(fine(app))[1][0]
    app.text_area(key="strategy-rules-text").set_value("pin").run()
    assert "House rules is left out" in warnings(fine(app))
    left, right = lists(app)
    assert len(left) == len(right) == K


@pytest.mark.parametrize("name", list(AIMS))
def test_an_aim_chooses_the_strategies_of_its_objective(name, shop):
    app = fine(open_page(chain="xquad"))
    app.button_group(key="aim").set_value(name).run()
    expected = Objective(*AIMS[name]).strategies()
    setting = ChainSetting.parse(app.query_params["chain"])
    assert setting.build() == expected
    holds(lists(fine(app))[1], titles(shop, chain_of(shop, setting).rows))
    assert app.button_group(key="aim").value == name


def test_a_slider_of_the_own_aim_chooses_anew_and_stays_where_it_was_put():
    app = fine(opened(open_page(), Opened.AIM))
    app.slider(key="aim-variety").set_value(0.9).run()
    accuracy, _, discovery = AIMS[USUAL]
    assert ChainSetting.parse(app.query_params["chain"]) == chain_for((accuracy, 0.9, discovery))
    assert [app.slider(key=f"aim-{name}").value for name in ("accuracy", "variety", "discovery")] == [
        accuracy,
        0.9,
        discovery,
    ]
    for name in ("accuracy", "variety", "discovery"):
        app.slider(key=f"aim-{name}").set_value(0.0).run()
    fine(app)


def test_a_chain_by_hand_has_no_aim():
    app = fine(opened(open_page(chain="mmr"), Opened.AIM))
    assert app.button_group(key="aim").value is None
    assert "chosen by hand" in words(app)


@pytest.mark.parametrize("weights", [*AIMS.values(), (1, 1, 1), (0, 1, 1), (3, 1, 0), (0, 0, 1), (0.123, 0.456, 0.2)])
def test_the_weights_of_an_aim_are_read_back_from_its_chain(weights):
    found = weights_of(chain_for(weights))
    assert found is not None
    np.testing.assert_allclose(found, np.array(weights) / sum(weights), atol=2e-4)


@pytest.mark.parametrize("word", ["mmr", "dpp:by=both", "dpp+calibrated", "dpp:diversity=1+novelty", "rules:text=pin"])
def test_other_chains_have_no_weights(word):
    assert weights_of(ChainSetting.parse(word)) is None


# --- links, Live ------------------------------------------------------------------------------------------------


def test_the_chain_survives_a_visit_to_another_page():
    app = fine(open_page(chain="mmr:diversity=0.7"))
    app.switch_page("../../pages/method.py").run()
    app.query_params.clear()
    app.switch_page("../../pages/rerank.py").run()
    assert fine(app).query_params["chain"] == "mmr:diversity=0.7"


def test_a_chain_is_adopted_on_live():
    app = fine(open_page(chain="mmr:diversity=0.7"))
    app.button(key="use-chain").click().run()
    assert app.session_state["chain-shop"] == "mmr:diversity=0.7"
    assert [button for button in fine(app).button if button.key == "use-chain"] == []
    app.button_group(key="usual-strategies").set_value([]).run()
    app.button(key="use-chain").click().run()
    assert app.session_state["chain-shop"] == "none"


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("oracle", "The chain in this link cannot be used, the usual one is shown: there is no strategy 'oracle'"),
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
KEYS = ["top", "pool", "data", "person__shop", "chain__shop"]


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
    app = fine(open_page(chain="backwards"))
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
    for entry in (*shown.before, *shown.after):
        if entry.after is not None:
            assert sum(places for _, places in entry.moved_by) == entry.before - entry.after
    assert {entry.item_id for entry in shown.left} == {entry.item_id for entry in shown.right}


def test_a_pretended_time_of_day_is_what_the_strategy_sees(shop):
    app = open_page(chain="context")
    app.pills(key="_hour").set_value("at night").run()
    app.pills(key="_device").set_value("phone").run()
    fine(app)
    notes = "\n".join(table.value.to_string() for table in app.dataframe)
    assert "at night" in notes
