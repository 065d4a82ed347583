"""Sweeps: risers, downlifters and impacts that announce and mark a section."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from scipy import signal

from core.audio.clip import Samples
from core.engines.composer.sound.voices.envelope import fall, soften_end
from core.engines.composer.sound.voices.instrument import Instrument, Stroke

BANDS = 9
LOWEST, HIGHEST = 150.0, 12_000.0


class Sweep(Instrument):
    """Noise whose band moves up or down as long as the note lasts; `rising` swells, else it dies away."""

    def __init__(self, sample_rate: int, *, rising: bool) -> None:
        self._rate = sample_rate
        self._rising = rising
        edges = np.geomspace(LOWEST, HIGHEST, BANDS + 1)
        self._filters = [
            signal.butter(2, pair, "band", fs=sample_rate, output="sos").astype(np.float32) for pair in pairwise(edges)
        ]

    def sound(self, stroke: Stroke) -> Samples:
        frames = max(2, round(stroke.note.length * self._rate))
        course = np.linspace(0.0, 1.0, frames, dtype=np.float32)
        if not self._rising:
            course = course[::-1]
        swept = np.zeros((2, frames), np.float32)
        for number, sections in enumerate(self._filters):
            noise = stroke.chance.standard_normal((2, frames), dtype=np.float32)
            weight = np.exp(-0.5 * ((course * (BANDS + 1) - 1 - number) / 1.3) ** 2)
            swept += signal.sosfilt(sections, noise, axis=-1) * weight
        swept *= (course**2.2) * np.float32(stroke.force)
        soften_end(swept, round(0.01 * self._rate))
        return swept


class Impact(Instrument):
    """A deep drop and a burst of noise that rings away."""

    SECONDS = 3.0

    def __init__(self, sample_rate: int) -> None:
        self._rate = sample_rate
        self._dark = signal.butter(2, 900.0, fs=sample_rate, output="sos").astype(np.float32)

    def sound(self, stroke: Stroke) -> Samples:
        frames = round(self.SECONDS * self._rate)
        pitch = 34.0 + 60.0 * fall(frames, 0.09, self._rate).astype(np.float64)
        boom = np.sin(2 * np.pi * np.cumsum(pitch) / self._rate).astype(np.float32) * fall(frames, 0.7, self._rate)
        noise = stroke.chance.standard_normal((2, frames), dtype=np.float32)
        dust = signal.sosfilt(self._dark, noise, axis=-1) * fall(frames, 0.45, self._rate)
        crack = noise * fall(frames, 0.03, self._rate)
        hit = np.tanh(1.2 * boom) + 0.5 * dust + 0.12 * crack
        soften_end(hit, frames // 4)
        struck: Samples = hit * np.float32(stroke.force)
        return struck


def riser(sample_rate: int) -> Sweep:
    return Sweep(sample_rate, rising=True)


def downlifter(sample_rate: int) -> Sweep:
    return Sweep(sample_rate, rising=False)
