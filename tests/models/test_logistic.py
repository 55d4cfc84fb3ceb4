"""One Bayesian step per answer is what a batch computes, and what holds for everybody is found in many people."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from scipy.optimize import minimize

from recsys.models.logistic import Answers, Belief, chance, population

DIM = 4


def case(seed: int, n: int = 30, dim: int = DIM) -> tuple[Belief, Answers]:
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(dim, dim))
    answers = Answers(
        rng.normal(size=(n, dim)), (rng.random(n) < 0.6).astype(float), rng.choice([0.5, 1.0, 2.0], size=n)
    )
    return Belief(rng.normal(size=dim), root @ root.T / dim + 0.2 * np.eye(dim)), answers


@limits(max_examples=25)
@given(seed=st.integers(0, 10_000), n=st.integers(0, 40))
def test_one_step_after_another_is_the_batch_at_the_same_points(seed, n):
    start, answers = case(seed, n)
    after, logits = start.following(answers)
    # weighted least squares on the working answers, all at once
    p = 1 / (1 + np.exp(-logits))
    curves = answers.weights * p * (1 - p)
    working = logits + (answers.liked - p) / (p * (1 - p))
    precision = np.linalg.inv(start.spread) + (answers.features.T * curves) @ answers.features
    pulled = np.linalg.inv(start.spread) @ start.mean + answers.features.T @ (curves * working)
    np.testing.assert_allclose(after.mean, np.linalg.solve(precision, pulled), atol=1e-8)
    np.testing.assert_allclose(after.spread, np.linalg.inv(precision), atol=1e-10)


@limits(max_examples=15)
@given(seed=st.integers(0, 10_000))
def test_settled_is_the_maximum_that_scipy_finds(seed):
    start, answers = case(seed)
    precision = np.linalg.inv(start.spread)

    def loss(theta):
        logits, away = answers.features @ theta, theta - start.mean
        told = answers.weights @ (np.logaddexp(0, logits) - answers.liked * logits)
        slope = answers.features.T @ (answers.weights * (1 / (1 + np.exp(-logits)) - answers.liked))
        return told + away @ precision @ away / 2, slope + precision @ away

    found = minimize(loss, start.mean, jac=True, method="BFGS", options={"gtol": 1e-9})
    np.testing.assert_allclose(start.settled(answers).mean, found.x, atol=1e-6)


def test_settled_arrives_from_far_away():
    start, answers = case(1)
    far = Belief(start.mean + 300.0, start.spread)
    slope, _ = far._slopes(far.settled(answers).mean, np.linalg.inv(far.spread), answers)
    np.testing.assert_allclose(slope, 0, atol=1e-4)


def test_the_logit_of_an_answer_is_the_one_from_before_it():
    start, answers = case(2)
    changed = Answers(answers.features, np.r_[answers.liked[:-1], 1 - answers.liked[-1]], answers.weights)
    np.testing.assert_array_equal(start.following(answers)[1], start.following(changed)[1])
    assert start.following(answers)[1][0] == pytest.approx(start.mean @ answers.features[0])


def test_a_like_raises_and_a_dislike_lowers_what_is_alike():
    start, answers = case(3)
    row = answers.features[0]
    before = start.mean @ row
    assert start.after(row, 1.0).mean @ row > before > start.after(row, 0.0).mean @ row
    assert start.after(row, 1.0, 2.0).mean @ row > start.after(row, 1.0, 1.0).mean @ row


def test_every_answer_makes_the_belief_surer():
    start, answers = case(4)
    after, _ = start.following(answers)
    assert np.linalg.eigvalsh(start.spread - after.spread).min() > -1e-12
    assert np.linalg.eigvalsh(after.spread).min() > 0


def test_without_spread_nothing_moves_and_answers_without_weight_move_nothing():
    start, answers = case(5)
    np.testing.assert_array_equal(start.scaled(0.0).following(answers)[0].mean, start.mean)
    idle = Answers(answers.features, answers.liked, np.zeros(len(answers)))
    np.testing.assert_array_equal(start.following(idle)[0].mean, start.mean)


def test_a_population_is_found_again():
    rng = np.random.default_rng(0)
    mean, sizes = np.array([1.0, -0.5, 0.0]), np.array([1.0, 0.25, 0.02])
    people, drawn = [], mean + rng.normal(size=(300, 3)) * np.sqrt(sizes)
    for own in drawn:
        features = np.column_stack([np.ones(40), rng.normal(size=(40, 2))])
        people.append(Answers(features, (rng.random(40) < chance(features @ own)).astype(float), np.ones(40)))
    found = population(people, Belief(np.zeros(3), np.eye(3)), 0.1 * np.eye(3))
    np.testing.assert_allclose(found.mean, drawn.mean(axis=0), atol=0.1)
    np.testing.assert_allclose(np.diag(found.spread), drawn.var(axis=0), atol=0.15)
    assert np.linalg.eigvalsh(found.spread).min() > 0


def test_without_people_the_population_is_what_was_believed():
    found = population([], Belief(np.array([1.0, 2.0]), np.eye(2)), 3 * np.eye(2))
    np.testing.assert_array_equal(found.mean, [1, 2])
    np.testing.assert_array_equal(found.spread, 3 * np.eye(2))


def test_chances_of_any_size_of_log_odds_are_numbers():
    np.testing.assert_array_equal(chance(np.array([-1e300, 0.0, 1e300])), [0, 0.5, 1])
