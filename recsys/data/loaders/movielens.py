"""MovieLens folders as GroupLens publishes them: 100K, 1M and the ``latest`` CSV layout."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from recsys.columns import TAG_SEPARATOR, Events, Items
from recsys.data.dataset import Dataset
from recsys.data.loaders.tables import read_table
from recsys.errors import DataError
from recsys.types import Kind

SOURCE = "Film ratings of the MovieLens service, published by GroupLens for research use; not part of this app."

GENRES_100K = (
    "",  # the flag called "unknown"
    "Action",
    "Adventure",
    "Animation",
    "Children",
    "Comedy",
    "Crime",
    "Documentary",
    "Drama",
    "Fantasy",
    "Film-Noir",
    "Horror",
    "Musical",
    "Mystery",
    "Romance",
    "Sci-Fi",
    "Thriller",
    "War",
    "Western",
)
"""Genre of each 0/1 flag at the end of a ``u.item`` line."""

NO_GENRE = "(no genres listed)"
MAX_TAGS = 8
"""Genres first, then keywords, up to this many tags a film."""

_RATING_COLUMNS = ["user", "movie", "stars", "at"]
_ARTICLES = r"The|An?|L'|Les?|La|Das?|Der|Die|El|Los|Las|Il|Lo|Gli|Un[ea]?|Den|Det|De|O|Het|Eine?"
_ARTICLE = re.compile(rf"([^()]+), ({_ARTICLES})(?=\s*(?:[()]|$))")
_YEAR = re.compile(r"\s*\((\d{4})(?:[–-]\d{0,4})?\)\s*$")


@dataclass(frozen=True, slots=True)
class Layout:
    """How one release of MovieLens lays out its folder."""

    ratings: str
    films: str
    read_ratings: Callable[[Path], pd.DataFrame]
    """Columns user, movie, stars, at."""
    read_films: Callable[[Path], pd.DataFrame]
    """Columns movie, title, genres (separated by ``|``)."""
    text_ids: tuple[str, ...]
    """Columns of a text table that may hold this release's film ids, best first."""


def load(
    folder: Path, *, text_table: Path | None = None, text_only: bool = False, name: str = "", label: str = ""
) -> Dataset:
    """Read a MovieLens folder; ``text_table`` adds plots, keywords and Chinese titles by film id.

    Ratings keep their 0.5..5 stars. Category is the first genre; tags are the genres and a few keywords; the year
    leaves the title for a column ``year`` (text, "" when unknown). ``text_only`` keeps the films with a plot and
    what people did with them, says so in ``source`` and counts the rest in ``quality``. Raises DataError when the
    folder is none of the layouts.
    """
    layout = layout_of(folder)
    if layout is None:
        wanted = "; ".join(f"{known.ratings} and {known.films}" for known in LAYOUTS)
        raise DataError(f"{folder} is not a MovieLens folder: it should hold one of these pairs: {wanted}")
    ratings, films = layout.read_ratings(folder / layout.ratings), layout.read_films(folder / layout.films)
    texts = _texts(text_table, layout.text_ids) if text_table else pd.DataFrame(index=pd.Index([], dtype="str"))
    items, source = _items(films, texts, _viewer_tags(folder / "tags.csv")), SOURCE
    no_plot = items[Items.DESCRIPTION] == ""
    left_out = no_plot if text_only else no_plot & False
    unread = ratings["movie"].isin(items.loc[left_out, Items.ID])
    if text_only:
        source += f" Only the {int((~no_plot).sum()):,} of {len(items):,} films with a plot text are used."
    data = Dataset.from_tables(
        name or folder.name, items[~left_out], _events(ratings[~unread]), label=label, source=source
    )
    counted = replace(
        data.quality,
        dropped_items_without_text=int(left_out.sum()),
        dropped_events_on_items_without_text=int(unread.sum()),
    )
    return replace(data, quality=counted)


def layout_of(folder: Path) -> Layout | None:
    """The layout whose two files are in ``folder``, or None."""
    found = (each for each in LAYOUTS if (folder / each.ratings).is_file() and (folder / each.films).is_file())
    return next(found, None)


def split_title(listed: str) -> tuple[str, str]:
    """Title as people write it, and its year ("" when there is none).

    >>> split_title("City of Lost Children, The (Cité des enfants perdus, La) (1995)")
    ('The City of Lost Children (La Cité des enfants perdus)', '1995')
    """
    year = _YEAR.search(listed)
    title = _YEAR.sub("", listed).strip()
    return _ARTICLE.sub(_article_first, title), year[1] if year else ""


def _article_first(match: re.Match[str]) -> str:
    body, article = match[1], match[2]
    return f"{article}{body}" if article.endswith("'") else f"{article} {body}"


