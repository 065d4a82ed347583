"""Behind `textunes bench composer`: how fast the composer is against real time, and the memory that it takes.

Every style is measured for 30 s, warm (the piece has been played before, so instruments are decoded), from a brief to
a master as the bot makes it. Long pieces are measured each in a process of its own.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import TypeVar

from core.audio.mastering import Mastering
from core.audio.mastering import Target as MasterTarget
from core.brief import Brief
from core.catalog import Catalog
from core.engines.composer.engine import Composer
from core.engines.composer.sound.soundfont import SoundFiles
from core.engines.composer.style import StyleBook
from core.engines.engine import Composition, Done, Failed, Partial, Progress, Request
from core.evaluation.report import Figure, OnProgress, Report, Target
from core.piece import Order
from core.studio import Studio

Found = TypeVar("Found")

SECONDS = 30.0
LONG = (60.0, 180.0, 300.0)
LONG_GENRE = "orchestral"
SEED = 1
FIRST_SECONDS = 2.0
SHOWN = 10
"""How many of the slowest styles are told stage by stage."""

SECONDS_GOAL, FIRST_GOAL = 1.5, 0.5
MEMORY_GOALS: Mapping[float, float] = {180.0: 500.0, 300.0: 600.0}
LINEARITY = 1.25
"""Most that a second of a long piece may cost in seconds of a short one."""


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds of wall time for each stage, until two seconds of audio were there, and of processor time for all.

    `peak` is the most memory that the process has held, in MiB.
    """

    compose: float
    first_audio: float
    render: float
    master: float
    processor: float
    peak: float

    @property
    def total(self) -> float:
        return self.compose + self.render + self.master


def bench_composer(
    on_progress: OnProgress = lambda _fraction, _what: None, *, styles: Sequence[str] = (), long: Sequence[float] = LONG
) -> Report:
    """Stage times for 30 s in all styles (or those named), and times, memory and linearity for long pieces.

    Raises:
        EngineUnavailable: FluidSynth or a soundfont is missing.
    """
    files = SoundFiles.find()
    book = [style for style in StyleBook.read() if not styles or style.id in styles]
    steps = len(book) + len(long) + 2
    composer = Composer(Catalog.load(), files)
    runs: dict[str, Run] = {}
    try:
        for number, style in enumerate(book):
            on_progress(number / steps, style.name)
            brief = Brief(genres=(style.genres[0],), seed=SEED, duration=SECONDS)
            made(composer, brief)
            runs[style.id] = mastered(composer, brief)
    finally:
        composer.close()
    lengths: dict[float, Run] = {}
    for number, seconds in enumerate((SECONDS, *long)):
        on_progress((len(book) + number) / steps, f"{LONG_GENRE}, {seconds:g} s")
        lengths[seconds] = apart(measured, LONG_GENRE, seconds)
    on_progress((steps - 1) / steps, f"{LONG_GENRE}, {max(lengths):g} s, stems")
    stems_peak = apart(finished_with_stems, LONG_GENRE, max(lengths))
    conditions = (
        f"{os.cpu_count()} processors, soundfont {files.soundfont.name}; warm, seed {SEED}",
        f"{len(runs)} styles of {SECONDS:g} s, the slowest in detail; long pieces in {LONG_GENRE}",
    )
    return Report(
        "Composer", (*style_figures(runs), *length_figures(lengths), stem_figure(max(lengths), stems_peak)), conditions
    )


def style_figures(runs: Mapping[str, Run]) -> Iterator[Figure]:
    """How all styles do, and the slowest ones stage by stage."""
    totals = [run.total for run in runs.values()]
    slowest = sorted(runs, key=lambda style: -runs[style].total)
    yield Figure(
        name="styles.median", value=median(totals), unit="s", note=f"{SECONDS / median(totals):.0f} × real time"
    )
    yield Figure(name="styles.slowest", value=max(totals), unit="s", target=Target("at most", SECONDS_GOAL))
    yield Figure(
        name="styles.in_time", value=100 * sum(total <= SECONDS_GOAL for total in totals) / len(totals), unit="%",
        note=f"within {SECONDS_GOAL:g} s",
    )  # fmt: skip
    yield Figure(name="styles.median_first_audio", value=median(run.first_audio for run in runs.values()), unit="s")
    yield Figure(
        name="styles.slowest_first_audio", value=max(run.first_audio for run in runs.values()), unit="s",
        target=Target("at most", FIRST_GOAL), note=f"until {FIRST_SECONDS:g} s can be heard",
    )  # fmt: skip
    yield Figure(name="styles.most_processor", value=max(run.processor for run in runs.values()), unit="s")
    for style in slowest[:SHOWN]:
        run = runs[style]
        yield Figure(
            name=f"slowest.{style}", value=run.total, unit="s", target=Target("at most", SECONDS_GOAL),
            note=f"{SECONDS / run.total:.0f} × real time; compose {run.compose:.2f}, render and mix {run.render:.2f}, "
            f"master {run.master:.2f}, first audio {run.first_audio:.2f}; processor {run.processor:.2f}",
        )  # fmt: skip


