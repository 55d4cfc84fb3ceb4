"""Topics: coherence by hand, planted ones recovered in two languages, none better than chance in shuffled words."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from recsys.audience import Segment
from recsys.audience.corpus import Corpus, npmi
from recsys.audience.topics import MIN_TEXTS, Source, sources, topics
from recsys.data import Dataset
from recsys.text.scripts import HAN, LATIN

DAY = 86_400.0
START = 1_767_225_600.0
THEMES = {
    LATIN: (
        "tent rope boots river forest trail compass",
        "flour oven butter sugar dough pastry yeast",
        "guitar drum violin melody chorus piano trumpet",
        "planet comet rocket orbit galaxy moon telescope",
    ),
    HAN: (
        "帐篷 绳子 靴子 河流 森林 小路 指南针",
        "面粉 烤箱 黄油 白糖 面团 糕点 酵母",
        "吉他 鼓 提琴 旋律 合唱 钢琴 喇叭",
        "行星 彗星 火箭 轨道 银河 月亮 望远镜",
    ),
}


def spoken(script: str, n: int, rng: np.random.Generator) -> list[tuple[int, str]]:
    """``n`` texts of one script as (theme, text): five words of a theme and one of any."""
    themes = [words.split() for words in THEMES[script]]
    out = []
    for place in range(n):
        theme = place % len(themes)
        said = [*rng.choice(themes[theme], 5, replace=False), str(rng.choice(themes[rng.integers(len(themes))]))]
        out.append((theme, (". " if script == LATIN else "，").join(said)))
    return out


def bilingual(n: int = 120, seed: int = 0) -> tuple[Dataset, dict[str, int]]:
    """``n`` reviews in each language, each by somebody else, and the theme of each person."""
    rng = np.random.default_rng(seed)
    rows, theme_of = [], {}
    for script in THEMES:
        for place, (theme, text) in enumerate(spoken(script, n, rng)):
            user = f"{script}{place:03}"
            theme_of[user] = theme
            rows.append((user, "a", "review", START + place * DAY, 4.0, text))
    items = pd.DataFrame({"item_id": ["a"], "title": ["Thing"]})
    events = pd.DataFrame(rows, columns=["user_id", "item_id", "kind", "at", "stars", "text"])
    return Dataset.from_tables("bilingual", items, events), theme_of


def test_coherence_is_that_worked_out_by_hand():
    # Four texts: a and b stand in the same two, a and c share one of two, d stands without a and b.
    table = sp.csr_matrix([[1, 1, 0, 0], [1, 1, 1, 0], [0, 0, 1, 1], [0, 0, 0, 1]], dtype=float)
    a, b, c, d = range(4)
    assert npmi(table, np.array([a, b])) == pytest.approx(1.0)
    assert npmi(table, np.array([a, c])) == pytest.approx(0.0)
    assert npmi(table, np.array([a, d])) == pytest.approx(-1.0)
    assert npmi(table, np.array([a, b, c])) == pytest.approx(1 / 3)
    more = sp.csr_matrix([[1, 1], [1, 1], [1, 0], [0, 0]], dtype=float)
    assert npmi(more, np.array([0, 1])) == pytest.approx(math.log((2 / 4) / (3 / 4 * 2 / 4)) / math.log(4 / 2))
    assert npmi(sp.csr_matrix(np.ones((3, 2))), np.array([0, 1])) == 1.0
    assert math.isnan(npmi(table, np.array([a])))


@pytest.mark.slow
@pytest.mark.parametrize("script", [LATIN, HAN])
def test_planted_topics_are_recovered_with_their_people_in_their_own_script(script):
    data, theme_of = bilingual()
    found = topics(data, Source.REVIEWS, script)
    planted = [set(words.split()) for words in THEMES[script]]
    matched = [max(range(4), key=lambda theme: len(planted[theme] & set(topic.words))) for topic in found.topics]
    assert sorted(matched) == [0, 1, 2, 3]
    for topic, theme in zip(found.topics, matched, strict=True):
        assert len(planted[theme] & set(topic.words)) >= 5
        assert topic.finding.sure
        assert topic.finding.value > found.by_chance
        about_it = [theme_of[user] == theme for user in topic.finding.user_ids]
        assert np.mean(about_it) >= 0.9
    assert sum(len(topic.finding.user_ids) for topic in found.topics) == 120


@pytest.mark.slow
def test_shuffled_words_have_no_topic_that_is_better_than_chance():
    n_found = 0
    for seed in range(5):
        rng = np.random.default_rng(seed)
        words = " ".join(THEMES[LATIN]).split()
        rows = [
            (f"u{n}", "a", "review", START + n, 4.0, ". ".join(rng.choice(words, 6, replace=False))) for n in range(80)
        ]
        events = pd.DataFrame(rows, columns=["user_id", "item_id", "kind", "at", "stars", "text"])
        items = pd.DataFrame({"item_id": ["a"], "title": ["Thing"]})
        n_found += topics(Dataset.from_tables("shuffled", items, events), Source.REVIEWS, LATIN).sure
    assert n_found <= 1


def test_shuffling_keeps_how_often_words_stand_but_for_repeats():
    corpus = Corpus.of([text for _, text in spoken(LATIN, 100, np.random.default_rng(0))], np.ones(100))
    dealt = corpus.shuffled(np.random.default_rng(1))
    assert dealt.table.max() == 1
    assert 0.7 * corpus.table.nnz < dealt.table.nnz <= corpus.table.nnz
    assert (dealt.table != corpus.table).nnz > 0


@pytest.mark.slow
def test_the_same_data_give_the_same_topics():
    one, other = (topics(bilingual()[0], Source.REVIEWS, HAN) for _ in range(2))
    assert [topic.words for topic in one.topics] == [topic.words for topic in other.topics]
    assert [topic.finding for topic in one.topics] == [topic.finding for topic in other.topics]


def test_without_reviews_the_texts_of_what_people_like_are_read():
    rng = np.random.default_rng(0)
    texts = spoken(LATIN, 60, rng)
    items = pd.DataFrame(
        {"item_id": [f"i{n}" for n in range(60)], "title": "No 7", "description": [text for _, text in texts]}
    )
    rows = [(f"u{n % 25:02}", f"i{n % 50}", "like", START + n * DAY) for n in range(150)]
    data = Dataset.from_tables("liked", items, pd.DataFrame(rows, columns=["user_id", "item_id", "kind", "at"]))
    assert set(sources(data)) == {Source.LIKED}
    found = topics(data, Source.LIKED, LATIN)
    assert found.n_texts == 50  # nobody likes the others
    assert len(found.mentions) == 150
    assert sum(topic.finding.sure for topic in found.topics) >= 3
    someone = Segment.of("one", ["u00"])
    share = sum(found.about(place, someone)["value"].sum() for place in range(len(found.topics)))
    assert share == (data.events["user_id"] == "u00").sum()


def test_too_few_texts_have_no_topics():
    data, _ = bilingual(MIN_TEXTS - 1)
    assert sources(data) == {}
    found = topics(data, Source.REVIEWS, LATIN)
    assert found.topics == ()
    assert (found.mentions["topic"] == -1).all()
