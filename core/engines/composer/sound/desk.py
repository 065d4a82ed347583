"""Desk: channels, room and bus, from dry parts to the mix and its stems."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from core.audio.clip import Samples
from core.engines.composer.score import Part, Score
from core.engines.composer.sound.bus import Bus
from core.engines.composer.sound.channel import NOMINAL, Channel
from core.engines.composer.sound.dynamics import dips
from core.engines.composer.sound.loudness import gated, powers
from core.engines.composer.sound.reverb import Reverb, impulse_response

MOST_GAIN = 40.0
MOST_RECOVERY = 0.45
VINYL = "vinyl"


class Desk:
    """Set up for one piece by listening to excerpts of its dry parts; then the piece passes through in blocks."""

    def __init__(
        self,
        score: Score,
        parts: Sequence[Part],
        excerpts: Samples,
        *,
        kicks: npt.NDArray[np.float64],
        mix_loudness: float,
        block: int,
        sample_rate: int,
        stems: bool,
    ) -> None:
        """`excerpts` has shape (parts, 2, frames); `kicks` are times in seconds that duck parts.

        `mix_loudness` is what the parts come to together, in LUFS, once each has its own.
        """
        self._parts = parts
        self._kicks = kicks
        self._recovery = min(MOST_RECOVERY, 0.8 * 60.0 / score.tempo[0].bpm)
        self._rate = sample_rate
        self._stems = stems
        self._frame = 0
        self._sounded = [False] * len(parts)
        self._channels = [Channel(part, sample_rate) for part in parts]
        room = impulse_response(score.master.reverb_seconds, score.master.reverb_brightness, sample_rate)
        self._reverb = Reverb(room, block)
        for part, channel, heard in zip(parts, self._channels, excerpts, strict=True):
            channel.trim, channel.level = levels(part, heard, sample_rate)
        self._bus = Bus(
            score.master, mix_loudness=mix_loudness, seconds=score.seconds, seed=score.seed, sample_rate=sample_rate
        )

    @property
    def delay(self) -> int:
        """How many frames the output lags behind the input."""
        return self._bus.delay

    @property
    def lanes(self) -> tuple[str, ...]:
        """The stems that come out; none when only the mix does."""
        if not self._stems:
            return ()
        return (*(part.name for part in self._parts), *((VINYL,) if self._bus.has_vinyl else ()))

    def process(self, dry: Samples) -> Samples:
        """The next frames: dry parts (parts, 2, frames) in, stems or the mix alone (lanes, 2, frames) out."""
        frames = dry.shape[-1]
        under = dips(self._kicks, (self._frame + np.arange(frames)) / self._rate, self._recovery)
        lanes = len(self._parts) if self._stems else 1
        placed = np.zeros((lanes, 2, frames), np.float32)
        sends = np.zeros((lanes, 2, frames), np.float32)
        sounding = [bool(sound.any()) for sound in dry]
        for index, (part, channel) in enumerate(zip(self._parts, self._channels, strict=True)):
            if not (sounding[index] or self._sounded[index]):
                continue  # After a block of silence nothing rings in a channel.
            sound = channel.place(channel.shape(channel.colour(dry[index])))
            if part.effects.duck:
                sound *= 1 - np.float32(part.effects.duck) * under
            lane = index if self._stems else 0
            placed[lane] += sound
            sends[lane] += sound * np.float32(part.effects.reverb)
        placed += self._reverb.process(sends)
        self._sounded = sounding
        self._frame += frames
        return self._bus.process(placed, stems=self._stems)


def levels(part: Part, excerpts: Samples, sample_rate: int) -> tuple[float, float]:
    """A channel's trim and level by the loudness of excerpts of its part, shape (2, frames)."""
    channel = Channel(part, sample_rate)
    coloured = channel.colour(excerpts)
    channel.trim = decibels(NOMINAL - gated(powers(coloured[None], sample_rate)[0]))
    placed = channel.place(channel.shape(coloured))
    return channel.trim, decibels(part.effects.loudness - gated(powers(placed[None], sample_rate)[0]))


def decibels(gain: float) -> float:
    """A gain in dB as a factor; what is all but silent stays so."""
    return float(10 ** (min(gain, MOST_GAIN) / 20))
