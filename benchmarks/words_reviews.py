"""How well words are heard: the sentiment of reviews nobody learned from, and what a mixed review does to a list."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recsys.data import Dataset, Persona, catalogue
from recsys.live import query_from
from recsys.models import fit
from recsys.text.scripts import HAN, letter_counts
from recsys.types import Event, Kind, Scorer
from recsys.words.aspects import pulls
from recsys.words.sentiment import GOOD_STARS, SAMPLES, UNSURE, Sentiment, clear_reviews, shipped

ZH = Path("zh-shopping/online_shopping_10_cats.csv")
AMAZON = {"Amazon beauty": Path("amazon/All_Beauty_5.json.gz"), "Amazon fashion": Path("amazon/AMAZON_FASHION_5.json")}
TRAIN = 0.8
SEED = 0
N_REVIEWS = 12
"""Mixed reviews each persona writes."""
CARRIED = (8, 40)
"""Fewest and most items that carry a tag somebody praises or complains about."""

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Reviews:
    """Texts, and whether each is for its item."""

    texts: list[str]
    good: Bools

    def __getitem__(self, places: NDArray[np.int64] | Bools) -> Reviews:
        chosen = np.arange(len(self.texts))[places]
        return Reviews([self.texts[place] for place in chosen], self.good[chosen])


@dataclass(frozen=True, slots=True)
class Told:
    """How well two sorts of reviews were told apart; shares in [0, 1]."""

    n: int
    good: float
    """Share of reviews that are for their item: what always saying so would get right."""
    accuracy: float
    balanced: float
    """Mean of the accuracies on either sort."""
    sure: float
    """Share it would answer for."""
    right_when_sure: float


def told(chances: Floats, good: Bools) -> Told:
    """Measure ``chances`` (n,) that a review is for its item against whether it is (n,)."""
    right, sure = (chances > 0.5) == good, np.abs(chances - 0.5) >= UNSURE
    balanced = (right[good].mean() + right[~good].mean()) / 2
    shares = (good.mean(), right.mean(), balanced, sure.mean(), right[sure].mean())
    return Told(len(good), *(float(share) for share in shares))


def zh_split(folder: Path) -> tuple[Reviews, Reviews]:
    """Chinese shop reviews, none twice, a seeded 80% to learn from and the other 20%."""
    table = pd.read_csv(folder / ZH).dropna().drop_duplicates("review")
    every = Reviews(table["review"].astype(str).tolist(), (table["label"] == 1).to_numpy(dtype=bool))
    order = np.random.default_rng(SEED).permutation(len(table))
    cut = int(TRAIN * len(order))
    return every[order[:cut]], every[order[cut:]]


def zh_sentiment_accuracy(folder: Path, n_train: int | None = None, n_test: int | None = None) -> float:
    """Share of Chinese test reviews told right by what the (first ``n_train``) train reviews teach; half a minute."""
    train, test = zh_split(folder)
    learned, _ = Sentiment.cross_fitted(train.texts[:n_train], train.good[:n_train])
    return told(_chances(learned, test.texts[:n_test]), test.good[:n_test]).accuracy


def amazon(file: Path) -> Reviews:
    """English shop reviews with four or five stars against one or two, none twice."""
    rows = [(row["reviewText"], float(row["overall"])) for row in _rows(file) if row.get("reviewText", "").strip()]
    table = pd.DataFrame(rows, columns=["text", "stars"]).drop_duplicates("text")
    table = table[table["stars"] != 3]
    return Reviews(table["text"].tolist(), (table["stars"] >= GOOD_STARS).to_numpy(dtype=bool))


def _rows(file: Path) -> Iterator[dict[str, str]]:
    """Objects of a file of JSON, one after the other, on a line each or on many."""
    raw = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    text, at, decoder = raw.decode("utf-8"), 0, json.JSONDecoder()
    while at < len(text):
        row, at = decoder.raw_decode(text, at)
        yield row
        while at < len(text) and text[at].isspace():
            at += 1


def own_reviews() -> dict[str, Told]:
    """What comes along, on the samples' own reviews by language, each told by what the others teach."""
    taught = [clear_reviews(catalogue.load(name)) for name in SAMPLES]
    texts, good = [text for texts, _ in taught for text in texts], np.concatenate([good for _, good in taught])
    _, chances = Sentiment.cross_fitted(texts, good)
    chinese = np.array([letter_counts(text)[HAN] > 0 for text in texts])
    sides = {"samples, English": ~chinese, "samples, Chinese": chinese}
    return {name: told(chances[side], good[side]) for name, side in sides.items()}


def shipped_elsewhere(folder: Path) -> dict[str, Told]:
    """What comes along, on public reviews it has never seen."""
    sets = {"zh-shopping test": zh_split(folder)[1]} | {name: amazon(folder / file) for name, file in AMAZON.items()}
    return {name: told(_chances(shipped(), reviews.texts), reviews.good) for name, reviews in sets.items()}


def _chances(by: Sentiment, texts: list[str]) -> Floats:
    return np.array([by.chance(text) for text in texts])


@dataclass(frozen=True, slots=True)
class Moves:
    """What mixed reviews do to items that carry what they praise or complain about, against all others."""

    n: int
    liked: float
    """Places gained, as a share of the catalogue."""
    disliked: float
    liked_low: float
    """Lower end of a 95% interval over reviews."""
    disliked_high: float


def mixed_reviews(data: Dataset, model: str = "text_profile", stars: float = 3.0) -> dict[str, Moves]:
    """Per persona: "The X is great but the Y is terrible." of some item, for drawn pairs of one-word tags.

    Compared with the same stars without words, so that only the words move anything.
    """
    scorer = fit(model, data)
    carried = {tag: _carrying(data, tag) for tag, n in data.tag_counts.items() if CARRIED[0] <= n <= CARRIED[1]}
    return {person.name: _moves(data, scorer, person, carried, stars) for person in data.personas}


def _moves(data: Dataset, scorer: Scorer, person: Persona, carried: dict[str, Bools], stars: float) -> Moves:
    rng, gains = np.random.default_rng(SEED), []
    item_id = data.item_ids[int(rng.integers(data.n_items))]
    silent = Event("review", Kind.REVIEW, 0.0, item_id, stars)
    before = _places(scorer, person, silent)
    while len(gains) < N_REVIEWS:
        good, bad = (str(tag) for tag in rng.choice(sorted(carried), 2, replace=False))
        text = f"The {good} is great but the {bad} is terrible."
        if [pull.text for pull in pulls(text)] != [good, bad]:
            continue  # tags of two words, and those that praise by themselves
        gain = before - _places(scorer, person, Event("review", Kind.REVIEW, 0.0, item_id, stars, text))
        others = gain[~carried[good] & ~carried[bad]].mean()
        only = carried[good] & ~carried[bad], carried[bad] & ~carried[good]
        gains.append([gain[side].mean() - others for side in only])
    mean, margin = np.mean(gains, axis=0), 1.96 * np.std(gains, axis=0, ddof=1) / len(gains) ** 0.5
    return Moves(len(gains), float(mean[0]), float(mean[1]), float(mean[0] - margin[0]), float(mean[1] + margin[1]))


def _places(scorer: Scorer, person: Persona, event: Event) -> Floats:
    """(n_items,) share of the catalogue ranked before each item, from 0."""
    scores = scorer.score(query_from(person.events, [event]))
    return np.asarray(np.argsort(np.argsort(-scores, kind="stable")) / len(scores), dtype=np.float64)


def _carrying(data: Dataset, tag: str) -> Bools:
    return np.array([tag in data.tags(row) for row in range(data.n_items)])
