"""The Similarity page as a script: every view, every person, the empty states, the choices without a mouse."""

import gc
import re
import weakref

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.typing import PlotlyState

from recsys.data.people import NEW_HERE, people
from recsys.explain.map import CatalogueMap
from recsys.models import MODELS
from recsys.settings import ROOT
from recsys.text import reader
from recsys.ui.similarity_view import _verdict
from recsys.ui.state import Key
from recsys.ui.uploads import uploads


def open_page(**state: object) -> AppTest:
    app = AppTest.from_file(str(ROOT / "recsys" / "ui" / "main.py"), default_timeout=60)
    for key, value in state.items():
        app.session_state[key] = value
    return app.switch_page("../../pages/similarity.py").run()


def fine(app: AppTest) -> AppTest:
    assert not app.exception
    assert not app.error
    assert [title.value for title in app.title] == ["Similarity"]
    return app


def words(app: AppTest) -> str:
    return "\n".join(str(element.value) for element in [*app.markdown, *app.caption])


def box(app: AppTest, label: str):
    return next(one for one in app.selectbox if one.label == label)


def show(app: AppTest, view: str) -> AppTest:
    next(one for one in app.button_group if one.label == "Show").set_value(view).run()
    return fine(app)


def map_key(shop, method: str = "pca") -> str:
    return f"map-{method}-{shop.catalogue_version}"


def test_it_opens_on_a_person_with_a_history_and_their_closest_pair():
    app = fine(open_page())

    assert box(app, "Row").value.startswith("item:")
    assert box(app, "Row").value != box(app, "Column").value
    assert [metric.label for metric in app.metric] == ["Likeness"]
    assert 0.2 < float(app.metric[0].value.replace("−", "-")) <= 1
    assert "Alike: two items picked at random mostly lie within" in words(app).replace("\\", "")
    assert "Read by MiniLM" in words(app)


def live_list(app: AppTest) -> list[str]:
    """Titles on the Live page of the same session, best first."""
    app.switch_page("../../pages/live.py").run()
    cards = [m.value for m in app.markdown if re.match(r"\*\*\d+\*\* ", m.value)]
    return [re.sub(r"\\", "", re.findall(r"\*\*(.+?)\*\*", card)[1]) for card in cards]


@pytest.mark.parametrize("by", ["", "ease", "popularity"])
def test_the_columns_are_the_list_that_live_shows_in_its_order_and_the_page_names_the_model(by):
    app = AppTest.from_file(str(ROOT / "recsys" / "ui" / "main.py"), default_timeout=60)
    if by:
        app.query_params["by-shop"] = by
    app.run().switch_page("../../pages/similarity.py").run()
    columns = box(fine(app), "Column").options
    name = MODELS[by or "switching"].label
    assert f"ranked by {name}" in words(app).replace("\\", "")

    assert columns == [f"{place} · {title}" for place, title in enumerate(live_list(app), start=1)]
    assert len(columns) == 10


def test_chinese_words_bring_chinese_titles_and_two_languages_stand_apart(shop):
    app = fine(open_page(q="下雨天跑步的防水鞋"))
    options = box(app, "Column").options
    assert {title.split(" · ")[1] for title in options} <= set(shop.items["title_zh"])
    assert ".." not in words(app)
    assert "。." not in words(app)


def test_a_private_map_goes_when_the_data_are_forgotten():
    app = AppTest.from_file(str(ROOT / "recsys" / "ui" / "main.py"), default_timeout=60).run()
    app.session_state["show"] = "own"
    app.switch_page("../../pages/data.py").run()
    app.button(key="try-template").click().run()
    name = app.session_state[Key.UPLOAD]
    show(app.switch_page("../../pages/similarity.py").run(), "map")
    drawn = [weakref.ref(kept) for kept in uploads().find(name).memo.values() if isinstance(kept, CatalogueMap)]
    drawn.append(weakref.ref(uploads().find(name)))
    assert len(drawn) == 2

    app.switch_page("../../pages/data.py").run()
    app.button(key="forget-own").click().run()
    gc.collect()
    assert [kept() for kept in drawn] == [None, None]


def test_what_is_within_chance_is_called_not_alike():
    assert _verdict(0.03, 0.08).startswith("Not alike")
    assert _verdict(0.2, 0.08).startswith("Alike")
    assert _verdict(-0.2, 0.08).startswith("Further apart")


