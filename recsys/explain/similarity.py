"""How close two texts are: a taste against a list, a list against itself, and two texts side by side."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import pdist

from recsys.columns import TAG_SEPARATOR, Items
from recsys.data import Dataset
from recsys.errors import UnknownIdError
from recsys.models.text_profile import TextProfile
from recsys.text import DICTIONARY, LEXICAL, TextSpace
from recsys.text.scripts import HAN_CLASS
from recsys.types import Matrix, Query, Rows, Vector

MAX_LINES = 60
"""Rows or columns of a grid: more cannot be read, and ordering them takes cubic time."""

MAX_PIECES = 30
"""Newest different pieces of evidence that become rows of a grid."""

ITEM, TYPED = "item", "typed"

BY_CHARACTERS = (LEXICAL, DICTIONARY)
"""Readers that read every language of an item, Chinese by its characters too."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing a taste is made of: an item touched, words written, or the text in the box."""

    key: str
    """Event id or ``typed``; an event with an item and words gives two pieces with one key."""
    kind: str
    """A ``Kind`` value or ``typed``."""
    label: str
    """Title of the item, or the words."""
    weight: float
    """Signed weight in the profile."""
    encoder: str
    """Who reads it."""
    row: int | None = None
    """Row of the item; None for words."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row or column of a grid."""

    key: str
    """``item:<item id>``, ``text:<event id>`` or ``typed``; unique within the rows and within the columns."""
    label: str
    """Title of the item, or the words."""
    kind: str
    """What was done with it (``like``, ``click + review``, ``typed`` …), or ``item``."""
    encoder: str
    """Who read it."""
    row: int | None = None
    """Row of the item; None for words."""
    place: int | None = None
    """1-based place on the list the items were taken from; None for what is on no list."""


