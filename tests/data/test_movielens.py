"""MovieLens folders: three layouts written small by the tests, and the real ones where RECSYS_DATASETS points."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from recsys import settings as environment
from recsys.data import catalogue
from recsys.data.loaders import LOADERS
from recsys.data.loaders.movielens import MAX_TAGS, layout_of, load, split_title
from recsys.errors import DataError

REAL = Path(os.environ.get("RECSYS_DATASETS") or "unset")
needs_data = pytest.mark.skipif(
    "RECSYS_DATASETS" not in os.environ, reason="RECSYS_DATASETS is unset: the real MovieLens folders were NOT checked"
)


def write(folder: Path, encoding: str = "utf-8", **files: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text, encoding=encoding)
    return folder


@pytest.fixture
def latest(tmp_path) -> Path:
    return write(
        tmp_path / "ml-latest-small",
        movies__csv='movieId,title,genres\n1,"Matrix, The (1999)",Action|Sci-Fi\n2,NA (2001),(no genres listed)\n'
        "3,Babylon 5,Sci-Fi\n",
        ratings__csv="userId,movieId,rating,timestamp\n7,1,0.5,100\n7,2,4.5,50\n8,1,5.0,70\n8,9,4.0,80\n",
        tags__csv="userId,movieId,tag,timestamp\n7,1,hacker,1\n8,1,simulation,2\n9,1,simulation,3\n9,2,NA,4\n",
    )


@pytest.fixture
def texts(tmp_path) -> Path:
    folder = write(
        tmp_path / "movie-text",
        ml_latest_small_text__csv="movieId,title,overview_en,keywords_tmdb,director,title_zh_hant,title_zh_hans,desc_en_llm\n"
        "1,x,A programmer wakes up.,hacker|prophecy|action,L. Wachowski,駭客任務,黑客帝国,Made up.\n"
        "2,x,,,,北美,,Made up.\n",
    )
    return folder / "ml_latest_small_text.csv"


def flags(*numbers: int) -> str:
    return "|".join("1" if n in numbers else "0" for n in range(19))


@pytest.fixture
def hundred_k(tmp_path) -> Path:
    return write(
        tmp_path / "ml-100k",
        encoding="latin-1",
        u__item=f"1|Misérables, Les (1995)|01-Jan-1995||http://x|{flags(8, 14)}\n2|unknown||||{flags(0)}\n",
        u__data="5\t1\t4\t881250949\n6\t2\t1\t891717742\n",
    )


@pytest.fixture
def million(tmp_path) -> Path:
    return write(
        tmp_path / "ml-1m",
        encoding="latin-1",
        movies__dat="1::Cité des enfants perdus, La (1995)::Adventure|Sci-Fi\n2::Heat (1995)::Crime\n",
        ratings__dat="1::2::5::978300760\n1::1::3::978302109\n",
    )


@pytest.mark.parametrize(
    ("listed", "title", "year"),
    [
        ("Matrix, The (1999)", "The Matrix", "1999"),
        ("Bug's Life, A (1998)", "A Bug's Life", "1998"),
        ("Atalante, L' (1934)", "L'Atalante", "1934"),
        (
            "Good, the Bad and the Ugly, The (Buono, il brutto, il cattivo, Il) (1966)",
            "The Good, the Bad and the Ugly (Il Buono, il brutto, il cattivo)",
            "1966",
        ),
        ("Corrina, Corrina (1994)", "Corrina, Corrina", "1994"),
        ("Live Free or Die Hard (2007)", "Live Free or Die Hard", "2007"),
        ("I, Robot (2004)", "I, Robot", "2004"),
        ("2001: A Space Odyssey (1968) ", "2001: A Space Odyssey", "1968"),
        ("Death Note (2006–2007)", "Death Note", "2006"),
        ("Babylon 5", "Babylon 5", ""),
        ("1984", "1984", ""),
        ("", "", ""),
    ],
)
def test_titles_are_written_as_people_write_them(listed, title, year):
    assert split_title(listed) == (title, year)


def test_latest_layout(latest):
    data = load(latest)
    assert data.items["title"].tolist() == ["The Matrix", "NA", "Babylon 5"]
    assert data.items["year"].tolist() == ["1999", "2001", ""]
    assert data.items["category"].tolist() == ["Action", "", "Sci-Fi"]
    assert data.items["tags"].tolist() == ["Action|Sci-Fi|simulation|hacker", "NA", "Sci-Fi"]  # a tag, not a gap
    assert data.events["stars"].tolist() == [4.5, 5.0, 0.5]
    assert data.events["kind"].unique().tolist() == ["rating"]
    assert data.quality.dropped_events_of_unknown_items == data.quality.n_dropped == 1
    assert data.user_ids == ("7", "8")
    assert not data.synthetic


def test_100k_layout_reads_latin_1(hundred_k):
    data = load(hundred_k)
    assert data.items["title"].tolist() == ["Les Misérables", "unknown"]
    assert data.items["tags"].tolist() == ["Drama|Romance", ""]
    assert data.events["at"].tolist() == [881250949, 891717742]


def test_1m_layout(million):
    data = load(million)
    assert data.items["title"].tolist() == ["La Cité des enfants perdus", "Heat"]
    assert data.events["item_id"].tolist() == ["2", "1"]
    assert data.events["stars"].tolist() == [5, 3]


def test_a_text_table_adds_what_people_wrote(latest, texts):
    data = load(latest, text_table=texts)
    assert data.items["description"].tolist() == ["A programmer wakes up.", "", ""]
    assert data.items["title_zh"].tolist() == ["黑客帝国", "北美", ""]
    assert data.field(0, "director") == "L. Wachowski"
    assert data.field(0, "tags") == "Action|Sci-Fi|hacker|prophecy|simulation"
    assert not any("Made up" in text for text in data.all_texts)


def test_text_only_keeps_films_with_a_plot_and_says_so(latest, texts):
    data = load(latest, text_table=texts, text_only=True)
    assert data.item_ids == ("1",)
    everything = load(latest, text_table=texts).quality
    assert data.quality.n_events == 2
    assert data.quality.dropped_items_without_text == 2
    assert data.quality.dropped_events_on_items_without_text == everything.n_events - 2 > 0
    assert everything.dropped_items_without_text == everything.dropped_events_on_items_without_text == 0
    assert "1 of 3 films" in data.source


def test_tags_stay_few(latest, texts):
    assert len(load(latest, text_table=texts).field(0, "tags").split("|")) <= MAX_TAGS


def test_a_100k_text_table_joins_by_its_own_ids(hundred_k, tmp_path):
    table = tmp_path / "text.csv"
    table.write_text("item,movieId,overview_en\n1,2,Bread.\n2,1,Wrong.\n", encoding="utf-8")
    assert load(hundred_k, text_table=table).field(0, "description") == "Bread."


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("ratings.csv", "user,film\n1,2\n", r"ratings\.csv needs the column\(s\) userId, movieId, rating, timestamp"),
        ("movies.csv", "", r"movies\.csv cannot be read as a UTF-8 table"),
        ("movies.csv", "movieId,title\n1,x\n", r"movies\.csv needs the column\(s\) genres"),
        ("tags.csv", "movieId\n1\n", r"tags\.csv needs the column\(s\) tag"),
    ],
)
def test_broken_files_are_named(latest, file, text, message):
    (latest / file).write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=message):
        load(latest)


def test_a_short_line_is_named(hundred_k):
    (hundred_k / "u.data").write_text("1\t1\t4\t5\n1\t2\n", encoding="latin-1")
    with pytest.raises(DataError, match=r"u\.data, line 2: expected 4 fields"):
        load(hundred_k)


def test_a_text_table_without_ids_is_refused(latest, tmp_path):
    table = tmp_path / "text.csv"
    table.write_text("name,overview_en\nx,y\n", encoding="utf-8")
    with pytest.raises(DataError, match="needs a column of film ids called movieId or movie_id or item; it has name"):
        load(latest, text_table=table)


def test_another_folder_is_refused(tmp_path):
    assert layout_of(tmp_path) is None
    with pytest.raises(
        DataError, match=r"is not a MovieLens folder: .*ratings\.csv and movies\.csv; u\.data and u\.item"
    ):
        load(tmp_path)


@pytest.fixture
def datasets_dir(monkeypatch, tmp_path):
    """Point RECSYS_DATASETS at the test's folder."""
    monkeypatch.setenv("RECSYS_DATASETS", str(tmp_path))
    environment.settings.cache_clear()
    yield tmp_path
    environment.settings.cache_clear()


