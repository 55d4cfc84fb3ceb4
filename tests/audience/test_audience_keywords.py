"""What sets people's words apart: by hand, planted in two languages, seldom among random people, never repeated."""

from __future__ import annotations

import json
import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from recsys.audience import Segment
from recsys.audience.divisions import ACTIVITY, LABELS, LANGUAGE, NEWNESS, by_activity, division
from recsys.audience.keywords import LIKES, PRIOR, Keyword, keywords, scripts
from recsys.data import Dataset, catalogue
from recsys.settings import ROOT
from recsys.text.scripts import HAN, LATIN

DAY = 86_400.0
START = 1_767_225_600.0


def told(reviews: list[tuple[str, str]], name: str = "told") -> Dataset:
    """A dataset in which people (user, words) review one thing."""
    items = pd.DataFrame({"item_id": ["a"], "title": ["Thing"], "tags": ["plain"]})
    rows = [(user, "a", "review", START + n * DAY, 3.0, text) for n, (user, text) in enumerate(reviews)]
    events = pd.DataFrame(rows, columns=["user_id", "item_id", "kind", "at", "stars", "text"])
    return Dataset.from_tables(name, items, events)


def by_term(found: tuple[Keyword, ...]) -> dict[str, Keyword]:
    return {word.term: word for word in found}


def test_z_and_the_counts_behind_it_are_those_worked_out_by_hand():
    us = [(f"us{n}", "tent") for n in range(6)] + [(f"us{n}", "pan") for n in range(2)]
    them = [("them0", "tent")] + [(f"them{n}", "pan") for n in range(10)]
    data = told(us + them)
    found = by_term(keywords(data, Segment.of("us", {user for user, _ in us}), LATIN).words)
    assert set(found) == {"tent", "pan"}
    tent = found["tent"]
    # Of 8 words of ours 6 are tent, of 11 of theirs 1; the prior holds 7/19 of its weight for tent.
    prior = PRIOR * 19
    one, other = 6 + prior * 7 / 19, 1 + prior * 7 / 19
    ratio = math.log(one / (8 + prior - one)) - math.log(other / (11 + prior - other))
    z = ratio / math.sqrt(1 / one + 1 / other)
    assert tent.finding.value == pytest.approx(z)
    assert tent.per_thousand == pytest.approx((float(Fraction(6000, 8)), float(Fraction(1000, 11))))
    assert tent.finding.n == 6
    assert tent.finding.user_ids == tuple(f"us{n}" for n in range(6))
    assert found["pan"].finding.value < 0
    assert set(found["pan"].finding.user_ids) == {f"them{n}" for n in range(10)}
    # Two words were looked at, with the same z on either side: the correction leaves the p of each.
    assert tent.finding.p == pytest.approx(math.erfc(abs(z) / math.sqrt(2)))


def test_who_says_a_word_often_counts_once():
    once = [(f"u{n}", "tent" if n < 6 else "pan") for n in range(12)]
    often = once + [("u0", "tent")] * 30
    segment = Segment.of("six", [f"u{n}" for n in range(6)])
    of_once, of_often = (by_term(keywords(told(rows), segment, LATIN).words)["tent"] for rows in (once, often))
    assert of_once.finding.value == of_often.finding.value


def planted(seed: int = 0) -> tuple[Dataset, list[str]]:
    """Sixty people in each language; the first twenty of each speak of kayaks, all of other things."""
    rng = np.random.default_rng(seed)
    words = {"en": ["lamp", "chair", "radio", "mirror", "bottle", "basket", "hammer", "candle"]}
    words["zh"] = ["台灯", "椅子", "收音机", "镜子", "瓶子", "篮子", "锤子", "蜡烛"]
    extra, rows = {"en": "kayak", "zh": "独木舟"}, []
    for language, usual in words.items():
        for n in range(60):
            said = list(rng.choice(usual, 3, replace=False)) + ([extra[language]] if n < 20 else [])
            rows.append((f"{language}{n:02}", " , ".join(said) if language == "en" else "，".join(said)))
    return told(rows), [f"{language}{n:02}" for language in words for n in range(20)]


