"""Groups of people with alike tastes: whether there are any, how many, what sets each apart, how firm they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from threading import Lock
from typing import cast

import numpy as np

from recsys.audience.clusters import Labels, Tried, apart, by_centres, by_density, distances, silhouettes, stability
from recsys.audience.finding import SURE, Finding
from recsys.audience.profiles import Floats, Profiles
from recsys.data import Dataset
from recsys.words.tags import PRIOR, log_odds

MIN_PEOPLE = 20
"""With fewer profiles nothing is looked for."""
N_CHANCE = 39
"""Draws of each kind of chance; none may do as well for p to be below .05."""
SURE_TAG = 2.0
"""Standard deviations from which a tag sets a group apart."""
N_TAGS, N_IN_NAME = 8, 2
NOTHING_STABLE = (0.0, 0.0, 0.0)
SEED = 0

Search = Callable[[Floats], Tried]
_looking = Lock()


class Method(StrEnum):
    """How groups are looked for."""

    CENTRES = "kmeans"
    DENSITY = "dbscan"


@dataclass(frozen=True, eq=False)
class Group:
    """Some people who like alike."""

    tags: tuple[tuple[str, float], ...]
    """What they like more than the others do, with its z-score; the surest first. Empty where nothing is sure."""
    user_ids: tuple[str, ...]
    silhouette: float
    """Mean of its people, -1..1: how much nearer they are to each other than to the next group."""

    @property
    def name(self) -> str:
        """Its surest tags, "mixed" without any."""
        return " · ".join(tag for tag, _ in self.tags[:N_IN_NAME]) or "mixed"

    def name_zh(self, data: Dataset) -> str:
        """The same in Chinese, as far as ``data`` has Chinese names."""
        named = [data.chinese_tags.get(tag, tag) for tag, _ in self.tags[:N_IN_NAME]]
        return " · ".join(named) or "混合"


@dataclass(frozen=True, eq=False)
class Groups:
    """What was found in the profiles of a dataset."""

    method: Method
    user_ids: tuple[str, ...]
    """(n,) the people who were compared."""
    n_left_out: int
    """People with too few likes to compare, or not drawn from a large crowd."""
    xy: Floats
    """(n, 2) the two directions in which tastes differ most; no unit."""
    labels: Labels
    """(n,) position in ``groups``, -1 for nobody's."""
    groups: tuple[Group, ...]
    """The largest first; empty when none were found."""
    tried: Tried
    """How good each number of groups, or each distance that counts as near, would have been."""
    finding: Finding
    """Its value is the mean silhouette, its p the larger of the two kinds of chance; see :func:`find`."""
    stable: tuple[float, float, float]
    """Mean, lowest and highest agreement (adjusted Rand, 1 is the same) of groups found anew in 4/5 of the people."""
    why: str
    """One sentence: why so many groups."""

    def group_of(self, user_id: str) -> int:
        """Position of the group of ``user_id``, -1 for none and for strangers."""
        return int(self.labels[self.user_ids.index(user_id)]) if user_id in self.user_ids else -1


def find(data: Dataset, method: Method) -> Groups:
    """The groups of ``data``, looked for once, also when several ask at a time, and kept as long as ``data`` is.

    Chance is asked twice, ``N_CHANCE`` times each, with the same search: what if everybody had taken their items at
    random (``Profiles.by_chance``), and what if tastes were one cloud without gaps, as wide in every direction as they
    are (a normal distribution; Liu et al. 2008, SigClust)? p = (1 + draws as good) / (1 + draws), no more being drawn
    once it has reached .05, and the larger of the two counts: groups are found where both are improbable. Good is the
    mean silhouette (Rousseeuw 1987), in which the people of no group count 0.
    """
    key = (Groups, method)
    if key not in data.memo:
        with _looking:
            if key not in data.memo:
                data.memo[key] = _found(data, method)
    return cast(Groups, data.memo[key])


def _found(data: Dataset, method: Method) -> Groups:
    profiles = Profiles.of(data)
    n, places = len(profiles.user_ids), profiles.places
    if n < MIN_PEOPLE or places.shape[1] < 2:
        return _too_few(profiles, method)
    search = by_centres if method == Method.CENTRES else by_density
    tried = search(places)
    p = _by_chance(profiles, search, tried.value)
    found = tried.labels if p < SURE else np.full(n, -1)
    labels, groups = _groups(profiles, found)
    return Groups(
        method,
        profiles.user_ids,
        profiles.n_left_out,
        places[:, :2],
        labels,
        groups,
        tried,
        Finding(_sentence(groups, labels), n, tried.value, p=p),
        stability(places, found, search, SEED) if groups else NOTHING_STABLE,
        _why(method, tried),
    )


