"""Desk: channels, room and bus, from dry parts to the mix and its stems."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from core.audio.clip import Samples
from core.engines.composer.score import Master, Part
from core.engines.composer.sound import loudness
from core.engines.composer.sound.bus import Bus
from core.engines.composer.sound.channel import NOMINAL, Channel
from core.engines.composer.sound.dynamics import ducking
from core.engines.composer.sound.reverb import Reverb, impulse_response

KICKS = (35, 36)
MOST_GAIN = 40.0


class Desk:
    """Set up for one piece: levels are found by listening to excerpts, then the piece passes through in blocks."""

    def __init__(
        self,
        parts: Sequence[Part],
        master: Master,
        *,
        kicks: npt.NDArray[np.float64],
        recovery: float,
        block: int,
        sample_rate: int,
        stems: bool,
    ) -> None:
        """`kicks` are times in seconds that duck parts, which recover within `recovery` seconds."""
        self._parts = parts
        self._master = master
        self._kicks = kicks
        self._recovery = recovery
        self._rate = sample_rate
        self._stems = stems
        self._channels = [Channel(part, sample_rate) for part in parts]
        room = impulse_response(master.reverb_seconds, master.reverb_brightness, sample_rate)
        self._reverb = Reverb(room, block)
        self._frame = 0
        self._bus: Bus | None = None

    @property
    def delay(self) -> int:
        """How many frames the output lags behind the input."""
        return self._set_bus.delay

    @property
    def _set_bus(self) -> Bus:
        if self._bus is None:
            raise RuntimeError("levels have not been set")
        return self._bus

    def set_levels(self, excerpts: Samples) -> None:
        """Set trims, levels and the bus from excerpts of the dry parts, shape (parts, 2, frames)."""
        listening = [Channel(part, self._rate) for part in self._parts]
        coloured = np.stack([channel.colour(dry) for channel, dry in zip(listening, excerpts, strict=True)])
        for channel, measured in zip(listening, loudness.power(coloured, self._rate), strict=True):
            channel.trim = decibels(NOMINAL - loudness.gated(measured))
        shaped = np.stack([channel.shape(sound) for channel, sound in zip(listening, coloured, strict=True)])
        del coloured
        powers = loudness.power(shaped, self._rate)
        for channel, part, measured in zip(listening, self._parts, powers, strict=True):
            channel.level = decibels(part.effects.loudness - loudness.gated(measured))
        mix = sum(channel.place(sound) for channel, sound in zip(listening, shaped, strict=True))
        for channel, found in zip(self._channels, listening, strict=True):
            channel.trim, channel.level = found.trim, found.level
        mixed = loudness.gated(loudness.power(np.asarray(mix)[None], self._rate)[0])
        self._bus = Bus(self._master, mixed, self._rate)

    def process(self, dry: Samples) -> Samples:
        """The next frames: dry parts (parts, 2, frames) in, stems or the mix alone (lanes, 2, frames) out."""
        frames = dry.shape[-1]
        times = (self._frame + np.arange(frames)) / self._rate
        lanes = len(self._parts) if self._stems else 1
        placed = np.zeros((lanes, 2, frames), np.float32)
        sends = np.zeros((lanes, 2, frames), np.float32)
        for index, (part, channel) in enumerate(zip(self._parts, self._channels, strict=True)):
            sound = channel.place(channel.shape(channel.colour(dry[index])))
            if part.effects.duck and len(self._kicks):
                sound *= ducking(self._kicks, part.effects.duck, times, self._recovery)
            lane = index if self._stems else 0
            placed[lane] += sound
            sends[lane] += sound * np.float32(part.effects.reverb)
        placed += self._reverb.process(sends)
        self._frame += frames
        return self._set_bus.process(placed)


def decibels(gain: float) -> float:
    """A gain in dB as a factor; what is all but silent stays so."""
    return float(10 ** (min(gain, MOST_GAIN) / 20))
