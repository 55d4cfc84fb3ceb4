"""The portrait says what was done and written, and nothing else: signs, shares, sources, sentences word for word."""

from __future__ import annotations

from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.data.people import NEW_HERE, people
from recsys.live.profile import as_it_counts
from recsys.models.evidence import decayed_weights
from recsys.types import Event, Kind, Query
from recsys.words.interests import HALF_LIFE, N_STEPS, interests, named_in, tag_called
from recsys.words.portrait import Portrait, key_words, portrait

NAMES = {
    interest_id: interest_id for interest_id in ("shoe", "trail", "jacket", "over", "buds", "pan", "knife", "tent")
}
EVENTS = st.lists(
    st.builds(
        Event,
        st.uuids().map(str),
        st.sampled_from([Kind.VIEW, Kind.CLICK, Kind.LIKE, Kind.FAVOURITE, Kind.DISLIKE]),
        st.just(1.0),
        st.sampled_from([*NAMES]),
        strength=st.sampled_from([0.0, 0.5, 1.0, 2.0]),
    ),
    max_size=20,
)


def like(item_id: str, **more: object) -> Event:
    return Event(f"like-{item_id}", Kind.LIKE, 1.0, item_id, **more)


def of(data, *events: Event, language: str = "en") -> Portrait:
    return portrait(data, Query(tuple(events)), language)


def test_somebody_nothing_is_known_of_has_an_empty_portrait(toy, shop):
    assert of(toy) == Portrait()
    new = next(person for person in people(shop) if person.name == NEW_HERE)
    assert of(shop, *new.events) == Portrait()


def test_a_like_gives_its_category_its_rarity(toy):
    (found,) = interests(toy, [like("shoe")])
    assert (found.name, found.events) == ("Running", (like("shoe"),))
    assert found.weight == pytest.approx(log(toy.n_items / toy.tag_counts["Running"]))


def test_a_dislike_is_something_to_turn_away_from(toy):
    drawn = of(toy, like("shoe"), Event("no", Kind.DISLIKE, 2.0, "pan"))
    assert [line.interest.name for line in drawn.lines] == ["Running"]
    assert [line.interest.name for line in drawn.avoided] == ["Cooking"]
    assert (drawn.likes, drawn.dislikes) == (("shoe",), ("pan",))


def test_an_event_that_counts_for_nothing_speaks_for_nothing(toy):
    assert of(toy, like("shoe", strength=0.0)).lines == ()


@given(events=EVENTS)
def test_weights_are_the_aged_evidence_times_rarity_and_shares_sum_to_one(toy, events):
    weights = decayed_weights(events, HALF_LIFE)
    for interest in interests(toy, events):
        mine = sum(w for e, w in zip(events, weights, strict=True) if interest.name in toy.tags(toy.row(e.item_id)))
        assert interest.weight == pytest.approx(mine * log(toy.n_items / toy.tag_counts[interest.name]), abs=1e-9)
    drawn = portrait(toy, Query(tuple(events)), n_lines=99)
    if drawn.lines:
        assert sum(line.share for line in drawn.lines) == pytest.approx(1)
    assert [line.share for line in drawn.lines] == sorted((line.share for line in drawn.lines), reverse=True)
    assert all(line.sources for line in (*drawn.lines, *drawn.avoided))


@given(events=EVENTS)
def test_the_course_of_an_interest_is_what_it_was_at_each_step(toy, events):
    for interest in interests(toy, events):
        assert interest.course[-1] == pytest.approx(interest.weight)
        assert len(interest.course) == min(len(events), N_STEPS)
        for back, weight in enumerate(reversed(interest.course)):
            then = interests(toy, events[: len(events) - back])
            was = next((one.weight for one in then if one.name == interest.name), 0.0)
            assert weight == pytest.approx(was, abs=1e-9)


@pytest.mark.parametrize("scenario", ["shop", "video"])
def test_every_quote_is_a_sentence_of_the_person_and_every_source_is_theirs(request, scenario):
    data = request.getfixturevalue(scenario)
    for person in people(data):
        events = as_it_counts(person.events, ())
        drawn = of(data, *events, language="zh" if "Chinese" in person.name else "en")
        written = " ".join(event.text for event in events)
        for line in (*drawn.lines, *drawn.avoided):
            assert {source.event for source in line.sources} <= set(events)
            assert all(source.quote in source.event.text for source in line.sources)
        for word in drawn.key_words:
            assert word.quotes
            assert all(quote in written for quote in word.quotes)
        assert all(mood.quote in mood.event.text for mood in drawn.mood)


def test_interests_are_named_in_the_language_of_the_portrait(shop):
    person = next(person for person in people(shop) if "Chinese" in person.name)
    english, chinese = (of(shop, *person.events, language=one) for one in ("en", "zh"))
    assert [shop.chinese_tags.get(line.label, line.label) for line in english.lines] == [
        line.label for line in chinese.lines
    ]
    assert chinese.lines[0].label == "手帐"


def test_a_wish_names_interests_for_and_against(shop):
    wish = Event("wish", Kind.WISH, 1.0, text="rain gear, but nothing quiet, no travel")
    found = {interest.name: interest.weight for interest in interests(shop, [wish])}
    assert found["rain"] > 0
    assert found["travel"] < 0


def test_a_name_inside_another_word_is_not_named(shop):
    assert "rain" not in named_in(shop, "training brain")
    assert "rain" in named_in(shop, "Rain, again")
    assert tag_called(shop, " RAIN ") == tag_called(shop, shop.chinese_tags["rain"]) == "rain"
    assert tag_called(shop, "rain please") is None


def test_key_words_are_those_the_person_uses_more_than_others_do(shop):
    text = "The harpsichord hums. A harpsichord for the flat."
    found = key_words(shop, [Event("r", Kind.REVIEW, 1.0, "s001", 5.0, text)])
    assert found[0].word == "harpsichord"
    assert found[0].quotes == ("The harpsichord hums.", "A harpsichord for the flat.")
    assert {"the", "for", "a"}.isdisjoint(word.word for word in found)


def test_what_a_wish_refuses_is_no_key_word(shop):
    found = key_words(shop, [Event("w", Kind.WISH, 1.0, text="a harpsichord, no trombone, no trombone")])
    assert "trombone" not in [word.word for word in found]


def test_a_topic_is_two_liked_things_with_an_interest_in_common_and_no_thing_is_in_two(toy):
    drawn = of(toy, like("shoe"), like("trail"), like("over"), like("buds"), like("pan"))
    assert {topic.labels[0]: set(topic.item_ids) for topic in drawn.topics} == {
        "Running": {"shoe", "trail"},
        "Audio": {"over", "buds"},
    }


def test_the_mood_is_the_stars_that_were_given(shop):
    told = [Event(f"r{n}", Kind.REVIEW, n, f"s00{n}", stars, "Fine.") for n, stars in ((1, 5.0), (2, 1.5))]
    drawn = of(shop, *told)
    assert [(mood.stars, mood.given, mood.quote) for mood in drawn.mood] == [(5.0, True, "Fine."), (1.5, True, "Fine.")]


def test_an_interest_asked_for_by_name_is_kept_however_weak(shop):
    person = people(shop)[0]
    weakest = [one for one in interests(shop, person.events) if one.weight > 0][-1]
    assert portrait(shop, Query(person.events), n_lines=1).line(weakest.name) is None
    assert portrait(shop, Query(person.events), n_lines=1, keep=(weakest.name,)).line(weakest.name) is not None
