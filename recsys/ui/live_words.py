"""Sentences of the Live page: what was done, and what it changed."""

from __future__ import annotations

from recsys.live import Movement, Steer
from recsys.live.edits import AVOID, FOLLOW, FOLLOWS, INTEREST, PIN, TASTE, UNFOLLOW, WANT
from recsys.live.movement import NEW, SAME
from recsys.types import Event, Kind
from recsys.ui.actions import Revision
from recsys.ui.frame import plain
from recsys.ui.live_model import Picture
from recsys.ui.wording import Wording
from recsys.words.reason_words import DID

N_LEFT = 2
MAX_MARKED = 60
_ICONS = {
    Kind.VIEW: "○",
    Kind.CLICK: "→",
    Kind.LIKE: "👍",
    Kind.FAVOURITE: "♥",
    Kind.DISLIKE: "👎",
    Kind.RATING: "★",
    Kind.REVIEW: "✎",
    Kind.WISH: "✎",
}
DONE = {kind: done.capitalize() for kind, (done, _) in DID.items()}


def counted(n: int, thing: str) -> str:
    """Count a thing whose plural ends in s.

    >>> counted(1, "step"), counted(2, "step")
    ('1 step', '2 steps')
    """
    return f"{n:,} {thing}{'' if n == 1 else 's'}"


def starred(stars: float | None) -> str:
    """Stars as signs, halves included; "" without any.

    >>> starred(4.0), starred(2.5), starred(None)
    ('★★★★', '★★½', '')
    """
    if stars is None or stars != stars:
        return ""
    return "★" * int(stars) + ("½" if stars % 1 >= 0.5 else "")


def priced(cell: str, dollars: bool = True) -> str:
    """A price as it stands in the data; a bare number of the samples gets their dollar.

    >>> priced("129"), priced("12,50 EUR"), priced("129", dollars=False)
    ('$129.00', '12,50 EUR', '129')
    """
    try:
        return f"${float(cell):,.2f}" if cell and dollars else cell
    except ValueError:
        return cell


def coloured(step: str) -> str:
    """Return a badge of ``recsys.live.Movement`` in colour, as Markdown; "" for what stayed."""
    colour = "blue" if step == NEW else "green" if step.startswith("▲") else "orange"
    return "" if step == SAME else f":{colour}-badge[{step}]"


def in_words(words: Wording, event: Event) -> str:
    """Say one event on one line, as Markdown."""
    stars = f" {starred(event.stars)}" if event.stars else ""
    text = f" “{plain(event.text, 80)}”" if event.text else ""
    return f"{_ICONS[event.kind]} {plain(words.title(event.item_id), 40)}{stars}{text}"


def edited(words: Wording, text: str) -> str:
    """Say one edit, as it is stored, in words; "" for a text that is none."""
    steer = Steer.parse(text)
    if steer is None:
        return ""
    said = _EDITS.get((steer.what, steer.factor)) or _EDITS.get((steer.what, None), "{}")
    called = f"“{words.person(steer.words) or steer.words if steer.what in FOLLOWS else steer.called}”"
    return said.format(words.tag(steer.words) if steer.what in (INTEREST, PIN) else called, steer.factor)


_EDITS = {
    (INTEREST, 1.0): "{} counts as it did",
    (INTEREST, 0.0): "{} counts for nothing",
    (INTEREST, None): "{} counts {:g} times",
    (PIN, 0.0): "{} fades again",
    (PIN, None): "{} does not fade",
    (WANT, 0.0): "{} taken off",
    (WANT, None): "more of {}",
    (AVOID, 0.0): "{} taken off",
    (AVOID, None): "nothing like {}",
    (TASTE, 0.0): "your taste in {} taken off",
    (TASTE, None): "your taste in {} brought along",
    (FOLLOW, 0.0): "you no longer follow {}",
    (FOLLOW, None): "you follow {}",
    (UNFOLLOW, 0.0): "you follow {} again",
    (UNFOLLOW, None): "you no longer follow {}",
}


def _marked(now: Picture) -> str:
    """The typed text with the words that mattered most for this list bold on a coloured ground."""
    if len(now.typed) > MAX_MARKED or not any(token.matters for token in now.words):
        return plain(now.typed, MAX_MARKED)
    return "".join(
        f":green-background[**{plain(token.text)}**]" if token.matters else plain(token.text) or " "
        for token in now.words
    )


def nth(place: int) -> str:
    """Name a place of the list.

    >>> nth(1), nth(12), nth(22)
    ('1st', '12th', '22nd')
    """
    teen = place % 100 in (11, 12, 13)
    return f"{place}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(place % 10, 'th')}"


def changes(words: Wording, moved: Movement, n_listed: int, judged: str | None = None) -> str:
    """Say how many items of a list moved, and name what left it but for what was just ``judged``, as Markdown."""
    left = [plain(words.title(item_id), 28) for item_id in moved.left if item_id != judged]
    more = f" and {len(left) - N_LEFT} more" if len(left) > N_LEFT else ""
    gone = f" Left the list: {', '.join(left[:N_LEFT])}{more}." if left else ""
    if moved.n_new == n_listed:
        return f"**All {n_listed} are new.**{gone}"
    closed = " Those below moved up one place, that is all." if moved.only_closed_up else ""
    return f"**{moved.n_moved} of {n_listed} moved.**{closed}{gone}"


def revision(words: Wording, now: Picture, done: Revision) -> str:
    """Say what was done to the steps and what that did to the list, as Markdown."""
    what = ""
    if done.about is not None:
        title = words.title(done.about.item_id) or done.about.text
        what = f": {DONE[done.about.kind].lower()} “{plain(title, 40)}”"
    return f"{done.what}{what}. {changes(words, now.moved, len(now.mine))}"


def what_moved(words: Wording, now: Picture) -> str:
    """Say what the last step was and what it did to the list, as Markdown; "" before the first step."""
    if now.typed and not now.clicked:
        cause = f"You typed “{_marked(now)}”"
    elif now.newest is not None:
        what = words.title(now.newest.item_id) or now.newest.text
        cause = f"{DONE[now.newest.kind]} “{plain(what, 40)}”"
    else:
        return ""
    judged = None if now.newest is None or not now.clicked else now.newest.item_id
    settled = " What you have judged is not shown again." if judged in now.moved.left else ""
    return f"{cause}: {changes(words, now.moved, len(now.mine), judged)}{settled}"
