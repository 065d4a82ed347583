"""Tape and vinyl: the wear of old media, for styles that want it."""

from __future__ import annotations

import numpy as np

from core.audio.clip import Samples
from core.engines.composer.sound.dynamics import Curve
from core.engines.composer.sound.equaliser import Band, Equaliser
from core.engines.composer.sound.loudness import gated, powers

WOW, FLUTTER = (0.55, 0.0022), (6.3, 0.0004)
"""Frequency in Hz, and deviation of speed at full wear."""
KNEE_LEAST, KNEE_MOST = 0.22, 0.45


class Tape:
    """Unsteady speed and a dull top. Linear, and the same for every lane, so that stems still add up to the mix."""

    def __init__(self, amount: float, seconds: float, sample_rate: int) -> None:
        """The unsteadiness goes round a whole number of times in `seconds`, so that a loop closes."""
        self._rate = sample_rate
        swings = ((max(1, round(hertz * seconds)) / seconds, amount * deviation) for hertz, deviation in (WOW, FLUTTER))
        self._swings = [(hertz, deviation * sample_rate / (2 * np.pi * hertz)) for hertz, deviation in swings]
        self._reach = int(sum(2 * depth for _, depth in self._swings)) + 2
        self._top = Equaliser([Band("lowpass", 17_000.0 * 0.4**amount, q=0.6)], sample_rate)
        self._past: Samples | None = None
        self._frame = 0

    def process(self, lanes: Samples) -> Samples:
        """The next samples, shape (lanes, 2, frames)."""
        frames = lanes.shape[-1]
        if self._past is None:
            self._past = np.zeros((*lanes.shape[:-1], self._reach), np.float32)
        line = np.concatenate([self._past, lanes], axis=-1)
        self._past = line[..., frames:].copy()
        time = (self._frame + np.arange(frames)) / self._rate
        late = sum(depth * (1 - np.cos(2 * np.pi * hertz * time)) for hertz, depth in self._swings)
        place = self._reach + np.arange(frames) - late
        index = place.astype(np.int64)
        part = (place - index).astype(np.float32)
        near = np.take(line, index, axis=-1)
        played = near + part * (np.take(line, np.minimum(index + 1, line.shape[-1] - 1), axis=-1) - near)
        self._frame += frames
        return self._top.process(played)

    @staticmethod
    def warmth(mix: Samples, amount: float) -> Curve:
        """Saturation as a gain for each frame of a mix, shape (2, frames), to be applied to all of its lanes."""
        knee = KNEE_MOST + (KNEE_LEAST - KNEE_MOST) * amount
        size = np.maximum(np.abs(mix).max(axis=0), 1e-9)
        over = np.maximum(size - knee, 0.0)
        rounded: Curve = np.where(over > 0, (knee + (1 - knee) * np.tanh(over / (1 - knee))) / size, 1.0)
        return rounded.astype(np.float32)


class Vinyl:
    """Crackle, hiss and a little rumble."""

    def __init__(self, loudness: float, seed: int, sample_rate: int) -> None:
        self._rate = sample_rate
        self._chance = np.random.default_rng([seed, 78])
        self._dust = Equaliser([Band("highpass", 900.0), Band("lowpass", 5500.0)], sample_rate)
        self._floor = Equaliser(
            [Band("highpass", 40.0), Band("low_shelf", 90.0, 14.0), Band("lowpass", 6000.0)], sample_rate
        )
        self._level = np.float32(1.0)
        sample = self.render(4 * sample_rate)
        self._level = np.float32(10 ** ((loudness - gated(powers(sample[None], sample_rate)[0])) / 20))

    def render(self, frames: int) -> Samples:
        """The next frames, shape (2, frames)."""
        clicks = np.zeros((2, frames), np.float32)
        count = self._chance.poisson(11 * frames / self._rate)
        at = self._chance.integers(0, frames, count)
        size = np.minimum(self._chance.lognormal(-1.0, 0.9, count), 4.0).astype(np.float32)
        side = self._chance.uniform(0.2, 0.8, count).astype(np.float32)
        clicks[0, at] += size * side
        clicks[1, at] += size * (1 - side)
        hiss = self._chance.standard_normal((2, frames), dtype=np.float32) * np.float32(0.012)
        worn: Samples = (self._dust.process(clicks) + self._floor.process(hiss)) * self._level
        return worn
