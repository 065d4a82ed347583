"""True peaks, between samples as well as on them, after Annex 2 of Recommendation ITU-R BS.1770-5."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from scipy.signal import firwin

from core.audio.clip import Samples
from core.audio.loudness import BLOCK, FLOOR, GRAIN

OVERSAMPLING = 4
TAPS = 24
"""Samples that one interpolated value is made of. Twice what BS.1770 shows, as codecs put peaks near the band edge."""

RUN = 3072
"""Samples interpolated in one product: few enough that OpenBLAS keeps it on one thread. More threads gain nothing here,
and cost tenfold when they wait for each other on a busy machine."""


def interpolated_peaks(samples: Samples, *, wrap: bool = False) -> Samples:
    """The highest absolute value in each `GRAIN` samples over all channels, four times oversampled.

    The last value may cover fewer samples. With `wrap` the end is followed by the beginning.
    """
    frames, half = samples.shape[1], TAPS // 2
    runs = [np.zeros(0, np.float32)]
    for start in range(0, frames, BLOCK):
        stop = min(start + BLOCK, frames)
        block = stretch(samples, start - half + 1, stop + half, wrap=wrap)
        peaks = np.abs(samples[:, start:stop]).max(axis=0)
        for channel in block:
            np.maximum(peaks, highest_between(channel), out=peaks)
        runs.append(np.maximum.reduceat(peaks, np.arange(0, peaks.size, GRAIN)))
    return np.concatenate(runs)


def highest_between(channel: Samples) -> Samples:
    """The highest absolute value between each two samples that have `TAPS` / 2 neighbours on either side."""
    kernel = interpolation_kernel()
    neighbours = np.lib.stride_tricks.sliding_window_view(channel, TAPS)
    highest = np.empty(len(neighbours), np.float32)
    for start in range(0, len(neighbours), RUN):
        between = kernel @ neighbours[start : start + RUN].T
        np.abs(between, out=between).max(axis=0, out=highest[start : start + RUN])
    return highest


def stretch(samples: Samples, start: int, stop: int, *, wrap: bool) -> Samples:
    """Samples from `start` to `stop`, which may lie outside: there is the other end (`wrap`) or silence."""
    frames = samples.shape[1]
    if start >= 0 and stop <= frames:
        return samples[:, start:stop]
    if wrap:
        return samples[:, np.arange(start, stop) % frames]
    inside = samples[:, max(start, 0) : min(stop, frames)]
    return np.pad(inside, ((0, 0), (max(-start, 0), max(stop - frames, 0))))


@cache
def interpolation_kernel() -> Samples:
    """Weights of `TAPS` neighbours for the three values between two samples, of shape (3, taps)."""
    response = OVERSAMPLING * firwin(OVERSAMPLING * TAPS - 1, 1 / OVERSAMPLING, window=("kaiser", 7.0))
    phases = np.append(response, 0.0).reshape(TAPS, OVERSAMPLING)[:, : OVERSAMPLING - 1]
    return np.ascontiguousarray(phases[::-1].T, np.float32)


def to_decibels(amplitude: float) -> float:
    return max(FLOOR, 20 * math.log10(amplitude)) if amplitude > 0 else FLOOR
