"""Dynamics: compression, peak control and ducking, each as a gain curve over a stream."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view
from scipy import signal

from core.audio.clip import Samples

HOP = 64
FLOOR = 1e-6
Curve = npt.NDArray[np.float32]
"""Gain factors, one per frame."""


@dataclass(frozen=True, slots=True)
class Compression:
    """Threshold in dBFS, ratio, knee in dB, attack time in seconds and release in dB per second."""

    threshold: float
    ratio: float
    knee: float = 6.0
    attack: float = 0.004
    release: float = 60.0

    def reduction(self, level: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """How many dB to take off at a level in dBFS: none below the knee, quadratic in it (Giannoulis et al. 2012)."""
        over = level - self.threshold
        bent = np.clip(over + self.knee / 2, 0.0, self.knee) ** 2 / (2 * self.knee)
        straight = np.maximum(over - self.knee / 2, 0.0)
        total: npt.NDArray[np.float64] = (bent + straight) * (1 - 1 / self.ratio)
        return total


class Compressor:
    """Follows the peaks of HOP frames; the reduction rises with the attack and falls by a constant rate in dB."""

    def __init__(self, compression: Compression, sample_rate: int) -> None:
        self._how = compression
        self._fall = compression.release * HOP / sample_rate
        pole = np.exp(-HOP / (compression.attack * sample_rate))
        self._smoothing = ([1 - pole], [1.0, -pole])
        self._held = 0.0
        self._state = np.zeros(1)
        self._last = 0.0

    def curve(self, samples: Samples) -> Curve:
        """Gains for the next samples, shape (channels, frames), frames a multiple of HOP."""
        wanted = self._how.reduction(20 * np.log10(np.maximum(_hop_peaks(samples), FLOOR)))
        held = _falling(wanted, self._held, self._fall)
        self._held = float(held[-1])
        smooth, self._state = signal.lfilter(*self._smoothing, held, zi=self._state)
        curve = _between_hops(self._last, smooth)
        self._last = float(smooth[-1])
        return curve


class PeakControl:
    """Gains that keep peaks under a ceiling, rising before the peak comes: each is for the frame `delay` frames ago.

    The reduction needed is spread forward by a running maximum, falls at a constant rate and is smoothed by a running
    mean no longer than the maximum, so that no peak escapes.
    """

    def __init__(self, ceiling: float, sample_rate: int, ahead: float = 0.005, release: float = 120.0) -> None:
        self._ceiling = ceiling
        self._hops = max(1, round(ahead * sample_rate / HOP))
        self.delay = self._hops * HOP
        self._fall = release * HOP / sample_rate
        self._held = 0.0
        self._wanted = np.zeros(self._hops)
        self._recent = np.zeros(self._hops - 1)
        self._last = 0.0

    def curve(self, samples: Samples) -> Curve:
        """Gains for as many frames as `samples` has (shape (channels, frames), frames a multiple of HOP)."""
        wanted = np.maximum(20 * np.log10(np.maximum(_hop_peaks(samples), FLOOR) / self._ceiling), 0.0)
        line = np.concatenate([self._wanted, wanted])
        self._wanted = line[len(wanted) :]
        coming = sliding_window_view(line, self._hops + 1).max(axis=1)
        held = _falling(coming, self._held, self._fall)
        self._held = float(held[-1])
        trail = np.concatenate([self._recent, held])
        self._recent = trail[len(wanted) :]
        smooth = sliding_window_view(trail, self._hops).mean(axis=1)
        curve = _between_hops(self._last, smooth)
        self._last = float(smooth[-1])
        return curve


def _hop_peaks(samples: Samples) -> npt.NDArray[np.float64]:
    peaks: npt.NDArray[np.float64] = np.abs(samples).max(axis=0).reshape(-1, HOP).max(axis=1).astype(np.float64)
    return peaks


def _falling(wanted: npt.NDArray[np.float64], held: float, fall: float) -> npt.NDArray[np.float64]:
    """The running maximum of reductions that fall by `fall` dB per hop, `held` before the first."""
    ramp = fall * np.arange(1, len(wanted) + 1)
    reductions: npt.NDArray[np.float64] = np.maximum(np.maximum.accumulate(wanted + ramp), held) - ramp
    return reductions


def _between_hops(before: float, reductions: npt.NDArray[np.float64]) -> Curve:
    """Gain factors that move evenly from hop to hop, one per frame."""
    gains = 10 ** (-np.concatenate([[before], reductions]) / 20)
    steps = np.arange(1, HOP + 1) / HOP
    return (gains[:-1, None] + np.diff(gains)[:, None] * steps).astype(np.float32).ravel()


def saturate(samples: Samples, knee: float) -> Samples:
    """Round off peaks: linear up to `knee`, then approaching `knee` + (1 - knee) · 1 smoothly."""
    room = 1.0 - knee
    size = np.abs(samples)
    over = size > knee
    rounded = samples.copy()
    rounded[over] = np.sign(samples[over]) * (knee + room * np.tanh((size[over] - knee) / room))
    return rounded


def dips(kicks: npt.NDArray[np.float64], times: npt.NDArray[np.float64], recovery: float) -> Curve:
    """How far each moment is under a kick (times in seconds, ascending): 1 at the kick, 0 after `recovery` seconds.

    A dip begins 4 ms before its kick, so that it makes no click.
    """
    if not len(kicks):
        return np.zeros(len(times), np.float32)
    index = np.searchsorted(kicks, times, side="right")
    since = times - kicks[np.maximum(index - 1, 0)]
    since[index == 0] = recovery
    until = kicks[np.minimum(index, len(kicks) - 1)] - times
    until[index == len(kicks)] = 1.0
    after = np.clip(1.0 - since / recovery, 0.0, 1.0) ** 1.5
    before = np.clip(1.0 - until / 0.004, 0.0, 1.0)
    under: Curve = np.maximum(after, before).astype(np.float32)
    return under
