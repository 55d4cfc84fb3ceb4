"""The Data page as a script: every section, the choices, hostile texts, and a visitor's own files."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from recsys.data import Dataset, catalogue
from recsys.data.loaders import csv
from recsys.errors import DataError
from recsys.settings import ROOT
from recsys.types import Event, Kind
from recsys.ui import cache, frame, upload_template
from recsys.ui.controls import OWN
from recsys.ui.data_browse import told
from recsys.ui.data_view import Section
from recsys.ui.state import Key
from recsys.ui.upload_model import Plan, build
from recsys.ui.uploads import uploads
from recsys.ui.wording import Wording

HOSTILE = (
    "<script>alert(1)</script> **bold** [click](https://evil.example) $x$ :red[hot] ![pixel](https://evil.example)"
)
CHINESE = "编号,名字,介绍\n1,雨伞,结实防风的雨伞\n2,雨鞋,防水耐磨的雨鞋\n3,茶杯,保温的玻璃茶杯\n"
BROKEN = b'id,title\n1,"Tea\n2,Mug\n'


def open_page(section: Section = Section.ITEMS, data: str = "", **state: object) -> AppTest:
    """The page at ``section`` of the dataset with the short name ``data``, the first one by default."""
    app = AppTest.from_file(str(ROOT / "recsys" / "ui" / "main.py"), default_timeout=60).run()
    for key, value in {"show": section, **state}.items():
        app.session_state[key] = value
    app.switch_page("../../pages/data.py").run()
    if data:
        app.button_group(key="data").set_value(data).run()
        label = uploads().find(app.session_state[Key.UPLOAD]).label if data == OWN else cache.dataset(data).label
        assert f": {frame.plain(label)}, " in app.caption[-1].value
    return app


def open_own(section: Section, own: Dataset) -> AppTest:
    """The page at ``section``, on an upload of this session."""
    return open_page(section, data=OWN, **{Key.UPLOAD: uploads().add(own)})


def fine(app: AppTest) -> AppTest:
    assert not app.exception
    assert not app.error
    assert [title.value for title in app.title] == ["Data"]
    return app


def words(app: AppTest) -> str:
    return "\n".join(str(element.value) for element in [*app.markdown, *app.caption])


def table(app: AppTest) -> pd.DataFrame:
    return app.dataframe[0].value


def uploader(app: AppTest, label: str):
    return next(one for one in app.file_uploader if one.label.startswith(label))


def box(app: AppTest, label: str):
    return next(one for one in app.selectbox if one.label == label)


@pytest.mark.parametrize("section", list(Section))
@pytest.mark.parametrize("name", ["shop", "video"])
def test_every_section_of_every_sample(section, name):
    fine(open_page(section, data=name))


def test_the_catalogue_opens_on_its_first_item_with_all_its_texts(shop):
    app = fine(open_page())

    assert len(table(app)) == shop.n_items
    for column in ("title", "description"):
        assert shop.field(0, column) in words(app).replace("\\", "")
        assert shop.field(0, f"{column}_zh") not in words(app).replace("\\", "")
    assert f"liked by {shop.like_counts[0]:.0f} of {len(shop.user_ids)} people" in words(app)
    assert "$129.00" in words(app).replace("\\", "")
    shown = [text for _, text in shop.reviews(0) if text in words(app).replace("\\", "")]
    assert len(shown) == 5


def test_one_language_at_a_time_with_a_switch(shop):
    app = fine(open_page())
    app.button_group(key="lang").set_value("zh").run()

    assert table(fine(app))["title"].iloc[0] == shop.field(0, "title_zh")
    for column in ("title", "description"):
        assert shop.field(0, f"{column}_zh") in words(app).replace("\\", "")
        assert shop.field(0, column) not in words(app).replace("\\", "")


def test_people_with_numbers_stand_in_the_order_of_the_numbers():
    items = pd.DataFrame({"item_id": ["a"], "title": ["Tea"]})
    users = ["10", "9", "ann", "100", "2"]
    acts = pd.DataFrame({"user_id": users, "item_id": "a", "kind": "like", "at": [1.7e9 + n for n in range(5)]})
    app = fine(open_own(Section.PEOPLE, Dataset.from_tables("secret-numbers", items, acts, label="Mine")))
    assert table(app)["user_id"].tolist() == ["2", "9", "10", "100", "ann"]


def test_tables_are_made_once_per_dataset_not_once_per_session(shop):
    def made() -> dict[object, int]:
        return {key: id(value) for key, value in cache.dataset("shop").memo.items() if isinstance(value, pd.DataFrame)}

    fine(open_page())
    first = made()
    fine(open_page())
    assert first
    assert made() == first


def test_searching_narrows_the_table_and_opens_the_first_match(shop):
    app = fine(open_page())
    app.text_input(key="find").set_value("防水 RAIN").run()

    assert 0 < len(table(fine(app))) < shop.n_items
    first = table(app)["title"].iloc[0]
    assert first in words(app)


def test_a_search_without_a_match_says_so_and_has_a_way_back(shop):
    app = fine(open_page(find="zzzz **no**"))

    assert not app.dataframe
    assert "No item has all of “zzzz" in words(app)
    app.button(key="show-all").click().run()
    assert len(table(fine(app))) == shop.n_items


def test_the_chosen_item_is_an_id_so_that_it_survives_a_search(shop):
    item_id = shop.item_ids[7]
    app = fine(open_page(**{"_item-shop": item_id}))
    assert f"**{shop.title(item_id)}**" in words(app).replace("\\", "")

    app.text_input(key="find").set_value(shop.title(item_id)).run()
    assert len(table(fine(app))) < 5
    assert f"**{shop.title(item_id)}**" in words(app).replace("\\", "")


def test_an_item_that_is_gone_falls_back_to_the_first(shop):
    app = fine(open_page(**{"_item-shop": "no such item"}))
    assert f"**{shop.title(shop.item_ids[0])}**" in words(app).replace("\\", "")


def test_people_have_their_history_told(shop):
    user = shop.user_ids[3]
    app = fine(open_page(Section.PEOPLE, **{"_user-shop": user}))

    assert len(table(app)) == len(shop.user_ids)
    newest = shop.history(user)[-1]
    assert shop.title(newest.item_id) in words(app).replace("\\", "")
    assert f"**{user}**" in words(app)


def test_one_line_tells_all_that_was_done_to_one_item(toy):
    events = [
        Event("1", Kind.VIEW, 1.0, "tent"),
        Event("2", Kind.CLICK, 2.0, "tent"),
        Event("3", Kind.LIKE, 3.0, "pan"),
        Event("4", Kind.REVIEW, 4.0, "tent", 3.5, "dry *inside*"),
    ]
    assert told(Wording(toy), events) == [
        "saw, opened, reviewed Two\\-person tent ★★★½ “dry \\*inside\\*”",
        "liked Cast iron pan",
    ]


def test_quality_counts_what_was_left_out():
    items = pd.DataFrame({"item_id": ["a", "a", ""], "title": ["Tea", "Tea", "Mug"]})
    events = pd.DataFrame({"user_id": ["u"], "item_id": ["a"], "kind": ["like"], "at": [1.7e9]})
    app = fine(open_own(Section.QUALITY, Dataset.from_tables("secret-left-out", items, events, label="Mine")))

    assert "**2 rows were left out**, counted below: 1 items without id, 1 duplicate items." in words(app)
    assert dict(zip(table(app)["what"], table(app)["count"], strict=True))["duplicate items"] == 1
    assert [metric.value for metric in app.metric] == ["1", "1", "1", "0", "100.0%"]


def test_a_clean_sample_says_that_nothing_was_left_out(shop):
    app = fine(open_page(Section.QUALITY))
    assert "Nothing was left out" in words(app)
    assert "Synthetic" in words(app)
    assert "2026" in words(app)


def test_charts_have_words_for_who_cannot_see_them(shop):
    app = fine(open_page(Section.CHARTS))
    alts = [chart.proto.alt for chart in app.get("plotly_chart")]
    assert len(alts) == 4
    assert all(len(alt) > 40 for alt in alts)
    share = shop.like_counts[shop.like_counts.argsort()[::-1]][:26].sum() / shop.like_counts.sum()
    assert f"hold {share:.0%} of all likes" in words(app).replace("\\", "")


@pytest.mark.parametrize("section", list(Section))
def test_hostile_texts_are_drawn_as_they_are(section):
    items = pd.DataFrame({"item_id": ["a"], "title": [HOSTILE], "description": [HOSTILE], HOSTILE: [HOSTILE]})
    items = items.assign(category=HOSTILE, tags=f"{HOSTILE}|x", title_zh=HOSTILE)
    acts = {"user_id": [HOSTILE], "item_id": ["a"], "kind": ["review"], "at": [1.7e9], "stars": [5], "text": [HOSTILE]}
    data = Dataset.from_tables("secret-hostile", items, pd.DataFrame(acts), label="Mine", source=HOSTILE)
    app = fine(open_own(section, data))

    assert "](https" not in words(app)
    assert "<script>" not in words(app)
    assert ":red[" not in words(app)


def test_a_catalogue_without_people_has_a_state_of_its_own():
    own, _ = build(plan(CHINESE), [csv.read(CHINESE.encode())])
    for section in Section:
        app = fine(open_own(section, own))
        assert section != Section.PEOPLE or "no people yet" in words(app)
        assert section != Section.CHARTS or "Nothing has happened" in words(app)


def test_a_link_opens_its_section():
    app = AppTest.from_file(str(ROOT / "recsys" / "ui" / "main.py"), default_timeout=60).run()
    app.switch_page("../../pages/data.py")
    app.query_params["show"] = "Charts"
    assert len(fine(app.run()).get("plotly_chart")) == 4


@pytest.mark.slow
@pytest.mark.parametrize("garbage", ["", "x", "Items' OR 1=1", "<b>", "🙂", "ITEMS", "own", "%00", "9" * 500, "مرحبا"])
@pytest.mark.parametrize("key", ["show", "find", "data"])
def test_garbage_in_the_address_is_harmless(key, garbage):
    app = AppTest.from_file(str(ROOT / "recsys" / "ui" / "main.py"), default_timeout=60).run()
    app.switch_page("../../pages/data.py")
    app.query_params[key] = garbage
    app.run()
    if key != "find":  # a search without a match has its own words
        assert len(table(app))
    fine(app)


# --- a visitor's own files -------------------------------------------------------------------------------------


def plan(text: str, *more: str) -> Plan:
    roles = tuple(tuple(csv.guess(csv.read(one.encode())).items()) for one in (text, *more))
    return Plan(tuple(f"f{n}" for n in range(len(roles))), ("my_*tea*.csv", "log.csv")[: len(roles)], roles)


def test_a_built_dataset_has_a_secret_name_and_a_harmless_label():
    first, _ = build(plan(CHINESE), [csv.read(CHINESE.encode())])
    second, _ = build(plan(CHINESE), [csv.read(CHINESE.encode())])
    assert first.name != second.name
    assert len(first.name) >= 16
    assert first.label == "Yours: my tea"
    assert first.n_items == 3


def test_the_template_is_usable_as_it_is():
    texts = (upload_template.ITEMS, upload_template.EVENTS)
    data, _ = build(plan(*texts), [csv.read(text.encode("utf-8-sig")) for text in texts])
    assert (data.n_items, len(data.user_ids)) == (12, 6)
    assert data.quality.n_dropped == 0
    assert data.quality.n_reviews == 8
    assert data.quality.dates()[0] == "2026-01-04"


def test_a_plan_that_names_no_item_is_refused():
    table_ = csv.read(CHINESE.encode())
    with pytest.raises(DataError, match="choose one for item_id"):
        build(replace(plan(CHINESE), roles=((("description", "介绍"),),)), [table_])


def test_uploading_using_and_forgetting():
    app = fine(open_page(Section.OWN))
    uploader(app, "Items").upload("teas.csv", CHINESE.encode("gb18030")).run()
    assert box(fine(app), "Title").value == "名字"
    assert list(table(app)["名字"]) == ["雨伞", "雨鞋", "茶杯"]
    assert "**This makes** 3 items, 0 people" in words(app)

    app.button(key="use-own").click().run()
    assert "is in use on every page" in words(fine(app))
    assert app.session_state[Key.DATA] == "yours"
    name = app.session_state[Key.UPLOAD]
    assert cache.dataset(name).n_items == 3
    assert all(one.value is None for one in app.file_uploader)

    app.button(key="forget-own").click().run()
    assert "in use on" not in words(fine(app))
    assert app.session_state[Key.DATA] == catalogue.available()[0].name
    assert uploads().find(name) is None


def test_a_column_can_be_corrected():
    app = fine(open_page(Section.OWN))
    uploader(app, "Items").upload("a.csv", b"id,short,long\n1,Tea,Green and fresh\n2,Mug,Blue and big\n").run()
    box(app, "Title").set_value("long").run()
    box(app, "Description").set_value("").run()
    app.button(key="use-own").click().run()
    assert fine(app)
    assert cache.dataset(app.session_state[Key.UPLOAD]).title("1") == "Green and fresh"


def test_items_and_events_together():
    app = fine(open_page(Section.OWN))
    uploader(app, "Items").upload("items.csv", upload_template.ITEMS.encode())
    uploader(app, "Events").upload("events.csv", upload_template.EVENTS.encode()).run()
    assert "**This makes** 12 items, 6 people, 24 events, 8 reviews" in words(fine(app))


def test_a_second_upload_replaces_the_first():
    app = fine(open_page(Section.OWN))
    names = []
    for _ in range(2):
        uploader(app, "Items").upload("a.csv", CHINESE.encode()).run()
        fine(app.button(key="use-own").click().run())
        names.append(app.session_state[Key.UPLOAD])
    assert uploads().find(names[0]) is None
    assert uploads().find(names[1]) is not None


def test_the_tea_shop_is_one_click_away_and_forgetting_goes_back_to_the_data_before():
    app = fine(open_page(Section.OWN, data="video"))
    app.button(key="try-template").click().run()
    own = uploads().find(app.session_state[Key.UPLOAD])
    assert (own.label, own.n_items, own.private) == ("Yours: tea shop", 12, True)
    assert app.session_state[Key.DATA] == OWN

    app.button(key="forget-own").click().run()
    assert app.session_state[Key.DATA] == "video"
    assert uploads().find(own.name) is None


def test_own_data_can_be_named():
    app = fine(open_page(Section.OWN))
    uploader(app, "Items").upload("a.csv", CHINESE.encode()).run()
    assert app.text_input(key="own-name").value == "a"
    app.text_input(key="own-name").set_value("雨 *shop*").run()
    fine(app.button(key="use-own").click().run())
    assert uploads().find(app.session_state[Key.UPLOAD]).label == "Yours: 雨 shop"


def test_a_file_without_names_of_columns_is_warned_about():
    app = fine(open_page(Section.OWN))
    uploader(app, "Events").upload("log.csv", b"u1,i3,4,1700052113\nu2,i3,5,1700052119\nu1,i4,2,1700052200\n").run()
    assert "looks like data" in app.warning[0].value
    uploader(app, "Events").upload("log.csv", upload_template.EVENTS.encode()).run()
    assert not fine(app).warning


def test_the_columns_are_named_before_anything_is_uploaded():
    app = fine(open_page(Section.OWN))
    items_table, acts_table = (table_.value for table_ in app.table)
    assert list(items_table["Column"]) == ["Title", "Item id", "Description", "Category", "Tags", "Price"]
    assert "价格" in items_table["Also called"].iloc[-1]
    assert "Person" in list(acts_table["Column"])
    assert "at most 5 MB" in words(app)


def test_a_price_column_has_its_box_and_unused_columns_are_named():
    app = fine(open_page(Section.OWN))
    uploader(app, "Items").upload("a.csv", "编号,名称,价格,供应商\n1,雨伞,39,甲\n2,雨鞋,99,乙\n".encode()).run()
    assert box(fine(app), "Price").value == "价格"
    assert "not used for the lists: 供应商" in words(app).replace("\\", "")


def test_a_rating_without_stars_is_counted_in_the_preview_and_the_report():
    app = fine(open_page(Section.OWN))
    uploader(app, "Events").upload("r.csv", b"user,item,rating\nann,Tea,5\nbob,Tea,NaN\ncyd,Tea,\ndan,Tea,3\n").run()
    assert "2 ratings without stars: left out" in words(fine(app)).replace("\\", "")


def test_a_link_to_somebody_elses_own_data_says_that_it_is_gone():
    app = AppTest.from_file(str(ROOT / "recsys" / "ui" / "main.py"), default_timeout=60)
    app.query_params["data"] = "Yours: tea shop"
    app.run()
    assert any("kept in memory for one visit only" in box_.value for box_ in app.warning)


def test_an_upload_that_made_room_for_others_is_missed_politely():
    app = fine(open_page(Section.OWN, **{Key.UPLOAD: "long gone"}))
    assert "had to make room" in words(app)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (BROKEN, "row 2 cannot be read"),
        (b"", "is empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "is a picture, not a CSV file"),
        (b"id,title\n" + b"1,Tea\n" * 900_000, "at most 5 MB are accepted"),
    ],
)
def test_a_broken_file_is_one_sentence_and_no_button(content, sentence):
    app = open_page(Section.OWN)
    uploader(app, "Events").upload("mine.csv", content).run()
    assert not app.exception
    assert len(app.error) == 1
    assert sentence in app.error[0].value.replace("\\", "")
    assert "use-own" not in [button.key for button in app.button]


def test_one_broken_file_of_two_stops_both():
    app = open_page(Section.OWN)
    uploader(app, "Items").upload("items.csv", upload_template.ITEMS.encode())
    uploader(app, "Events").upload("events.csv", BROKEN).run()
    assert not app.exception
    assert len(app.error) == 1
    assert app.error[0].value.startswith("events.csv, row 2")
    assert "use-own" not in [button.key for button in app.button]


def test_columns_that_cannot_be_stars_name_column_and_row():
    app = open_page(Section.OWN)
    uploader(app, "Events").upload("r.csv", b"user,item,rating,n\nann,Tea,5,80\nbob,Tea,4,90\n").run()
    box(fine(app), "Stars").set_value("n").run()
    assert not app.exception
    said = app.error[0].value.replace("\\", "")
    assert "'n'" in said
    assert "row 2" in said
    assert "choose another" in said


def test_nothing_of_an_upload_is_written_by_this_page(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    app = fine(open_page(Section.OWN))
    uploader(app, "Items").upload("a.csv", CHINESE.encode()).run()
    fine(app.button(key="use-own").click().run())
    assert not list(tmp_path.iterdir())
