"""Column names of every table in the project, in one place."""

from enum import StrEnum


class Items(StrEnum):
    """Columns of the items table; all but ``ID`` and ``TITLE`` may be absent from a source."""

    ID = "item_id"
    TITLE = "title"
    TITLE_ZH = "title_zh"
    DESCRIPTION = "description"
    DESCRIPTION_ZH = "description_zh"
    CATEGORY = "category"
    CATEGORY_ZH = "category_zh"
    TAGS = "tags"
    TAGS_ZH = "tags_zh"


class Facts(StrEnum):
    """Columns an items table may have beside those of ``Items``: shown as they stand, read by no model as a text."""

    PRICE = "price"
    PUBLISHED_AT = "published_at"  # ISO 8601, UTC where no zone is named
    AUTHOR = "author"  # id of a person in the table ``people``
    ARTIST = "artist"
    MARGIN = "margin"  # share of the price the house keeps: its own business, told to no visitor


class Audio(StrEnum):
    """Columns of the items table that say how a piece of music sounds."""

    TEMPO = "tempo"  # beats per minute
    ENERGY = "energy"  # this and those below it: 0..1
    VALENCE = "valence"
    ACOUSTICNESS = "acousticness"
    DANCEABILITY = "danceability"
    INSTRUMENTALNESS = "instrumentalness"
    DURATION = "duration_s"  # seconds


class Table(StrEnum):
    """Tables a dataset may have beside its items and events, by name."""

    PEOPLE = "people"
    FOLLOWS = "follows"
    PLAYLISTS = "playlists"
    IMPRESSIONS = "impressions"


class People(StrEnum):
    """Columns of the table ``people``: what is known of users besides what they did."""

    ID = "user_id"
    NAME = "name"
    NAME_ZH = "name_zh"
    BIO = "bio"
    BIO_ZH = "bio_zh"
    COMMUNITY = "community"
    COMMUNITY_ZH = "community_zh"


class Follows(StrEnum):
    """Columns of the table ``follows``: one row for each person who follows another; friends are two rows."""

    USER = "user_id"
    FOLLOWED = "followed_id"


class Playlists(StrEnum):
    """Columns of the table ``playlists``: one row for each item of a list that somebody put together."""

    NAME = "playlist"
    NAME_ZH = "playlist_zh"
    PLACE = "place"  # 1 is first
    ITEM = "item_id"


class Impressions(StrEnum):
    """Columns of the table ``impressions``: one row for each item that was shown to somebody."""

    USER = "user_id"
    ITEM = "item_id"
    CLICKED = "clicked"  # 1 or 0


class Events(StrEnum):
    """Columns of the events table: one row for one thing one user did at one time."""

    USER = "user_id"
    ITEM = "item_id"
    KIND = "kind"
    AT = "at"  # seconds since 1970-01-01 UTC
    STARS = "stars"  # 0.5..5, NaN when the event has none
    TEXT = "text"  # the words of a review, "" when there are none


class Evaluation(StrEnum):
    """Columns of the tables an experiment gives: one row per model and metric, and what that row is about."""

    MODEL = "model"
    AGAINST = "against"  # the model a difference is taken from
    METRIC = "metric"
    VALUE = "value"
    LOW = "low"  # ends of the 95% interval
    HIGH = "high"
    N_USERS = "n_users"
    P_VALUE = "p_value"  # of a difference by itself
    P_HOLM = "p_holm"  # the same, after Holm's correction for all models compared on one metric
    K = "k"  # length of the lists
    SLICE_KIND = "slice_kind"  # what the people or items were divided by
    SLICE = "slice"  # one part of them
    FOLD = "fold"  # number of the cut, where a split has several
    TRIAL = "trial"  # number of a setting that was tried; 0 is the default one
    KNOBS = "knobs"  # a setting as a JSON object
    PART = "part"  # which table a row of a saved file belongs to
    USER = "user_id"
    N_HISTORY = "n_history"  # events the model was shown
    N_RELEVANT = "n_relevant"  # held-out items that would be hits


TAG_SEPARATOR = "|"
