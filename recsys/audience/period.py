"""Do people come in cycles? How many come over time, the periodogram of that, and what chance alone would show."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.signal import find_peaks, lombscargle
from scipy.stats import norm

from recsys.audience.finding import SURE, Finding
from recsys.audience.frequency import HOUR_SECONDS
from recsys.columns import Events
from recsys.data import Dataset
from recsys.data.clock import DAY_SECONDS

Floats = NDArray[np.float64]

LONG_DAYS = 42
"""Data of at least so many days are counted by day, others by hour: a week should come six times."""
MOST_UNITS = 728
"""Newest days (or hours) that are looked at."""
CALENDAR = {"day": 7, "hour": 24}
"""The period that the calendar suggests: it is asked about by itself, all others together."""
LONGEST = {"day": 35, "hour": 48}
CYCLES = 3
"""A period has to come so many times."""
FEWEST = 21
"""With fewer days or hours there is nothing to look at."""
OVERSAMPLED = 2
"""Frequencies per independent one, so that no peak falls between two."""
N_SHUFFLES = 999
MOST_PERIODS = 3
OUTLIER = 2.5
"""Days further from the others than so many robust standard deviations count as if they were there."""


@dataclass(frozen=True, eq=False)
class Periods:
    """What was looked at, and the periods that were found."""

    unit: str
    """``day`` or ``hour``."""
    start: int
    """First of them, in units since 1970 (UTC)."""
    counts: NDArray[np.int64]
    """(n,) different people in each, empty ones included."""
    rest: Floats
    """(n,) square roots of the counts without their slow course and without outliers, in mean 0."""
    period: Floats
    """(n_frequencies,) periods looked for, in units, the shortest first; empty where nothing can be looked for."""
    power: Floats
    """(n_frequencies,) share in [0, 1] of the surprise in ``rest`` that a wave of that period explains."""
    chance: float
    """Power that the strongest of all periods exceeds in one of forty random orders."""
    chance_usual: float
    """The same of the calendar's period alone; NaN where it is too long to be looked for."""
    p: Floats
    """(n_frequencies,) how often chance alone gives such a power somewhere, corrected for all that were looked at."""
    correlation: Floats
    """(n_lags,) autocorrelation of ``rest`` at lag 1, 2, ..."""
    band: float
    """95% of white noise stays within it at all lags together."""
    found: tuple[Finding, ...]
    """The periods, strongest first; ``value`` is the period in units, ``n`` the units; empty for none."""

    @property
    def seconds(self) -> float:
        """Length of a unit."""
        return DAY_SECONDS if self.unit == "day" else HOUR_SECONDS

    @property
    def words(self) -> str:
        """What was found or not, in a sentence or two."""
        if not len(self.period):
            return f"Too short or too even for periods: {len(self.counts)} {self.unit}s, of at least {FEWEST}."
        if self.found:
            return " ".join(one.sentence for one in self.found)
        ends = f"{self.period[0]:.0f} to {self.period[-1]:.0f} {self.unit}s"
        return f"No period found among {ends}: chance alone explains what there is (p = {self.p.min():.2f})."


def periods(data: Dataset) -> Periods:
    """Look for periods in the number of people per day, or per hour in short data; computed once."""
    return data.once(periods, lambda: of_counts(*_counts(data)))


def _counts(data: Dataset) -> tuple[NDArray[np.int64], str, int]:
    """People per unit, the unit, and the first one; the units in which the data begin and end are left out."""
    at = data.events[Events.AT].to_numpy(dtype=np.float64)
    unit = "day" if len(at) and at.max() - at.min() >= LONG_DAYS * DAY_SECONDS else "hour"
    if not len(at):
        return np.zeros(0, dtype=np.int64), unit, 0
    places = np.floor(at / (DAY_SECONDS if unit == "day" else HOUR_SECONDS)).astype(np.int64)
    last = int(places.max()) - 1
    first = max(int(places.min()) + 1, last - MOST_UNITS + 1)
    visits = np.unique(np.column_stack([data.event_users, places]), axis=0)[:, 1]
    inside = visits[(visits >= first) & (visits <= last)]
    return np.bincount(inside - first, minlength=max(0, last - first + 1)), unit, first


