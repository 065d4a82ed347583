"""Player: a Score becomes sound, in blocks while it is being played or as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from math import log10

import numpy as np
import numpy.typing as npt

from core.audio.clip import Clip, Samples
from core.engines.composer.score import Score
from core.engines.composer.sound.clock import Clock
from core.engines.composer.sound.desk import Desk
from core.engines.composer.sound.ending import cut, faded, seamless
from core.engines.composer.sound.excerpts import course, excerpts, sustains, together
from core.engines.composer.sound.fluid import GRAIN
from core.engines.composer.sound.performance import Performance
from core.engines.composer.sound.soundfont import SoundFiles
from core.engines.composer.sound.sources import Orchestra

SAMPLE_RATE = 44_100
BLOCK = 700 * GRAIN
"""A little over a second: two of them are enough to begin to listen to."""
FADE = 0.25
BREATH = 0.45
"""Seconds before the end at which held notes are let go, so that they and the room die away inside the piece."""
SEAM = 0.03
LONGEST_RING = 2.5
KICKS = (35, 36)


@dataclass(frozen=True, slots=True)
class Block:
    """The next frames of the mix, shape (2, frames), beginning at frame `start`, and of its stems if asked for."""

    start: int
    mix: Samples
    stems: Mapping[str, Samples]


class Recording:
    """The whole piece, put together from its blocks: the mix, and by part name the stems that were asked for.

    Parts that play nothing have no stem; a style with vinyl has a stem of its noise. The stems add up to the mix.
    """

    def __init__(self, score: Score) -> None:
        self._mix = np.zeros((2, frames_of(score)), np.float32)
        self._stems: dict[str, Samples] = {}

    def add(self, block: Block) -> None:
        span = slice(block.start, block.start + block.mix.shape[-1])
        self._mix[:, span] = block.mix
        for name, samples in block.stems.items():
            self._stems.setdefault(name, np.zeros_like(self._mix))[:, span] = samples

    @property
    def mix(self) -> Clip:
        return Clip(self._mix, SAMPLE_RATE)

    @property
    def stems(self) -> dict[str, Clip]:
        return {name: Clip(samples, SAMPLE_RATE) for name, samples in self._stems.items()}


class Player:
    """Plays one score at a time; keeps instruments loaded between scores. Not thread-safe."""

    def __init__(self, files: SoundFiles) -> None:
        """Raises EngineUnavailable when FluidSynth or its soundfont cannot be used."""
        self._orchestra = Orchestra(files, SAMPLE_RATE)

    def close(self) -> None:
        self._orchestra.close()

    def render(self, score: Score, *, stems: bool = False) -> Recording:
        """The whole piece: exactly round(seconds · 44 100) frames, two channels, not mastered."""
        recording = Recording(score)
        for block in self.blocks(score, stems=stems):
            recording.add(block)
        return recording

    def blocks(self, score: Score, *, stems: bool = False) -> Iterator[Block]:
        """The piece in order, block by block, as it is being played.

        A loop is played as if it had been going round for a while: what rings over its end sounds at its beginning.
        """
        clock = Clock(score.tempo)
        performances = [Performance.of(part, clock) for part in score.parts if part.notes]
        if not score.loop:
            performances = [_let_go(performance, score.seconds - BREATH) for performance in performances]
        if not performances:
            yield Block(0, np.zeros((2, frames_of(score)), np.float32), {})
            return
        lead_in = _lead_in(score)
        staged = [_looped(performance, score.seconds, lead_in / SAMPLE_RATE) for performance in performances]
        desk = Desk(
            score,
            [performance.part for performance in performances],
            self._listen(performances, score),
            kicks=_kicks(staged),
            mix_loudness=_mix_loudness(performances, score.seconds),
            block=BLOCK,
            sample_rate=SAMPLE_RATE,
            stems=stems,
        )
        sources = self._orchestra.play(staged, score.seed)
        frames, seam = frames_of(score), min(round(SEAM * SAMPLE_RATE), lead_in)
        played = self._through(sources.render, desk, desk.delay + lead_in + frames)
        take = cut(played, desk.delay + lead_in - seam, frames + seam)
        start = 0
        for lanes in seamless(take, frames, seam) if lead_in else faded(take, frames, round(FADE * SAMPLE_RATE)):
            yield Block(start, lanes.sum(axis=0), dict(zip(desk.lanes, lanes, strict=False)))
            start += lanes.shape[-1]

    def _listen(self, performances: Sequence[Performance], score: Score) -> Samples:
        """Excerpts of each dry part, all parts at once though not of the same moments, shape (parts, 2, frames)."""
        shown, heard = zip(*(_excerpted(performance, score.seconds) for performance in performances), strict=True)
        frames = max(span.stop for spans in heard for span in spans)
        dry = self._orchestra.play(shown, score.seed).render(frames + -frames % GRAIN)
        quoted = np.zeros((len(shown), 2, max(_length(spans) for spans in heard)), np.float32)
        for own, sound, spans in zip(quoted, dry, heard, strict=True):
            own[:, : _length(spans)] = np.concatenate([sound[:, span] for span in spans], axis=-1)
        return quoted

    def _through(self, render: Callable[[int], Samples], desk: Desk, frames: int) -> Iterator[Samples]:
        """Blocks from the desk; the sources play the next one meanwhile, as FluidSynth leaves Python's lock alone."""
        counts = [min(BLOCK, frames - at) for at in range(0, frames, BLOCK)]
        counts[-1] += -counts[-1] % GRAIN
        with ThreadPoolExecutor(1, "sources") as ahead:
            coming = ahead.submit(render, counts[0])
            for count in [*counts[1:], 0]:
                dry = coming.result()
                if count:
                    coming = ahead.submit(render, count)
                yield desk.process(dry)


