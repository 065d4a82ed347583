"""How long texts take to read, and how much memory that takes."""

from __future__ import annotations

import resource
import time
from statistics import median

from core.brief import Brief
from core.evaluation.report import Figure, OnProgress, Report, Target
from core.text.opening import open_reader
from core.text.reader import Reader

PARAGRAPH = (
    "The village woke to birdsong, and children ran laughing through the warm streets. Then the sky went dark. A horn "
    "sounded from the hills, and everyone knew what it meant. For three days they hid in the cold caves, hungry and "
    "silent. On the fourth morning they came down together, and slowly, with songs, they began to build again.\n\n"
)
TARGETS = {500: 0.15, 20_000: 3.0, 200_000: 20.0}
RUNS = {500: 7, 20_000: 3, 200_000: 1}
KILOBYTES_A_MEGABYTE = 1024


def bench_text(on_progress: OnProgress) -> Report:
    """Warm reading of 500, 20,000 and 200,000 characters; peak memory above that before the reader was opened."""
    before = _peak_kilobytes()
    reader = open_reader()
    reader.read(PARAGRAPH, "en", Brief(seed=0))
    figures = []
    for position, (length, target) in enumerate(TARGETS.items()):
        on_progress(position / len(TARGETS), f"{length:,} characters")
        text = (PARAGRAPH * (length // len(PARAGRAPH) + 1))[:length]
        seconds = median(_seconds(reader, text) for _ in range(RUNS[length]))
        name = f"text.read_{length}"
        figures.append(Figure(name=name, value=seconds, unit="s", target=Target("at most", target)))
    memory = (_peak_kilobytes() - before) / KILOBYTES_A_MEGABYTE
    figures.append(Figure(name="text.memory", value=memory, unit="MB", target=Target("at most", 250)))
    return Report("Reading texts", tuple(figures), ("English prose, one process, warm; medians",))


def _seconds(reader: Reader, text: str) -> float:
    began = time.perf_counter()
    reader.read(text, "en", Brief(seed=0))
    return time.perf_counter() - began


def _peak_kilobytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
