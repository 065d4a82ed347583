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
BEATS_ALIKE, BARS_ALIKE = 8, 4
BARS = (3, 4)
"""Beats that make up a bar."""
USUAL, SPREAD = 120.0, 1.5
"""Beats per minute that listeners prefer (Parncutt 1994), and within about how many octaves."""


def heard_tempo(onsets: Sequence[Doubles], frame_rate: float) -> float:
    """Beats per minute at which several onset strength curves repeat together, beat by beat and bar by bar.

    Combs over their autocorrelation: a tempo gains from every multiple of its beat, and of the bar that suits it best,
    at which they are alike. Beat and bar together tell a beat from strokes in threes across it (after A. Klapuri,
    A. Eronen and J. Astola, "Analysis of the Meter of Acoustic Musical Signals", 2006).
    """
    likeness = np.sum([_autocorrelation(curve, frame_rate) for curve in onsets], axis=0)
    tempos = np.geomspace(SLOWEST, FASTEST, CANDIDATES)
    beats = 60.0 * frame_rate / tempos
    bars = np.max([_comb(likeness, count * beats, BARS_ALIKE) for count in BARS], axis=0)
    liked = np.exp(-0.5 * (np.log2(tempos / USUAL) / SPREAD) ** 2)
    return float(tempos[np.argmax((_comb(likeness, beats, BEATS_ALIKE) + bars) * liked)])


def _comb(likeness: Doubles, periods: Doubles, teeth: int) -> Doubles:
    """The mean likeness at multiples of each period, the nearer ones counting more; 0 where none is in reach."""
    lags = np.arange(len(likeness))
    gain, weights = np.zeros_like(periods), np.full_like(periods, 1e-9)
    for tooth in range(1, teeth + 1):
        weight = (tooth * periods < 0.8 * len(likeness)) / tooth**0.5
        gain += weight * np.interp(tooth * periods, lags, likeness)
        weights += weight
    mean: Doubles = gain / weights
    return mean


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
