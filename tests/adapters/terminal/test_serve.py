"""`textunes serve` as a process: it starts the playground without tokens, and stops when told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from tests.adapters.terminal.conftest import ROOT


def test_without_tokens_the_playground_runs_and_says_so(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TEXTUNES_")}
    environment |= {
        "TEXTUNES_DATA_DIR": str(tmp_path),
        "TEXTUNES_WEB__PORT": "0",
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
    }
    command = [sys.executable, "-m", "bot", "serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=tmp_path) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        assert "No platform has a token" in said
        address = said.split()[2]
        with urllib.request.urlopen(f"{address}/health", timeout=10) as answer:
            assert answer.status == 200
        process.send_signal(signal.SIGTERM)
        began = time.monotonic()
        assert process.wait(timeout=60) == 0
        assert time.monotonic() - began < 60
