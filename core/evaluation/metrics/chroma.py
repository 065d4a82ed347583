"""Chroma agreement: whether two sounds have the same pitch classes at the same time."""

from __future__ import annotations

from functools import cache

import numpy as np

from core.audio.clip import Samples
from core.evaluation.metrics.mel import Doubles, resampled

RATE = 16_000
WINDOW, HOP = 4096, 1600
LOWEST, HIGHEST = 110.0, 4200.0
QUIET = 1e-3
"""Frames whose level is below this part of the loudest have no pitch classes worth comparing."""


def chroma(samples: Samples, sample_rate: int) -> Doubles:
    """Power of the 12 pitch classes from C, shape (frames, 12), ten frames a second, A = 440 Hz."""
    sound = resampled(samples, sample_rate, RATE)
    sound = np.pad(sound, (0, max(0, WINDOW - len(sound))))
    frames = np.lib.stride_tricks.sliding_window_view(sound, WINDOW)[::HOP]
    power = np.abs(np.fft.rfft(frames * np.hanning(WINDOW))) ** 2
    classes: Doubles = power @ _classes()
    return classes


def chroma_agreement(found: Samples, wanted: Samples, sample_rate: int) -> float:
    """Mean cosine of the chroma of frames in which both are heard, 0..1; 0 when there are none.

    As melodies are compared by Copet et al. (arXiv:2306.05284, section 3.2), with the whole chroma in place of its
    strongest class.
    """
    one, other = chroma(found, sample_rate), chroma(wanted, sample_rate)
    length = min(len(one), len(other))
    one, other = one[:length], other[:length]
    size_one, size_other = np.linalg.norm(one, axis=1), np.linalg.norm(other, axis=1)
    heard = (size_one > QUIET * size_one.max(initial=0.0)) & (size_other > QUIET * size_other.max(initial=0.0))
    if not heard.any():
        return 0.0
    cosines = np.sum(one * other, axis=1)[heard] / (size_one * size_other)[heard]
    return float(cosines.mean())


@cache
def _classes() -> Doubles:
    """Which class each frequency counts for, shape (2049, 12): as much as it lies near to a semitone's centre."""
    hertz = np.fft.rfftfreq(WINDOW, 1 / RATE)
    within = (hertz >= LOWEST) & (hertz <= HIGHEST)
    semitone = 69 + 12 * np.log2(np.where(within, hertz, 440.0) / 440.0)
    distance = (semitone[:, None] - np.arange(12) + 6) % 12 - 6
    weights: Doubles = np.exp(-0.5 * (distance / 0.35) ** 2) * within[:, None]
    return weights