def test_the_catalogue_offers_what_it_finds(datasets_dir, latest, million, texts):
    refs = {ref.name: ref for ref in catalogue.available() if not ref.synthetic}
    assert list(refs) == ["movielens-latest-small", "movielens-1m"]
    assert catalogue.load("movielens-latest-small").item_ids == ("1",)
    assert catalogue.load("movielens-1m").n_items == 2
    assert catalogue.load("movielens-1m") is catalogue.load("movielens-1m")


def test_the_catalogue_reads_by_the_loader_that_is_registered(datasets_dir, million, monkeypatch):
    read = []
    spy = replace(LOADERS["movielens"], load=lambda folder, **options: read.append((folder.name, options["name"])))
    monkeypatch.setitem(LOADERS, "movielens", spy)
    catalogue._read.cache_clear()
    catalogue.load("movielens-1m")
    catalogue._read.cache_clear()
    assert read == [("ml-1m", "movielens-1m")]


def test_the_catalogue_offers_nothing_real_without_the_variable(monkeypatch):
    monkeypatch.delenv("RECSYS_DATASETS", raising=False)
    environment.settings.cache_clear()
    assert all(ref.synthetic for ref in catalogue.available())
    environment.settings.cache_clear()


@pytest.mark.slow
@pytest.mark.data
@needs_data
@pytest.mark.parametrize(
    ("folder", "items", "users", "events"),
    [("ml-latest-small", 9_742, 610, 100_836), ("ml-100k", 1_682, 943, 100_000)],
)
def test_the_real_folders_lose_nothing(folder, items, users, events):
    quality = load(REAL / folder).quality
    assert (quality.n_items, quality.n_users, quality.n_events, quality.n_dropped) == (items, users, events, 0)


@pytest.mark.slow
@pytest.mark.data
@needs_data
@pytest.mark.parametrize(
    ("name", "films", "people"), [("movielens-latest-small", 3_378, 610), ("movielens-100k", 735, 943)]
)
def test_the_real_films_with_a_plot(name, films, people):
    environment.settings.cache_clear()
    data = catalogue.load(name)
    assert (data.n_items, len(data.user_ids)) == (films, people)
    left_out = (data.quality.dropped_items_without_text, data.quality.dropped_events_on_items_without_text)
    assert data.quality.items_without_description == 0
    assert min(left_out) > 0
    assert data.quality.n_dropped == sum(left_out)
    assert data.quality.n_events + left_out[1] in (100_836, 100_000)  # every rating is used or counted
