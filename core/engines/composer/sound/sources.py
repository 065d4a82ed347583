"""Sources: every part of a score as a stream of dry samples, whatever plays it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from core.audio.clip import Samples
from core.engines.composer.sound.fluid import FluidSynth
from core.engines.composer.sound.performance import Performance
from core.engines.composer.sound.soundfont import SoundFiles
from core.engines.composer.sound.voices.instrument import Instrument, InstrumentStream
from core.engines.composer.sound.voices.roster import ROSTER

OUTPUTS_STEP = 16


class Orchestra:
    """FluidSynth and the synthesised instruments, kept from piece to piece. One piece plays at a time."""

    def __init__(self, files: SoundFiles, sample_rate: int) -> None:
        self._files = files
        self._rate = sample_rate
        self._fluid = FluidSynth(files, sample_rate, OUTPUTS_STEP)
        self._instruments: dict[str, Instrument] = {}

    def close(self) -> None:
        self._fluid.close()

    def play(self, performances: Sequence[Performance], seed: int) -> Sources:
        """Begin to play; what was playing before ends."""
        sampled = [index for index, performance in enumerate(performances) if not self._instrument(performance)]
        if len(sampled) > self._fluid.outputs:
            self._fluid.close()
            self._fluid = FluidSynth(self._files, self._rate, -(-len(sampled) // OUTPUTS_STEP) * OUTPUTS_STEP)
        fluid = self._fluid.play([performances[index] for index in sampled])
        streams = {
            index: InstrumentStream(instrument, performance, self._rate, seed + index)
            for index, performance in enumerate(performances)
            if (instrument := self._instrument(performance)) is not None
        }
        return Sources(len(performances), sampled, fluid.render, streams)

    def _instrument(self, performance: Performance) -> Instrument | None:
        name = performance.part.voice.synth
        if name is None or name not in ROSTER:
            return None
        if name not in self._instruments:
            self._instruments[name] = ROSTER[name](self._rate)
        return self._instruments[name]


class Sources:
    """All parts of a piece under way."""

    def __init__(
        self,
        parts: int,
        sampled: Sequence[int],
        fluid: Callable[[int], Samples],
        streams: Mapping[int, InstrumentStream],
    ) -> None:
        self._parts = parts
        self._sampled = list(sampled)
        self._fluid = fluid
        self._streams = streams

    def render(self, frames: int) -> Samples:
        """The next frames of every part, float32 of shape (parts, 2, frames); `frames` is a multiple of GRAIN."""
        if not self._streams:
            return self._fluid(frames)
        out = np.empty((self._parts, 2, frames), np.float32)
        # FluidSynth leaves Python's lock alone.
        with ThreadPoolExecutor(1, "fluidsynth") as beside:
            sampled = beside.submit(self._fluid, frames)
            for index, stream in self._streams.items():
                out[index] = stream.render(frames)
            out[self._sampled] = sampled.result()
        return out
