"""A displayed score is the sum of what is displayed beside it, down to single words."""

from __future__ import annotations

from math import fsum

import numpy as np
import pytest
from causes_world import liked, sessions, world
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from recsys.explain.additive import REMAINING, REST, WHOLE, by_key, exact, exact_values, reasons, words_of
from recsys.explain.situation import Situation
from recsys.explain.tokens import MAX_WORDS, can_be_reason, split
from recsys.live.answer import Ranking
from recsys.live.profile import Known
from recsys.models import build, fit, shared
from recsys.types import Contributions, Event, Kind, Part, Query

pytestmark = pytest.mark.usefixtures("minilm")
ROW = np.array([7])


def parts(*values: float) -> Contributions:
    named = tuple(Part(f"e{n}", "like", f"Film {n}", 1.0) for n in range(len(values)))
    return Contributions(named, np.array([values], dtype=np.float32))


@pytest.fixture(scope="module")
def films():
    return world()


@limits(max_examples=200)
@given(st.lists(st.floats(-50, 50, width=32), min_size=1, max_size=60))
def test_rounding_goes_to_the_largest_part_and_is_stated(values):
    given_ = parts(*values)
    score = np.array([given_.values[0].sum(dtype=np.float32)])
    one = exact(given_, score, ROW)[0]
    assert one.row == 7
    assert one.score == pytest.approx(float(score[0]), abs=1e-9)
    before = {part.key: float(value) for part, value in zip(given_.parts, given_.values[0], strict=True)}
    changed = [reason for reason in one.parts if reason.value != before[reason.part.key]]
    assert len(changed) <= 1
    if changed:
        assert abs(before[changed[0].part.key]) == max(map(abs, before.values()))
        assert changed[0].value - before[changed[0].part.key] == pytest.approx(one.rounding, abs=1e-12)


def test_the_largest_comes_first_whatever_its_sign_and_ties_keep_their_order():
    one = exact(parts(0.5, -2.0, 0.5, 1.0), np.array([0.0], dtype=np.float32), ROW)[0]
    assert [reason.part.key for reason in one.parts] == ["e1", "e3", "e0", "e2"]


def test_parts_that_miss_the_score_are_not_made_to_fit():
    one = exact(parts(1.0, 2.0), np.array([5.0], dtype=np.float32), ROW)[0]
    assert [(reason.part, reason.value) for reason in one.parts][:2] == [(one.parts[0].part, 2.0), (REST, 2.0)]
    assert one.score == 5.0
    assert one.rounding == 0.0
    assert exact_values(parts(1.0, 2.0), np.array([5.0], dtype=np.float32))[2].tolist() == [2.0]


def test_without_parts_the_score_is_the_one_part_and_nan_stays_nan():
    nothing = Contributions((), np.zeros((1, 0), dtype=np.float32))
    one = exact(nothing, np.array([0.25], dtype=np.float32), ROW)[0]
    assert [(reason.part, reason.value) for reason in one.parts] == [(WHOLE, 0.25)]
    assert np.isnan(exact(parts(1.0), np.array([np.nan], dtype=np.float32), ROW)[0].score)


def test_parts_of_one_key_are_added_up():
    told = Contributions(
        (Part("e1", "review", "Film", 1.0), Part("e1", "review", "my words", 1.0), Part("prior", "prior", "p", 0.0)),
        np.array([[1.0, 2.0, 4.0]], dtype=np.float32),
    )
    assert {key: values.tolist() for key, values in by_key(told.parts, told.values).items()} == {
        "e1": [3.0],
        "prior": [4.0],
    }


@pytest.mark.slow
@limits(max_examples=30)
@given(data=st.data(), typed=st.sampled_from(["", "ships", "quiet ships in a storm", "想看雪山 please", "a " * 40]))
def test_words_of_any_session_sum_to_their_part(films, data, typed):
    name = data.draw(st.sampled_from(["text_profile", "switching", "bm25"]))
    session = data.draw(sessions(films.item_ids))
    now = Situation(Ranking(films, shared(build(name), films)), Known(session=session, typed=typed))
    for one in reasons(now, now.now.rows[:2]):
        for reason in one.parts:
            if reason.words:
                assert fsum(word.value for word in reason.words) == pytest.approx(reason.value, abs=1e-9)
                said = typed if reason.part.key == "typed" else reason.part.label
                words = [piece for piece in split(said) if can_be_reason(piece)]
                assert [word.text for word in reason.words if not word.rest] == words
                assert len(words) <= MAX_WORDS


def test_a_word_is_worth_what_the_text_loses_without_it(films):
    """Losses far from the value in sum are shown as measured, with one line for the rest; others by one factor."""
    scorer = fit("text_profile", films)
    seen = set()
    for typed in ("ships in a storm", "storm sea", "snow rope climbing", "a quiet harbour", "nothing of the sort"):
        for row in range(8):
            rows, query = np.array([row]), Query(typed=typed)

            def value(text, rows=rows):
                told = scorer.contributions(Query(typed=text), rows)
                return float(sum(told.values[0, c] for c, part in enumerate(told.parts) if part.key == "typed"))

            reason = next(
                r
                for r in exact(scorer.contributions(query, rows), scorer.score(query)[rows], rows)[0].parts
                if r.part.key == "typed"
            )
            found = words_of(scorer, query, row, reason)
            pieces = split(typed)
            places = [at for at, piece in enumerate(pieces) if not piece.isspace()]
            losses = [value(typed) - value("".join(p for at, p in enumerate(pieces) if at != gone)) for gone in places]
            ratio = sum(losses) / reason.value
            scaled = 0.5 <= ratio <= 2.0
            seen.add(scaled)
            assert [word.value for word in found if not word.rest] == pytest.approx(
                [loss / ratio if scaled else loss for loss in losses], abs=1e-5
            )
            assert [word.text for word in found if word.rest] == ([] if scaled else [REMAINING])
    assert seen == {True, False}


def test_one_word_gets_everything_and_a_long_text_is_left_whole(films):
    scorer = shared(build("text_profile"), films)
    for typed, n_words in (("ships", 1), ("word " * (MAX_WORDS + 1), 0)):
        now = Situation(Ranking(films, scorer), Known(typed=typed))
        typed_part = next(part for part in reasons(now, np.array([2]))[0].parts if part.part.key == "typed")
        assert len(typed_part.words) == n_words
        assert fsum(word.value for word in typed_part.words) in (0.0, typed_part.value)


def test_the_words_of_a_review_are_taken_apart_and_its_title_is_not(films):
    review = Event("r", Kind.REVIEW, 1.0, "f4", 5.0, "quiet sea please")
    now = Situation(Ranking(films, shared(build("text_profile"), films)), Known(session=(*liked("f2"), review)))
    told = reasons(now, now.now.rows[:1])[0].parts
    of_review = [part for part in told if part.part.key == "r"]
    assert {part.part.label: bool(part.words) for part in of_review} == {
        films.title("f4"): False,
        "quiet sea please": True,
    }
