"""What ``scenario.toml`` says of how a house ranks: one file in a folder of data, and the engine does the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from recsys.data import catalogue
from recsys.data.loaders.sample import ABOUT, told_by
from recsys.errors import DataError, RecsysError
from recsys.models.setting import Setting
from recsys.rerank.setting import ChainSetting

USUAL_FACTS = ("year", "price")
"""Columns shown on a card where nobody said which."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One strategy of the policy, and why the house wants it."""

    strategy: str
    """Name in ``recsys.rerank.RERANKERS``."""
    why: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """How one dataset is ranked unless a visitor wants otherwise."""

    name: str
    goal: str = ""
    """What the house is after, in one sentence; "" where nobody said."""
    facts: tuple[str, ...] = USUAL_FACTS
    """Columns of the items shown on every card, in this order."""
    ranker: Setting | None = None
    """The recommender of the Live page; None leaves the app's."""
    policy: ChainSetting = field(default_factory=ChainSetting)
    """The strategies that re-rank, with their knobs."""
    rules: tuple[Rule, ...] = ()
    """The same with their reasons, as written."""
    in_force: bool = False
    """Whether the policy re-ranks before anybody asks for it."""
    meter: bool = False
    """Whether the Live page shows the filter-bubble meter."""
    trouble: str = ""
    """What is wrong with the file, in one sentence; nothing of it is used then."""

    @property
    def chain(self) -> ChainSetting:
        """What re-ranks the Live page before a visitor chooses."""
        return self.policy if self.in_force else ChainSetting()


def scenario_of(name: str) -> Scenario:
    """The scenario of the dataset ``name``; a plain one for data without a file. Never fails: see ``trouble``."""
    folder = next((ref.folder for ref in catalogue.available() if ref.name == name), None)
    return Scenario(name) if folder is None else _read(folder, _stamp(folder / ABOUT))


def _stamp(path: Path) -> int:
    return path.stat().st_mtime_ns if path.is_file() else 0


@lru_cache(maxsize=64)
def _read(folder: Path, _stamp: int) -> Scenario:
    try:
        return scenario_from(folder.name, told_by(folder))
    except RecsysError as error:
        return Scenario(folder.name, trouble=str(error))


def scenario_from(name: str, told: Mapping[str, Any]) -> Scenario:
    """Check what a file says; DataError says in one sentence which line cannot be used and why."""
    try:
        policy = told.get("policy", {})
        steps = policy.get("steps", [])
        return Scenario(
            name,
            str(told.get("goal", "")),
            tuple(str(column) for column in told.get("facts", USUAL_FACTS)),
            _ranker(told.get("model")),
            ChainSetting.of({step["strategy"]: step.get("knobs", {}) for step in steps}),
            tuple(Rule(step["strategy"], str(step.get("why", ""))) for step in steps),
            bool(policy.get("in_force", False)),
            bool(told.get("bubble_meter", False)),
        )
    except KeyError as error:
        raise DataError(f"{ABOUT} of {name} has an entry without {error}") from error
    except (RecsysError, ValueError, TypeError, AttributeError) as error:
        raise DataError(f"{ABOUT} of {name} cannot be used: {error}") from error


def _ranker(told: Mapping[str, Any] | None) -> Setting | None:
    if told is None:
        return None
    setting = Setting.of(told["name"], told.get("knobs", {}))
    setting.build()
    return setting
