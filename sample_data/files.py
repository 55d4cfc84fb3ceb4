"""What every scenario's files have in common: reading the sources, writing tables, checking the visitors."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from offers import START
from simulator import Row, Somebody

KINDS = ("view", "click", "like", "favourite", "dislike", "rating", "review")


def lines(path: Path) -> list[dict[str, Any]]:
    """The objects of a file with one JSON object a line."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The text of a CSV file."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def truth_json(told: Mapping[str, Any]) -> str:
    """The text of a JSON file with one thing told a line."""
    return "{\n" + ",\n".join(f' "{name}": {json.dumps(told[name], ensure_ascii=False)}' for name in told) + "\n}\n"


def users_csv(people: Sequence[Somebody]) -> str:
    """Who the users are and when they first came."""
    joined = [(START + timedelta(days=person.joined)).date().isoformat() for person in people]
    rows = zip(people, joined, strict=True)
    return table(
        ("user_id", "language", "joined", "utc_offset"),
        ((person.user_id, person.language, day, person.utc_offset) for person, day in rows),
    )


def events_csv(rows: Sequence[Row]) -> str:
    """What everybody did, in the order of ``rows``."""
    zero = int(START.timestamp())
    return table(
        ("user_id", "item_id", "kind", "at", "stars", "text"),
        ((row.user_id, row.item_id, row.kind, zero + row.at, row.stars, row.text) for row in rows),
    )


def personas_json(
    path: Path, catalogue: Sequence[Mapping[str, Any]], events: Sequence[Row], person_ids: Iterable[str] = ()
) -> str:
    """The checked visitors, whose days count back from the last of ``events``; they may follow ``person_ids``."""
    last = START + timedelta(seconds=max(event.at for event in events))
    personas = json.loads(path.read_text("utf-8"))
    out_at = {entry["item_id"]: entry.get("published_at") or entry.get("posted_at") for entry in catalogue}
    for persona in personas:
        _check(persona, out_at, last, set(person_ids))
    return json.dumps(personas, ensure_ascii=False, indent=1) + "\n"


def _check(persona: Mapping[str, Any], out_at: Mapping[str, str | None], last: datetime, person_ids: set[str]) -> None:
    """ValueError names the persona whose history could not be loaded, or could not have happened."""
    name = persona["name"]
    if set(persona) - {"follows"} != {"name", "line", "events", "wishes"} or not 3 <= len(persona["wishes"]) <= 5:
        raise ValueError(f"persona {name!r} needs exactly name, line, events and 3 to 5 wishes, and may have follows")
    if strangers := set(persona.get("follows", [])) - person_ids:
        raise ValueError(f"persona {name!r} follows people who are not there: {', '.join(sorted(strangers))}")
    for event in persona["events"]:
        if event["kind"] not in KINDS or event["item_id"] not in out_at or event["days_ago"] < 0:
            raise ValueError(f"persona {name!r} has an event with an unknown kind, item or day: {event}")
        if event["kind"] in ("rating", "review") and event.get("stars") not in (1, 2, 3, 4, 5):
            raise ValueError(f"persona {name!r} has a {event['kind']} without 1 to 5 stars: {event}")
        published = out_at[event["item_id"]]
        if published is not None and last - timedelta(days=event["days_ago"]) < datetime.fromisoformat(published):
            raise ValueError(f"persona {name!r} has an event before its item was published: {event}")
