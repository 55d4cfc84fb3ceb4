"""The sample data is what its generator writes, and what its README promises."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

SAMPLES = Path(__file__).resolve().parent.parent / "sample_data"
SCENARIOS = ("shop", "video")
TOWN = ("news", "music", "courses")
EVERY = (*SCENARIOS, *TOWN, "social")
BASE = {"items.csv", "users.csv", "events.csv", "personas.json"}
MORE = {"music": {"truth.json", "playlists.csv"}, "social": {"truth.json", "people.csv", "follows.csv"}}
WRITTEN_BY_HAND = "scenario.toml"
DAY = 86_400
START, END = 1_767_225_600, 1_782_777_600  # 2026-01-01 and 2026-06-30, 00:00 UTC
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


def texts(scenario: str) -> list[dict[str, Any]]:
    """The reviews somebody wrote for ``scenario``: item_id, language, stars, text."""
    if scenario in SCENARIOS:
        return [{"item_id": item["item_id"], **review} for item in catalogue(scenario) for review in item["reviews"]]
    name = "comments.jsonl" if scenario == "news" else "reviews.jsonl"
    return [
        json.loads(line) for line in (SAMPLES / scenario / "source" / name).read_text(encoding="utf-8").splitlines()
    ]


def personas(scenario: str) -> list[dict[str, Any]]:
    return list(json.loads((SAMPLES / scenario / "personas.json").read_text(encoding="utf-8")))


def truth(scenario: str) -> dict[str, Any]:
    return dict(json.loads((SAMPLES / scenario / "truth.json").read_text(encoding="utf-8")))


def clicks(scenario: str) -> pd.DataFrame:
    """Columns user_id, item_id, at, visit (a pause of an hour ends one), category; in the order of a person's day."""
    events = pd.DataFrame(table(scenario, "events.csv"))
    items = pd.DataFrame(table(scenario, "items.csv"))
    taken = events[events["kind"] == "click"].astype({"at": "int64"}).sort_values(["user_id", "at"], kind="stable")
    new = (taken["user_id"] != taken["user_id"].shift()) | (taken["at"].diff() > 3600)
    return taken.assign(visit=new.cumsum()).merge(items.drop(columns=["title", "description"]), on="item_id")


def shuffled(column: pd.Series) -> np.ndarray:
    return np.random.default_rng(0).permutation(column.to_numpy())


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples")
    done = generate("--to", str(folder))
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.parametrize("scenario", EVERY)
def test_a_rebuild_equals_the_files_on_disk_byte_for_byte(rebuilt: Path, scenario: str) -> None:
    names = {path.name for path in (SAMPLES / scenario).iterdir() if path.is_file()} - {WRITTEN_BY_HAND}
    more = MORE.get(scenario, {"truth.json"} if scenario in TOWN else set())
    assert {path.name for path in (rebuilt / scenario).iterdir()} == names == BASE | more
    for name in names:
        assert (rebuilt / scenario / name).read_bytes() == (SAMPLES / scenario / name).read_bytes(), name


@pytest.mark.slow
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


@pytest.mark.parametrize("scenario", [*SCENARIOS, *TOWN])
def test_every_review_was_written_for_its_item_and_is_used_once_with_its_own_stars(scenario: str) -> None:
    written = {(review["item_id"], review["text"]): str(review["stars"]) for review in texts(scenario)}
    for review in reviews(scenario):
        assert written[review["item_id"], review["text"]] == review["stars"]
    assert max(Counter(review["text"] for review in reviews(scenario)).values()) == 1
    assert max(Counter((review["user_id"], review["item_id"]) for review in reviews(scenario)).values()) == 1


@pytest.mark.parametrize("scenario", EVERY)
def test_people_review_in_their_own_language(scenario: str) -> None:
    language = {user["user_id"]: user["language"] for user in table(scenario, "users.csv")}
    assert set(language.values()) == {"en", "zh"}
    for review in reviews(scenario):
        han = sum("\u4e00" <= character <= "\u9fff" for character in review["text"])
        assert (han > 0) == (language[review["user_id"]] == "zh"), review


@pytest.mark.parametrize("scenario", [*SCENARIOS, *TOWN])
def test_reviews_are_not_made_from_templates(scenario: str) -> None:
    openings = Counter(review["text"][:12] for review in texts(scenario))
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


@pytest.mark.parametrize("scenario", EVERY)
def test_a_tag_and_a_category_have_one_chinese_word_each(scenario: str) -> None:
    chinese: dict[str, set[str]] = {}
    for item in table(scenario, "items.csv"):
        pairs = zip(item["tags"].split("|"), item["tags_zh"].split("|"), strict=True)
        for english, word in (*pairs, (item["category"], item["category_zh"])):
            chinese.setdefault(english, set()).add(word)
    assert {english: words for english, words in chinese.items() if len(words) > 1} == {}


