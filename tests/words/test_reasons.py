"""One sentence from exact contributions: it names what carries, with the sign it has, and nothing else."""

from __future__ import annotations

from math import fsum

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.models import build, shared
from recsys.models.fuse import AVERAGE
from recsys.models.popularity import POPULAR
from recsys.ranking import top_k
from recsys.types import Event, Explains, Kind, Part, Query
from recsys.words.reasons import CARRY, MATTERS, MOST, carrying, reason, weighed

EVENTS = (
    Event("a", Kind.LIKE, 1.0, "shoe"),
    Event("b", Kind.DISLIKE, 2.0, "pan"),
    Event("c", Kind.RATING, 3.0, "buds", 4.5),
    Event("d", Kind.REVIEW, 4.0, "over", 2.0, "too heavy on my ears"),
    Event("e", Kind.LIKE, 5.0, "jacket"),
)
PARTS = (
    Part("a", "like", "Rain running shoe", 1.0),
    Part("b", "dislike", "Cast iron pan", -0.7),
    Part("c", "rating", "Small earbuds", 0.75),
    Part("d", "review", "Quiet headphones", -0.5),
    Part("d", "review", "too heavy on my ears", -0.5),
    Part("e", "like", "Running rain jacket", 1.0),
    Part("typed", "typed", "rain", 3.0),
    Part("refused", "typed", "not leather", -3.0),
    POPULAR,
    AVERAGE,
)
QUERY = Query(EVENTS, "rain, no leather")
SIZES = st.floats(-8, 8, allow_nan=False, width=32)
LISTS = st.lists(SIZES, min_size=len(PARTS), max_size=len(PARTS))
LANGUAGES = st.sampled_from(["en", "zh"])


def value_of(keys, values):
    return fsum(value for part, value in zip(PARTS, values, strict=True) if part.key in keys and part is not AVERAGE)


def said(data, values, language="en", parts=PARTS):
    return reason(data, QUERY, data.row("shoe"), parts, values, language)


def only(**by_key):
    """Values of ``PARTS`` that are 0 but for these keys, of which the first part takes it."""
    left = dict(by_key)
    return [left.pop(part.key, 0.0) for part in PARTS]


@given(values=LISTS, language=LANGUAGES)
def test_what_is_said_to_help_adds_to_the_score_and_what_is_said_to_hurt_takes_from_it(toy, values, language):
    told = said(toy, values, language)
    for key in told.for_it:
        assert value_of([key], values) > 0
    if told.against:
        assert value_of(told.against, values) < 0
    assert told.claim.cites == told.for_it + told.against


@given(values=LISTS)
def test_the_share_is_that_of_the_named_reasons_in_all_positive_ones(toy, values):
    told = said(toy, values)
    keys = {part.key for part in PARTS if part is not AVERAGE}
    total = fsum(max(0.0, value_of([key], values)) for key in keys)
    assert told.share == pytest.approx(fsum(value_of([key], values) for key in told.for_it) / total if total else 0.0)
    assert ("among other things" in told.claim.text) == (0 < told.share < CARRY)


@given(values=LISTS)
def test_the_fewest_largest_reasons_are_named(toy, values):
    told = said(toy, values)
    sizes = [value_of([key], values) for key in told.for_it]
    assert sizes == sorted(sizes, reverse=True)
    assert len(sizes) <= MOST
    others = [value_of([part.key], values) for part in PARTS if part is not AVERAGE and part.key not in told.for_it]
    assert max(others, default=0.0) <= min(sizes, default=0.0) or not sizes
    total = fsum(max(0.0, value_of([key], values)) for key in {p.key for p in PARTS if p is not AVERAGE})
    assert fsum(sizes[:-1]) < CARRY * total or not sizes


@given(values=LISTS)
def test_the_strongest_minus_is_named_just_when_it_matters(toy, values):
    told = said(toy, values)
    all_of_them = [value_of([key], values) for key in {part.key for part in PARTS if part is not AVERAGE}]
    worst, total = min(all_of_them), fsum(max(0.0, value) for value in all_of_them)
    assert bool(told.against) == (worst < 0 and -worst >= MATTERS * total)
    if told.against:
        assert value_of(told.against, values) == pytest.approx(worst)


@given(values=LISTS, language=LANGUAGES, order=st.permutations(range(len(PARTS))))
def test_the_order_of_the_parts_changes_nothing(toy, values, language, order):
    turned = said(toy, [values[at] for at in order], language, [PARTS[at] for at in order])
    assert turned == said(toy, values, language)


@given(values=st.lists(st.floats(width=32), min_size=len(PARTS), max_size=len(PARTS)), language=LANGUAGES)
def test_the_sentence_is_never_empty_and_is_one(toy, values, language):
    text = said(toy, values, language).claim.text
    assert text.strip()
    assert text.endswith("." if language == "en" else "。")
    assert "\n" not in text


