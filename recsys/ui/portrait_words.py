"""Sentences and small signs of the Portrait page."""

from __future__ import annotations

from collections.abc import Sequence

from recsys.types import Event
from recsys.ui.frame import plain
from recsys.ui.live_words import DONE, counted, edited, starred
from recsys.ui.portrait_model import ADDED, Row, View
from recsys.words.portrait import Line, Source, Topic

NOBODY = "Nothing is known of you yet, so there is no portrait to draw."
N_SOURCES = 6
N_TITLES = 3
_BLOCKS = "▁▂▃▄▅▆▇█"
WIDEST = 8


def did(now: View) -> str:
    """Say what the newest edit was and what it moved, as Markdown."""
    if now.newest is None or now.did is None:
        return ""
    said, found = edited(now.words, now.newest.word), now.did
    what = plain(said[:1].upper() + said[1:])
    if not found.n:
        return f"**{what}.** Nothing that can be listed has to do with it."
    about = "closest things" if now.newest.what in ADDED else "things with it"
    moved = f"{found.n_up} of {found.n} {about} went up, {found.n_down} down: {_places(found.places)} on average"
    if found.n_up + found.n_down == 0:
        moved = f"it moves none of {found.n} {about} just now"
    return f"**{what}**: {moved}; everything else {_places(found.others)}."


def _places(mean: float) -> str:
    """A mean number of places with its direction.

    >>> _places(8.25), _places(-1.0), _places(0.01)
    ('8.2 places up', '1 place down', 'stays')
    """
    size = f"{abs(mean):.{0 if abs(mean) >= 10 else 1}f}".removesuffix(".0")
    if mean != mean or float(size) == 0:
        return "stays"
    return f"{size} place{'' if size == '1' else 's'} {'up' if mean > 0 else 'down'}"


def bar(row: Row, rows: Sequence[Row]) -> str:
    """Its share as a bar, the longest for the strongest of ``rows``, as Markdown."""
    strongest = max(one.line.share for one in rows)
    long = max(1, round(WIDEST * row.line.share / (strongest or 1))) if row.line.share else 0
    filled, rest = "▇" * long, "▁" * (WIDEST - long)
    return (f":primary[{filled}]" if filled else "") + (f":gray[{rest}]" if rest else "")


def course(line: Line) -> str:
    """How strong it was after each of the last steps, as a row of blocks of its own scale.

    The lowest block is nothing, the highest its strongest moment.
    """
    sizes = [abs(weight) for weight in line.interest.course]
    top = max(sizes, default=0.0) or 1.0
    return "".join(_BLOCKS[round((len(_BLOCKS) - 1) * size / top)] for size in sizes)


def badge(row: Row) -> str:
    """What was edited about it, as Markdown."""
    signs = [":orange-badge[muted]"] if row.muted else [f":blue-badge[×{row.factor:g}]"] if row.factor != 1 else []
    return " ".join([*signs, *([":green-badge[pinned]"] if row.pinned else [])])


def fed_by(now: View, line: Line) -> list[str]:
    """What a line rests on, one sentence a step, the newest first, as Markdown."""
    said = []
    for steer in now.edits.steers:
        n = sum(one.event.event_id.startswith(steer.line_id) for one in line.sources)
        said += [f"✎ Your edit: {plain(edited(now.words, steer.word))}"] if n else []
    ids = tuple(steer.line_id for steer in now.edits.steers)
    done = [one for one in line.sources if not ids or not one.event.event_id.startswith(ids)]
    said += [_source(now, one) for one in done[:N_SOURCES]]
    more = len(done) - N_SOURCES
    return [*said, f"and {counted(more, 'earlier step')}"] if more > 0 else said


def _source(now: View, source: Source) -> str:
    event: Event = source.event
    title = now.words.title(event.item_id)
    what = f"{DONE[event.kind]} “{plain(title or event.text, 40)}” {starred(event.stars)}".rstrip()
    quote = f", and wrote: “{plain(source.quote, 160)}”" if source.quote and title else ""
    side = "" if source.weight > 0 else " · against it" if source.weight < 0 else " · neither for nor against"
    return f"{what}{quote}{side}"


def topic(now: View, found: Topic) -> str:
    """Name a topic and what is in it, as Markdown."""
    titles = ", ".join(plain(now.words.title(item_id), 32) for item_id in found.item_ids[:N_TITLES])
    more = f" and {len(found.item_ids) - N_TITLES} more" if len(found.item_ids) > N_TITLES else ""
    return f"**{plain(' · '.join(found.labels))}**  \n:small[{titles}{more}]"
