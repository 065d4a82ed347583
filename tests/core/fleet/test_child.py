import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from core.fleet.child import environment


def test_secrets_of_the_bot_do_not_reach_an_engine(monkeypatch):
    monkeypatch.setenv("TEXTUNES_DISCORD__TOKEN", "hidden")
    monkeypatch.setenv("SOME_API_KEY", "hidden")
    monkeypatch.setenv("LANG", "ko_KR.UTF-8")
    passed = environment()
    assert "hidden" not in passed.values()
    assert (passed["LANG"], passed["OMP_NUM_THREADS"]) == ("ko_KR.UTF-8", "1")


def test_the_bot_needs_no_numpy_to_drive_a_fleet():
    program = "import sys, core.fleet.local; sys.exit(bool({'numpy', 'scipy', 'torch'} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


BOT = """
import asyncio
from tests.core.fleet.test_local import *
async def main():
    fleet = LocalFleet(PLAN, workers=1)
    async for event in fleet.run(work(1, "KEYWORD")):
        print(workers()[0].pid, file=sys.stderr, flush=True)
asyncio.run(main())
"""


@pytest.mark.parametrize("keyword", ["slow", "wedge"])
def test_an_engine_dies_with_its_bot(keyword):
    bot = subprocess.Popen([sys.executable, "-c", BOT.replace("KEYWORD", keyword)], stderr=subprocess.PIPE)
    engine = psutil.Process(int(bot.stderr.readline()))
    assert engine.is_running()

    os.kill(bot.pid, signal.SIGKILL)
    bot.wait()

    deadline = time.monotonic() + 5
    while engine.is_running() and engine.status() != psutil.STATUS_ZOMBIE and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not engine.is_running() or engine.status() == psutil.STATUS_ZOMBIE