@pytest.mark.parametrize("scenario", EVERY)
def test_events_are_in_order_within_the_180_days_and_follow_the_funnel(scenario: str) -> None:
    seen: dict[tuple[str, str], set[str]] = {}
    last = START
    for event in table(scenario, "events.csv"):
        at, before = int(event["at"]), seen.setdefault((event["user_id"], event["item_id"]), set())
        assert last <= at < END
        with_stars = ("rating",) if scenario == "social" else ("rating", "review")  # an answer to a post has none
        assert (event["stars"] in set("12345")) == (event["kind"] in with_stars)
        assert bool(event["text"]) == (event["kind"] == "review")
        if event["kind"] == "click":
            assert "view" in before
        elif event["kind"] != "view":
            assert "click" in before
        before.add(event["kind"])
        last = at


@pytest.mark.parametrize("scenario", EVERY)
def test_personas_have_coherent_mixed_histories_and_the_last_is_new(scenario: str) -> None:
    everybody = personas(scenario)
    assert len(everybody) == 6
    *known, stranger = everybody
    assert (stranger["name"], stranger["events"]) == ("New here", [])
    for persona in known:
        kinds = {event["kind"] for event in persona["events"]}
        assert 5 <= len(persona["events"]) <= 10
        assert {"dislike", "review"} <= kinds
        assert [event["days_ago"] for event in persona["events"]] == sorted(
            (event["days_ago"] for event in persona["events"]), reverse=True
        )
    own_words = {event["text"] for persona in known for event in persona["events"] if "text" in event}
    assert not own_words & {review["text"] for review in reviews(scenario)}
    typed_chinese = [p for p in everybody if any("\u4e00" <= c <= "\u9fff" for wish in p["wishes"] for c in wish)]
    assert len(typed_chinese) >= 2


def test_everything_together_is_at_most_12_megabytes() -> None:
    assert sum(path.stat().st_size for path in SAMPLES.rglob("*") if path.is_file()) <= 12 * MEGABYTE


def test_the_same_people_live_in_the_news_in_music_and_in_courses() -> None:
    told = [{user["user_id"]: user["language"] for user in table(scenario, "users.csv")} for scenario in TOWN]
    assert told[0] == told[1] == told[2]
    assert len(told[0]) == 300
    groups = [truth(scenario)["group_of"] for scenario in TOWN]
    assert groups[0] == groups[1] == groups[2]
    assert set(groups[0]) == set(told[0])


@pytest.mark.parametrize("scenario", [*TOWN, "social"])
def test_new_scenarios_have_events_enough_and_small_files(scenario: str) -> None:
    events = table(scenario, "events.csv")
    assert 7_000 <= len(events) <= 10_000
    assert {event["user_id"] for event in events} == {user["user_id"] for user in table(scenario, "users.csv")}
    built = [path for path in (SAMPLES / scenario).iterdir() if path.is_file()]
    assert sum(path.stat().st_size for path in built) <= 1.2 * MEGABYTE


@pytest.mark.parametrize("scenario", ["news", "social", "courses"])
def test_nothing_happens_before_its_item_is_published(scenario: str) -> None:
    out_at = {
        item["item_id"]: datetime.fromisoformat(item["published_at"]).timestamp()
        for item in table(scenario, "items.csv")
    }
    assert all(int(event["at"]) >= out_at[event["item_id"]] for event in table(scenario, "events.csv"))


@pytest.mark.parametrize("scenario", [*TOWN, "social"])
def test_the_planted_groups_are_found_from_what_people_click_and_not_in_a_shuffled_log(scenario: str) -> None:
    group_of, taken = truth(scenario)["group_of"], clicks(scenario)

    def agreement(users: Any) -> float:
        counts = pd.crosstab(users, taken["category"])
        shares = counts.div(counts.sum(axis=1), axis=0).to_numpy()
        found = KMeans(len(set(group_of.values())), n_init=5, random_state=0).fit_predict(shares)
        return float(adjusted_rand_score([group_of[user] for user in counts.index], found))

    assert agreement(taken["user_id"].to_numpy()) >= 0.9
    assert agreement(shuffled(taken["user_id"])) <= 0.1


