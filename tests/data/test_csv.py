"""A person's own tables: read, understood, built; and one clear sentence for each thing that is wrong."""

import gzip
import io
import string
import zipfile

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.data.loaders import LOADERS
from recsys.data.loaders.csv import DESCRIPTION_LENGTH, MAX_BYTES, ROLES, build, guess, header_is_data, load, read
from recsys.data.loaders.csv_guess import NAMES
from recsys.data.loaders.csv_values import numbers, times
from recsys.errors import DataError

CHINESE = "商品编号,标题,描述,类别\np1,跑步鞋,轻便透气的跑鞋，适合雨天,运动\np2,保温杯,不锈钢真空杯,家居\n"
REVIEWS = (
    "user,product,product name,review,rating,date\n"
    "ann,p1,Kettle,Boils fast and pours well.,5,2024-01-02\n"
    "bob,p1,Kettle,Lid broke after a week.,2,2024-01-03\n"
    'ann,p2,Mug,"Big, warm, blue.",4,2024-01-04\n'
)


# --- reading -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_chinese_tables_in_every_encoding(encoding, separator):
    table = read(CHINESE.replace(",", separator).encode(encoding))
    assert list(table.columns) == ["商品编号", "标题", "描述", "类别"]
    assert table["标题"].tolist() == ["跑步鞋", "保温杯"]
    assert table["描述"].iloc[0] == "轻便透气的跑鞋，适合雨天"


def test_western_letters_of_windows_files():
    table = read("id;nom\n1;Café crème brûlée\n2;Thé à la menthe\n".encode("cp1252"))
    assert table["nom"].tolist() == ["Café crème brûlée", "Thé à la menthe"]


def test_cells_keep_their_text():
    table = read(b'id,title\n007,"NA"\n008,"a, ""b""\nc"\n')
    assert table.to_numpy().tolist() == [["007", "NA"], ["008", 'a, "b"\nc']]


def test_short_rows_and_blank_lines():
    table = read(b"id,title,tags\n1,Tea\n\n,,\n2,Mug,blue,,\n")
    assert table.to_numpy().tolist() == [["1", "Tea", ""], ["2", "Mug", "blue"]]
    assert table.index.tolist() == [0, 3]  # rows 2 and 5 of the file


def test_unnamed_empty_columns_vanish_and_others_are_numbered():
    assert list(read(b",id,,title\n9,1,,Tea\n").columns) == ["column 1", "id", "title"]


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty: it should hold a row of column names"),
        (b" \n\n", "is empty"),
        (b";", "is empty"),
        (b",,\n,,\n", "is empty"),
        ("\ufeff".encode(), "is empty"),
        (b"id,title\n", "has column names but no rows below them"),
        (b"id,title\n,\n", "no rows below them"),
        (
            b"title\nTea\nMug\n",
            "has only one column, 'title': at least two are needed, separated by commas, semicolons",
        ),
        (
            b"id,title\n1,Tea,red\n",
            r"has row 2 with more cells than the 2 of the header \(row 2 has 3, too many from 'red'\): put quotation",
        ),
        (b"id,title\n1,Tea,red\n2,Mug\n3,Cup,a,b\n", r"has 2 rows \(2, 4\) with more cells"),
        (b"id,title\n" + b"1,Tea,red\n" * 9, r"has 9 rows \(2, 3, 4, 5, 6, …\) with more cells"),
        (b'id,title\n1,"Tea\n2,Mug\n', r"row 2 cannot be read .*check its quotation marks"),
        (b'id,title\n1,Tea\n2,"Mug" blue\n', r"row 3 cannot be read"),
        (b"id,title\n1," + b"x" * 200_000 + b"\n", r"row 2 cannot be read \(field larger"),
        (b";title\n;Tea\n", "has only one column, 'title'"),
        (b"id,title,id\n1,Tea,2\n", "more than one column called 'id'"),
        (b"196,242,3\n186,302,3\n", "the first row should name the columns, it is 196, 242, 3"),
        (bytes(range(256)) * 4, "is not a text file: save the table as CSV"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "is a picture, not a CSV file"),
        (gzip.compress(b"id,title\n1,Tea\n", mtime=0), "is a gzip archive"),
        (zipped(), "is an Excel workbook or zip archive, not a CSV file: save the table as CSV"),
        (b"id,title\n" + b"1,Tea\n" * (MAX_BYTES // 6), "has 5.0 MB and at most 5 MB are accepted"),
    ],
)
def test_unusable_files_are_refused_in_one_sentence(content, message):
    with pytest.raises(DataError, match=message) as caught:
        read(content, "mine.csv")
    assert str(caught.value).startswith("mine.csv")
    assert "\n" not in str(caught.value).strip()


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match=r"no file .*gone\.csv: check the path"):
        read(tmp_path / "gone.csv")


