"""Behind `textunes bench composer`: how fast the composer is against real time, and the memory that it takes.

Each length is measured in a process of its own, warm (the piece has been played before, so instruments are decoded),
from a brief to a master as the bot makes it.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

from core.audio.clip import Clip
from core.audio.mastering import Mastering, Target
from core.brief import Brief
from core.catalog import Catalog
from core.engines.composer.engine import Composer
from core.engines.composer.sound.soundfont import SoundFiles
from core.engines.engine import Done, Failed, Partial, Progress, Request
from core.evaluation.report import Figure, OnProgress, Report
from core.evaluation.report import Target as Goal

LENGTHS = (30.0, 60.0, 180.0, 300.0)
GENRES = ("lofi", "jazz", "edm", "orchestral")
SEED = 1
FIRST_SECONDS = 2.0
RENDER_GOALS = {30.0: 1.5}
MEMORY_GOALS = {180.0: 500.0, 300.0: 600.0}
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


def bench_composer(on_progress: OnProgress = lambda _fraction, _what: None) -> Report:
    """Stage times for 30 s in several genres, and times, memory and linearity for 30 to 300 s.

    Raises:
        EngineUnavailable: FluidSynth or a soundfont is missing.
    """
    tasks = [*((genre, LENGTHS[0]) for genre in GENRES), *((GENRES[-1], seconds) for seconds in LENGTHS[1:])]
    runs: dict[tuple[str, float], Run] = {}
    for number, (genre, seconds) in enumerate(tasks):
        on_progress(number / len(tasks), f"{genre}, {seconds:g} s")
        runs[genre, seconds] = measured_apart(genre, seconds)
    conditions = (
        f"{os.cpu_count()} processors, soundfont {SoundFiles.find().soundfont.name}; warm, seed {SEED}; "
        f"lengths over 30 s in {GENRES[-1]}",
    )
    return Report("Composer", tuple(figures(runs)), conditions)


def figures(runs: dict[tuple[str, float], Run]) -> Iterator[Figure]:
    for (genre, seconds), run in runs.items():
        name = f"composer.{genre}_{seconds:g}s"
        goal = RENDER_GOALS.get(seconds)
        yield Figure(
            name=f"{name}.total", value=run.total, unit="s", target=Goal("at most", goal) if goal else None,
            note=f"{seconds / run.total:.0f} × real time; processor {run.processor:.2f} s",
        )  # fmt: skip
        yield Figure(name=f"{name}.compose", value=run.compose, unit="s")
        yield Figure(name=f"{name}.render_and_mix", value=run.render, unit="s")
        yield Figure(name=f"{name}.master", value=run.master, unit="s")
        yield Figure(name=f"{name}.first_audio", value=run.first_audio, unit="s", target=Goal("at most", 0.5))
        memory = MEMORY_GOALS.get(seconds)
        yield Figure(
            name=f"{name}.memory", value=run.peak, unit="MiB", target=Goal("at most", memory) if memory else None
        )
    longest, shortest = runs[GENRES[-1], LENGTHS[-1]], runs[GENRES[-1], LENGTHS[0]]
    cost = longest.processor / LENGTHS[-1] / (shortest.processor / LENGTHS[0])
    yield Figure(
        name="composer.linearity", value=cost, target=Goal("at most", LINEARITY),
        note=f"processor time per second of a piece of {LENGTHS[-1]:g} s over that of one of {LENGTHS[0]:g} s",
    )  # fmt: skip


def measured_apart(genre: str, seconds: float) -> Run:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(measured, genre, seconds).result()


def measured(genre: str, seconds: float) -> Run:
    composer = Composer(Catalog.load(), SoundFiles.find())
    brief = Brief(genres=(genre,), seed=SEED, duration=seconds)
    try:
        _made(composer, brief.model_copy(update={"duration": LENGTHS[0]}))
        begun, spent = time.perf_counter(), time.process_time()
        clip, crest, composed, first = _made(composer, brief)
        rendered = time.perf_counter()
        Mastering(clip).to(Target(crest=crest))
        return Run(
            compose=composed - begun,
            first_audio=first - begun,
            render=rendered - composed,
            master=time.perf_counter() - rendered,
            processor=time.process_time() - spent,
            peak=peak_memory(),
        )
    finally:
        composer.close()


def _made(composer: Composer, brief: Brief) -> tuple[Clip, float | None, float, float]:
    """The clip and the crest that it wants, and when the score and when the first seconds of audio were there."""
    composer.add(Request(id="bench", brief=brief, caption=""))
    composed = first = 0.0
    while not composer.idle:
        for event in composer.step():
            if isinstance(event, Progress) and event.stage == "render" and not composed:
                composed = time.perf_counter()
            elif isinstance(event, Partial) and not first:
                heard = (event.start + event.clip.frames) / event.clip.sample_rate
                first = time.perf_counter() if heard >= FIRST_SECONDS else 0.0
            elif isinstance(event, Done):
                return event.composition.clip, event.composition.crest, composed, first
            elif isinstance(event, Failed):
                raise event.error
    raise RuntimeError("the composer came to an end without a piece")


def peak_memory() -> float:
    """The most memory that this process has held, in MiB."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20