def of_counts(counts: NDArray[np.int64], unit: str = "day", start: int = 0, seed: int = 0) -> Periods:
    """Look for periods in ``counts`` (n,) per ``unit``; ``seed`` draws the random orders.

    From each value goes what the one before lets expect (its share is the autocorrelation at lag 1, if above 0), so
    that a slow drift is no period (prewhitening). The power at a frequency is that of Lomb (1976) and Scargle (1982),
    normalised to the share of spread that a wave explains. Two questions are asked, each at half the level: is it the
    period of the calendar (a week of days, a day of hours), and is it any other? ``p`` of the first is twice the share
    of random orders with as large a power there, of the others twice that of orders whose strongest power is as large
    (Westfall and Young 1993), at least 2 / (1 + orders) and at most 1. Nothing is looked for in fewer than ``FEWEST``
    units, nor where all counts are equal.
    """
    n, longest = len(counts), min(LONGEST[unit], len(counts) // CYCLES)
    rest, nothing = _without_course(np.sqrt(counts + 3 / 8), 2 * longest + 1), np.zeros(0)
    empty = Periods(unit, start, counts, rest, nothing, nothing, np.nan, np.nan, nothing, nothing, np.nan, ())
    if n < FEWEST or not rest.std() > 1e-9:
        return empty
    usual = CALENDAR[unit]
    # Periods below two units cannot be told from longer ones.
    frequency = np.linspace(1 / 2, 1 / longest, OVERSAMPLED * int(n * (1 / 2 - 1 / longest)) + 2)
    planned = usual <= longest
    if planned:
        frequency[np.abs(frequency - 1 / usual).argmin()] = 1 / usual
    surprise = _surprise(rest)
    power = lombscargle(np.arange(len(surprise), dtype=np.float64), surprise, 2 * np.pi * frequency, normalize=True)
    by_chance = _by_chance(surprise, frequency, seed)
    strongest = by_chance.max(axis=1)
    p = _p(strongest[:, None] >= power)
    alone = np.nan
    if planned:
        here = int(np.flatnonzero(frequency == 1 / usual)[0])
        p[here] = min(p[here], float(_p(by_chance[:, [here]] >= power[here])[0]))
        alone = float(np.quantile(by_chance[:, here], 1 - SURE / 2))
    lags = np.arange(1, longest + 1)
    looked = replace(
        empty,
        period=1 / frequency,
        power=power,
        chance=float(np.quantile(strongest, 1 - SURE / 2)),
        chance_usual=alone,
        p=p,
        correlation=np.array([rest[lag:] @ rest[:-lag] for lag in lags]) / (rest @ rest),
        band=float(norm.isf(SURE / 2 / len(lags)) / np.sqrt(n)),
    )
    return replace(looked, found=_found(looked))


def _p(as_large: NDArray[np.bool_]) -> Floats:
    """Twice the share of random orders, as two questions are asked; the order that was seen counts as one of them."""
    return np.asarray(np.minimum(1.0, 2 * (1 + as_large.sum(axis=0)) / (1 + N_SHUFFLES)))


def _without_course(values: Floats, width: int) -> Floats:
    """``values`` less their running median over ``width`` units (at the ends over what is there), outliers drawn in."""
    if not len(values):
        return values
    half = width // 2
    course = [np.median(values[max(0, place - half) : place + half + 1]) for place in range(len(values))]
    rest = values - np.array(course)
    middle = np.median(rest)
    limit = OUTLIER * 1.4826 * np.median(np.abs(rest - middle))
    drawn_in = np.clip(rest, middle - limit, middle + limit) if limit > 0 else rest
    return np.asarray(drawn_in - drawn_in.mean())


def _surprise(rest: Floats) -> Floats:
    """(n - 1,) each value less what the one before lets expect, in mean 0."""
    expected = max(0.0, float(rest[1:] @ rest[:-1] / (rest @ rest)))
    left = rest[1:] - expected * rest[:-1]
    return np.asarray(left - left.mean())


def _by_chance(values: Floats, frequency: Floats, seed: int) -> Floats:
    """(N_SHUFFLES, n_frequencies) powers of ``values`` in random orders.

    The same as ``lombscargle`` gives, for all orders at once: it shifts the waves until sine and cosine do not overlap,
    here both are solved for together.
    """
    n, rng = len(values), np.random.default_rng([seed, len(values)])
    orders = np.stack([rng.permutation(values) for _ in range(N_SHUFFLES)])
    angles = 2 * np.pi * np.outer(np.arange(n), frequency)
    cosine, sine = np.cos(angles), np.sin(angles)
    cc, ss, cs = (cosine**2).sum(axis=0), (sine**2).sum(axis=0), (cosine * sine).sum(axis=0)
    yc, ys = orders @ cosine, orders @ sine
    free = cc * ss - cs**2
    both = free > 1e-9 * n**2  # at a period of two units there is no sine
    explained = np.where(both, (ss * yc**2 + cc * ys**2 - 2 * cs * yc * ys) / np.where(both, free, 1.0), yc**2 / cc)
    return np.asarray(explained / (values @ values))


def _found(looked: Periods) -> tuple[Finding, ...]:
    """The peaks that chance does not explain, strongest first; at most ``MOST_PERIODS``."""
    padded = np.concatenate([[0.0], looked.power, [0.0]])
    peaks = set((find_peaks(padded, distance=OVERSAMPLED)[0] - 1).tolist())
    near = int(np.abs(looked.period - CALENDAR[looked.unit]).argmin())
    if looked.p[near] < SURE:  # its peak may lie beside it by less than can be told apart
        peaks = {peak for peak in peaks if abs(peak - near) > 2 * OVERSAMPLED} | {near}
    found: dict[int, Finding] = {}
    for peak in sorted(peaks, key=lambda peak: -float(looked.power[peak])):
        if looked.p[peak] < SURE:
            waves = _waves(looked, float(looked.period[peak]))
            found.setdefault(near if waves > 1 else int(peak), _said(looked, int(peak), waves))
    return tuple(found.values())[:MOST_PERIODS]


def _waves(looked: Periods, period: float) -> int:
    """How many waves of ``period`` make one cycle: several where the counts are more alike a whole day (week) later.

    A day with a morning and an evening is a wave of twelve hours to the periodogram.
    """
    usual, n = CALENDAR[looked.unit], len(looked.counts)
    waves = round(usual / period)
    overtone = waves > 1 and abs(period - usual / waves) <= period**2 / n
    if not overtone or usual > len(looked.correlation):
        return 1
    return waves if looked.correlation[usual - 1] > looked.correlation[round(period) - 1] else 1


def _said(looked: Periods, peak: int, waves: int) -> Finding:
    period = float(CALENDAR[looked.unit]) if waves > 1 else float(looked.period[peak])
    p, n = float(looked.p[peak]), len(looked.counts)
    name = {("day", 7): ", a week", ("hour", 24): ", a day"}.get((looked.unit, round(period)), "")
    times = f", with {waves} peaks" if waves > 1 else ""
    chance = f"p {'<' if p <= 2 / N_SHUFFLES else '='} {max(p, 0.002):.3f}"
    cycle = f"{period:.3g} {looked.unit}s{name}{times}"
    sentence = f"People come in cycles of {cycle} (seen over {n} {looked.unit}s; {chance})."
    width = period**2 / n / 2  # half way to the next frequency that can be told apart
    return Finding(sentence, n, period, period - width, period + width, p)


def phases(data: Dataset, period: int) -> NDArray[np.int64]:
    """(n_events,) place of each event in a cycle of ``period`` units, from 0; a cycle of a week begins on Monday."""
    looked = periods(data)
    units = np.floor(data.events[Events.AT].to_numpy(dtype=np.float64) / looked.seconds).astype(np.int64)
    monday = 3 if looked.unit == "day" and period % 7 == 0 else 0  # the first of January 1970 was a Thursday
    return np.asarray((units + monday) % period)