@given(st.one_of(st.binary(max_size=300), st.text('ab1,;\t\n" 好', max_size=60).map(str.encode)))
def test_any_bytes_are_a_table_or_one_sentence(content):
    try:
        table = read(content, "mine.csv")
    except DataError as error:
        sentence = str(error)
    else:
        sentence = "mine.csv"
        assert table.shape[1] >= 2
        assert set(guess(table).values()) <= set(table.columns)
    assert sentence.startswith("mine.csv")


cells = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12).map(str.strip)


@given(st.lists(st.tuples(cells.filter(bool), cells), min_size=1, max_size=8), st.sampled_from(["utf-8", "utf-8-sig"]))
def test_what_was_written_is_read(rows, encoding):
    written = pd.DataFrame(rows, columns=["id", "title"]).to_csv(index=False).encode(encoding)
    assert read(written).to_numpy().tolist() == [list(row) for row in rows]


# --- understanding -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "name"), [(role, names[0]) for role, names in NAMES.items()])
def test_the_apps_own_names_mean_themselves(role, name):
    first = {"1": "1704153600", "2": "click"}
    cell = {"at": first["1"], "kind": first["2"], "stars": "4"}.get(role, "x")
    assert role in ROLES
    assert guess(pd.DataFrame({"user": ["u"], role: [cell]}))[role] == role
    assert name


@pytest.mark.parametrize(
    ("columns", "roles"),
    [
        ("movieId,title,genres", {"item_id": "movieId", "title": "title", "tags": "genres"}),
        (
            "Product ID,Product Name,Category",
            {"item_id": "Product ID", "title": "Product Name", "category": "Category"},
        ),
        ("商品,标题,描述", {"item_id": "商品", "title": "标题", "description": "描述"}),
        ("商品编号,商品,标签", {"item_id": "商品编号", "title": "商品", "tags": "标签"}),
        ("片名,简介,类型", {"title": "片名", "description": "简介", "category": "类型"}),
        ("用户,商品,评论", {"user_id": "用户", "item_id": "商品", "text": "评论"}),
        ("user,item,comment", {"user_id": "user", "item_id": "item", "text": "comment"}),
        ("id,name,name_zh", {"item_id": "id", "title": "name", "title_zh": "name_zh"}),
        ("title,body", {"title": "title", "description": "body"}),
    ],
)
def test_names_in_english_and_chinese(columns, roles):
    names = columns.split(",")
    table = pd.DataFrame([[f"{row} word-{name}" for name in names] for row in range(3)], columns=names)
    assert guess(table).items() >= roles.items()


@pytest.mark.parametrize(
    ("name", "values", "role"),
    [
        ("rating", ["PG-13", "R", "G"], None),
        ("评分", ["5", "4", "3.5"], "stars"),
        ("date", ["soon", "later", "never"], None),
        ("时间", ["2024年1月2日", "2024年1月3日", "2024年2月1日"], "at"),
        ("type", ["click", "view", "purchase"], "kind"),
        ("type", ["toys", "books", "food"], "category"),
    ],
)
def test_a_name_counts_only_when_the_cells_agree(name, values, role):
    roles = guess(pd.DataFrame({"user": ["a", "b", "c"], "item": ["x", "y", "z"], name: values}))
    assert {column: role for role, column in roles.items()}.get(name) == role


def events_without_names(n=60) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    return pd.DataFrame(
        {
            "a": [f"x{n}" for n in rng.integers(0, 5, n)],
            "b": [f"y{n}" for n in rng.integers(0, 30, n)],
            "c": rng.integers(1, 6, n).astype(str),
            "d": (1_700_000_000 + rng.integers(0, 10**6, n)).astype(str),
            "e": ["It does what it should and it arrived two days early, well packed."] * n,
        }
    )


