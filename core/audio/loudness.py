"""Loudness and true peak after Recommendation ITU-R BS.1770-5, in one pass over blocks of a clip.

Filters run in double precision on short blocks, so the memory they take does not grow with the piece.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.signal import firwin, sosfilt

from core.audio.clip import Clip, Samples

Doubles = npt.NDArray[np.float64]

FLOOR = -70.0
"""LUFS and dBTP of silence: the absolute gate of BS.1770, below which nothing is measured."""

BLOCK = 65_536
GRAIN = 32
"""Samples that one value of an envelope stands for: 0.7 ms at 44.1 kHz, fine enough for gates and for gain."""

RELATIVE_GATE = -10.0
STEPS_PER_WINDOW = 4  # Windows of 400 ms that overlap by 75 %.
STEPS_PER_SECOND = 10

OVERSAMPLING = 4
TAPS = 24
"""Samples that one interpolated value is made of. Twice what BS.1770 shows, as codecs put peaks near the band edge."""


@dataclass(frozen=True, slots=True)
class Levels:
    """Integrated loudness in LUFS and true peak in dBTP, both at least `FLOOR`."""

    lufs: float
    true_peak_dbtp: float


def measure(clip: Clip) -> Levels:
    return Levels(integrated_loudness(clip), true_peak(clip))


def integrated_loudness(clip: Clip) -> float:
    """Integrated loudness in LUFS of a mono or stereo clip; of one shorter than 400 ms, its ungated loudness."""
    return loudness_of_energies(k_energies(clip), clip.sample_rate)


def k_energies(clip: Clip) -> Doubles:
    """K-weighted energy (sum of squares over channels) of each `GRAIN` samples; the last may cover fewer."""
    power = (np.einsum("cs,cs->s", block, block) for block in k_weighted(clip))
    return np.concatenate([np.zeros(0), *(np.add.reduceat(run, np.arange(0, run.size, GRAIN)) for run in power)])


def loudness_of_energies(energies: Doubles, sample_rate: int) -> float:
    """Integrated loudness from the energies of successive grains."""
    step = sample_rate / STEPS_PER_SECOND
    cumulative = np.concatenate([[0.0], np.cumsum(energies)])
    steps = int(energies.size * GRAIN / step)
    if steps < STEPS_PER_WINDOW:
        return to_lufs(float(cumulative[-1]) / max(energies.size * GRAIN, 1))
    at_edges = np.interp(np.arange(steps + 1) * step / GRAIN, np.arange(cumulative.size), cumulative)
    windows = (at_edges[STEPS_PER_WINDOW:] - at_edges[:-STEPS_PER_WINDOW]) / (STEPS_PER_WINDOW * step)
    audible = windows[windows > from_lufs(FLOOR)]
    if audible.size == 0:
        return FLOOR
    gate = np.mean(audible) * 10 ** (RELATIVE_GATE / 10)
    return to_lufs(float(np.mean(audible[audible > gate])))


def k_weighted(clip: Clip) -> Iterator[Doubles]:
    """Blocks of the clip through the K-weighting filter: a shelf for the head, and a high-pass."""
    sections = k_weighting(clip.sample_rate)
    state = np.zeros((len(sections), clip.channels, 2))
    for start in range(0, clip.frames, BLOCK):
        block, state = sosfilt(sections, clip.samples[:, start : start + BLOCK].astype(np.float64), zi=state)
        yield block


def k_weighting(sample_rate: int) -> Doubles:
    """Second-order sections of the K-weighting filter at any rate.

    BS.1770 tabulates it for 48 kHz; these are the analogue parameters behind that table (Brecht De Man, "Evaluation of
    Implementations of the EBU R128 Loudness Measurement", AES 145, 2018).
    """
    gain = 10 ** (3.999843853973347 / 20)
    middle = gain**0.4996667741545416
    k = math.tan(math.pi * 1681.974450955533 / sample_rate)
    slope = k / 0.7071752369554196
    norm = 1 + slope + k * k
    shelf = [gain + middle * slope + k * k, 2 * (k * k - gain), gain - middle * slope + k * k]
    shelf = [value / norm for value in (*shelf, norm, 2 * (k * k - 1), 1 - slope + k * k)]

    k = math.tan(math.pi * 38.13547087602444 / sample_rate)
    slope = k / 0.5003270373238773
    norm = 1 + slope + k * k
    highpass = [1.0, -2.0, 1.0, 1.0, 2 * (k * k - 1) / norm, (1 - slope + k * k) / norm]
    return np.array([shelf, highpass])


def true_peak(clip: Clip) -> float:
    """The highest peak between and on the samples of any channel, in dBTP."""
    return to_decibels(float(np.max(interpolated_peaks(clip.samples), initial=0.0)))


def interpolated_peaks(samples: Samples, *, wrap: bool = False) -> Samples:
    """The highest absolute value in each `GRAIN` samples over all channels, four times oversampled.

    The last value may cover fewer samples. With `wrap` the end is followed by the beginning.
    """
    kernel = interpolation_kernel()
    frames, half = samples.shape[1], TAPS // 2
    runs = [np.zeros(0, np.float32)]
    for start in range(0, frames, BLOCK):
        stop = min(start + BLOCK, frames)
        block = stretch(samples, start - half + 1, stop + half, wrap=wrap)
        peaks = np.abs(samples[:, start:stop]).max(axis=0)
        for channel in block:
            between = kernel @ np.lib.stride_tricks.sliding_window_view(channel, TAPS).T
            np.maximum(peaks, np.abs(between, out=between).max(axis=0), out=peaks)
        runs.append(np.maximum.reduceat(peaks, np.arange(0, peaks.size, GRAIN)))
    return np.concatenate(runs)


def stretch(samples: Samples, start: int, stop: int, *, wrap: bool) -> Samples:
    """Samples from `start` to `stop`, which may lie outside: there is the other end (`wrap`) or silence."""
    frames = samples.shape[1]
    if start >= 0 and stop <= frames:
        return samples[:, start:stop]
    if wrap:
        return samples[:, np.arange(start, stop) % frames]
    inside = samples[:, max(start, 0) : min(stop, frames)]
    return np.pad(inside, ((0, 0), (max(-start, 0), max(stop - frames, 0))))


def interpolation_kernel() -> Samples:
    """Weights of `TAPS` neighbours for the three values between two samples, of shape (3, taps)."""
    response = OVERSAMPLING * firwin(OVERSAMPLING * TAPS - 1, 1 / OVERSAMPLING, window=("kaiser", 7.0))
    phases = np.append(response, 0.0).reshape(TAPS, OVERSAMPLING)[:, : OVERSAMPLING - 1]
    return np.ascontiguousarray(phases[::-1].T, np.float32)


def mono_drop(clip: Clip) -> float:
    """How many LU a stereo clip loses when it is played in mono: 0 for mono, 3 for unrelated sides, more when out of
    phase.
    """
    middle = np.mean(clip.samples, axis=0, keepdims=True)
    mono = Clip(np.ascontiguousarray(np.repeat(middle, clip.channels, axis=0)), clip.sample_rate)
    return integrated_loudness(clip) - integrated_loudness(mono)


def to_lufs(mean_square: float) -> float:
    return max(FLOOR, -0.691 + 10 * math.log10(mean_square)) if mean_square > 0 else FLOOR


def from_lufs(lufs: float) -> float:
    return float(10 ** ((lufs + 0.691) / 10))


def to_decibels(amplitude: float) -> float:
    return max(FLOOR, 20 * math.log10(amplitude)) if amplitude > 0 else FLOOR
