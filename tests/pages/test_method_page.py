"""The Method page as a visitor drives it."""

import time

import pytest
from streamlit.testing.v1 import AppTest

from recsys.settings import ROOT
from recsys.ui.method_text import CHANGES, EXAMPLES, FORMULAS, GROUPS

TIMEOUT = 90


@pytest.fixture
def page() -> AppTest:
    return clean(AppTest.from_file(str(ROOT / "pages" / "method.py"), default_timeout=TIMEOUT).run())


def clean(at: AppTest) -> AppTest:
    assert not at.exception
    assert not at.error
    return at


def cells(at: AppTest) -> str:
    """Return every cell of every table, unescaped, as one text."""
    return " ".join(str(cell) for table in at.table for cell in table.value.to_numpy().ravel()).replace("\\", "")


def value_of(at: AppTest, step: str) -> float:
    """Return the number beside ``step`` in the table of steps."""
    rows = [row for table in at.table for row in table.value.to_numpy().tolist() if row[0] == step]
    return float(rows[0][-1].replace("\\", "").replace("−", "-"))


def box(at: AppTest, label: str):
    return next(widget for widget in at.text_input if widget.label == label)


def test_title_sections_and_formulas(page):
    assert [title.value for title in page.title] == ["Method"]
    assert [header.value for header in page.header] == [
        "What the articles propose",
        "Worked examples",
        "What is different here",
        "The formulas",
    ]
    assert any("five texts in Chinese" in caption.value for caption in page.caption)


@pytest.mark.parametrize("group", GROUPS)
def test_every_formula_is_drawn_with_its_subject(page, group):
    page.session_state["about"] = group
    clean(page.run())
    shown = [one.value.strip("$\n ") for one in page.markdown if one.value.startswith("$$")]
    assert shown == [f.lines for f in FORMULAS if f.group == group]


def test_the_formulas_cover_what_the_app_reports():
    told = " ".join(f"{f.name} {f.sentence} {f.symbols}" for f in FORMULAS)
    for word in ("Chance of a like", "RBO", "NDCG", "Intervals and p-values", "Variety", "Your mix", "Discovery"):
        assert word in told
    assert "steers no list" not in " ".join(" ".join(change) for change in CHANGES)


def test_router_opens_the_page():
    at = AppTest.from_file(str(ROOT / "recsys" / "ui" / "main.py"), default_timeout=TIMEOUT).run()
    clean(at.switch_page("../../pages/method.py").run())
    assert [title.value for title in at.title] == ["Method"]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_draws_in_both_languages(page, example, lang):
    page.session_state["example"], page.session_state["lang"] = example, lang
    clean(page.run())
    assert ("步骤" in " ".join(map(str, (t.value.columns[0] for t in page.table)))) == (lang == "zh")


def test_language_switch_shows_chinese_texts(page):
    assert "Puddle Road runner" in cells(page)
    page.segmented_control(key="lang").set_value("zh")
    clean(page.run())
    assert "踏溪公路跑鞋" in cells(page)
    assert "Puddle Road runner" not in cells(page)
    assert "下雨天" in box(page, "需求").value


def test_edited_text_changes_the_numbers(page):
    before = value_of(page, "Score before the remark")
    box(page, "What they need").set_value("a stiff boot for rocky mountain trails")
    clean(page.run())
    assert value_of(page, "Score before the remark") < before


def test_stars_change_the_weight_of_the_remark(page):
    assert "0.7 × (2 − 3) / 2" in cells(page)
    page.number_input(key="remark-stars").set_value(5)
    clean(page.run())
    assert "(5 − 3) / 2" in cells(page)


@pytest.mark.parametrize("text", ["", "   ", "🙂", "<b>*x*</b> $1 | a", "тихо", "长" * 300])
def test_odd_texts_never_break_the_page(page, text):
    box(page, "What they need").set_value(text)
    clean(page.run())
    assert ("Nothing to compare yet" in " ".join(m.value for m in page.markdown)) == (not text.strip())


def test_no_click_is_an_empty_state(page):
    page.session_state["example"] = "gadgets"
    clean(page.run())
    page.pills(key="clicked-gadgets").set_value([])
    clean(page.run())
    assert any("No click" in m.value for m in page.markdown)


def test_code_is_drawn_when_opened_and_holds_what_was_typed(page):
    assert not page.code
    box(page, "Remark on Puddle Road runner").set_value("it's too long")
    page.session_state["code"] = True
    clean(page.run())
    assert "it's too long" in page.code[0].value
    assert "from recsys import" in page.code[0].value


def test_click_on_another_story_moves_the_weights(page):
    page.session_state["example"] = "weights"
    clean(page.run())
    assert "19/30" in cells(page)
    page.pills(key="clicked-story").set_value(0)
    clean(page.run())
    assert "19/30" not in cells(page)


def test_skip_lowers_the_chance(page):
    page.session_state["example"] = "interest"
    clean(page.run())
    page.segmented_control(key="answer").set_value(False)
    clean(page.run())
    assert page.metric[1].delta.startswith("-")


def test_warm_page_is_drawn_within_a_second(page):
    """The best of three, for the machine may be busy."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        page.run()
        times.append(time.perf_counter() - start)
    assert min(times) < 1
