"""The town: who its people are and what they go for, as two tables to read and to change.

The same 300 people read the news, listen to music and take courses. ``GROUPS`` says what a group has in common,
``THEMES`` what two people of different groups may share. How they act on it stands in town_life.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

SIZE = 300
"""People of the town, u001 to u300."""
SEED = 20260702
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Taste:
    """What a group goes for in one scenario."""

    categories: Mapping[str, float]
    """Weight of each; 0 for those not named."""
    tags: tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """People with similar days and similar tastes."""

    name: str
    name_zh: str
    share: float
    """Of the town; the shares add up to 1."""
    hours: tuple[int, ...]
    """Hours of the day in which they are busiest, 0 to 23."""
    days: tuple[int, ...]
    """Weekdays on which they are busiest, 0 is Monday."""
    tastes: Mapping[str, Taste]
    """By scenario."""


GROUPS = (
    Group(
        "Early commuters",
        "早班通勤的人",
        0.18,
        hours=(6, 7, 8, 17),
        days=(0, 1, 2, 3, 4),
        tastes={
            "news": Taste(
                {"Politics": 1.0, "Economy": 0.9},
                ("trams", "roads", "jobs", "wages", "taxes", "budget", "parliament", "prices"),
            ),
            "music": Taste(
                {"Pop": 1.0, "Hip-hop": 0.85},
                ("commute", "morning", "city", "coffee", "running", "walking", "train"),
            ),
            "courses": Taste(
                {"Money and work": 1.0, "Languages": 0.9},
                ("commute", "work", "budget", "meetings", "conversation", "jobs", "morning", "taxes"),
            ),
        },
    ),
    Group(
        "Night owls",
        "夜猫子",
        0.17,
        hours=(21, 22, 23, 0, 1),
        days=(3, 4, 5),
        tastes={
            "news": Taste(
                {"Technology": 1.0, "Science": 0.85},
                ("ai", "robots", "internet", "privacy", "cybersecurity", "space", "gaming", "startups"),
            ),
            "music": Taste(
                {"Electronic": 1.0, "Ambient": 0.9},
                ("late night", "synth", "night drive", "hypnotic", "dreamy", "drum machine", "focus"),
            ),
            "courses": Taste(
                {"Code and data": 1.0, "Music making": 0.6},
                ("night", "python", "data", "ai", "privacy", "synth", "recording", "automation"),
            ),
        },
    ),
    Group(
        "Young parents",
        "新手爸妈",
        0.17,
        hours=(5, 13, 20, 21),
        days=(1, 2, 5, 6),
        tastes={
            "news": Taste(
                {"Health": 1.0, "Sport": 0.8},
                ("children", "schools", "sleep", "youth sport", "vaccines", "nutrition", "swimming", "women's sport"),
            ),
            "music": Taste(
                {"Soul": 1.0, "Indie folk": 0.8},
                ("family", "kids", "lullaby", "tender", "warm", "sleep", "sunday"),
            ),
            "courses": Taste(
                {"Health and rest": 1.0, "Kitchen": 0.9},
                ("family", "kids", "sleep", "dinner", "home", "sunday"),
            ),
        },
    ),
    Group(
        "Makers",
        "手艺人",
        0.16,
        hours=(12, 18, 19, 20),
        days=(2, 5),
        tastes={
            "news": Taste(
                {"Local": 1.0, "Economy": 0.6},
                ("small business", "crafts", "market", "neighbours", "startups", "volunteers", "recycling", "energy"),
            ),
            "music": Taste(
                {"Rock": 1.0, "Hip-hop": 0.6},
                ("work", "electric guitar", "big drums", "drum machine", "bass", "defiant", "handclaps"),
            ),
            "courses": Taste(
                {"Repair and making": 1.0, "Code and data": 0.6},
                ("tools", "mending", "wood", "sewing", "bicycle", "recycling", "work", "gift"),
            ),
        },
    ),
    Group(
        "Outdoors people",
        "爱往外跑的人",
        0.16,
        hours=(5, 6, 9, 16),
        days=(4, 5, 6),
        tastes={
            "news": Taste(
                {"Environment": 1.0, "Weather & sea": 0.9},
                ("wildlife", "birds", "forecast", "sailing", "trees", "rewilding", "rescue", "cycling"),
            ),
            "music": Taste(
                {"Chinese folk-rock": 1.0, "Indie folk": 0.6},
                ("mountains", "river", "sea", "village", "road trip", "campfire", "walking", "harvest"),
            ),
            "courses": Taste(
                {"Garden and outdoors": 1.0, "Health and rest": 0.6},
                ("walking", "camping", "wildlife", "birds", "trees", "harvest", "village", "sea"),
            ),
        },
    ),
    Group(
        "Culture lovers",
        "文艺爱好者",
        0.16,
        hours=(10, 11, 15, 22),
        days=(3, 6),
        tastes={
            "news": Taste(
                {"Culture": 1.0, "Science": 0.6},
                ("books", "film", "theatre", "museum", "art", "heritage", "archaeology", "language"),
            ),
            "music": Taste(
                {"Jazz": 1.0, "Classical crossover": 0.9},
                ("piano", "strings", "brushes", "double bass", "cello", "film score", "melancholy"),
            ),
            "courses": Taste(
                {"History and culture": 1.0, "Music making": 0.8},
                ("heritage", "museum", "film", "books", "piano", "calligraphy", "jazz", "reading"),
            ),
        },
    ),
)

THEMES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "the sea": {
        "news": ("harbour", "fishing", "tides", "sailing", "ferry", "shipping", "ocean science", "lighthouse"),
        "music": ("sea", "river"),
        "courses": ("sea", "tides", "fish", "lighthouse", "swimming"),
    },
    "food": {
        "news": ("food", "farming", "nutrition", "market"),
        "music": ("cooking", "tea", "coffee", "dinner"),
        "courses": ("cooking", "bread", "baking", "dinner", "vegetables", "tea"),
    },
    "family": {
        "news": ("children", "schools", "elderly care"),
        "music": ("family", "kids", "lullaby", "wedding"),
        "courses": ("family", "kids", "elderly care", "gift"),
    },
    "old times": {
        "news": ("heritage", "archaeology", "museum", "fossils", "crafts"),
        "music": ("nostalgic", "vinyl crackle", "storytelling", "homesick"),
        "courses": ("heritage", "museum", "folklore", "mending", "storytelling"),
    },
    "moving": {
        "news": ("fitness", "running", "swimming", "cycling", "rowing", "youth sport"),
        "music": ("running", "gym", "walking", "triumphant"),
        "courses": ("walking", "running", "strength", "bicycle", "swimming"),
    },
    "weather": {
        "news": ("storm", "rain", "fog", "heat", "forecast"),
        "music": ("rain", "snow", "winter", "autumn", "spring"),
        "courses": ("weather", "rain", "winter", "summer", "autumn", "spring"),
    },
    "living things": {
        "news": ("wildlife", "birds", "animals", "insects", "trees", "rewilding"),
        "music": ("field recording", "mountains", "harvest", "horsehead fiddle"),
        "courses": ("garden", "wildlife", "birds", "insects", "trees", "seeds"),
    },
    "work": {
        "news": ("jobs", "wages", "prices", "small business", "strike"),
        "music": ("work", "commute", "focus", "study"),
        "courses": ("work", "meetings", "jobs", "focus", "small business"),
    },
    "machines": {
        "news": ("ai", "robots", "startups", "apps", "smartphones"),
        "music": ("drum machine", "samples", "hypnotic", "tense"),
        "courses": ("ai", "automation", "electrics", "python", "synth"),
    },
    "on the road": {
        "news": ("roads", "trams", "tourism", "cycling"),
        "music": ("road trip", "night drive", "train", "farewell"),
        "courses": ("travel", "commute", "maps", "camping"),
    },
    "stage": {
        "news": ("festival", "music", "theatre", "film"),
        "music": ("party", "singalong", "karaoke", "dance floor"),
        "courses": ("singing", "film", "festival", "choir", "jazz"),
    },
    "calm": {
        "news": ("sleep", "mental health", "books", "peat"),
        "music": ("calm", "meditation", "sleep", "intimate"),
        "courses": ("sleep", "mental health", "meditation", "breathing", "tai chi"),
    },
    "each other": {
        "news": ("neighbours", "volunteers", "charity", "lost and found"),
        "music": ("friendship", "campfire", "village", "handclaps"),
        "courses": ("neighbours", "friendship", "conversation", "village"),
    },
}
"""Tags of each theme by scenario. Everybody has two themes, drawn without regard to the group."""


def check_tables(scenario: str, categories: Iterable[str], tags: Iterable[str]) -> None:
    """ValueError names a category or tag of the tables that no item of ``scenario`` has."""
    tastes = [group.tastes[scenario] for group in GROUPS]
    named = {tag for words in (*(t.tags for t in tastes), *(t[scenario] for t in THEMES.values())) for tag in words}
    missing = {name for taste in tastes for name in taste.categories} - set(categories) | named - set(tags)
    if missing:
        raise ValueError(f"town.py names what {scenario} does not have: {', '.join(sorted(missing))}")