def test_nameless_events_are_told_by_their_cells():
    assert guess(events_without_names()) == {"user_id": "a", "item_id": "b", "stars": "c", "at": "d", "text": "e"}


@pytest.mark.parametrize(
    ("words", "is_title"), [(["Kettle", "Kettle", "Mug"], True), (["Kettle", "Pot", "Mug"], False)]
)
def test_a_title_goes_with_its_item(words, is_title):
    table = pd.DataFrame({"user": ["ann", "bob", "cy"], "sku": ["1", "1", "2"], "q": words})
    assert (guess(table).get("title") == "q") == is_title


def test_nameless_items_are_told_by_their_cells():
    words = ["amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heath", "inlet", "jetty"]
    table = pd.DataFrame(
        {
            "k": [f"n-{n}" for n in range(40)],
            "l": [f"{words[n % 10]} {words[n // 4]}" for n in range(40)],
            "m": [
                f"A lamp in the colour of {words[n % 10]} that folds flat and lasts for {n} hours." for n in range(40)
            ],
            "n": ["home", "garden"] * 20,
            "o": ["warm|soft", "cold|hard|blue"] * 20,
        }
    )
    assert guess(table) == {"item_id": "k", "title": "l", "description": "m", "category": "n", "tags": "o"}


@given(st.lists(st.lists(st.text(string.printable, max_size=8), min_size=3, max_size=3), max_size=6))
def test_a_guess_uses_each_column_once_and_only_roles(rows):
    table = pd.DataFrame(rows, columns=["one", "user", "rating"], dtype="str")
    roles = guess(table)
    assert set(roles) <= set(ROLES)
    assert len(set(roles.values())) == len(roles)
    assert set(roles.values()) <= set(table.columns)


@pytest.mark.parametrize(
    ("cell", "seconds"),
    [
        ("1704153600", 1_704_153_600),
        ("1704153600000", 1_704_153_600),
        ("2024-01-02", 1_704_153_600),
        ("2024-01-02 01:00:00", 1_704_157_200),
        ("2024-01-02T01:00:00+01:00", 1_704_153_600),
        ("2024/1/2", 1_704_153_600),
        ("20240102", 1_704_153_600),
        ("2024年1月2日", 1_704_153_600),
        ("2024年1月2日 01:00", 1_704_157_200),
        ("01/02/2024", 1_704_153_600),
        ("2 Jan 2024", 1_704_153_600),
        ("Jan 2, 2024", 1_704_153_600),
        ("9999-12-31", 253_402_214_400),
    ],
)
def test_times(cell, seconds):
    assert times(pd.Series([cell])).seconds.tolist() == [seconds]


@pytest.mark.parametrize("cell", ["", "now", "may", "3", "4.5", "tea", "2024-13-45", "-1"])
def test_what_is_no_time(cell):
    assert times(pd.Series([cell])).seconds.isna().all()


def test_one_day_above_twelve_decides_for_the_column():
    read_as = times(pd.Series(["02/01/2024", "25/01/2024"]))
    assert read_as.reading == "dates, day first"
    assert (read_as.seconds.diff().iloc[1]) == 23 * 86_400


def test_numbers_with_a_decimal_comma():
    assert numbers(pd.Series(["4,5", "4.5", "3"])).tolist() == [4.5, 4.5, 3.0]
    assert numbers(pd.Series(["", "five"])).isna().all()


# --- building ----------------------------------------------------------------------------------------------------


def built(text, events=None):
    table, log = read(text.encode()), read(events.encode()) if events else None
    return build(table, guess(table), log, guess(log) if log is not None else None, "mine")


def test_reviews_alone_make_a_catalogue():
    data, notes = built(REVIEWS)
    assert data.items["title"].tolist() == ["Kettle", "Mug"]
    assert data.items["description"].tolist() == [
        "Boils fast and pours well. Lid broke after a week.",
        "Big, warm, blue.",
    ]
    assert data.events["kind"].tolist() == ["review"] * 3
    assert data.events["stars"].tolist() == [5, 2, 4]
    assert data.quality.dates() == ("2024-01-02", "2024-01-04")
    assert data.quality.n_dropped == 0
    assert "no description column: the first reviews of an item describe it" in notes
    assert "one table: its 2 different items are the catalogue" in notes


