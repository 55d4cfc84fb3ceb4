"""Six businesses on one engine, each asked its own question: friends, clicks, sounds, policies, tastes taken along.

Real people where RECSYS_DATASETS has them, simulated ones elsewhere; every figure is printed as it was found.
``--only`` measures some of the parts and keeps the other figures of the last run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import permutations

from benchmarks.quality_compare import named
from benchmarks.report_tables import MAIN
from benchmarks.result import parts_asked, write_parts
from benchmarks.scenarios_figures import Figures, compared, ndcg_of, public
from benchmarks.scenarios_policy import policy
from benchmarks.scenarios_sound import sound
from benchmarks.scenarios_switch import AT_MOST, switching
from recsys.columns import Impressions, Table
from recsys.data import catalogue
from recsys.data.splits import split
from recsys.evaluate.clicks import click_auc, held_out
from recsys.evaluate.crossing import POPULAR, crossings
from recsys.evaluate.lists import asked
from recsys.models import build, shared

LISTENERS, READERS = "lastfm-2k", "bing-news"
NO_FRIENDS, UNHEEDED = "social (follows emptied)", "social (friends and influence 0)"
READ_BY = ("text_profile", "text_mean", "bm25", "popularity", "random")
CROSSED = ("news", "music", "courses")


def options(arguments: Sequence[str]) -> tuple[str, ...]:
    """The parts that the words after ``python -m benchmarks scenarios`` ask for."""
    return parts_asked("scenarios", PARTS, arguments)


def main(only: Sequence[str] = ()) -> int:
    """Measure, write ``results/scenarios.json``; 1 when a bar is missed."""
    return write_parts("scenarios", PARTS, only, at_most=AT_MOST)


def friends() -> Figures:
    """NDCG@10 of the model ``social`` with the listener's friends against the same without them, people paired."""
    data = public(LISTENERS, "what friends are worth is")
    if data is None:
        return {}
    cut = split(data, "random")
    people = asked(cut)
    alone = [replace(one, query=replace(one.query, follows=())) for one in people]
    with_friends = shared(build("social"), cut.train)
    unheeded = shared(build("social", friends=0.0, influence=0.0), cut.train)
    values = {
        "social": ndcg_of(with_friends, people, cut),
        NO_FRIENDS: ndcg_of(with_friends, alone, cut),
        UNHEEDED: ndcg_of(unheeded, people, cut),
        **{name: ndcg_of(shared(build(name), cut.train), people, cut) for name in ("popularity", "random")},
    }
    return compared(f"friends/{LISTENERS}", values, [("social", other) for other in (NO_FRIENDS, UNHEEDED)])


def clicks() -> Figures:
    """AUC of what people were shown: how often a model puts what was opened above what was not."""
    data = public(READERS, "click AUC is")
    if data is None:
        return {}
    cut, key = held_out(data), f"clicks/{READERS}"
    values = {name: {"AUC": click_auc(shared(build(name), cut.train), cut.people)} for name in READ_BY}
    people_each = data.tables[Table.IMPRESSIONS].groupby(Impressions.ITEM)[Impressions.USER].nunique()
    return {
        **compared(key, values, [(READ_BY[0], other) for other in READ_BY[1:]]),
        f"{key}/n_shown_each": sum(len(one.rows) for one in cut.people) / len(cut.people),
        f"{key}/shown_to_one_person": float((people_each == 1).mean()),
    }


def crossing() -> Figures:
    """NDCG@10 abroad of people known at home only, for every way and every pair of places."""
    figures: dict[str, float | int] = {}
    for home, abroad in permutations(CROSSED, 2):
        key = f"crossing/{home} to {abroad}"
        for one in crossings(catalogue.load(home), catalogue.load(abroad)):
            figures[f"{key}/n_people"] = one.ndcg.n
            figures |= named(f"{key}/{one.way}/{MAIN}", one.ndcg.value, one.ndcg.low, one.ndcg.high)
            if one.way != POPULAR:
                figures |= named(f"{key}/{one.way}-vs-{POPULAR}/{MAIN}", one.gain.value, one.gain.low, one.gain.high)
    return figures


PARTS: Mapping[str, Callable[[], Figures]] = {
    "switching": switching,
    "friends": friends,
    "clicks": clicks,
    "sound": sound,
    "policy": policy,
    "crossing": crossing,
}
"""What can be measured, in the order in which it is: what needs a quiet machine first."""
