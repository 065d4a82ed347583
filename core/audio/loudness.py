"""Integrated loudness after Recommendation ITU-R BS.1770-5.

Filters run in double precision on blocks, so the memory they take does not grow with the piece.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from scipy.signal import sosfilt

from core.audio.clip import Clip, Samples

Doubles = npt.NDArray[np.float64]

FLOOR = -70.0
"""LUFS of silence: the absolute gate of BS.1770, below which nothing is measured. Also taken as the dBTP of silence."""

BLOCK = 65_536
GRAIN = 32
"""Samples that one value of an envelope stands for: 0.7 ms at 44.1 kHz, fine enough for gates and for gain."""

RELATIVE_GATE = -10.0
STEPS_PER_WINDOW = 4  # Windows of 400 ms that overlap by 75 %.
STEPS_PER_SECOND = 10


def integrated_loudness(clip: Clip) -> float:
    """Integrated loudness in LUFS of a mono or stereo clip; of one shorter than 400 ms, its ungated loudness."""
    return loudness_of_energies(k_energies(clip), clip.sample_rate)


def k_energies(clip: Clip) -> Doubles:
    """K-weighted energy (sum of squares over channels) of each `GRAIN` samples; the last may cover fewer."""
    weighting = KWeighting(clip.sample_rate, clip.channels)
    blocks = (clip.samples[:, start : start + BLOCK] for start in range(0, clip.frames, BLOCK))
    return np.concatenate([np.zeros(0), *(weighting.energies(block) for block in blocks)])


class KWeighting:
    """The K-weighting filter, a shelf for the head and a high-pass, over sound that comes in blocks."""

    def __init__(self, sample_rate: int, channels: int) -> None:
        self._sections = k_weighting(sample_rate)
        self._state = np.zeros((len(self._sections), channels, 2))

    def energies(self, block: Samples) -> Doubles:
        """Of the grains of a block; blocks but the last must hold whole grains."""
        weighted, self._state = sosfilt(self._sections, block.astype(np.float64), zi=self._state)
        power = np.einsum("cs,cs->s", weighted, weighted)
        energies: Doubles = np.add.reduceat(power, np.arange(0, power.size, GRAIN))
        return energies


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
