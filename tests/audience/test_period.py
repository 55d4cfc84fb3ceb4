"""Cycles: planted ones are found at their length, and noise is found to have none."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import lombscargle

from recsys.audience import period as module
from recsys.audience.period import N_SHUFFLES, of_counts, periods, phases
from tests.audience.diary import DAY, HOUR, diary

N_DAYS = 178


def wave(period: float, depth: float, seed: int, n: int = N_DAYS, mean: float = 40.0) -> np.ndarray:
    angles = 2 * np.pi * np.arange(n) / period
    return np.random.default_rng(seed).poisson(mean * (1 + depth * np.sin(angles)))


@pytest.mark.parametrize("period", [3, 5.5, 7, 14, 24])
def test_a_planted_wave_is_found_at_its_length(period):
    for seed in range(3):
        found = of_counts(wave(period, 0.35, seed), seed=seed).found
        assert found, (period, seed)
        assert found[0].low - 0.1 <= period <= found[0].high + 0.1
        assert found[0].p < 0.05


def test_in_noise_no_more_is_found_than_the_level_allows():
    found = [bool(of_counts(wave(7, 0, seed, n=90), seed=seed).found) for seed in range(100)]
    assert sum(found) <= 10  # 5 are expected; above 10 comes once in 100 such tests


def test_a_slow_drift_is_no_period():
    def drift(seed: int) -> np.ndarray:
        rng, level, out = np.random.default_rng(seed), 0.0, []
        for _ in range(N_DAYS):
            level = 0.8 * level + rng.normal()
            out.append(max(0, round(70 + 8 * level)))
        return np.array(out)

    assert sum(bool(of_counts(drift(seed), seed=seed).found) for seed in range(25)) <= 4
    trend = np.random.default_rng(0).poisson(np.linspace(10, 200, N_DAYS))
    assert not of_counts(trend).found


def test_one_outlier_hides_no_week():
    counts = wave(7, 0.4, 5)
    counts[1] = 4000
    assert round(of_counts(counts).found[0].value) == 7


def test_chance_is_measured_with_the_power_that_is_shown(monkeypatch):
    values = np.random.default_rng(1).normal(size=100)
    values -= values.mean()
    frequency = np.linspace(0.5, 0.03, 50)
    monkeypatch.setattr(module, "N_SHUFFLES", 1)
    monkeypatch.setattr(module.np.random, "default_rng", lambda seed: type("Still", (), {"permutation": _same})())
    [ours] = module._by_chance(values, frequency, 0)
    theirs = lombscargle(np.arange(100.0), values, 2 * np.pi * frequency, normalize=True)
    assert np.allclose(ours, theirs, atol=1e-10)


def _same(self: object, values: np.ndarray) -> np.ndarray:
    return values


def test_a_day_with_two_peaks_is_a_day_and_not_two_halves():
    hours = np.arange(24 * 14)
    rate = 2 + 20 * np.isin(hours % 24, (7, 8)) + 14 * np.isin(hours % 24, (19, 20, 21))
    found = of_counts(np.random.default_rng(0).poisson(rate), "hour").found
    assert len(found) == 1
    assert round(found[0].value) == 24


def visits(rng: np.random.Generator, n_days: int, weekend: float) -> list[tuple[str, str, float]]:
    busy = np.array([weekend if day % 7 > 4 else 1.0 for day in range(n_days)])
    return [
        (f"u{person:02}", "i0", day * DAY + float(rng.uniform(0, DAY)))
        for person in range(40)
        for day in np.flatnonzero(rng.random(n_days) < 0.2 * busy)
    ]


def test_long_data_are_counted_by_people_per_day_and_their_week_is_found():
    data = diary(visits(np.random.default_rng(0), 120, 2.0))
    looked = periods(data)
    assert (looked.unit, len(looked.counts)) == ("day", 118)
    assert looked.counts.max() <= 40
    assert round(looked.found[0].value) == 7
    assert "a week" in looked.words


def test_short_data_are_counted_by_hour_and_their_day_is_found():
    rng = np.random.default_rng(0)
    at = [day * DAY + (18 + 4 * rng.random()) * HOUR for day in range(14) for _ in range(40)]
    looked = periods(diary([(f"u{n % 50}", "i0", one) for n, one in enumerate(at)]))
    assert looked.unit == "hour"
    assert round(looked.found[0].value) == 24


def test_where_none_is_found_the_words_say_so():
    assert of_counts(wave(7, 0, 3)).words.startswith("No period found among 2 to 35 days")


def test_shuffling_the_days_takes_the_week_away():
    counts = wave(7, 0.4, 1)
    assert of_counts(counts).found
    lost = [not of_counts(np.random.default_rng(seed).permutation(counts)).found for seed in range(10)]
    assert sum(lost) >= 8


def test_too_few_or_equal_counts_are_said_to_be_too_few_or_even():
    for counts in (np.zeros(0, dtype=np.int64), np.ones(5, dtype=np.int64), np.full(100, 7)):
        looked = of_counts(counts)
        assert not looked.found
        assert "Too short or too even" in looked.words


def test_a_phase_of_a_week_is_its_weekday():
    data = diary([("u", "i0", day * DAY + 5) for day in range(60)])
    assert phases(data, 7).tolist() == [day % 7 for day in range(60)]


def test_p_values_are_corrected_and_never_zero():
    looked = of_counts(wave(7, 0.9, 0))
    assert looked.p.min() >= 2 / (1 + N_SHUFFLES)
    assert looked.p.max() <= 1
