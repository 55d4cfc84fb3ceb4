"""What the edits of a portrait make of somebody's events: models never see an edit, only events and their strengths."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from recsys.data import Dataset, decided_rows
from recsys.data.dataset import OPEN_KINDS
from recsys.live.edits import AVOID, INTEREST, MUTED, TASTE, WANT, Edits, Steer
from recsys.models.evidence import event_weight
from recsys.models.pieces import LEADS_FOR, Readers, leading
from recsys.ranking import top_k
from recsys.text.scripts import HAN, script_of
from recsys.types import Event, Kind, Query, Rows
from recsys.words.interests import carries, lean, rows_by_tag, tag_called

N_NEAREST = 5
"""Items of the catalogue that stand for the words of an added line."""
WISHED = 3.0
"""So many items wished for is what they count together: with 1, half of all lines bring nothing into the best ten."""


@dataclass(frozen=True, eq=False, slots=True)
class Steering:
    """Edits on one catalogue, applied to the events of whoever made them; the same events give the same result."""

    data: Dataset
    edits: Edits

    def __call__(self, events: Sequence[Event]) -> tuple[Event, ...]:
        """``events``, oldest first, as the edits want them to count.

        * An interest times f: every event that speaks for it (for one that is negative: against it) counts f times as
          much. Where all speak for it already that changes nothing, so f above 1 also counts like ``WISHED`` (f - 1)
          items wished for. At 0 all events that carry it count for nothing, whatever else they speak for.
        * A pinned interest does not fade: its events count as if done last.
        * Words that are wanted: the ``N_NEAREST`` items that read most like them (of those that carry it, for the name
          of an interest) count together like ``WISHED`` f items wished for, and the words themselves like a wish. They
          stand before the newest ``LEADS_FOR`` judgements, so that they neither fade nor take over the list as a newly
          kept wish does.
        * A taste from elsewhere: the items that stand for it count together like ``WISHED`` items wished for.
        * Words to avoid: a wish that refuses them, joined to the kept wish that leads where there is one.
        """
        if not self.edits:
            return tuple(events)
        weighed = self._weighed(events)
        return self._avoiding(self._wanting(self._pinned(weighed)))

    def without(self, keys: Collection[str]) -> Steering:
        """The same less the added lines whose events have these ids."""
        kept = tuple(steer for steer in self.edits.steers if not steer.line_id or steer.line_id not in keys)
        return replace(self, edits=Edits(kept))

    def _weighed(self, events: Sequence[Event]) -> list[Event]:
        factors = self.edits.factors
        if not factors:
            return list(events)
        signs = lean(self.data, events)

        def strength(event: Event) -> float:
            out = event.strength
            for tag, sign in carries(self.data, event):
                factor = factors.get(tag, 1.0)
                if factor == MUTED or event_weight(event) * sign * signs[tag] > 0:
                    out *= factor
            return out

        return [replace(event, strength=strength(event)) for event in events]

    def _pinned(self, events: list[Event]) -> list[Event]:
        names = self.edits.pinned
        if not names:
            return events
        fresh = [event for event in events if any(tag in names for tag, _ in carries(self.data, event))]
        moved = {id(event) for event in fresh}
        lead = leading(Query(tuple(events)))
        rest = [event for event in events if id(event) not in moved]
        at = next((place for place, event in enumerate(rest) if event is lead), len(rest))
        return [*rest[:at], *fresh, *rest[at:]]

    def _wanting(self, events: list[Event]) -> list[Event]:
        judged = decided_rows(events, self.data)
        added = [event for steer in self.edits.steers for event in self._wished(steer, judged)]
        at = _before_the_newest(events) if added else 0
        return [*events[:at], *added, *events[at:]]

    def _wished(self, steer: Steer, judged: Rows) -> Iterator[Event]:
        extra = steer.factor - 1 if steer.what == INTEREST else steer.factor if steer.what in (WANT, TASTE) else 0
        if extra <= 0:
            return
        near = self._stand_for(steer, judged)
        for place, row in enumerate(near):
            share = WISHED * extra / len(near)
            yield Event(f"{steer.line_id}-{place}", Kind.WISH, 0.0, self.data.item_ids[row], strength=share)
        if steer.what == WANT:
            yield Event(steer.line_id, Kind.WISH, 0.0, text=steer.words, strength=extra)

    def _stand_for(self, steer: Steer, judged: Rows) -> list[int]:
        """Rows that stand for what is wanted, none of ``judged``."""
        if steer.what != TASTE:
            return [int(row) for row in nearest(self.data, steer.words, N_NEAREST, judged)]
        rows = (self.data.row_of.get(item_id, -1) for item_id in steer.item_ids)
        return [row for row in rows if row >= 0 and row not in judged]

    def _avoiding(self, events: list[Event]) -> tuple[Event, ...]:
        avoided = list(self.edits.of_sort(AVOID))
        if not avoided:
            return tuple(events)
        refusal = ", ".join(refusing(steer.words) for steer in avoided)
        lead = leading(Query(tuple(events)))
        if lead is None or not lead.text:
            return (*events, Event(avoided[-1].line_id, Kind.WISH, 0.0, text=refusal))
        joined = replace(lead, text=f"{lead.text}, {refusal}")
        return tuple(joined if event is lead else event for event in events)


def nearest(data: Dataset, words: str, n: int, but: Rows | None = None) -> Rows:
    """At most ``n`` rows that read most like ``words``, the nearest first, none of ``but``.

    For the name of an interest only items that carry it.
    """
    readers = Readers.of(data)
    space = readers.spaces[readers.name_of(words)]
    alike = space.similarity(space.vectors([words]))[0]
    tag = tag_called(data, words)
    if tag is not None:
        without = np.ones(len(alike), dtype=bool)
        without[rows_by_tag(data)[tag]] = False
        alike = np.where(without, np.nan, alike)
    return top_k(alike, n, but)


def refusing(words: str) -> str:
    """``words`` as a refusal in their own language, which ``recsys.text.wishes`` reads.

    >>> refusing("strong coffee"), refusing("咖啡")
    ('no strong coffee', '不要咖啡')
    """
    return f"不要{words}" if script_of(words) == HAN else f"no {words}"


def _before_the_newest(events: Sequence[Event]) -> int:
    """The place before the newest ``LEADS_FOR`` items somebody judged; 0 for fewer."""
    judged: set[str | None] = set()
    for place in range(len(events) - 1, -1, -1):
        if events[place].kind not in OPEN_KINDS:
            judged.add(events[place].item_id)
            if len(judged) >= LEADS_FOR:
                return place
    return 0
