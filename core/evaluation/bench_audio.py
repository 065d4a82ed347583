"""How fast audio is finished: mastering, encoding, measuring and drawing, and the memory that a long piece takes.

Behind `textunes bench audio`. The sound is synthetic and dense, so that limiter and codecs have their full work.
"""

from __future__ import annotations

import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from typing import get_args

import numpy as np

from core.audio.clip import Clip
from core.audio.encoding import encode
from core.audio.levels import measure
from core.audio.mastering import Mastering, Target
from core.audio.release import release
from core.audio.waveform import peaks, waveform_png
from core.evaluation.report import Figure, OnProgress, Report
from core.evaluation.report import Target as Goal
from core.piece import AudioFormat

SECONDS = 30.0
LONG_SECONDS = 180.0
SAMPLE_RATE = 44_100
REPEATS = 3
DENSE = Target(crest=10.0)


def bench_audio(on_progress: OnProgress = lambda _fraction, _what: None) -> Report:
    """Best of three on one core for 30 s of stereo at 44.1 kHz; peak memory for 180 s in a process of its own."""
    mix = programme(SECONDS)
    master = Mastering(mix).to(Target())
    tasks: list[tuple[str, Callable[[], object], Goal | None]] = [
        ("master.gentle_30s", lambda: Mastering(mix).to(Target()), Goal("at most", 0.4)),
        ("master.dense_30s", lambda: Mastering(mix).to(DENSE), Goal("at most", 0.4)),
        ("measure_30s", lambda: measure(master), None),
        ("waveform_30s", lambda: (waveform_png(master), peaks(master)), None),
    ]
    for kind in get_args(AudioFormat):
        goal = Goal("at most", 1.0) if kind == "mp3" else None
        tasks.append((f"encode.{kind}_30s", lambda kind=kind: encode(master, kind), goal))  # type: ignore[misc]
    tasks.append(("release.mp3_30s", lambda: release(Mastering(mix), "mp3", Target()), None))
    figures: list[Figure] = []
    for number, (name, task, goal) in enumerate(tasks):
        on_progress(number / (len(tasks) + 1), name)
        figures.extend(timed(name, task, goal))
    on_progress(len(tasks) / (len(tasks) + 1), "memory")
    figures.append(memory())
    return Report("Audio", tuple(figures), conditions())


def timed(name: str, task: Callable[[], object], goal: Goal | None) -> tuple[Figure, Figure]:
    best = min(seconds(task) for _ in range(REPEATS))
    return (
        Figure(name=name, value=round(best, 3), unit="s", target=goal),
        Figure(name=f"realtime.{name}", value=round(SECONDS / best), unit="×"),
    )


def seconds(task: Callable[[], object]) -> float:
    began = time.perf_counter()
    task()
    return time.perf_counter() - began


def memory() -> Figure:
    """Peak resident memory of a fresh process that masters and encodes three minutes."""
    program = f"from core.evaluation.bench_audio import peak_megabytes; print(peak_megabytes({LONG_SECONDS}))"
    printed = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout  # noqa: S603
    return Figure(name="memory_180s", value=round(float(printed)), unit="MB", target=Goal("at most", 500.0))


def peak_megabytes(length: float) -> float:
    """What this process has taken at most, once it has finished a piece of so many seconds."""
    release(Mastering(programme(length)), "mp3", Target())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def programme(length: float) -> Clip:
    """Chords, a bass and noisy drums in stereo, the same every time; made in pieces to take no memory of its own."""
    random = np.random.default_rng(0)
    samples = np.empty((2, round(length * SAMPLE_RATE)), np.float32)
    for start in range(0, samples.shape[1], SAMPLE_RATE):
        part = samples[:, start : start + SAMPLE_RATE]
        moment = (start + np.arange(part.shape[1], dtype=np.float32)) / SAMPLE_RATE
        part[:] = 0.1 * random.standard_normal(part.shape, np.float32) * np.exp(-20 * (moment % 0.25))
        for pitch, phase in ((55.0, 0.0), (220.0, 0.4), (277.2, 0.9), (329.6, 1.3), (1318.5, 2.0)):
            part[0] += 0.12 * np.sin(2 * np.pi * pitch * moment) * np.exp(-3 * (moment % 0.5))
            part[1] += 0.12 * np.sin(2 * np.pi * pitch * moment + phase) * np.exp(-3 * (moment % 0.5))
    return Clip(samples, SAMPLE_RATE)


def conditions() -> tuple[str, ...]:
    return (
        f"{SECONDS:g} s of synthetic stereo at {SAMPLE_RATE} Hz, best of {REPEATS}",
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}",
        "realtime.* is seconds of music finished in a second",
    )
