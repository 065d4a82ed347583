"""What TexTuneS costs while nothing is asked of it: memory of the idle bot, and the time to the first line of help."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from core.evaluation.report import Figure, OnProgress, Report, Target

HELPS = 9
SETTLE_SECONDS = 5.0
MEGABYTE = 1024 * 1024


def bench_idle(on_progress: OnProgress) -> Report:
    """Start the real thing in a folder of its own, without tokens."""
    on_progress(0.0, "help")
    times = [_help_seconds() for _ in range(HELPS)]
    on_progress(0.5, "idle bot")
    memory = _idle_bytes() / MEGABYTE
    figures = (
        Figure(name="idle.help_seconds", value=median(times), unit="s", target=Target("at most", 0.5)),
        Figure(name="idle.bot_memory", value=memory, unit="MB", target=Target("at most", 150)),
    )
    conditions = (
        f"help: median of {HELPS} runs; memory: resident size of the bot with the playground, after the engines said "
        "what they can, without the engines' own process",
    )
    return Report("Idle", figures, conditions)


def _help_seconds() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "bot", "--help"], stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def _idle_bytes() -> int:
    with tempfile.TemporaryDirectory() as folder:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TEXTUNES_")}
        environment = {**kept, "TEXTUNES_DATA_DIR": folder, "TEXTUNES_WEB__PORT": "0", "PYTHONUNBUFFERED": "1"}
        command = [sys.executable, "-m", "bot", "serve"]
        with subprocess.Popen(  # noqa: S603 - our own program
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
        ) as bot:
            try:
                if bot.stdout is not None:
                    bot.stdout.readline()
                time.sleep(SETTLE_SECONDS)
                return _resident_bytes(bot.pid)
            finally:
                bot.send_signal(signal.SIGTERM)


def _resident_bytes(pid: int) -> int:
    """Resident set size, from /proc (Linux) or psutil elsewhere."""
    statm = Path(f"/proc/{pid}/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    import psutil  # noqa: PLC0415 - a dev extra, needed only where there is no /proc

    return int(psutil.Process(pid).memory_info().rss)
