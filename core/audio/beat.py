"""The beat of a recording: how far its beats lie apart, where they can be told.

The onset strength (spectral flux, Bello et al. 2005) is compared with itself at every distance that a beat may have, as
in Ellis, "Beat Tracking by Dynamic Programming" (2007); tempi near 120 BPM are preferred as listeners do.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.audio.clip import Clip

FASTEST = 0.25
SLOWEST = 1.0
PREFERRED = 0.5
OCTAVES = 0.9
"""How far from the preferred distance, in octaves, a beat is half as likely as one at it, about."""
WINDOW = 1024
STEPS_PER_SECOND = 100
LEAST_LIKENESS = 0.15
"""How like itself a recording must be one beat later; noise stays below a tenth."""


def beat_period(clip: Clip) -> float | None:
    """Seconds between beats (0.25 to 1), to about a millisecond; None where no beat can be told."""
    onsets = onset_strength(clip)
    if len(onsets) < 4 * SLOWEST * STEPS_PER_SECOND:
        return None
    likeness = self_likeness(onsets)
    lags = np.arange(round(FASTEST * STEPS_PER_SECOND), round(SLOWEST * STEPS_PER_SECOND) + 1)
    weight = np.exp(-0.5 * (np.log2(lags / STEPS_PER_SECOND / PREFERRED) / OCTAVES) ** 2)
    best = int(lags[np.argmax(likeness[lags] * weight)])
    if likeness[best] < LEAST_LIKENESS:
        return None
    return refined(likeness, best) / STEPS_PER_SECOND


def onset_strength(clip: Clip) -> NDArray[np.float64]:
    """How much louder the spectrum becomes, a hundred times a second; its mean is 0."""
    mono = clip.samples.mean(axis=0, dtype=np.float64)
    starts = (np.arange(len(mono) * STEPS_PER_SECOND // clip.sample_rate) * clip.sample_rate) // STEPS_PER_SECOND
    padded = np.pad(mono, (0, WINDOW))
    frames = padded[starts[:, None] + np.arange(WINDOW)] * np.hanning(WINDOW)
    loudness = np.log1p(100 * np.abs(np.fft.rfft(frames)))
    rise = np.maximum(0.0, np.diff(loudness, axis=0)).sum(axis=1)
    strength: NDArray[np.float64] = rise - rise.mean()
    return strength


def self_likeness(onsets: NDArray[np.float64]) -> NDArray[np.float64]:
    """The correlation of a sequence with itself at each distance, 1 at none, 0 where nothing is alike."""
    size = 2 * len(onsets)
    spectrum = np.fft.rfft(onsets, size)
    products = np.fft.irfft(np.abs(spectrum) ** 2, size)[: len(onsets)]
    shared = np.arange(len(onsets), 0, -1) / len(onsets)
    likeness: NDArray[np.float64] = products / shared / max(products[0], 1e-12)
    return likeness


def refined(likeness: NDArray[np.float64], lag: int) -> float:
    """The distance of beats from that of ever more of them, so that rounding to steps weighs ever less."""
    period, beats = float(lag), 1
    while (beats + 1) * period < 0.6 * len(likeness):
        beats += 1
        near = np.arange(round(beats * period) - 2, round(beats * period) + 3)
        top = int(near[np.argmax(likeness[near])])
        before, here, after = likeness[top - 1 : top + 2]
        bend = before - 2 * here + after
        period = (top + (0.5 * (before - after) / bend if bend < 0 else 0.0)) / beats
    return period
