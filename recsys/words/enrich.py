"""What people say of an item, put beside its description for whoever turns texts into vectors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import chain

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from recsys.columns import Items
from recsys.data import Dataset
from recsys.ranking import top_k
from recsys.text.scripts import HAN, LATIN, script_of
from recsys.words.sentences import sentences
from recsys.words.tags import PRIOR, log_odds, terms

N_SENTENCES = 2
N_WORDS = 8
MOST_REVIEWS = 40
"""Newest reviews of an item that are read."""

Generated = tuple[str, ...]
"""One text per item, in the order of the catalogue; "" where there is nothing to say."""
Floats = NDArray[np.float64]
Texts = Callable[[Dataset], Sequence[str]]
"""Writes the generated texts from what a model may learn from, and from nothing else."""


def said_by_people(data: Dataset) -> Generated:
    """Per item: its ``N_SENTENCES`` most telling review sentences word for word, then its ``N_WORDS`` telling words.

    A word is as telling as its z-score against the reviews of all other items (:func:`recsys.words.tags.log_odds`), a
    sentence as the sum over its different words, by the root of their number, so that long ones are not preferred for
    their length alone. Han and Latin sentences are chosen apart: an item with reviews in both languages has a line in
    both. An item without reviews has "". O(items times different words).
    """
    said = [_of_scripts(data, row) for row in range(data.n_items)]
    spoken = (_spoken([of_item[script] for of_item in said]) for script in (LATIN, HAN))
    return tuple("\n".join(filter(None, texts)) for texts in zip(*spoken, strict=True))


def enriched(data: Dataset, generated: Sequence[str]) -> Dataset:
    """``data`` with the ``generated`` texts at the end of its descriptions: the same items, events and people.

    Chinese lines join the Chinese description where the source has such a column. The catalogue gets a version of its
    own, and with it vectors of its own. ValueError unless there is one text per item.
    """
    if len(generated) != data.n_items:
        raise ValueError(f"expected one generated text for each of {data.n_items} items, got {len(generated)}")
    has_chinese = Items.DESCRIPTION_ZH in data.items.columns
    split = [_by_column(text, has_chinese) for text in generated]
    columns = {
        str(column): _joined(data, column, [lines.get(column, "") for lines in split])
        for column in (Items.DESCRIPTION, Items.DESCRIPTION_ZH)
        if any(column in lines for lines in split)
    }
    return replace(data, items=data.items.assign(**columns))


def _of_scripts(data: Dataset, row: int) -> dict[str, list[str]]:
    """Different sentences of the newest reviews of an item by script: Han, or anything else under ``LATIN``."""
    out: dict[str, list[str]] = {LATIN: [], HAN: []}
    newest = data.reviews(row)[-MOST_REVIEWS:]
    for sentence in dict.fromkeys(chain.from_iterable(sentences(text) for _, text in newest)):
        out[HAN if script_of(sentence) == HAN else LATIN].append(sentence)
    return out


def _spoken(said: Sequence[Sequence[str]]) -> list[str]:
    """One line per item from its sentences ``said``."""
    found = [[set(terms(sentence)) for sentence in of_item] for of_item in said]
    words, counts = _counted(found)
    everywhere = np.asarray(counts.sum(axis=0), dtype=np.float64).ravel()
    return [
        _line(of_item, its_terms, _telling(words, counts[row], everywhere))
        for row, (of_item, its_terms) in enumerate(zip(said, found, strict=True))
    ]


def _telling(words: Sequence[str], counts: sp.csr_matrix, everywhere: Floats) -> dict[str, float]:
    """Z-score of every term of an item's reviews against those of all other items."""
    here = counts.toarray()[0]
    z = log_odds(here, everywhere - here, PRIOR)
    return {words[column]: float(z[column]) for column in np.sort(counts.indices)}


def _counted(found: Sequence[Sequence[set[str]]]) -> tuple[list[str], sp.csr_matrix]:
    """The terms, and (n_items, n_terms) in how many sentences of each item they stand."""
    column: dict[str, int] = {}
    cells: list[tuple[int, int, int]] = []
    for row, of_item in enumerate(found):
        for term, n in sorted(Counter(chain.from_iterable(of_item)).items()):
            cells.append((row, column.setdefault(term, len(column)), n))
    rows, columns, values = zip(*cells, strict=True) if cells else ((), (), ())
    shape = (len(found), len(column))
    return list(column), sp.csr_matrix((np.array(values, dtype=np.float64), (rows, columns)), shape=shape)


def _line(said: Sequence[str], found: Sequence[set[str]], z: dict[str, float]) -> str:
    if not said:
        return ""
    weights = [sum(sorted(z[term] for term in of)) / max(1, len(of)) ** 0.5 for of in found]
    chosen = np.sort(top_k(np.array(weights), N_SENTENCES))
    return " ".join([*(said[place] for place in chosen), ", ".join(_best(z))]).strip()


def _best(z: dict[str, float]) -> list[str]:
    named = list(z)
    scores = np.array([score if score > 0 else np.nan for score in z.values()])
    return [named[place] for place in top_k(scores, N_WORDS)] if named else []


def _by_column(text: str, has_chinese: bool) -> dict[Items, str]:
    """The lines of a generated text by the column they join."""
    out: dict[Items, str] = {}
    for line in filter(None, text.split("\n")):
        column = Items.DESCRIPTION_ZH if has_chinese and script_of(line) == HAN else Items.DESCRIPTION
        out[column] = f"{out[column]} {line}" if column in out else line
    return out


def _joined(data: Dataset, column: Items, added: Sequence[str]) -> list[str]:
    return [f"{data.field(row, column)} {text}".strip() for row, text in enumerate(added)]
