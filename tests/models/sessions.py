"""Strategies: what people might do in a session over the toy catalogue, sensible or not."""

from __future__ import annotations

from hypothesis import strategies as st

from recsys.types import Event, Kind, Query

ITEM_IDS = ("shoe", "trail", "jacket", "over", "buds", "radio", "pan", "knife", "pot", "tent")
TEXTS = (
    "",
    "  \n",
    "too narrow for my feet",
    "想要一双适合雨天跑步的鞋",
    "тихие наушники",
    "🙂🙂",
    "12345",
    "<script>alert(1)</script> '; DROP TABLE items; --",
    "half a pair \ud800 and nul \x00",
    "word " * 600,
)


@st.composite
def events(draw, position: int = 0) -> Event:
    kind = draw(st.sampled_from(Kind))
    starred = kind in (Kind.RATING, Kind.REVIEW)
    return Event(
        event_id=f"e{position}",
        kind=kind,
        at=float(position),
        item_id=draw(st.one_of(st.none(), st.sampled_from(ITEM_IDS), st.sampled_from(["gone", "", "\x00", "'; --"]))),
        stars=draw(st.one_of(st.none(), st.sampled_from([n / 2 for n in range(1, 11)]))) if starred else None,
        text=draw(st.sampled_from(TEXTS)),
    )


@st.composite
def queries(draw, max_events: int = 8) -> Query:
    n_events = draw(st.integers(0, max_events))
    return Query(
        events=tuple(draw(events(position)) for position in range(n_events)),
        typed=draw(st.sampled_from(TEXTS)),
        user_id=draw(st.sampled_from([None, "ann", "", "\ud800"])),
    )