def _items(films: pd.DataFrame, texts: pd.DataFrame, viewer_tags: pd.Series) -> pd.DataFrame:
    """Items table of ``films``; every text column is "" where nothing is known."""
    titles = [split_title(listed) for listed in films["title"]]
    genres = films["genres"].fillna("").replace(NO_GENRE, "")

    def text(*columns: str) -> pd.Series:
        """First non-empty of the table's ``columns`` for each film."""
        out = pd.Series("", index=films.index, dtype="str")
        for column in columns:
            if column in texts.columns:
                out = out.where(out != "", _looked_up(films, texts[column]))
        return out

    keywords = text("keywords_tmdb", "tags_metarank", "keywords", "tags")
    by_viewers = _looked_up(films, viewer_tags)
    table = {
        Items.ID: films["movie"],
        Items.TITLE: [title for title, _ in titles],
        # Simplified where there is one; a Traditional title is shown as it is.
        Items.TITLE_ZH: text("title_zh_hans", "title_zh_hant", "title_zh"),
        Items.DESCRIPTION: text("overview_en", "overview", "description"),
        Items.CATEGORY: genres.str.split(TAG_SEPARATOR).str[0],
        Items.TAGS: [_tags(*cells) for cells in zip(genres, keywords, by_viewers, strict=True)],
        "year": [year for _, year in titles],
        "director": text("director"),
        "actors": text("actors"),
    }
    return pd.DataFrame(table)


def _looked_up(films: pd.DataFrame, by_film: pd.Series) -> pd.Series:
    # Looking up in nothing gives a column of float NaN: make it text first.
    return films["movie"].map(by_film).astype("str").fillna("")


def _tags(*cells: str) -> str:
    tags = {tag.strip().lower(): tag.strip() for cell in reversed(cells) for tag in cell.split(TAG_SEPARATOR)}
    ordered = dict.fromkeys(tag.strip().lower() for cell in cells for tag in cell.split(TAG_SEPARATOR))
    return TAG_SEPARATOR.join([tags[key] for key in ordered if key][:MAX_TAGS])


def _events(ratings: pd.DataFrame) -> pd.DataFrame:
    columns = {"user": Events.USER, "movie": Events.ITEM, "stars": Events.STARS, "at": Events.AT}
    return ratings.rename(columns=columns).assign(**{Events.KIND: Kind.RATING.value})


def _texts(path: Path, id_columns: tuple[str, ...]) -> pd.DataFrame:
    """The text table by film id."""
    table = read_table(path)
    column = next((column for column in id_columns if column in table.columns), None)
    if column is None:
        raise DataError(
            f"{path.name} needs a column of film ids called {' or '.join(id_columns)}; "
            f"it has {', '.join(table.columns)}"
        )
    return table.dropna(subset=[column]).drop_duplicates(column).set_index(column)


def _viewer_tags(path: Path) -> pd.Series:
    """Per film, the tags most viewers gave it, joined by ``|``; empty without the file."""
    if not path.is_file():
        return pd.Series(dtype="str")
    table = read_table(path, needed=("movieId", "tag")).dropna(subset=["movieId", "tag"])
    counts = table.groupby("movieId", sort=False)["tag"].value_counts()
    commonest = counts.groupby(level="movieId", sort=False).head(MAX_TAGS).reset_index()
    return commonest.groupby("movieId", sort=False)["tag"].agg(TAG_SEPARATOR.join)


def _latin_lines(path: Path, separator: str, n_fields: int) -> list[list[str]]:
    """Lines of a latin-1 file, split; DataError names the first line with too few fields."""
    rows = [line.split(separator) for line in path.read_text(encoding="latin-1").splitlines() if line]
    for number, row in enumerate(rows, start=1):
        if len(row) < n_fields:
            raise DataError(f"{path.name}, line {number}: expected {n_fields} fields between {separator!r}, got {row}")
    return rows


def _lined_ratings(separator: str) -> Callable[[Path], pd.DataFrame]:
    def read(path: Path) -> pd.DataFrame:
        return pd.DataFrame([row[:4] for row in _latin_lines(path, separator, 4)], columns=_RATING_COLUMNS)

    return read


def _films_100k(path: Path) -> pd.DataFrame:
    rows = []
    for movie, title, *_, flags in (row[:2] + [row[5:]] for row in _latin_lines(path, "|", 5 + len(GENRES_100K))):
        genres = [genre for genre, flag in zip(GENRES_100K, flags, strict=False) if genre and flag == "1"]
        rows.append((movie, title, TAG_SEPARATOR.join(genres)))
    return pd.DataFrame(rows, columns=["movie", "title", "genres"])


def _films_1m(path: Path) -> pd.DataFrame:
    return pd.DataFrame([row[:3] for row in _latin_lines(path, "::", 3)], columns=["movie", "title", "genres"])


def _ratings_csv(path: Path) -> pd.DataFrame:
    table = read_table(path, needed=("userId", "movieId", "rating", "timestamp"))
    return table[["userId", "movieId", "rating", "timestamp"]].set_axis(_RATING_COLUMNS, axis=1)


def _films_csv(path: Path) -> pd.DataFrame:
    table = read_table(path, needed=("movieId", "title", "genres"))
    return table[["movieId", "title", "genres"]].set_axis(["movie", "title", "genres"], axis=1).fillna({"title": ""})


LAYOUTS = (
    Layout("ratings.csv", "movies.csv", _ratings_csv, _films_csv, ("movieId", "movie_id", "item")),
    Layout("u.data", "u.item", _lined_ratings("\t"), _films_100k, ("item", "item_id", "movieId")),
    Layout("ratings.dat", "movies.dat", _lined_ratings("::"), _films_1m, ("movieId", "movie_id", "item")),
)