@dataclass(frozen=True, eq=False, slots=True)
class Grid:
    """Similarities of rows and columns, in the order of their clusters or, for a list against a taste, of the list."""

    rows: tuple[Line, ...]
    columns: tuple[Line, ...]
    values: Matrix
    """(n_rows, n_columns) float32, cosine of centred vectors in [-1, 1]; each row in its own encoder's space."""
    n_without_text: int = 0
    """Items left out because nobody wrote anything about them."""
    n_older: int = 0
    """Pieces of evidence left out because they are not among the newest."""

    @property
    def is_empty(self) -> bool:
        return not self.rows or not self.columns

    @property
    def differing(self) -> Matrix:
        """``values`` with NaN where row and column are the same item."""
        same = np.array([[row.key == column.key for column in self.columns] for row in self.rows])
        return np.where(same, np.nan, self.values)

    @property
    def span(self) -> float:
        """Largest absolute similarity of two different texts, at least 0.2: the end of a colour scale."""
        return float(np.nanmax(np.abs(self.differing), initial=0.2))

    @property
    def closest(self) -> tuple[Line, Line, float]:
        """The closest row and column that are not the same item, and their cosine; the first pair if all are."""
        values = np.nan_to_num(self.differing, nan=-2.0)
        row, column = np.unravel_index(int(values.argmax()), values.shape)
        return self.rows[row], self.columns[column], float(self.values[row, column])


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts side by side."""

    left: Line
    right: Line
    left_text: str
    """Exactly what the encoder read."""
    right_text: str
    cosine: float
    """Of centred vectors, in [-1, 1]."""
    encoder: str
    words: tuple[str, ...]
    """Words both texts contain, in the order of the left one."""


def pieces(profile: TextProfile, query: Query) -> tuple[Piece, ...]:
    """What the fitted ``profile`` makes of ``query``, oldest first, the typed text last; empty for a stranger.

    Only what has a weight is a piece: three stars say nothing, and neither does an item no longer in the catalogue.
    """
    data = profile.readers.data
    readers = {text: name for name, texts in profile.texts(query).items() for text in texts}
    items = {e.event_id: data.row_of[e.item_id] for e in query.events if e.item_id in data.row_of}
    out: list[Piece] = []
    for part in profile.contributions(query, np.zeros(0, dtype=np.int64)).parts:
        if part.kind == "prior":
            continue
        row = items.pop(part.key, None)  # the item of an event comes before its words
        encoder = profile.encoder_names[0] if row is not None else readers[part.label]
        out.append(Piece(part.key, str(part.kind), part.label, part.weight, encoder, row))
    place = {event.event_id: position for position, event in enumerate(query.events)}
    return tuple(sorted(out, key=lambda piece: place.get(piece.key, len(place))))


def taste_grid(profile: TextProfile, query: Query, rows: Rows) -> Grid:
    """Every piece of ``query`` against the items ``rows``, best first: how near each is to what the person said or did.

    An item touched more than once is one row. Words in a script the items' encoder cannot read are compared in the
    space of the encoder that reads them: ``Line.encoder`` says whose number it is.
    """
    data, spaces = profile.readers.data, profile.readers.spaces
    readable = spaces[profile.encoder_names[0]].has_text
    lines = _merged(pieces(profile, query), data)
    shown = [line for line in lines[-MAX_PIECES:] if line.row is None or readable[line.row]]
    places = {int(row): place for place, row in enumerate(rows[:MAX_LINES], start=1) if readable[row]}
    columns = [_item_line(data, row, profile.encoder_names[0], place) for row, place in places.items()]
    at = np.array([column.row for column in columns], dtype=np.int64)
    values = np.zeros((len(shown), len(columns)), dtype=np.float32)
    for position, line in enumerate(shown):
        space = spaces[line.encoder]
        values[position] = space.items[at] @ _vector(space, line)
    left_out = min(len(lines), MAX_PIECES) - len(shown) + min(len(rows), MAX_LINES) - len(columns)
    grid = Grid(tuple(shown), tuple(columns), values, left_out, max(0, len(lines) - MAX_PIECES))
    return _ordered(grid, cluster_order(values), np.arange(len(columns)))


def item_grid(data: Dataset, space: TextSpace, rows: Rows) -> Grid:
    """The items ``rows`` against each other as ``space`` reads them: symmetric, 1 on the diagonal."""
    places = {int(row): place for place, row in enumerate(rows[:MAX_LINES], start=1) if space.has_text[row]}
    lines = tuple(_item_line(data, row, space.encoder.name, place) for row, place in places.items())
    vectors = space.items[list(places)]
    values = vectors @ vectors.T
    order = cluster_order(values)
    return _ordered(Grid(lines, lines, values, min(len(rows), MAX_LINES) - len(places)), order, order)


def cluster_order(matrix: Matrix) -> Rows:
    """An order of the rows of ``matrix`` in which alike rows stand together: a permutation of 0..n-1.

    Average linkage on Euclidean distances of the rows, leaves ordered so that neighbours are as close as the tree
    allows (Bar-Joseph 2001). Deterministic; ValueError above 60 rows.
    """
    if len(matrix) > MAX_LINES:
        raise ValueError(f"at most {MAX_LINES} rows can be put in order, got {len(matrix)}")
    if len(matrix) < 3:
        return np.arange(len(matrix), dtype=np.int64)
    tree = linkage(pdist(np.asarray(matrix, dtype=np.float64)), method="average", optimal_ordering=True)
    return np.asarray(leaves_list(tree), dtype=np.int64)


def pair(profile: TextProfile, left: Line, right: Line) -> Pair:
    """Both texts as the reader of ``left`` saw them, their cosine and the words they share."""
    data, space = profile.readers.data, profile.readers.spaces[left.encoder]
    one, other = (_vector(space, line) for line in (left, right))
    left_text, right_text = (text_of(data, line, left.encoder) for line in (left, right))
    cosine = float(np.clip(one @ other, -1, 1))
    return Pair(left, right, left_text, right_text, cosine, left.encoder, shared_words(left_text, right_text))


def text_of(data: Dataset, line: Line, encoder: str) -> str:
    """What ``encoder`` reads of ``line``: the words, or of an item everything it can make sense of."""
    if line.row is None:
        return line.label
    return (data.all_texts if encoder in BY_CHARACTERS else data.latin_texts)[line.row]


def blocks_of(data: Dataset, line: Line, encoder: str) -> tuple[tuple[str, str, str], ...]:
    """What :func:`text_of` says of an item, one block per language it is written in: title, text, category and tags."""
    if line.row is None:
        return (("", line.label, ""),)
    languages = (_IN_LATIN, _IN_CHINESE) if encoder in (LEXICAL, DICTIONARY) else (_IN_LATIN,)
    blocks = []
    for title, text, category, tags in languages:
        named = [data.field(line.row, category), *data.field(line.row, tags).split(TAG_SEPARATOR)]
        words = " · ".join(dict.fromkeys(word.strip() for word in named if word.strip()))
        block = (data.field(line.row, title), data.field(line.row, text), words)
        blocks += [block] if any(block) else []
    return tuple(blocks)


_IN_LATIN = (Items.TITLE, Items.DESCRIPTION, Items.CATEGORY, Items.TAGS)
_IN_CHINESE = (Items.TITLE_ZH, Items.DESCRIPTION_ZH, Items.CATEGORY_ZH, Items.TAGS_ZH)
_RUNS = re.compile(rf"[{HAN_CLASS}]+|[^\W\d_{HAN_CLASS}]+")
_STOP = frozenset(
    re.findall(
        r"\w+",
        """
        a about after all also an and are as at be been but by can could did do for from had has have he her
        him his i if in into is it its just like me more my no not of off on one or our out over she so than
        that the their them then there they this to too up very was we were what when which who will with
        would you your
        """,
    )
)
_HAN_STOP = frozenset("的了是我你他她它这那就也都很吗呢吧啊和在着过")
"""Characters that carry grammar rather than meaning: a pair with one of them is not worth showing."""


def shared_words(one: str, other: str, limit: int = 12) -> tuple[str, ...]:
    """Words both texts contain, at most ``limit``, in the order of ``one``; empty when there are none.

    Letters are compared without case and without the commonest English words; Chinese by pairs of characters.

    >>> shared_words("Dry shoes for the RAIN", "the rain shoes"), shared_words("想要防水的鞋", "防水公路跑鞋")
    (('shoes', 'rain'), ('防水',))
    """
    there = set(_words(other))
    return tuple(dict.fromkeys(word for word in _words(one) if word in there))[:limit]


def shared_characters(one: str, other: str, limit: int = 12) -> tuple[str, ...]:
    """Chinese characters both texts contain, but for those that carry only grammar, in the order of ``one``.

    >>> shared_characters("手机快充充电宝", "宝宝防摔学步鞋")
    ('宝',)
    """
    there = set(re.findall(f"[{HAN_CLASS}]", other)) - _HAN_STOP
    return tuple(dict.fromkeys(sign for sign in one if sign in there))[:limit]


def _words(text: str) -> Iterable[str]:
    for run in _RUNS.findall(text.casefold()):
        if re.match(f"[{HAN_CLASS}]", run):
            pairs = (run[i : i + 2] for i in range(len(run) - 1))
            yield from (two for two in pairs if not _HAN_STOP.intersection(two))
        elif len(run) > 1 and run not in _STOP:
            yield run


def find(lines: Sequence[Line], key: str) -> Line:
    """The line of that key; UnknownIdError when the grid has changed since."""
    for line in lines:
        if line.key == key:
            return line
    raise UnknownIdError(f"{key!r} is not in this picture any more: choose another one")


def _merged(found: Sequence[Piece], data: Dataset) -> list[Line]:
    """One line per item or text, where it was last touched, with every kind of touch."""
    out: dict[str, Line] = {}
    for piece in found:
        if piece.row is not None:
            key = f"item:{data.item_ids[piece.row]}"
        else:
            key = TYPED if piece.key == TYPED else f"text:{piece.key}"
        line = Line(key, piece.label, piece.kind, piece.encoder, piece.row)
        before = out.pop(key, None)
        if before is not None and piece.kind not in before.kind.split(" + "):
            line = replace(line, kind=f"{before.kind} + {piece.kind}")
        elif before is not None:
            line = before
        out[key] = line
    return list(out.values())


def _vector(space: TextSpace, line: Line) -> Vector:
    """(dim,) centred unit vector of an item or of words as ``space`` reads them."""
    vector = space.items[line.row] if line.row is not None else space.vectors([line.label])[0]
    return np.asarray(vector, dtype=np.float32)


def _item_line(data: Dataset, row: int, encoder: str, place: int) -> Line:
    item_id = data.item_ids[row]
    return Line(f"item:{item_id}", data.title(item_id), ITEM, encoder, row, place)


def _ordered(grid: Grid, by_row: Rows, by_column: Rows) -> Grid:
    """The same grid in another order, numbers inside [-1, 1] whatever rounding did."""
    values = np.ascontiguousarray(np.clip(grid.values, -1, 1).astype(np.float32)[by_row][:, by_column])
    values.setflags(write=False)
    rows = tuple(grid.rows[position] for position in by_row)
    return replace(grid, rows=rows, columns=tuple(grid.columns[position] for position in by_column), values=values)