def frames_of(score: Score) -> int:
    return round(score.seconds * SAMPLE_RATE)


def _excerpted(performance: Performance, seconds: float) -> tuple[Performance, list[slice]]:
    """The excerpts of a part played one after another, and where in that, in frames, to listen."""
    shown = Performance(performance.part, (), ())
    heard: list[slice] = []
    at = 0.0
    for excerpt in excerpts(performance, seconds):
        shown = shown.then(performance.between(excerpt.approach, excerpt.end), at)
        first = round((at + excerpt.begin - excerpt.approach) * SAMPLE_RATE)
        heard.append(slice(first, first + _grains(excerpt.end - excerpt.begin)))
        at += excerpt.end - excerpt.approach
    return shown, heard


def _length(spans: Sequence[slice]) -> int:
    return sum(span.stop - span.start for span in spans)


def _mix_loudness(performances: Sequence[Performance], seconds: float) -> float:
    """What the parts come to together with their reverberation, when each has the loudness that it should."""
    return together(
        [course(performance, seconds) for performance in performances],
        [excerpts(performance, seconds) for performance in performances],
        [
            effects.loudness + 10 * log10(1 + effects.reverb**2)
            for effects in (performance.part.effects for performance in performances)
        ],
    )


def _let_go(performance: Performance, at: float) -> Performance:
    """Held notes that sound at a time end there; those of instruments that die away by themselves do not."""
    if not sustains(performance.part.voice):
        return performance
    notes = [
        replace(note, length=at - note.start) if note.start < at - BREATH and note.end > at else note
        for note in performance.notes
    ]
    return replace(performance, notes=tuple(notes))


def _grains(seconds: float) -> int:
    """Frames in whole grains."""
    return int(seconds * SAMPLE_RATE) // GRAIN * GRAIN


def _lead_in(score: Score) -> int:
    """Frames played before the beginning of a loop: long enough for what rings over its end to die away."""
    if not score.loop:
        return 0
    seconds = min(score.seconds, score.master.reverb_seconds + LONGEST_RING)
    return _grains(seconds)


def _looped(performance: Performance, seconds: float, lead_in: float) -> Performance:
    """The end of a round, and then the whole round."""
    if not lead_in:
        return performance
    return performance.between(seconds - lead_in, seconds).then(performance, lead_in)


def _kicks(performances: Sequence[Performance]) -> npt.NDArray[np.float64]:
    """When the kick drum sounds, in seconds."""
    drums = [performance for performance in performances if performance.part.role == "drums"]
    return np.array(sorted(note.start for drum in drums for note in drum.notes if note.pitch in KICKS))
