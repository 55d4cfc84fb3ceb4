"""Launcher: ``streamlit run app.py`` or ``python app.py`` serves the app on localhost:8501 once it is warm."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import streamlit as st
from starlette.middleware import Middleware

from recsys.ui import memory
from recsys.ui.headers import SecurityHeaders
from recsys.ui.start import start

ROOT = Path(__file__).resolve().parent
memory.few_arenas()


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, bool]]:
    """Warm up before the port opens, then keep the collector away from what stays for ever."""
    await anyio.to_thread.run_sync(start)
    memory.settle()
    yield {"ready": True}


app = st.App(ROOT / "recsys" / "ui" / "main.py", lifespan=lifespan, middleware=[Middleware(SecurityHeaders)])

if __name__ == "__main__":
    app.run()
