"""Tempo: what can be heard of it, and whether that agrees with the tempo that was asked for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from core.evaluation.independent import tool

Doubles = npt.NDArray[np.float64]

TOLERANCE = 0.04
OCTAVES = (0.25, 0.5, 1.0, 2.0, 4.0)
LEVELS = (*OCTAVES, 1 / 3, 2 / 3, 1.5, 3.0)
"""Octaves, and the levels that a compound or triple metre has besides (Gouyon et al. 2006, "accuracy 2")."""

SLOWEST, FASTEST = 45.0, 220.0
CANDIDATES = 1200
TEETH = 8
USUAL = 120.0
"""Beats per minute that listeners prefer, within about an octave (Parncutt 1994)."""


def heard_tempo(onsets: Sequence[Doubles], frame_rate: float) -> float:
    """Beats per minute at which several onset strength curves repeat together.

    A comb over their autocorrelation: a tempo gains from every multiple of its period at which they are alike.
    """
    likeness = np.sum([_autocorrelation(curve, frame_rate) for curve in onsets], axis=0)
    tempos = np.geomspace(SLOWEST, FASTEST, CANDIDATES)
    periods = 60.0 * frame_rate / tempos
    lags = np.arange(len(likeness))
    gain = np.zeros(CANDIDATES)
    for tooth in range(1, TEETH + 1):
        within = tooth * periods < 0.8 * len(likeness)
        gain += within * np.interp(tooth * periods, lags, likeness) / np.sqrt(tooth)
    return float(tempos[np.argmax(gain * np.exp(-0.5 * np.log2(tempos / USUAL) ** 2))])


def _autocorrelation(curve: Doubles, frame_rate: float) -> Doubles:
    """Unbiased, of a curve without its slow rise and fall (over about a second)."""
    width = int(frame_rate) | 1
    slow = np.convolve(np.pad(curve, width // 2, mode="edge"), np.full(width, 1.0 / width), mode="valid")
    swift = curve - slow
    swift /= swift.std() + 1e-9
    count = len(swift)
    products: Doubles = np.fft.irfft(np.abs(np.fft.rfft(swift, 2 * count)) ** 2)[:count]
    return products / np.arange(count, 0, -1)


def tracked_tempo(onsets: Doubles, sample_rate: int, hop: int) -> float:
    """Beats per minute from librosa's beat tracker (Ellis 2007): the slope of its beats. 0 when it finds none."""
    track = tool("librosa.beat").beat_track
    beats = track(onset_envelope=onsets, sr=sample_rate, hop_length=hop, units="time", trim=False)[1]
    return float(60.0 / np.polyfit(np.arange(len(beats)), beats, 1)[0]) if len(beats) > 3 else 0.0


def agrees(found: float, asked: float, levels: Sequence[float] = OCTAVES) -> bool:
    """The two are the same within 4 %, up to one of the given factors."""
    return any(abs(found / (asked * level) - 1) <= TOLERANCE for level in levels)
