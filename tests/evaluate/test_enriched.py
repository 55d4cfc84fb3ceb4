"""With generated text and without: the same people, never a word about a held-out like, both verdicts possible."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from recsys.columns import Evaluation, Events
from recsys.data import Dataset
from recsys.data.splits import split
from recsys.errors import DataError, UnknownIdError
from recsys.evaluate.enriched import COLUMNS, READERS, SPLITS, Comparison, Enriched, Enrichment, enriched
from recsys.evaluate.protocol import Protocol
from recsys.words.enrich import said_by_people

SAID = (
    ("muddy trail running", "wet hill race", "steep forest path"),
    ("soup kitchen stew", "hot oven roast", "onion garlic sauce"),
)
"""What people of two camps say of what they like."""
N_USERS, N_ITEMS, N_LIKES = 60, 40, 8


def camps(telling: bool = True, reviews: bool = True) -> Dataset:
    """Two camps of people, each liking its half of a catalogue whose own texts say nothing; reviews tell, or do not.

    Every review ends in a word of its own, ``word17x`` for the 17th event.
    """
    rng = np.random.default_rng(0)
    items = pd.DataFrame(
        {"item_id": [f"i{n}" for n in range(N_ITEMS)], "title": [f"Model {n * 7919 % 997}" for n in range(N_ITEMS)]}
    )
    rows = []
    for user in range(N_USERS):
        camp = user % 2
        for item in rng.choice(np.arange(camp, N_ITEMS, 2), N_LIKES, replace=False):
            about = SAID[camp if telling else int(rng.integers(2))]
            text = f"{about[int(rng.integers(3))]} word{len(rows)}x" if reviews else ""
            rows.append((f"u{user}", f"i{item}", "review", float(rng.random()), 5.0, text))
    return Dataset.from_tables("camps", items, pd.DataFrame(rows, columns=list(map(str, Events))))


@pytest.fixture
def by_words(fresh_reader):
    """Read by the words of the catalogue: no model, and the same numbers everywhere."""
    return fresh_reader(RECSYS_ENCODER="lexical")


def own_words(texts) -> set[str]:
    return {word.strip(".,") for text in texts for word in text.split() if word.startswith("word")}


@pytest.mark.parametrize("name", [*SPLITS, "per_user_time", "random"])
def test_no_review_of_a_held_out_event_reaches_a_text(by_words, name):
    data, written = camps(), []

    def kept(train: Dataset) -> tuple[str, ...]:
        written.append(said_by_people(train))
        return written[-1]

    enriched(data, Protocol(split=name), texts=kept, models=("text_mean",))
    learned = own_words(split(data, name).train.events[Events.TEXT])
    held_out = own_words(data.events[Events.TEXT]) - learned
    assert held_out
    assert own_words(written[0]) <= learned
    assert own_words(written[0])


def test_a_leak_would_be_seen(by_words):
    data = camps()
    held_out = own_words(data.events[Events.TEXT]) - own_words(split(data).train.events[Events.TEXT])
    assert own_words(said_by_people(data)) & held_out


def test_new_items_get_no_text_from_reviews(by_words):
    table = enriched(camps(), Protocol(split="cold_items"), models=("text_mean",)).table
    assert table[Enriched.N_ASKED_TEXTS].tolist() == [0]
    assert table[Enriched.N_TEXTS].tolist() == [N_ITEMS - N_ITEMS // 5]


def test_texts_that_tell_are_found_to_help(by_words):
    found = enriched(camps(), Protocol(split="random"), models=("text_mean",))
    row = found.table.iloc[0]
    assert row[Enriched.WITH] - row[Enriched.WITHOUT] == pytest.approx(row[Evaluation.VALUE])
    assert row[Evaluation.LOW] > 0
    assert "no difference" not in found.words[0]
    assert "with generated text against without: +0." in found.words[0]


def test_texts_that_say_nothing_are_not_found_to_help(by_words):
    found = enriched(
        camps(), Protocol(split="random"), models=("text_mean",), texts=lambda train: ["same"] * train.n_items
    )
    assert found.table[Evaluation.LOW].iloc[0] <= 0 <= found.table[Evaluation.HIGH].iloc[0]
    assert "no difference found" in found.words[0]


def test_texts_that_mislead_are_found_to_hurt(by_words):
    data = camps()
    good = said_by_people(data)
    clear = enriched_by(data, good)
    mixed = np.random.default_rng(1).permutation(N_ITEMS)
    found = enriched(
        clear, Protocol(split="random"), models=("text_mean",), texts=lambda train: [good[at] * 3 for at in mixed]
    )
    assert found.table[Evaluation.HIGH].iloc[0] < 0
    assert "with generated text against without: -0." in found.words[0]


def enriched_by(data: Dataset, texts) -> Dataset:
    from recsys.words.enrich import enriched as with_texts

    return with_texts(data, texts)


def test_the_table_has_a_row_for_each_model_and_split_over_the_same_people(by_words):
    table = enriched(camps()).table
    assert list(table.columns) == list(map(str, COLUMNS))
    assert table[[Evaluation.MODEL, Enriched.SPLIT]].to_records(index=False).tolist() == [
        (model, name) for name in SPLITS for model in READERS
    ]
    assert table.groupby(Enriched.SPLIT)[Evaluation.N_USERS].nunique().eq(1).all()
    assert (table[Evaluation.P_HOLM] >= table[Evaluation.P_VALUE]).all()


def test_the_same_question_gets_the_same_answer_with_words_that_come_from_the_table(by_words):
    data = camps()
    question = Enrichment(Protocol(split="random", max_users=20))
    table = question.ask(data)
    pd.testing.assert_frame_equal(table, question.ask(data))
    assert Comparison(table).words == enriched(data, question.protocol).words
    assert table[Evaluation.N_USERS].max() <= 20


def test_progress_goes_from_0_to_1_and_never_back(by_words):
    seen: list[float] = []
    enriched(camps(), progress=lambda share, _line: seen.append(share))
    assert seen[0] == 0
    assert seen[-1] == 1
    assert seen == sorted(seen)


def test_without_reviews_it_says_what_is_missing(by_words):
    with pytest.raises(DataError, match="no reviews to learn from"):
        enriched(camps(reviews=False))


def test_a_split_that_does_not_exist_is_told(by_words):
    with pytest.raises(UnknownIdError, match="no split 'tomorrow'"):
        enriched(camps(), Protocol(split="tomorrow"))


def test_the_python_that_is_shown_runs(by_words):
    code = Enrichment(Protocol(max_users=5, n_boot=10)).call("shop").replace("catalogue.load('shop')", "given")
    lines = [line for line in code.splitlines() if "import catalogue" not in line]
    names: dict[str, object] = {"given": camps()}
    exec("\n".join(lines), names)  # the snippet is what a visitor pastes
    assert isinstance(names["table"], Comparison)
