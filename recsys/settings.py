"""Settings read from the environment, each with its default: the only reader of ``RECSYS_*``."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

import platformdirs

ROOT = Path(__file__).resolve().parent.parent
"""Folder that holds ``app.py``, ``sample_data/`` and this package."""
LOOPBACK = ("localhost", "127.0.0.1", "::1")
"""Hosts that are this machine."""
MAX_TIMEOUT = 600.0
"""Seconds: nobody looks at a page for longer."""


@dataclass(frozen=True)
class Settings:
    """What the environment asked for."""

    cache_dir: Path
    """Exports of models and stored vectors; safe to delete (RECSYS_CACHE_DIR)."""
    datasets_dir: Path | None
    """A folder of downloaded public datasets, or None (RECSYS_DATASETS)."""
    scenarios_dir: Path | None
    """A folder of further scenarios, one folder each, or None (RECSYS_SCENARIOS)."""
    state_dir: Path
    """What people did and what was trained here; deleting it forgets both (RECSYS_STATE_DIR)."""
    training_priority: str
    """``idle``: trainings get what nobody else wants of the processors; ``normal``: their share (RECSYS_TRAINING)."""
    encoder: str
    """``auto`` or the name of an encoder: minilm, lexical, one made here, st:<name or path> (RECSYS_ENCODER)."""
    database_url: str
    """SQLAlchemy URL of the event log (RECSYS_DATABASE_URL); a file in the folder RECSYS_STATE_DIR by default.
    Deleting it forgets what people did."""
    cross_encoder: str
    """A cross-encoder for re-ranking, a folder or the name of a model on this machine; "" for none
    (RECSYS_CROSS_ENCODER)."""
    llm_base_url: str
    """Address of an OpenAI-compatible service, up to and with its /v1; "" for none (RECSYS_LLM_BASE_URL)."""
    llm_model: str
    """Name of the language model that service should use (RECSYS_LLM_MODEL)."""
    llm_timeout: float
    """Seconds within which its whole answer has to be there, above 0 (RECSYS_LLM_TIMEOUT)."""
    llm_price: tuple[float, float] | None
    """Dollars per million tokens sent and received (RECSYS_LLM_PRICE, as ``0.15,0.60``); None where it is not known."""


@lru_cache(maxsize=1)
def settings() -> Settings:
    """Read the environment once; tests call ``settings.cache_clear()`` after changing it."""
    cache = Path(os.environ.get("RECSYS_CACHE_DIR") or platformdirs.user_cache_dir("recsys-live"))
    state = Path(os.environ.get("RECSYS_STATE_DIR") or platformdirs.user_data_dir("recsys-live"))
    datasets, scenarios = os.environ.get("RECSYS_DATASETS"), os.environ.get("RECSYS_SCENARIOS")
    return Settings(
        cache_dir=cache,
        datasets_dir=Path(datasets) if datasets else None,
        scenarios_dir=Path(scenarios) if scenarios else None,
        state_dir=state,
        training_priority=_one_of("RECSYS_TRAINING", ("idle", "normal")),
        encoder=os.environ.get("RECSYS_ENCODER") or "auto",
        database_url=os.environ.get("RECSYS_DATABASE_URL") or f"sqlite:///{state / 'events.sqlite'}",
        cross_encoder=os.environ.get("RECSYS_CROSS_ENCODER", ""),
        llm_base_url=os.environ.get("RECSYS_LLM_BASE_URL", ""),
        llm_model=os.environ.get("RECSYS_LLM_MODEL", ""),
        llm_timeout=_seconds(os.environ.get("RECSYS_LLM_TIMEOUT") or "20"),
        llm_price=_price(os.environ.get("RECSYS_LLM_PRICE", "")),
    )


def llm_key() -> str:
    """The key of the language service (RECSYS_LLM_KEY, else OPENAI_API_KEY); read when needed and kept nowhere."""
    return os.environ.get("RECSYS_LLM_KEY") or os.environ.get("OPENAI_API_KEY") or ""


def llm_missing(private: bool) -> str:
    """Why the language service may not be asked about ``private`` or public data, and what to do; "" when it may."""
    address, model = settings().llm_base_url, settings().llm_model
    if not address or not model:
        lacking = [name for name, value in (("_BASE_URL", address), ("_MODEL", model)) if not value]
        names = " and ".join(f"RECSYS_LLM{name}" for name in lacking)
        return f"No language model is set: set {names} and start the app again."
    if private and not llm_is_here():
        return "Your own data are not sent to a language model elsewhere."
    return ""


def llm_is_here() -> bool:
    """Whether the language service runs on this machine, as far as its address says."""
    try:
        return urlsplit(settings().llm_base_url).hostname in LOOPBACK
    except ValueError:  # no address at all, such as http://[::1
        return False


def _one_of(name: str, words: tuple[str, ...]) -> str:
    word = os.environ.get(name) or words[0]
    if word not in words:
        raise ValueError(f"{name} should be {' or '.join(words)}, is now {word!r}")
    return word


def _seconds(text: str) -> float:
    seconds = _numbers(text)
    if len(seconds) != 1 or not 0 < seconds[0] <= MAX_TIMEOUT:
        raise ValueError(f"RECSYS_LLM_TIMEOUT should be seconds above 0, at most {MAX_TIMEOUT:g}, is now {text!r}")
    return seconds[0]


def _price(text: str) -> tuple[float, float] | None:
    if not text:
        return None
    prices = _numbers(text)
    if len(prices) != 2 or not all(0 <= price < math.inf for price in prices):
        raise ValueError(f"RECSYS_LLM_PRICE should be two prices like 0.15,0.60, is now {text!r}")
    return prices[0], prices[1]


def _numbers(text: str) -> list[float]:
    """The numbers between commas; none where one of them is no number."""
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        return []