def test_long_reviews_are_cut_to_a_description():
    rows = "".join(f"u{n},tea,{'good ' * 25}{n}\n" for n in range(9))
    data, _ = built("user,item,review\n" + rows)
    description = data.field(0, "description")
    assert DESCRIPTION_LENGTH / 2 < len(description) <= DESCRIPTION_LENGTH
    assert description.endswith(("0", "1", "2", "3", "4"))  # whole reviews
    assert len(built(f"user,item,review\nu,tea,{'x' * 2000}\n")[0].field(0, "description")) == DESCRIPTION_LENGTH


def test_items_and_events_in_two_tables():
    data, notes = built(
        CHINESE, "用户,商品,行为,时间\n甲,p1,收藏,2024-05-01\n乙,p2,点击,2024-05-02\n乙,p9,点击,2024-05-03\n"
    )
    assert data.items["title"].tolist() == ["跑步鞋", "保温杯"]
    assert data.events["kind"].tolist() == ["favourite", "click"]
    assert data.quality.dropped_events_of_unknown_items == 1
    assert "'收藏' in '行为' counts as favourite" in notes


def test_events_may_name_items_by_title():
    data, _ = built("id,title\np1,Tea\np2,Mug\n", "user,title,stars\nann,Mug,4\nbob,Tea,5\n")
    assert data.events["item_id"].tolist() == ["p2", "p1"]


def test_a_catalogue_alone_has_no_events():
    data, notes = built(CHINESE)
    assert (data.n_items, data.quality.n_events) == (2, 0)
    assert any("no user column" in note for note in notes)


def test_kinds_follow_from_what_a_row_holds():
    data, notes = built("user,item,review\na,x,\nb,x,fine thing\n")
    assert data.events["kind"].tolist() == ["click", "review"]
    assert "no kind column: a row with words is a review, with stars a rating, else a click" in notes


def test_a_rating_without_stars_is_left_out_and_counted_never_a_click():
    data, notes = built("user,item,stars,review\na,x,5,\nb,x,,\nc,x,,fine thing\nd,x,2,meh\ne,x,NaN,\n")
    assert data.events["kind"].tolist() == ["rating", "review", "review"]
    assert data.quality.dropped_ratings_without_stars == 2
    assert "no kind column: a row with words is a review, with stars a rating, with neither it is left out" in notes


def test_a_column_of_stars_without_any_makes_no_ratings():
    data, _ = built("user,item,stars\na,x,\nb,x,\n")
    assert data.events["kind"].tolist() == ["click", "click"]


@pytest.mark.parametrize("name", ["price", "Unit price", "价格", "售价"])
def test_a_price_is_known_by_its_name_and_kept_as_it_stands(name):
    data, notes = built(f"id,title,{name},maker\n1,Tea,12.50 EUR,Ann\n2,Mug,7,Bob\n")
    assert [data.field(row, "price") for row in (0, 1)] == ["12.50 EUR", "7"]
    assert "columns shown with an item, but not used for the lists: maker" in notes
    assert not any("EUR" in text for text in data.all_texts)


def test_unused_columns_of_events_are_named():
    _, notes = built(CHINESE, "用户,商品,渠道\n甲,p1,app\n乙,p2,web\n")
    assert "columns of the events table that are not used: 渠道" in notes


@pytest.mark.parametrize(
    ("text", "data_like"),
    [
        ("u17,i35,4,1700052113\nu18,i35,5,1700052119\nu19,i2,3,1700052200\n", True),
        ("ann,2024-01-02\nbob,2024-01-03\n", True),
        ("p1,Tea\np2,Tea\np3,Tea\n", True),
        ("user,item,rating,timestamp\nu17,i35,4,1700052113\nu18,i36,5,1700052119\n", False),
        (CHINESE, False),
        ("title,2024 edition\nTea,yes\nMug,no\n", False),
    ],
)
def test_a_first_row_of_data_is_recognised(text, data_like):
    assert header_is_data(read(text.encode())) is data_like


def test_row_order_is_time_without_a_time_column():
    data, notes = built("user,item\na,x\na,x\nb,y\n")
    assert data.events["at"].tolist() == [0, 1, 2]
    assert "no time column: the order of the rows is used as time" in notes


def test_titles_serve_as_ids_and_extras_stay():
    data, notes = built("title,description,price\nTea,green leaves,3\nMug,blue and big,5\n")
    assert data.item_ids == ("Tea", "Mug")
    assert data.field(1, "price") == "5"
    assert "no item id column: the titles serve as ids" in notes


