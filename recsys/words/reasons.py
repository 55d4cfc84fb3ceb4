"""Why an item is listed, in one sentence that says no more than the parts of its score do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, isfinite

from recsys.columns import Items
from recsys.data import Dataset
from recsys.types import Event, Kind, Part, Query
from recsys.words.contract import Claim, Language
from recsys.words.reason_words import ABOUT, ALIASES, CONSTANT, DID, NOUNS, SPEAKS
from recsys.words.slots import listed

CARRY = 0.8
"""The fewest reasons that make up this share of all that speaks for the item are named."""
MOST = 3
"""Reasons named at most."""
MATTERS = 0.25
"""What speaks against the item is named from this share of all that speaks for it on."""
MAX_QUOTE = 60
"""Characters of a text somebody wrote that are repeated."""


@dataclass(frozen=True, slots=True)
class Because:
    """One sentence, and the parts of the score it stands on."""

    claim: Claim
    """``cites`` holds the keys of the parts named: those for the item, largest first, then the one against."""
    for_it: tuple[str, ...]
    """Keys of the parts that are said to speak for the item; their reasons add to the score."""
    against: tuple[str, ...]
    """Keys of what is said to speak against it; empty where nothing weighs enough."""
    share: float
    """Share in [0, 1] of all that speaks for the item which the sentence names; 0 when nothing does."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One reason in words: several parts can be one, as the item and the text of one review."""

    verb: str
    """``you liked``; "" where ``what`` is a whole clause."""
    what: str
    noun: str
    """The same as something that can speak against an item: ``Mirehound, which you disliked,``."""

    @property
    def of_a_list(self) -> str:
        """The reason in words that are the same for every item it speaks for; Chinese without the person."""
        if not self.verb:
            return self.noun
        return f"{self.verb} {self.what}" if self.verb.isascii() else f"{self.verb}{self.what}"


@dataclass(frozen=True, slots=True)
class Weighed:
    """A reason and what it adds to the score."""

    clause: Clause
    value: float
    keys: tuple[str, ...]


def reason(
    data: Dataset, query: Query, row: int, parts: Sequence[Part], values: Sequence[float], language: Language = "en"
) -> Because:
    """Say why the item ``row`` scores as it does, from ``values[p]``, what part ``p`` of the score of this row adds.

    Parts that are one reason (an item and the words of its review, the score and the place of one component) are
    added up first. Of the positive ones those are named that :func:`carrying` gives, largest first; "among other
    things" (``主要``) stands there when they make less than ``CARRY`` of their sum. The largest negative one is named
    from ``MATTERS`` of that sum on. Parts that are equal for all items (``CONSTANT``) are no reason. The order of
    ``parts`` does not matter. Never empty: without parts, or with nothing in favour, the sentence says that.
    """
    if not parts:
        said = "这个推荐方法不说明理由。" if language == "zh" else "This recommender gives no reasons."
        return Because(Claim(said, ()), (), (), 0.0)
    found = weighed(data, query, row, parts, values, language)
    named, minus = carrying(found), _against(found)
    total = fsum(one.value for one in found if one.value > 0)
    share = min(1.0, fsum(one.value for one in named) / total) if named else 0.0
    speak = _chinese if language == "zh" else _english
    text = speak([one.clause for one in named], minus.clause if minus else None, share)
    for_it, against = tuple(key for one in named for key in one.keys), minus.keys if minus else ()
    return Because(Claim(text, for_it + against), for_it, against, share)


def weighed(
    data: Dataset, query: Query, row: int, parts: Sequence[Part], values: Sequence[float], language: Language = "en"
) -> list[Weighed]:
    """Every reason with what it adds to the score of ``row``, largest first, whatever the order of ``parts``."""
    by_clause: defaultdict[Clause, list[tuple[str, float]]] = defaultdict(list)
    events = {event.event_id: event for event in query.events}
    for part, value in zip(parts, values, strict=True):
        if part.label not in CONSTANT and isfinite(value) and value:
            by_clause[_clause(data, events.get(part.key), part, row, language)].append((part.key, float(value)))
    found = [
        Weighed(clause, fsum(value for _, value in own), tuple(sorted({key for key, _ in own})))
        for clause, own in by_clause.items()
    ]
    return sorted(found, key=lambda one: (-one.value, one.keys))


def carrying(found: Sequence[Weighed]) -> list[Weighed]:
    """The fewest of ``found`` (largest first) that make ``CARRY`` of all that is positive, ``MOST`` at most."""
    good = [one for one in found if one.value > 0]
    enough = CARRY * fsum(one.value for one in good)
    named: list[Weighed] = []
    for one in good[:MOST]:
        if fsum(each.value for each in named) < enough:
            named.append(one)
    return named


