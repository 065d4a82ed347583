"""The command line, run as people run it: in a process of its own, in an empty folder, without network or settings."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """`run("bgm", "genre:jazz")` is `textunes bgm genre:jazz`; keywords become environment variables."""

    def textunes(*arguments: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("TEXTUNES_", "LC_"))}
        settings = {"TEXTUNES_DATA_DIR": str(tmp_path / "data"), "LANG": "en_US.UTF-8", "PYTHONPATH": str(ROOT)}
        return subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=tmp_path,
            env={**inherited, **settings, "PYTHONUTF8": "1", **environment},
            timeout=150,
            check=False,
        )

    return textunes