def length_figures(runs: Mapping[float, Run]) -> Iterator[Figure]:
    for seconds, run in runs.items():
        name = f"length.{seconds:g}s"
        yield Figure(
            name=f"{name}.total", value=run.total, unit="s",
            note=f"{seconds / run.total:.0f} × real time; processor {run.processor:.2f} s",
        )  # fmt: skip
        memory = MEMORY_GOALS.get(seconds)
        yield Figure(
            name=f"{name}.memory", value=run.peak, unit="MiB", target=Target("at most", memory) if memory else None
        )
    longest, shortest = max(runs), min(runs)
    yield Figure(
        name="length.linearity", target=Target("at most", LINEARITY),
        value=runs[longest].processor / longest / (runs[shortest].processor / shortest),
        note=f"processor time per second of a piece of {longest:g} s over that of one of {shortest:g} s",
    )  # fmt: skip


def stem_figure(seconds: float, peak: float) -> Figure:
    memory = MEMORY_GOALS.get(seconds)
    return Figure(
        name=f"length.{seconds:g}s_with_stems.memory", value=peak, unit="MiB",
        target=Target("at most", memory) if memory else None, note="mastered, encoded, and every stem as 24-bit FLAC",
    )  # fmt: skip


def apart(measure: Callable[[str, float], Found], genre: str, seconds: float) -> Found:
    """What a measurement finds in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(measure, genre, seconds).result()


def measured(genre: str, seconds: float) -> Run:
    composer = Composer(Catalog.load(), SoundFiles.find())
    brief = Brief(genres=(genre,), seed=SEED, duration=seconds)
    try:
        made(composer, brief.model_copy(update={"duration": SECONDS}))
        return mastered(composer, brief)
    finally:
        composer.close()


def mastered(composer: Composer, brief: Brief) -> Run:
    begun, spent = time.perf_counter(), time.process_time()
    composition, composed, first = made(composer, brief)
    rendered = time.perf_counter()
    Mastering(composition.clip).to(MasterTarget(crest=composition.crest))
    return Run(
        compose=composed - begun,
        first_audio=first - begun,
        render=rendered - composed,
        master=time.perf_counter() - rendered,
        processor=time.process_time() - spent,
        peak=peak_memory(),
    )


def finished_with_stems(genre: str, seconds: float) -> float:
    """The most memory in MiB that a process takes for a piece with all its files."""
    composer = Composer(Catalog.load(), SoundFiles.find())
    brief = Brief(genres=(genre,), seed=SEED, duration=seconds)
    request = Request(id="bench", brief=brief, caption="", stems=True)
    try:
        composed = [made(composer, brief, stems=True)[0]]
        Studio(composer.info).finish(request, Order(stems=True), composed.pop(), began=0.0)
        return peak_memory()
    finally:
        composer.close()


def made(composer: Composer, brief: Brief, *, stems: bool = False) -> tuple[Composition, float, float]:
    """What was composed, and when the score and when the first seconds of audio were there."""
    composer.add(Request(id="bench", brief=brief, caption="", stems=stems))
    composed = first = 0.0
    while not composer.idle:
        for event in composer.step():
            if isinstance(event, Progress) and event.stage == "render" and not composed:
                composed = time.perf_counter()
            elif isinstance(event, Partial) and not first:
                heard = (event.start + event.clip.frames) / event.clip.sample_rate
                first = time.perf_counter() if heard >= min(FIRST_SECONDS, brief.duration) else 0.0
            elif isinstance(event, Done):
                return event.composition, composed, first
            elif isinstance(event, Failed):
                raise event.error
    raise RuntimeError("the composer came to an end without a piece")


def peak_memory() -> float:
    """The most memory that this process has held, in MiB.

    Where Linux tells it, from its own status: what getrusage says counts the process from which this one was forked.
    """
    status = Path("/proc/self/status")
    if status.exists():
        own = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(own.split()[1]) / 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20
