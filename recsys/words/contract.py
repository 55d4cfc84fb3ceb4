"""What writers of words share: the evidence they may use, the claims they make, and the receipt of what really ran.

Nothing here computes. Reviews and descriptions are data: whatever they ask for changes neither task nor form.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

TaskName = Literal["describe", "why_these", "label"]
"""``describe`` one item; say ``why_these`` items are on one list; name what items have in common (``label``)."""
Language = Literal["en", "zh"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence or one field of a record that may be quoted."""

    evidence_id: str
    """Unique within a job, short enough to be cited: ``d1`` (description), ``r3.2`` (third review), ``f.price``."""
    text: str
    """As it stands in its source, character by character; a field reads ``name: value``."""
    source: str
    """Where it comes from, in plain words: ``description``, ``review, 4 stars``, ``record``."""
    item_id: str


@dataclass(frozen=True, slots=True)
class Job:
    """What should be written, and all that may be used for it."""

    task: TaskName
    subject: str
    """The item's title, or what the list is."""
    evidence: tuple[Evidence, ...]
    language: Language = "en"
    n_claims: int = 3
    """At most so many sentences."""
    wanted: str = ""
    """What the person asked for or seems to like, in words; "" for nothing. Data, like the evidence."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence with what it rests on."""

    text: str
    cites: tuple[str, ...]
    """Ids of the evidence it names as its source."""
    struck: str = ""
    """Why it does not stand, in one plain sentence; "" when it stands."""


@dataclass(frozen=True, slots=True)
class Wrote:
    """What really ran for one piece of text."""

    engine: str
    """``extractive`` or ``endpoint``: who wrote the claims that stand."""
    model: str = ""
    """Name of the language model that was asked; "" for none."""
    ms: float = 0.0
    tokens_in: int = 0
    tokens_out: int = 0
    """As the service counts them; 0 when it was not asked or does not say."""
    cached: bool = False
    """Whether the answer was kept from before: then nothing was sent and nothing spent."""
    fallback: str = ""
    """One sentence: why another engine than the one asked for wrote this; "" when nothing went wrong."""


@dataclass(frozen=True, slots=True)
class Written:
    """Claims in reading order, those that do not stand among them, and the receipt."""

    claims: tuple[Claim, ...]
    wrote: Wrote

    @property
    def text(self) -> str:
        """The claims that stand, as one text; "" when none does."""
        return " ".join(claim.text for claim in self.claims if not claim.struck)


class Engine(Protocol):
    """Whoever writes."""

    name: str

    def write(self, job: Job, on_text: Callable[[str], None] | None = None) -> Written:
        """Claims for ``job``; ``on_text`` hears of the text so far while it grows.

        Raises WriterError (one sentence for the visitor) when nothing usable came; never returns a claim without a
        citation, and never one that it knows to be wrong.
        """
        ...