def _against(found: Sequence[Weighed]) -> Weighed | None:
    """The largest negative reason where it matters."""
    worst = found[-1] if found else None
    total = fsum(one.value for one in found if one.value > 0)
    return worst if worst is not None and worst.value < 0 and -worst.value >= MATTERS * total else None


def _clause(data: Dataset, event: Event | None, part: Part, row: int, language: Language) -> Clause:
    if part.kind == "typed":
        return _typed(part, language)
    if part.kind in ("prior", "model", "feature"):
        return _of_model(data, part, row, language)
    return _of_event(data, event, part, language)


def _typed(part: Part, language: Language) -> Clause:
    refuses = part.key == "refused"
    words = f"“{_short(part.label.removeprefix('not ') if refuses else part.label)}”"
    if language == "zh":
        return Clause("不想要" if refuses else "输入了", words, f"你{'不想要的' if refuses else '输入的'}{words}")
    verb = "you said no to" if refuses else "you typed"
    return Clause(verb, words, f"{words}, which {verb},")


def _of_event(data: Dataset, event: Event | None, part: Part, language: Language) -> Clause:
    """One clause per event, whether its item or its words speak."""
    row = None if event is None else data.row_of.get(event.item_id or "")
    if row is None:
        title = f"“{_short(event.text if event is not None and event.text else part.label)}”"
    elif language == "zh":
        title = f"“{data.field(row, Items.TITLE_ZH) or data.field(row, Items.TITLE)}”"
    else:
        title = data.field(row, Items.TITLE)
    if event is not None and event.kind is Kind.RATING and event.stars is not None:
        return _starred(title, event.stars, language)
    verb = DID[Kind(part.kind)][language == "zh"]
    return Clause(verb, title, f"你{verb}的{title}" if language == "zh" else f"{title}, which {verb},")


def _starred(title: str, stars: float, language: Language) -> Clause:
    if language == "zh":
        return Clause("给", f"{title}打了 {stars:g} 星", f"你打了 {stars:g} 星的{title}")
    given = f"{stars:g} star{'' if stars == 1 else 's'}"
    return Clause("you gave", f"{title} {given}", f"{title}, to which you gave {given},")


def _of_model(data: Dataset, part: Part, row: int, language: Language) -> Clause:
    chinese = language == "zh"
    label = part.label.partition(": ")[2] or part.label
    noun = ABOUT.get(label, f"“{label}”") if chinese else NOUNS.get(label, label)
    stem = part.key.partition(":")[2].removesuffix("_score").removesuffix("_place")
    stem = ALIASES.get(part.label) or ALIASES.get(stem, stem)
    n_likes = int(data.like_counts[row])
    if stem == "popularity" and n_likes:
        people = "1 person" if n_likes == 1 else f"{n_likes:,} people"
        return Clause("", f"有 {n_likes} 人喜欢它" if chinese else f"{people} liked it", noun)
    if stem in SPEAKS:
        return Clause("", SPEAKS[stem][chinese], noun)
    return Clause("", f"{noun}对它有利" if chinese else f"{noun} speaks for it", noun)


def _english(named: Sequence[Clause], minus: Clause | None, share: float) -> str:
    but = f"although {minus.noun} speaks against it" if minus else ""
    if not named:
        return f"Nothing you did speaks for it{f', and {minus.noun} speaks against it' if minus else ''}."
    said: list[str] = []
    for place, clause in enumerate(named):
        verb, before = clause.verb, named[place - 1].verb if place else ""
        verb = "" if verb and verb == before else verb.removeprefix("you ") if before else verb
        said.append(f"{verb} {clause.what}".strip())
    others = ", among other things" if share < CARRY else ""
    return f"Because {listed(said)}{others}{', ' if but else ''}{but}."


def _chinese(named: Sequence[Clause], minus: Clause | None, share: float) -> str:
    but = f"，不过{minus.noun}对它不利" if minus else ""
    if not named:
        return f"你做过的事里没有什么对它有利{but}。"
    said = ""
    for place, clause in enumerate(named):
        before = named[place - 1].verb if place else ""
        if clause.verb and clause.verb == before:
            said += f"、{clause.what}"
        else:
            said += f"{'，' if place else ''}{'并且' if place == len(named) - 1 and place else ''}"
            said += f"{'你' if clause.verb else ''}{clause.verb}{clause.what}"
    return f"{'主要' if share < CARRY else ''}因为{said}{but}。"


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= MAX_QUOTE else f"{flat[: MAX_QUOTE - 1].rstrip()}…"
