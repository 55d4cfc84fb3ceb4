"""The sample data is what its generator writes, and what its README promises."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

SAMPLES = Path(__file__).resolve().parent.parent / "sample_data"
SCENARIOS = ("shop", "video")
BUILT = ("items.csv", "users.csv", "events.csv", "personas.json")
MOST_SHARED_OPENINGS = 2
"""Reviews of one scenario that may begin with the same twelve characters; a template would give dozens."""
MEGABYTE = 1_000_000


def generate(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-B", str(SAMPLES / "generate.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def table(scenario: str, name: str) -> list[dict[str, str]]:
    with (SAMPLES / scenario / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def catalogue(scenario: str) -> list[dict[str, Any]]:
    text = (SAMPLES / scenario / "source" / "catalogue.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def reviews(scenario: str) -> list[dict[str, str]]:
    return [event for event in table(scenario, "events.csv") if event["kind"] == "review"]


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples")
    done = generate("--to", str(folder))
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("name", BUILT)
def test_a_rebuild_equals_the_files_on_disk_byte_for_byte(rebuilt: Path, scenario: str, name: str) -> None:
    assert (rebuilt / scenario / name).read_bytes() == (SAMPLES / scenario / name).read_bytes()


def test_check_ends_with_1_when_one_byte_differs_and_writes_nothing(rebuilt: Path) -> None:
    assert generate("--check", "--to", str(rebuilt)).returncode == 0
    path = rebuilt / "video" / "users.csv"
    original = path.read_bytes()
    path.write_bytes(original.replace(b"u001", b"u00l", 1))
    try:
        done = generate("--check", "--to", str(rebuilt))
        assert done.returncode == 1
        assert "differs video/users.csv" in done.stdout
        assert path.read_bytes() != original
    finally:
        path.write_bytes(original)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_sizes_are_as_promised(scenario: str) -> None:
    events, users = table(scenario, "events.csv"), table(scenario, "users.csv")
    assert len(table(scenario, "items.csv")) == 256
    assert len(users) >= 320
    assert 9_000 <= len(events) <= 14_000
    assert len(reviews(scenario)) >= 1_500
    assert {event["user_id"] for event in events} == {user["user_id"] for user in users}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_review_was_written_for_its_item_and_is_used_once_with_its_own_stars(scenario: str) -> None:
    written = {
        (item["item_id"], review["text"]): str(review["stars"])
        for item in catalogue(scenario)
        for review in item["reviews"]
    }
    for review in reviews(scenario):
        assert written[review["item_id"], review["text"]] == review["stars"]
    assert max(Counter(review["text"] for review in reviews(scenario)).values()) == 1
    assert max(Counter((review["user_id"], review["item_id"]) for review in reviews(scenario)).values()) == 1


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_people_review_in_their_own_language(scenario: str) -> None:
    language = {user["user_id"]: user["language"] for user in table(scenario, "users.csv")}
    assert set(language.values()) == {"en", "zh"}
    for review in reviews(scenario):
        han = sum("\u4e00" <= character <= "\u9fff" for character in review["text"])
        assert (han > 0) == (language[review["user_id"]] == "zh"), review


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_reviews_are_not_made_from_templates(scenario: str) -> None:
    openings = Counter(review["text"][:12] for item in catalogue(scenario) for review in item["reviews"])
    assert openings.most_common(1)[0][1] <= MOST_SHARED_OPENINGS


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_descriptions_have_15_to_40_words_and_differ(scenario: str) -> None:
    items = table(scenario, "items.csv")
    for item in items:
        assert 15 <= len(item["description"].split()) <= 40, item["item_id"]
        assert item["description_zh"]
        assert len(item["tags"].split("|")) == len(item["tags_zh"].split("|")) >= 3
    for column in ("item_id", "title", "title_zh", "description", "description_zh"):
        assert max(Counter(item[column] for item in items).values()) == 1, column


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_tag_and_a_category_have_one_chinese_word_each(scenario: str) -> None:
    chinese: dict[str, set[str]] = {}
    for item in table(scenario, "items.csv"):
        pairs = zip(item["tags"].split("|"), item["tags_zh"].split("|"), strict=True)
        for english, word in (*pairs, (item["category"], item["category_zh"])):
            chinese.setdefault(english, set()).add(word)
    assert {english: words for english, words in chinese.items() if len(words) > 1} == {}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_events_are_in_order_within_the_180_days_and_follow_the_funnel(scenario: str) -> None:
    start, end = 1_767_225_600, 1_782_777_600  # 2026-01-01 and 2026-06-30, 00:00 UTC
    seen: dict[tuple[str, str], set[str]] = {}
    last = start
    for event in table(scenario, "events.csv"):
        at, before = int(event["at"]), seen.setdefault((event["user_id"], event["item_id"]), set())
        assert last <= at < end
        assert (event["stars"] in set("12345")) == (event["kind"] in ("rating", "review"))
        assert bool(event["text"]) == (event["kind"] == "review")
        if event["kind"] == "click":
            assert "view" in before
        elif event["kind"] != "view":
            assert "click" in before
        before.add(event["kind"])
        last = at


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_personas_have_coherent_mixed_histories_and_the_last_is_new(scenario: str) -> None:
    personas = json.loads((SAMPLES / scenario / "personas.json").read_text(encoding="utf-8"))
    assert len(personas) == 6
    *known, stranger = personas
    assert (stranger["name"], stranger["events"]) == ("New here", [])
    for persona in known:
        kinds = {event["kind"] for event in persona["events"]}
        assert 5 <= len(persona["events"]) <= 9
        assert {"dislike", "review"} <= kinds
        assert [event["days_ago"] for event in persona["events"]] == sorted(
            (event["days_ago"] for event in persona["events"]), reverse=True
        )
    own_words = {event["text"] for persona in known for event in persona["events"] if "text" in event}
    assert not own_words & {review["text"] for item in catalogue(scenario) for review in item["reviews"]}
    typed_chinese = [p for p in personas if any("\u4e00" <= c <= "\u9fff" for wish in p["wishes"] for c in wish)]
    assert len(typed_chinese) >= 2


def test_everything_together_is_at_most_12_megabytes() -> None:
    assert sum(path.stat().st_size for path in SAMPLES.rglob("*") if path.is_file()) <= 12 * MEGABYTE
