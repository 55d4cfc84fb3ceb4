"""The Bing News sample that came with DKN (Wang et al. 2018): which headlines people were shown, and opened."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from recsys.columns import TAG_SEPARATOR, Events, Impressions, Items, Table
from recsys.data.dataset import Dataset
from recsys.data.loaders.tables import read_tabs
from recsys.errors import DataError
from recsys.types import Kind

SOURCE = (
    "Headlines of Bing News and who opened them, a small sample published with the model DKN for research; not part "
    "of this app. There are no dates, and the lines of a reader put what was left before what was opened: no order "
    "of them is one of time. Nearly every headline was shown to one person only."
)
SHOWN = "raw_train.txt"
_COLUMNS = ("user", "title", "clicked", "entities")


def load(folder: Path, *, name: str = "", label: str = "") -> Dataset:
    """Read ``raw_train.txt``; items are different headlines, their tags what is named in them.

    Events are clicks, one second apart from 1970 in the order of the lines, which stands for nothing. A headline that
    was shown and not opened is no event, as nothing says that it was read: the table ``impressions``
    has every line, with 1 or 0 in ``clicked``. Raises DataError naming the line that is not as expected.
    """
    lines = read_tabs(folder / SHOWN, _COLUMNS)
    wrong = np.flatnonzero(~lines["clicked"].isin(["0", "1"]).to_numpy())
    if len(wrong):
        said = lines["clicked"].iloc[wrong[0]]
        raise DataError(f"{SHOWN}, line {wrong[0] + 1}: the third column should be 0 or 1, it is {said[:40]!r}")
    titles = lines["title"].str.strip()
    numbers, headlines = pd.factorize(titles.where(titles != ""))
    lines["item"] = [f"n{number}" if number >= 0 else "" for number in numbers]
    first = lines[lines["item"] != ""].drop_duplicates("item")
    items = pd.DataFrame(
        {Items.ID: first["item"], Items.TITLE: list(headlines), Items.TAGS: first["entities"].map(_named)}
    )
    opened = lines[lines["clicked"] == "1"]
    events = pd.DataFrame({Events.USER: opened["user"], Events.ITEM: opened["item"], Events.AT: opened.index * 1.0})
    shown = lines[["user", "item", "clicked"]].set_axis(list(map(str, Impressions)), axis=1)
    return Dataset.from_tables(
        name or folder.name,
        items,
        events.assign(**{Events.KIND: Kind.CLICK.value}),
        label=label,
        source=SOURCE,
        tables={Table.IMPRESSIONS: shown.assign(**{Impressions.CLICKED: shown[Impressions.CLICKED].astype("int64")})},
    )


def _named(entities: str) -> str:
    """Names out of ``number:name;number:name``, each once whatever its capitals."""
    names = [pair.partition(":")[2].replace(TAG_SEPARATOR, " ").strip() for pair in entities.split(";")]
    spelled = {name.casefold(): name for name in reversed(names)}
    return TAG_SEPARATOR.join(spelled[key] for key in dict.fromkeys(map(str.casefold, names)) if key)
