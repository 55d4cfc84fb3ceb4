"""Settings read from the environment, each with its default: the only reader of ``RECSYS_*``."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import platformdirs

ROOT = Path(__file__).resolve().parent.parent
"""Folder that holds ``app.py``, ``sample_data/`` and this package."""


@dataclass(frozen=True)
class Settings:
    """What the environment asked for."""

    cache_dir: Path
    """Exports of models and stored vectors; safe to delete (RECSYS_CACHE_DIR)."""
    datasets_dir: Path | None
    """A folder of downloaded public datasets, or None (RECSYS_DATASETS)."""
    encoder: str
    """``auto`` or the name of an encoder: minilm, lexical, st:<name or path> (RECSYS_ENCODER)."""
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


@lru_cache(maxsize=1)
def settings() -> Settings:
    """Read the environment once; tests call ``settings.cache_clear()`` after changing it."""
    cache = Path(os.environ.get("RECSYS_CACHE_DIR") or platformdirs.user_cache_dir("recsys-live"))
    state = Path(os.environ.get("RECSYS_STATE_DIR") or platformdirs.user_data_dir("recsys-live"))
    datasets = os.environ.get("RECSYS_DATASETS")
    return Settings(
        cache_dir=cache,
        datasets_dir=Path(datasets) if datasets else None,
        encoder=os.environ.get("RECSYS_ENCODER") or "auto",
        database_url=os.environ.get("RECSYS_DATABASE_URL") or f"sqlite:///{state / 'events.sqlite'}",
        cross_encoder=os.environ.get("RECSYS_CROSS_ENCODER", ""),
        llm_base_url=os.environ.get("RECSYS_LLM_BASE_URL", ""),
        llm_model=os.environ.get("RECSYS_LLM_MODEL", ""),
    )


def llm_key() -> str:
    """The key of the language service (RECSYS_LLM_KEY, else OPENAI_API_KEY); read when needed and kept nowhere."""
    return os.environ.get("RECSYS_LLM_KEY") or os.environ.get("OPENAI_API_KEY") or ""
