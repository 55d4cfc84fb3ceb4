"""Words that set some items apart from the rest of their catalogue, in English and Chinese."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recsys.columns import TAG_SEPARATOR, Items
from recsys.data import Dataset
from recsys.ranking import top_k
from recsys.text import chinese
from recsys.text.scripts import HAN_CLASS
from recsys.types import Rows
from recsys.words.contract import Language

Weight = Literal["log-odds", "c-tf-idf"]
Floats = NDArray[np.float64]

PRIOR = 500.0
"""Words of background text that every group is taken to have had before it was read: more trusts rare words less."""
MANY = 3
"""From so many items on, a word of only one of them says nothing about the group."""
LEAST_SHARE = 0.1
"""Of all words of a catalogue; a language with less is no language of its texts."""
MOSTLY = 0.8
"""A word with this share of its texts in a phrase is known by the phrase."""
MAX_REVIEWS = 50
"""Newest reviews of an item that are counted."""
_PROSE = (Items.TITLE, Items.TITLE_ZH, Items.DESCRIPTION, Items.DESCRIPTION_ZH)
_TAGS = (Items.CATEGORY, Items.CATEGORY_ZH, Items.TAGS, Items.TAGS_ZH)
_TOKEN = re.compile(rf"[{HAN_CLASS}]+|[^\W_{HAN_CLASS}]+(?:['’-][^\W_{HAN_CLASS}]+)*|[^\w\s]+")
_STOP = frozenset(
    re.findall(
        r"\S+",
        """
        a about above after again all almost along already also although always am an and another any anything are
        around as at away back be because been before being below between both but by came can can't come could did
        didn't do does doesn't doing don't done down each either else enough even ever every everything few for from
        full gave get gets getting give go goes going gone got had has hasn't have haven't having he her here hers him
        his how however i i'd i'll i'm i've if in instead into is isn't it it's its itself just keep kept know last
        least less let like little lot made make makes many may me might more most much must my myself need needs
        never no nobody none nor not nothing now of off often on once one only onto or other our out over own per put
        quite rather really same say says see seem she should since so some somebody someone something still such take
        takes than that that's the their them themselves then there these they they're thing things this those though
        three through till to too took toward twice two under until up upon us use used using very was wasn't way we
        well went were weren't what when where whether which while who whole whom whose why will with within without
        won't would yet you you're your yours first second good great best better big bit new old day days day's
        """,
    )
)
"""English words that carry grammar, count or praise rather than name something."""


@dataclass(frozen=True, slots=True)
class Distinctive:
    """A word or phrase that a group has more of than the rest."""

    term: str
    z: float
    """How surely, above 0: for log-odds in standard deviations, 2 is seldom chance; for c-TF-IDF a weight."""
    n_items: int
    """Items of the group that have it."""


def distinctive(
    data: Dataset, rows: Rows | Sequence[int], n: int, language: Language, by: Weight = "log-odds"
) -> list[Distinctive]:
    """At most ``n`` terms that set the items in ``rows`` apart from the others of ``data``, the surest first.

    Counted is in how many texts of an item (title, description, each review, its tags) a term stands, so that nobody
    gains by repeating; see :func:`log_odds` and :func:`c_tf_idf`. Of terms that hold one another only the surest is
    given, and a word that hardly stands outside a phrase gives way to it. In a group of three items or more a term has
    to be in two. A catalogue with next to no words in ``language`` is described in the other one. [] for no rows, for
    all of them, and where nothing sets them apart.
    """
    if n < 1:
        raise ValueError(f"n should be at least 1, is now {n}")
    counts = _Counts.of(data)
    group = np.unique(np.asarray(rows, dtype=np.int64))
    if not 0 < len(group) < data.n_items:
        return []
    here = _summed(counts.table[group])
    n_items = _holders(counts.table[group])
    everywhere = counts.total
    weight = log_odds(here, everywhere - here, PRIOR) if by == "log-odds" else c_tf_idf(here, everywhere - here)
    fits = counts.in_language(language) & (n_items >= (2 if len(group) >= MANY else 1)) & (weight > 0)
    fits[counts.in_phrases(here, fits)] = False
    order = top_k(np.where(fits, weight, np.nan), max(1, len(weight))).tolist()
    return _unlike((Distinctive(counts.terms[at], float(weight[at]), int(n_items[at])) for at in order), n)


def log_odds(here: Floats, there: Floats, prior: float) -> Floats:
    """(n_terms,) how surely each term is more frequent ``here`` than ``there``: z-scores, below 0 for less frequent.

        z_w = d_w / sd_w,  d_w = log (y_w + a_w) / (n + a - y_w - a_w)  -  the same there,
        sd_w^2 = 1 / (y_w + a_w) + 1 / (y'_w + a_w)

    y are the counts (n_terms,), n their sum, a_w = ``prior`` times the share of w in both together, a = ``prior``
    (Monroe, Colaresi and Quinn 2008: log-odds ratio with an informative Dirichlet prior). 0 for a term that is nowhere
    and for one that is all there is.
    """
    both = here + there
    known = (both > 0) & (both < both.sum())
    pseudo = prior * both[known] / max(both.sum(), 1)
    one, other = here[known] + pseudo, there[known] + pseudo
    ratio = np.log(one / (here.sum() + prior - one)) - np.log(other / (there.sum() + prior - other))
    out = np.zeros(len(both))
    out[known] = ratio / np.sqrt(1 / one + 1 / other)
    return out


def c_tf_idf(here: Floats, there: Floats) -> Floats:
    """(n_terms,) weight of each term for the class ``here``, 0 for one that it lacks.

        w_t = tf_t log(1 + A / f_t)

    with tf the counts here, f those of both classes together and A the mean number of words of a class (class-based
    TF-IDF, Grootendorst 2022); the two classes are the group and the rest.
    """
    both = here + there
    return np.asarray(here * np.log1p(both.sum() / 2 / np.maximum(both, 1)))


def terms(text: str) -> list[str]:
    """Words and pairs of neighbouring words of ``text`` in lower case, and Chinese words in Simplified characters.

    Without stop words, numbers, single letters and single characters; a pair never crosses a stop word or a mark.

    >>> terms("The noise-cancelling headphones, quiet.")
    ['noise-cancelling', 'headphones', 'noise-cancelling headphones', 'quiet']
    >>> terms("雨天也不打滑 tent")
    ['雨天', '打滑', 'tent']
    """
    out: list[str] = []
    before = ""
    for token in _TOKEN.findall(text.lower().replace("’", "'")):
        if chinese.HAN_RUN.match(token):
            out += [word for word in chinese.telling(token) if len(word) > 1]
            before = ""
            continue
        word = token.removesuffix("'s")
        if len(word) < 2 or word in _STOP or not word[0].isalpha() or "'" in word:
            before = ""
        else:
            out += [word, f"{before} {word}"] if before else [word]
            before = word
    return out


@dataclass(frozen=True, eq=False)
class _Counts:
    """In how many texts of each item each term stands."""

    terms: tuple[str, ...]
    table: sp.csr_matrix
    """(n_items, n_terms) float64."""
    total: Floats
    han: NDArray[np.bool_]
    """(n_terms,) which terms are Chinese."""

    @classmethod
    def of(cls, data: Dataset) -> _Counts:
        """Count once per dataset."""
        return data.once(cls, lambda: cls._count(data))

    @classmethod
    def _count(cls, data: Dataset) -> _Counts:
        columns: dict[str, int] = {}
        values: list[int] = []
        places: list[int] = []
        ends = [0]
        for row in range(data.n_items):
            counted = Counter(term for text in _texts(data, row) for term in text)
            places += [columns.setdefault(term, len(columns)) for term in counted]
            values += counted.values()
            ends.append(len(places))
        shape = (data.n_items, len(columns))
        table = sp.csr_matrix((np.array(values, dtype=np.float64), places, ends), shape=shape)
        # A pair of words that one item alone has is mere chance: most of all terms, and of no use to any group.
        seen = _holders(table)
        kept = np.flatnonzero([n > 1 or " " not in term for term, n in zip(columns, seen, strict=True)])
        names = np.array([*columns], dtype=object)[kept].tolist()
        han = np.array([chinese.HAN_RUN.search(term) is not None for term in names], dtype=bool)
        table = sp.csr_matrix(table[:, kept])
        return cls(tuple(names), table, _summed(table), han)

    def in_language(self, language: Language) -> NDArray[np.bool_]:
        """(n_terms,) which terms are in ``language``, or in the other one where there are next to none."""
        wanted = self.han if language == "zh" else ~self.han
        return wanted if self.total[wanted].sum() >= LEAST_SHARE * self.total.sum() else ~wanted

    def in_phrases(self, here: Floats, among: NDArray[np.bool_]) -> list[int]:
        """Places of the words that mostly stand in a phrase which is itself ``among`` the terms."""
        place = self.places
        pairs = [(place.get(word), at) for at in np.flatnonzero(among) for word in self.phrases.get(int(at), ())]
        return [word for word, at in pairs if word is not None and here[at] >= MOSTLY * here[word]]

    @cached_property
    def places(self) -> dict[str, int]:
        """Column of each term."""
        return {term: at for at, term in enumerate(self.terms)}

    @cached_property
    def phrases(self) -> dict[int, list[str]]:
        """Words of each term of several."""
        return {at: term.split() for at, term in enumerate(self.terms) if " " in term}


def _texts(data: Dataset, row: int) -> Iterator[set[str]]:
    """The different terms of each text of an item; a tag is a term as a whole, too."""
    for column in _PROSE:
        yield set(terms(data.field(row, column)))
    tags = [tag.strip() for column in _TAGS for tag in data.field(row, column).lower().split(TAG_SEPARATOR)]
    yield {term for tag in tags for term in (tag, *terms(tag)) if term}
    for _, words in data.reviews(row)[-MAX_REVIEWS:]:
        yield set(terms(words))


def _unlike(found: Iterable[Distinctive], n: int) -> list[Distinctive]:
    """The first ``n`` without those that an earlier one holds, or that hold it, a plural s apart."""
    chosen: list[Distinctive] = []
    said: list[str] = []
    for one in found:
        # Chinese has no spaces: a word inside a word. English words end where they end.
        words = one.term if chinese.HAN_RUN.search(one.term) else f" {' '.join(map(_singular, one.term.split()))} "
        if not any(words in other or other in words for other in said):
            chosen.append(one)
            said.append(words)
        if len(chosen) == n:
            break
    return chosen


def _singular(word: str) -> str:
    return word.removesuffix("s")


def _holders(table: sp.csr_matrix) -> Floats:
    """(n_terms,) in how many rows each term stands."""
    return np.bincount(table.indices, minlength=table.shape[1]).astype(np.float64)


def _summed(table: sp.csr_matrix) -> Floats:
    return np.asarray(table.sum(axis=0), dtype=np.float64).ravel()
