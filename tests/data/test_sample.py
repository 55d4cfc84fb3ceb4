"""The sample data that comes with the app: large enough, in two languages, whole."""

import json

import pytest

from recsys import settings as environment
from recsys.data import catalogue
from recsys.data.loaders.sample import load
from recsys.errors import DataError, UnknownIdError
from recsys.text.scripts import HAN, LATIN, script_of
from recsys.types import Kind

SAMPLES = environment.ROOT / "sample_data"


@pytest.fixture(scope="module", params=["shop", "video"])
def data(request):
    return catalogue.load(request.param)


def test_it_is_large_enough(data):
    quality = data.quality
    assert quality.n_items >= 240
    assert quality.n_users >= 300
    assert quality.n_events >= 6_000
    assert quality.n_reviews >= 1_500


def test_nothing_has_to_be_left_out(data):
    assert data.quality.n_dropped == 0
    assert data.synthetic
    assert data.source.count(".") == 1


def test_every_item_is_described_in_both_languages(data):
    for column, script in (("title_zh", HAN), ("description", LATIN), ("description_zh", HAN), ("category_zh", HAN)):
        scripts = data.items[column].map(script_of)
        assert (scripts == script).mean() > 0.95, column
        assert (data.items[column] != "").mean() > 0.95, column
    assert (data.items["title"] != "").all()
    assert (data.items["tags"] != "").all()


def test_reviews_are_written_in_both_languages(data):
    reviews = data.events.loc[data.events["kind"] == Kind.REVIEW, "text"]
    assert (reviews != "").all()
    shares = reviews.map(script_of).value_counts(normalize=True)
    assert min(shares[LATIN], shares[HAN]) > 0.1


def test_six_people_are_ready_made(data):
    assert len(data.personas) == 6
    assert len({persona.name for persona in data.personas}) == 6
    for persona in data.personas:
        assert persona.line
        assert persona.wishes
        assert [event.event_id for event in persona.events] == [f"p{n}" for n in range(len(persona.events))]
        times = [event.at for event in persona.events]
        assert times == sorted(times)
        assert all(at <= data.quality.last_at for at in times)
        assert all(event.item_id in data.row_of for event in persona.events if event.kind != Kind.WISH)


def test_some_person_is_new(data):
    assert any(not persona.events for persona in data.personas)


def test_extras_of_each_scenario():
    assert {"price", "brand"} <= set(catalogue.load("shop").items.columns)
    assert {"year", "minutes", "genres", "genres_zh"} <= set(catalogue.load("video").items.columns)
    assert catalogue.load("shop").items["price"].dtype.kind == "f"
    assert catalogue.load("video").items["year"].dtype.kind == "i"


def test_all_samples_together_are_small():
    assert sum(path.stat().st_size for path in SAMPLES.rglob("*") if path.is_file()) <= 12 * 2**20


def test_the_catalogue_lists_samples_first():
    refs = catalogue.available()
    assert [ref.name for ref in refs[:2]] == ["shop", "video"]
    assert all(ref.synthetic and ref.line.endswith(".") and "events" in ref.size for ref in refs[:2])


def test_an_unknown_dataset_names_the_known_ones():
    with pytest.raises(UnknownIdError, match="no dataset 'nope'; choose from shop, video"):
        catalogue.load("nope")


def test_a_dataset_is_read_once():
    assert catalogue.load("shop") is catalogue.load("shop")


# --- a scenario written small ------------------------------------------------------------------------------------

PERSONA = {
    "name": "Ann",
    "line": "Drinks tea.",
    "wishes": ["something warm"],
    "events": [
        {"kind": "review", "item_id": "007", "days_ago": 0.5, "stars": 4, "text": "warm"},
        {"kind": "wish", "days_ago": 0, "text": "a pot"},
        {"kind": "like", "item_id": "NA", "days_ago": 2},
    ],
}


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "tea"
    folder.mkdir()
    (folder / "items.csv").write_text("item_id,title,tags,price\n007,Tea,warm|dry,3.5\nNA,NA,,\n", encoding="utf-8")
    (folder / "events.csv").write_text(
        "user_id,item_id,kind,at,stars,text\n1,007,review,864000,5,good\n2,NA,click,1000,,\n", encoding="utf-8"
    )
    (folder / "personas.json").write_text(json.dumps([PERSONA]), encoding="utf-8")
    return folder


def test_ids_stay_text_and_na_is_a_name(folder):
    data = load(folder)
    assert data.item_ids == ("007", "NA")
    assert data.title("NA") == "NA"
    assert data.user_ids == ("1", "2")
    assert data.items["price"].iloc[0] == 3.5


def test_a_persona_lived_up_to_the_last_event(folder):
    (persona,) = load(folder).personas
    assert [(e.event_id, e.kind.value, e.at, e.item_id) for e in persona.events] == [
        ("p0", "like", 864_000 - 2 * 86_400, "NA"),
        ("p1", "review", 864_000 - 43_200, "007"),
        ("p2", "wish", 864_000, None),
    ]
    assert persona.events[1].stars == 4
    assert persona.events[1].text == "warm"


def test_personas_are_optional(folder):
    (folder / "personas.json").unlink()
    assert load(folder).personas == ()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"events": [{"kind": "like", "item_id": "x", "days_ago": 1}]},
            r"personas\.json of tea .*'x' is not in items\.csv",
        ),
        ({"events": [{"kind": "sneeze", "item_id": "007", "days_ago": 1}]}, "sneeze"),
        ({"events": [{"kind": "like", "days_ago": 1}]}, "a like needs an item_id"),
        ({"events": [{"kind": "like", "item_id": "007"}]}, "days_ago"),
    ],
)
def test_broken_personas_are_refused(folder, change, message):
    (folder / "personas.json").write_text(json.dumps([PERSONA | change]), encoding="utf-8")
    with pytest.raises(DataError, match=message):
        load(folder)


def test_broken_files_are_named(folder):
    (folder / "personas.json").write_text("[", encoding="utf-8")
    with pytest.raises(DataError, match=r"personas\.json of tea is not JSON"):
        load(folder)
    (folder / "events.csv").write_bytes(b"user_id\n\xff\xfe")
    with pytest.raises(DataError, match=r"events\.csv cannot be read as a UTF-8 table"):
        load(folder)
    (folder / "items.csv").unlink()
    with pytest.raises(DataError, match=r"tea has no items\.csv"):
        load(folder)
