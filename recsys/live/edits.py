"""Edits: what somebody says of their own taste, and whom they follow, one short line each, and what stands of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

INTEREST, PIN, WANT, AVOID, TASTE = "tag", "pin", "want", "avoid", "taste"
FOLLOWS = FOLLOW, UNFOLLOW = "follow", "unfollow"
USUAL: Mapping[str, float] = {INTEREST: 1.0, PIN: 0, WANT: 0, AVOID: 0, TASTE: 0, FOLLOW: 0, UNFOLLOW: 0}
"""Factor of each sort of edit that is the same as no edit."""

MUTED, MOST = 0.0, 3.0
"""Range of a factor."""

MAX_WORDS = 200
"""Characters of a line somebody adds."""
_BETWEEN = "|"


@dataclass(frozen=True, slots=True)
class Steer:
    """One edit."""

    what: str
    """``tag`` weighs an interest of the catalogue, ``pin`` keeps one fresh; ``want`` and ``avoid`` add own words,
    ``taste`` what somebody likes elsewhere; ``follow`` adds somebody to those followed, ``unfollow`` takes off one who
    was followed before any edit."""
    words: str
    """Name of the interest as the catalogue has it, the words somebody added, or where a taste is from and the items
    that stand for it here, or the id of a person."""
    factor: float
    """0..3. For ``tag`` how many times as much it counts (0 mutes), for the others 0 takes the edit away."""
    line_id: str = ""
    """The line of the log that says so, to undo it."""

    @classmethod
    def carried(cls, home: str, item_ids: Sequence[str]) -> Self:
        """A taste from the data called ``home``, for which ``item_ids`` stand here; those that do not fit are left out.

        >>> Steer.carried("Shop", ["n1", "n2"]).word
        'taste:Shop|n1|n2=1'
        """
        words = " ".join(home.replace(_BETWEEN, " ").split())[: MAX_WORDS // 2]
        for item_id in item_ids:
            if _BETWEEN not in item_id and len(words) + 1 + len(item_id) <= MAX_WORDS:
                words += _BETWEEN + item_id
        return cls(TASTE, words, 1.0)

    @property
    def called(self) -> str:
        """What a visitor reads of ``words``."""
        return self.words.partition(_BETWEEN)[0] if self.what == TASTE else self.words

    @property
    def item_ids(self) -> tuple[str, ...]:
        """Items that stand for a taste from elsewhere; none for other edits."""
        return tuple(self.words.split(_BETWEEN)[1:]) if self.what == TASTE else ()

    @property
    def word(self) -> str:
        """Short text that :meth:`parse` reads back.

        >>> Steer("tag", "rain", 2.0).word
        'tag:rain=2'
        """
        return f"{self.what}:{self.words}={self.factor:g}"

    @classmethod
    def parse(cls, text: str, line_id: str = "") -> Self | None:
        """Read what :attr:`word` wrote; None for anything else, so that a line of a later version steers nothing.

        >>> Steer.parse("want:tea = calm=1").words, Steer.parse("tag:rain=9"), Steer.parse("rain")
        ('tea = calm', None, None)
        """
        what, _, rest = text.partition(":")
        words, _, number = rest.rpartition("=")
        try:
            factor = float(number)
        except ValueError:
            return None
        words = " ".join(words.split())
        if what not in USUAL or not 0 < len(words) <= MAX_WORDS or not MUTED <= factor <= MOST:
            return None
        return cls(what, words, factor, line_id)


@dataclass(frozen=True, slots=True)
class Edits:
    """What stands of all edits: at most one per sort and words, the newest, and none that changes nothing."""

    steers: tuple[Steer, ...] = ()
    """In the order in which their words were first edited."""

    @classmethod
    def of(cls, lines: Iterable[tuple[str, str]]) -> Self:
        """Fold (id, text) of the standing lines, oldest first; texts that say no edit are left out."""
        newest: dict[tuple[str, str], Steer] = {}
        for line_id, text in lines:
            steer = Steer.parse(text, line_id)
            if steer is not None:
                newest[steer.what, steer.words] = steer
        return cls(tuple(steer for steer in newest.values() if steer.factor != USUAL[steer.what]))

    def __bool__(self) -> bool:
        return bool(self.steers)

    @property
    def of_taste(self) -> Self:
        """Those that edit the portrait: all but whom somebody follows."""
        return replace(self, steers=tuple(steer for steer in self.steers if steer.what not in FOLLOWS))

    def following(self, before: Sequence[str] = ()) -> tuple[str, ...]:
        """Ids of the people who are followed, by somebody who followed those of ``before``; nobody twice.

        >>> Edits.of([("1", "follow:ann=1"), ("2", "unfollow:bob=1")]).following(("bob", "cai"))
        ('cai', 'ann')
        """
        left = {steer.words for steer in self.of_sort(UNFOLLOW)}
        added = (steer.words for steer in self.of_sort(FOLLOW))
        return tuple(dict.fromkeys((*(person for person in before if person not in left), *added)))

    def of_sort(self, what: str) -> Iterator[Steer]:
        """The edits of one sort."""
        return (steer for steer in self.steers if steer.what == what)

    @property
    def factors(self) -> dict[str, float]:
        """How many times as much each re-weighted interest counts."""
        return {steer.words: steer.factor for steer in self.of_sort(INTEREST)}

    @property
    def pinned(self) -> frozenset[str]:
        """Names of the pinned interests."""
        return frozenset(steer.words for steer in self.of_sort(PIN))

    def find(self, what: str, words: str) -> Steer | None:
        """The standing edit of that sort and those words."""
        return next((steer for steer in self.of_sort(what) if steer.words == words), None)


def follow(person: str, before: Sequence[str] = ()) -> Steer:
    """The edit by which somebody who followed those of ``before`` at first follows ``person`` from now on."""
    return Steer(UNFOLLOW, person, 0.0) if person in before else Steer(FOLLOW, person, 1.0)


def unfollow(person: str, before: Sequence[str] = ()) -> Steer:
    """The edit by which they no longer do."""
    return Steer(UNFOLLOW, person, 1.0) if person in before else Steer(FOLLOW, person, 0.0)
