"""The language model's key may stand in Streamlit's file of secrets."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from recsys.settings import ROOT

KEY = "sk-in-a-file-of-secrets"
SAYS = """
from recsys.settings import llm_key, settings
settings()
from recsys.ui.start import read_secrets
read_secrets()
print(llm_key(), settings().llm_model, repr(settings()))
"""


def said(folder: Path) -> str:
    unset = {name: value for name, value in os.environ.items() if "LLM" not in name and name != "OPENAI_API_KEY"}
    call = [sys.executable, "-c", SAYS]
    done = subprocess.run(call, cwd=folder, env=unset | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert KEY not in done.stderr
    return done.stdout


def test_key_and_model_are_read_from_the_file_and_the_settings_do_not_show_the_key(tmp_path):
    (tmp_path / ".streamlit").mkdir()
    lines = f'RECSYS_LLM_KEY = "{KEY}"\nRECSYS_LLM_MODEL = "tiny"\n'
    (tmp_path / ".streamlit" / "secrets.toml").write_text(lines, encoding="utf-8")
    key, model, shown = said(tmp_path).split(" ", 2)
    assert (key, model) == (KEY, "tiny")
    assert KEY not in shown


def test_without_such_a_file_nothing_changes(tmp_path):
    assert said(tmp_path).startswith("  Settings(")