@pytest.mark.slow
def test_planted_words_are_found_first_and_for_sure_in_each_language_by_itself():
    data, users = planted()
    segment = Segment.of("paddlers", users)
    assert set(scripts(data)) == {LATIN, HAN}
    for script, word in ((LATIN, "kayak"), (HAN, "独木舟")):
        found = keywords(data, segment, script)
        assert found.words[0].term == word
        assert found.words[0].finding.sure
        assert [one.term for one in found.sure if one.finding.value > 0] == [word]
        assert found.n_people == (20, 40)


def test_a_random_part_of_the_people_is_seldom_set_apart(shop):
    rng, n_found = np.random.default_rng(0), 0
    for _ in range(20):
        segment = Segment.of("any", rng.choice(shop.user_ids, 80, replace=False))
        n_found += any(keywords(shop, segment, what).sure for what in (LATIN, HAN, LIKES))
    assert n_found <= 2


def test_those_who_like_running_are_known_by_it(shop):
    rows = {row for row in range(shop.n_items) if shop.field(row, "category") == "Running"}
    users = [u for u, liked in zip(shop.user_ids, shop.likes, strict=True) if len(rows & set(liked.indices)) >= 3]
    found = keywords(shop, Segment.of("runners", users), LIKES)
    assert {"road", "trail"} <= {word.term for word in found.sure if word.finding.value > 0}


def test_planted_groups_are_known_by_what_was_planted_and_shuffled_ones_by_nothing():
    news = catalogue.load("news")
    truth = json.loads((ROOT / "sample_data" / "news" / "truth.json").read_text(encoding="utf-8"))
    users, groups = list(truth["group_of"]), np.array(list(truth["group_of"].values()))
    planted = {name: {*about["tags"], *about["categories"]} for name, about in truth["groups"].items()}
    for name in planted:
        mine = Segment.of(name, [user for user, group in zip(users, groups, strict=True) if group == name])
        sure = {word.term for word in keywords(news, mine, LIKES).sure if word.finding.value > 0}
        hits = {other: len(sure & names) for other, names in planted.items()}
        assert hits[name] >= 4
        assert hits[name] > 2 * max(n for other, n in hits.items() if other != name)
    rng, n_found = np.random.default_rng(0), 0
    for _ in range(20):
        dealt = rng.permutation(groups) == groups[0]
        n_found += bool(keywords(news, Segment.of("any", np.array(users)[dealt]), LIKES).sure)
    assert n_found <= 2


@pytest.mark.parametrize("users", [[], ["nobody"], [f"u{n}" for n in range(12)]])
def test_nobody_and_everybody_have_no_words_of_their_own(users):
    data = told([(f"u{n}", "tent and pan") for n in range(12)])
    assert keywords(data, Segment.of("x", users), LATIN).words == ()


def test_people_are_divided_by_language_amount_and_age():
    rows = (
        [("en", "a good tent")] * 3
        + [("zh", "帐篷很好")] * 2
        + [("both", "帐篷很好"), ("both", "ok"), ("both", "很好")]
    )
    data = told(rows)
    named = {kind: {part.name: part.user_ids for part in division(data, kind)} for kind in (LANGUAGE, NEWNESS)}
    assert named[LANGUAGE] == {"Write English": ("en",), "Write Chinese": ("both", "zh")}
    assert [users for users in named[NEWNESS].values()] == [("both",), ("en", "zh")]
    assert set(LABELS) >= {LANGUAGE, ACTIVITY, NEWNESS}


def test_thirds_by_amount_keep_equals_together():
    counts = pd.Series({f"u{n}": count for n, count in enumerate([1, 1, 1, 1, 5, 6, 9, 9, 9])})
    parts = by_activity(counts)
    assert [len(part) for part in parts] == [4, 2, 3]
    assert parts[0].name == "Did little (1 event)"
    assert by_activity(pd.Series(dtype=float)) == ()
    assert len(by_activity(pd.Series([3, 3, 3], index=list("abc")))) == 1