def test_choosing_another_pair_shows_both_texts_and_their_cosine(shop):
    app = fine(open_page())
    box(app, "Row").set_value("item:s001").run()
    column = box(app, "Column").options[3].removeprefix("4 · ")
    box(app, "Column").set_value(next(f"item:{i}" for i in shop.item_ids if shop.title(i) == column)).run()
    row_id, column_id = (box(fine(app), name).value.removeprefix("item:") for name in ("Row", "Column"))
    space = reader().space(shop, reader().main(shop))

    assert row_id == "s001"
    assert shop.title(column_id) == column
    expected = space.items[shop.row(row_id)] @ space.items[shop.row(column_id)]
    assert float(app.metric[0].value.replace("−", "-")) == pytest.approx(float(expected), abs=0.006)
    for item_id in (row_id, column_id):
        assert shop.title(item_id) in words(app).replace("\\", "")


def test_items_against_items_need_no_person(shop):
    app = open_page(**{"person-shop": NEW_HERE})
    assert "Nothing to compare yet" in words(fine(app))
    assert not app.metric

    app = show(app, "items")
    assert float(app.metric[0].value.replace("−", "-")) > 0
    assert "against itself" in words(app)
    assert "ranked by Adaptive blend" in words(app)


def test_typed_chinese_is_a_row_and_says_who_reads_it():
    app = fine(open_page(q="下雨天跑步的防水鞋"))
    box(app, "Row").set_value("typed").run()

    assert "下雨天跑步的防水鞋" in words(fine(app))
    assert "and its characters" in words(app) or "Read by words and characters" in words(app)
    assert "compare those within their row" in words(app)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["shop", "video"])
def test_every_person_has_every_view(name, request):
    data = request.getfixturevalue(name)
    for person in people(data):
        app = open_page(**{"data": name, f"person-{name}": person.name})
        assert next(one for one in fine(app).button_group if one.key == f"person-{name}").value == person.name
        for view in ("items", "map"):
            show(app, view)


def test_the_map_says_how_true_it_is_and_how_to_use_it(shop):
    app = show(open_page(), "map")

    assert "are also among the 10 nearest dots (by chance 4%)" in words(app).replace("\\", "")
    assert "Draw around some dots" in words(app)
    assert "Nothing chosen" in words(app)
    assert not app.dataframe


def test_a_category_is_listed_without_a_mouse_most_alike_first(shop):
    app = show(open_page(), "map")
    box(app, "Category").set_value("Running").run()
    table = fine(app).dataframe[0].value

    assert set(table["Category"]) == {"Running"}
    assert len(table) == (shop.items["category"] == "Running").sum()
    assert table["Like you"].is_monotonic_decreasing


def test_the_list_names_the_own_category_of_what_the_map_calls_other(shop):
    app = show(open_page(), "map")
    box(app, "Category").set_value("other").run()
    table = fine(app).dataframe[0].value

    assert len(set(table["Category"])) > 1
    assert set(table["Category"]) <= set(shop.items["category"]) - {"Running"}


def test_what_is_drawn_around_is_listed(shop):
    app = show(open_page(), "map")
    points = [{"customdata": item_id} for item_id in ("s003", "s001", "s100")] + [{"x": 1.0, "y": 2.0}]
    app.session_state[map_key(shop)] = PlotlyState({"selection": {"points": points}})
    app.run()

    assert set(fine(app).dataframe[0].value["Title"]) == {shop.title(i) for i in ("s003", "s001", "s100")}
    assert "3 items** inside your line" in words(app)


def test_neighbourhoods_are_truer_than_the_overview(shop):
    def share(app: AppTest) -> int:
        line = next(c.value for c in app.caption if "picture:" in c.value.replace("\\", "")).replace("\\", "")
        return int(line.split("nearest to an item's, ")[1].split("%")[0])

    app = show(open_page(), "map")
    overview = share(app)
    next(one for one in app.button_group if one.label == "Drawing").set_value("tsne").run()

    assert share(fine(app)) > overview + 10


def test_a_stranger_sees_the_map_without_a_star_and_lists_without_a_taste(shop):
    app = show(open_page(**{"person-shop": NEW_HERE}), "map")
    assert "there is no star" in words(app)

    box(app, "Category").set_value("Running").run()
    assert list(fine(app).dataframe[0].value) == ["Title", "Category"]


def test_a_category_of_other_data_is_forgotten_quietly():
    app = show(open_page(), "map")
    box(app, "Category").set_value("Running").run()
    app.button_group(key="data").set_value("video").run()

    assert box(fine(app), "Category").value == ""