def test_a_sentence_reads_as_a_person_would_say_it(toy):
    told = said(toy, only(a=3.0, typed=2.0, b=-2.0))
    assert told.claim.text == (
        "Because you liked Rain running shoe and typed “rain”, although Cast iron pan, which you disliked, "
        "speaks against it."
    )
    assert told.share == 1
    assert told.for_it == ("a", "typed")
    assert told.against == ("b",)


def test_a_chinese_sentence_has_the_chinese_titles(toy):
    told = said(toy, only(a=3.0, typed=2.0, b=-2.0), "zh")
    assert told.claim.text == "因为你喜欢过“雨天跑鞋”，并且你输入了“rain”，不过你不喜欢的“铸铁平底锅”对它不利。"


def test_two_of_a_kind_share_their_verb_and_stars_are_said(toy):
    assert said(toy, only(a=3.0, e=2.0)).claim.text == "Because you liked Rain running shoe and Running rain jacket."
    assert said(toy, only(c=1.0)).claim.text == "Because you gave Small earbuds 4.5 stars."
    assert said(toy, only(c=1.0), "zh").claim.text == "因为你给“迷你耳塞”打了 4.5 星。"


def test_the_item_and_the_words_of_a_review_are_one_reason(toy):
    values = [2.0 if part.key == "d" else 0.0 for part in PARTS]
    [one] = weighed(toy, QUERY, 0, PARTS, values)
    assert one.value == 4.0
    assert said(toy, values).claim.text == "Because you reviewed Quiet headphones."


def test_popularity_counts_people_and_never_claims_more_than_there_are(toy):
    n = int(toy.like_counts[toy.row("shoe")])
    assert said(toy, only(prior=1.0)).claim.text == f"Because {n} people liked it."
    alone = reason(toy, QUERY, toy.row("jacket"), PARTS, only(prior=1.0))
    assert alone.claim.text == "Because 1 person liked it."
    nobody = reason(toy, QUERY, toy.row("tent"), PARTS, only(prior=1.0))
    assert nobody.claim.text == "Because how many people liked it speaks for it."


def test_what_is_the_same_for_all_items_is_no_reason(toy):
    assert said(toy, only(**{"model:average": 5.0})).claim.text == "Nothing you did speaks for it."
    assert said(toy, only(**{"model:average": 5.0, "a": 0.1})).claim.text == "Because you liked Rain running shoe."


def test_nothing_in_favour_and_no_parts_are_said(toy):
    told = said(toy, only(b=-1.0))
    assert told.claim.text.startswith("Nothing you did speaks for it, and Cast iron pan, which you disliked,")
    assert reason(toy, QUERY, 0, (), ()).claim.text == "This recommender gives no reasons."
    assert reason(toy, QUERY, 0, (), (), "zh").claim.text == "这个推荐方法不说明理由。"


def test_what_is_refused_is_named_as_refused(toy):
    assert "“leather”, which you said no to, speaks against it" in said(toy, only(a=1.0, refused=-1.0)).claim.text


def test_the_place_and_the_score_of_one_component_are_one_reason_in_plain_words(toy):
    parts = [
        Part(f"feature:text_{what}", "feature", f"x: what reads alike ({what})", 0.0) for what in ("score", "place")
    ]
    parts = [Part(part.key, part.kind, "which place: what reads alike", 0.0) for part in parts]
    told = reason(toy, QUERY, 0, parts, [1.0, 2.0])
    assert told.claim.text == "Because its text fits what you said and chose."
    assert len(told.for_it) == 2


def test_an_event_that_the_query_no_longer_has_is_named_by_its_label(toy):
    told = reason(toy, Query(), 0, PARTS[:1], [1.0])
    assert told.claim.text == "Because you liked “Rain running shoe”."


@pytest.mark.parametrize(
    "name", ["text_profile", "text_mean", "mf", "rrf", "switching", "interest", "two_stage", "ltr"]
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_kind_of_model_gets_sentences_with_the_right_signs(shop, name, language):
    query = Query(shop.personas[0].events, "a light jacket, no wool")
    scorer = shared(build(name), shop)
    assert isinstance(scorer, Explains)
    rows = top_k(scorer.score(query), 10)
    told = scorer.contributions(query, rows)
    for row, values in zip(rows.tolist(), told.values.tolist(), strict=True):
        found = weighed(shop, query, row, told.parts, values, language)
        one = reason(shop, query, row, told.parts, values, language)
        sums = {key: each.value for each in found for key in each.keys}
        assert all(sums[key] > 0 for key in one.for_it)
        assert all(sums[key] < 0 for key in one.against)
        assert one.for_it
        assert one.share > 0
        assert np.isclose(
            one.share, fsum(e.value for e in carrying(found)) / fsum(e.value for e in found if e.value > 0)
        )
        assert AVERAGE.label not in one.claim.text
        assert "how often you like" not in one.claim.text
        assert language == "en" or not any(word in one.claim.text for word in ("speaks", "which", "people"))