@pytest.mark.parametrize("tags", ["warm|soft", "warm; soft", "warm、soft", "warm，soft"])
def test_tags_are_cut_whatever_stands_between(tags):
    table = pd.DataFrame({"id": ["1"], "title": ["Tea"], "tags": [tags]})
    data, _ = build(table, guess(table))
    assert data.field(0, "tags") == "warm|soft"


def test_a_few_unreadable_cells_are_noted_with_their_row():
    data, notes = built("user,item,rating\na,x,5\n\nb,x,five\nc,x,3\n")
    assert data.events["user_id"].tolist() == ["a", "c"]
    assert data.quality.dropped_ratings_without_stars == 1
    assert (
        "column 'rating', row 4 holds 'five' where a number of stars is expected: 1 such cell(s) are taken as empty"
        in notes
    )


@pytest.mark.parametrize(
    ("roles", "message"),
    [
        ({"item_id": "sku"}, "uploaded table has no column 'sku' for item_id; it has who, what, when, much"),
        ({"colour": "who"}, "'colour' is not a role of a column; the roles are kind,"),
        ({"user_id": "who"}, "no column of the uploaded table names the items: choose one for item_id among who"),
        (
            {"user_id": "who", "item_id": "what", "at": "what"},
            r"column 'what', row 2 holds 'tea' where a date or a time stamp is expected: choose another column for at",
        ),
        (
            {"user_id": "who", "item_id": "what", "stars": "what"},
            "column 'what', row 2 holds 'tea' where a number of stars is expected: choose another column",
        ),
        (
            {"user_id": "who", "item_id": "what", "stars": "much"},
            "column 'much', row 2 holds '80' where 0.5 to 5.0 stars are expected: rescale the column",
        ),
    ],
)
def test_wrong_columns_are_refused_with_row_and_example(roles, message):
    table = pd.DataFrame(
        [["ann", "tea", "1", "80"], ["bob", "mug", "2", "95"]], columns=["who", "what", "when", "much"]
    )
    with pytest.raises(DataError, match=message):
        build(table, roles)


def test_events_about_other_items_are_refused():
    with pytest.raises(DataError, match=r"column 'item', row 2 holds 'q7' where the items are called 'p1', 'p2'"):
        built(CHINESE, "user,item\nann,q7\nbob,q8\n")


def test_events_without_users_are_refused():
    with pytest.raises(DataError, match="events table needs a column of users; it has item, stars"):
        built(CHINESE, "item,stars\np1,5\np2,4\n")


def test_no_item_in_any_row():
    table = pd.DataFrame({"user": ["ann"], "item": [""]})
    with pytest.raises(DataError, match="column 'item' names no item in any row"):
        build(table, {"user_id": "user", "item_id": "item"})


def test_load_reads_guesses_and_builds(tmp_path):
    (tmp_path / "shop.csv").write_text(CHINESE, encoding="gb18030")
    (tmp_path / "log.csv").write_text("用户,商品\n甲,p1\n", encoding="utf-8")
    data = load(tmp_path / "shop.csv", events=tmp_path / "log.csv")
    assert (data.name, data.n_items, data.quality.n_events, data.synthetic) == ("shop", 2, 1, False)


def test_every_loader_is_told_in_one_sentence():
    for name, loader in LOADERS.items():
        assert name == loader.name
        assert loader.line.endswith(".")
        assert loader.line.count(".") == 1


@given(
    st.lists(
        st.tuples(
            st.sampled_from("ab "),
            st.sampled_from("xyz "),
            st.sampled_from(["1", "5", ""]),
            st.sampled_from(["ok", ""]),
        ),
        min_size=1,
        max_size=15,
    ).filter(lambda rows: any(item.strip() for _, item, _, _ in rows))
)
def test_every_row_of_a_table_of_reviews_is_kept_or_counted(rows):
    table = pd.DataFrame(rows, columns=["user", "item", "stars", "text"])
    data, _ = build(table, {"user_id": "user", "item_id": "item", "stars": "stars", "text": "text"})
    assert data.quality.n_events + data.quality.n_dropped == len(rows)
    rated = any(stars for _, _, stars, _ in rows)
    assert data.quality.n_events == sum(
        bool(user.strip() and item.strip() and (stars or text or not rated)) for user, item, stars, text in rows
    )