def _too_few(profiles: Profiles, method: Method) -> Groups:
    n = len(profiles.user_ids)
    nothing = Finding("There are too few people to look for groups.", n, 0.0, p=1.0)
    why = f"{n} people liked enough different things to be compared; {MIN_PEOPLE} are needed."
    tried, nobody = Tried.nothing(n), np.full(n, -1)
    return Groups(
        method,
        profiles.user_ids,
        profiles.n_left_out,
        np.zeros((n, 2)),
        nobody,
        (),
        tried,
        nothing,
        NOTHING_STABLE,
        why,
    )


def _by_chance(profiles: Profiles, search: Search, value: float) -> float:
    """The larger p value of the two kinds of chance; 1 when nothing was found anyway."""
    if value <= 0:
        return 1.0
    rng = np.random.default_rng(SEED)
    shape, spread = profiles.places.shape, profiles.places.std(axis=0)
    p = _share_as_good(search, lambda: rng.normal(size=shape) * spread, value)
    return p if p >= SURE else max(p, _share_as_good(search, lambda: profiles.by_chance(rng), value))


def _share_as_good(search: Search, draw: Callable[[], Floats], value: float) -> float:
    """(1 + draws as good as ``value``) / (1 + draws); ended early where it cannot get below ``SURE`` any more."""
    as_good = 0
    for _ in range(N_CHANCE):
        as_good += search(draw()).value >= value
        if (1 + as_good) / (1 + N_CHANCE) >= SURE:
            break
    return (1 + as_good) / (1 + N_CHANCE)


def _groups(profiles: Profiles, found: Labels) -> tuple[Labels, tuple[Group, ...]]:
    """The groups by size, each with what sets it apart, and their numbers in this order."""
    counts, users = profiles.counts, profiles.user_ids
    names = np.unique(found[found >= 0])
    sizes = [int((found == name).sum()) for name in names]
    order = [int(names[at]) for at in np.argsort([-size for size in sizes], kind="stable")]
    near = silhouettes(distances(profiles.places), found)
    labels = np.full(len(found), -1)
    groups = []
    for place, name in enumerate(order):
        mine = found == name
        labels[mine] = place
        tags = distinctive(counts[mine].sum(axis=0), counts[~mine].sum(axis=0), profiles.words)
        ids = tuple(users[at] for at in np.flatnonzero(mine))
        groups.append(Group(tags, ids, float(near[mine].mean())))
    return labels, tuple(groups)


def distinctive(here: Floats, there: Floats, words: tuple[str, ...]) -> tuple[tuple[str, float], ...]:
    """At most ``N_TAGS`` of ``words`` that are liked more ``here`` than ``there`` (n_words,), the surest first.

    By log-odds with a prior (``recsys.words.tags.log_odds``), from z = 2 on; empty where nothing is.
    """
    z = log_odds(here, there, PRIOR)
    order = np.argsort(-z, kind="stable")[:N_TAGS]
    return tuple((words[at], float(z[at])) for at in order if z[at] >= SURE_TAG)


def _sentence(groups: tuple[Group, ...], labels: Labels) -> str:
    if not groups:
        return "No groups found: the tastes of these people fill one cloud, as they would by chance."
    alone = int((labels < 0).sum())
    rest = f", and {alone:,} of no group" if alone else ""
    return f"{len(groups)} groups of people with alike tastes{rest}."


def _why(method: Method, tried: Tried) -> str:
    if not tried.n_groups:
        return "However many groups are looked for, fewer than two are large enough."
    if method == Method.DENSITY:
        return (
            f"Two people count as near up to {tried.best:.2f}: of {len(tried.options)} distances its silhouette of "
            f"{tried.value:.3f} is the highest, people in no group counting 0."
        )
    gap = apart(tried)
    ahead = f", {gap[1]:.3f} above {gap[0]:g}, the next best" if gap else ""
    most = " It is also the most that were tried." if tried.best == max(tried.options) else ""
    return (
        f"{tried.best:g} groups because their silhouette of {tried.value:.3f} is the highest of {min(tried.options):g} "
        f"to {max(tried.options):g}{ahead}.{most}"
    )
