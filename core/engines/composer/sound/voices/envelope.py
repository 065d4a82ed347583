"""Envelopes: the course of a note's level, and of what follows it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.audio.clip import Samples

TAIL = 6.0
"""Time constants of the release until a note is cut, 52 dB down."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """Linear attack in seconds; decay and release as time constants; sustain 0..1."""

    attack: float
    decay: float
    sustain: float
    release: float

    def frames(self, hold: float, sample_rate: int) -> int:
        """How long a note held for `hold` seconds is heard."""
        return max(1, round((hold + TAIL * self.release) * sample_rate))

    def curve(self, hold: float, sample_rate: int) -> Samples:
        """Level at each frame of such a note, shape (frames,)."""
        frames = self.frames(hold, sample_rate)
        rise = min(frames, max(1, round(self.attack * sample_rate)))
        level = np.empty(frames, np.float32)
        level[:rise] = np.arange(rise, dtype=np.float32) / rise
        level[rise:] = self.sustain + (1 - self.sustain) * fall(frames - rise, self.decay, sample_rate)
        held = min(frames, round(hold * sample_rate))
        level[held:] *= fall(frames - held, self.release, sample_rate)
        soften_end(level)
        return level


def fall(frames: int, seconds: float, sample_rate: int) -> Samples:
    """Exponential decay from 1 with a time constant, shape (frames,)."""
    sound: Samples = np.exp(np.arange(frames, dtype=np.float32) * np.float32(-1.0 / (seconds * sample_rate)))
    return sound


def soften_end(samples: Samples, frames: int = 128) -> None:
    """Lead the end to zero, in place, so that cutting there makes no click."""
    count = min(frames, samples.shape[-1])
    samples[..., samples.shape[-1] - count :] *= np.linspace(1.0, 0.0, count, dtype=np.float32)