@pytest.mark.parametrize("scenario", ["music", "courses"])
def test_the_planted_week_is_found_in_events_per_day_and_not_in_shuffled_days(scenario: str) -> None:
    told = truth(scenario)
    events = table(scenario, "events.csv")
    per_day = pd.Series(np.bincount([(int(event["at"]) - START) // DAY for event in events], minlength=180))
    assert told["period_days"] == 7
    sure = 1.96 / np.sqrt(len(per_day))
    assert per_day.autocorr(7) > 3 * sure
    assert abs(pd.Series(shuffled(per_day)).autocorr(7)) < 1.5 * sure
    names = pd.date_range("2026-01-01", periods=180).day_name()
    assert set(per_day.groupby(names).sum().nlargest(2).index) == set(told["busiest_days"])


@pytest.mark.parametrize("scenario", ["news", "social"])
def test_fourteen_days_promise_no_period(scenario: str) -> None:
    assert truth(scenario)["period_days"] is None
    assert min(int(event["at"]) for event in table(scenario, "events.csv")) >= END - 14 * DAY


@pytest.mark.parametrize("scenario", TOWN)
def test_the_planted_pairs_are_among_the_highest_lifts_of_visits_and_not_in_a_shuffled_log(scenario: str) -> None:
    taken = clicks(scenario)
    planted = [(pair["first"], pair["then"]) for pair in truth(scenario)["pairs"]]
    people = taken.groupby("item_id")["user_id"].nunique()
    assert len(planted) == 8
    assert min(people[item] for pair in planted for item in pair) >= 15

    def top(items: Any) -> set[frozenset[str]]:
        table_ = pd.crosstab(taken["visit"], items).clip(upper=1)
        held, names = table_.to_numpy(), list(table_.columns)
        both, alone = held.T @ held, held.sum(axis=0)
        rows, columns = np.nonzero(np.triu(both, 1) >= 8)
        best = np.argsort(-both[rows, columns] / (alone[rows] * alone[columns]), kind="stable")[:10]
        return {frozenset((names[rows[at]], names[columns[at]])) for at in best}

    assert {frozenset(pair) for pair in planted} <= top(taken["item_id"].to_numpy())
    assert not {frozenset(pair) for pair in planted} & top(shuffled(taken["item_id"]))


def test_tracks_of_one_visit_are_close_in_tempo() -> None:
    taken = clicks("music")
    same, tempo = taken["visit"].diff() == 0, taken["tempo"].astype(float)
    apart = pd.Series(shuffled(tempo)).diff().abs()
    assert tempo.diff().abs()[same].median() <= apart.median() / 2


def test_breaking_news_are_read_more_and_old_news_less() -> None:
    taken = clicks("news")
    breaking = taken["breaking"] == "1"
    items = pd.DataFrame(table("news", "items.csv"))
    assert breaking.mean() >= 1.5 * (items["breaking"] == "1").mean()
    out_at = taken["published_at"].map(lambda text: datetime.fromisoformat(text).timestamp())
    assert ((taken["at"] - out_at) / DAY).median() <= 2


def test_people_begin_a_category_of_courses_at_its_beginning() -> None:
    first = clicks("courses").groupby(["user_id", "category"])["level"].first()
    assert (first == "beginner").mean() >= 0.85


def test_playlists_name_tracks_in_order() -> None:
    rows, tracks = table("music", "playlists.csv"), {item["item_id"] for item in table("music", "items.csv")}
    assert {row["item_id"] for row in rows} <= tracks
    places: dict[str, list[int]] = {}
    for row in rows:
        places.setdefault(row["playlist"], []).append(int(row["place"]))
    assert len(places) == 12
    assert all(found == list(range(1, len(found) + 1)) for found in places.values())


def test_people_follow_people_other_than_themselves_and_the_well_known_most() -> None:
    people = {one["user_id"]: one for one in table("social", "people.csv")}
    follows = [(row["user_id"], row["followed_id"]) for row in table("social", "follows.csv")]
    assert len(set(follows)) == len(follows)
    assert {person for pair in follows for person in pair} <= set(people)
    assert all(who != whom for who, whom in follows)
    n_followed, n_followers = Counter(who for who, _ in follows), Counter(whom for _, whom in follows)
    assert all(8 <= n_followed[person] <= 25 for person in people)
    hubs = [n_followers[person] for person, one in people.items() if one["hub"] == "1"]
    assert np.mean(hubs) >= 2 * np.mean([n_followers[person] for person in people])
    known = {persona_id for persona in personas("social") for persona_id in persona.get("follows", [])}
    assert known
    assert known <= set(people)


def test_people_meet_mostly_posts_of_those_they_follow_and_never_their_own() -> None:
    author = {item["item_id"]: item["author"] for item in table("social", "items.csv")}
    follows = {(row["user_id"], row["followed_id"]) for row in table("social", "follows.csv")}
    met = [(event["user_id"], author[event["item_id"]]) for event in table("social", "events.csv")]
    assert all(who != whom for who, whom in met)
    assert np.mean([pair in follows for pair in met]) > 0.5
