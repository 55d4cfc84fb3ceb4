"""A real server of the app, and a page of it opened in a browser."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Page

from recsys.settings import ROOT

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
START_SECONDS = 180


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """One app process on a port of its own."""

    def __init__(self, state_dir: Path, **environment: str) -> None:
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.log_path = state_dir / f"server-{self.port}.log"
        env = {**os.environ, "RECSYS_STATE_DIR": str(state_dir), **environment}
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(self.port)]
        self._log = self.log_path.open("w")
        self.process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=self._log, stderr=subprocess.STDOUT)

    def wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"the server stopped:\n{self.log_path.read_text()}")
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=1):
                    return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError(f"the server is not up after {START_SECONDS} s:\n{self.log_path.read_text()}")

    def stop(self, kill: bool = False) -> None:
        (self.process.kill if kill else self.process.terminate)()
        self.process.wait(timeout=20)
        self._log.close()


def settle(page: Page) -> None:
    """Wait until the page is connected and no script runs."""
    page.locator("[data-testid='stApp'][data-test-connection-state='CONNECTED']").wait_for(state="attached")
    page.wait_for_timeout(120)  # the run a click asked for must have begun before its end can be awaited
    page.locator("[data-testid='stApp'][data-test-script-state='notRunning']").wait_for(state="attached")


def open_page(page: Page, url: str) -> None:
    """Go to ``url`` and wait until the page stands."""
    page.goto(url)
    page.locator("[data-testid='stMainBlockContainer'] h1").first.wait_for(timeout=30_000)
    settle(page)
