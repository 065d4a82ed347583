"""`textunes serve` as a process: it starts the playground without tokens, and stops when told to."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from adapters.terminal.serve import until_stopped
from core.errors import PersonError
from core.words import Words
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


async def refused() -> None:
    raise PersonError(Words("Slack does not accept the token.", "Slack이 토큰을 받아들이지 않습니다."))


async def test_a_refused_platform_is_given_up_while_others_serve(capsys: pytest.CaptureFixture[str]) -> None:
    stopped = asyncio.Event()

    async def serves() -> None:
        await asyncio.sleep(0)
        stopped.set()
        await asyncio.Event().wait()

    await until_stopped([refused(), serves()], stopped)
    assert capsys.readouterr().err == "Slack does not accept the token.\n"


async def test_a_refused_platform_that_was_the_last_ends_it_all() -> None:
    with pytest.raises(PersonError, match="token"):
        await until_stopped([refused()], asyncio.Event())


async def test_a_platform_that_breaks_ends_it_all() -> None:
    async def breaks() -> None:
        raise RuntimeError("bug")

    with pytest.raises(RuntimeError, match="bug"):
        await until_stopped([breaks()], asyncio.Event(), others=True)
