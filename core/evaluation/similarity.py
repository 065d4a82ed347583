"""Similarity of two pieces: their harmony over time, and their rhythm within the bar."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from core.evaluation.listening import HOP, RATE

Doubles = npt.NDArray[np.float64]
STEPS_PER_BAR = 16
BARS = 2


def onset_pattern(onsets: Doubles, bar_seconds: float) -> Doubles:
    """Mean onset strength at each sixteenth of two bars, centred: shape (32,)."""
    place = np.arange(len(onsets)) * HOP / RATE / bar_seconds % BARS
    step = (place * STEPS_PER_BAR).astype(int)
    sums = np.bincount(step, weights=onsets, minlength=BARS * STEPS_PER_BAR)
    counts = np.bincount(step, minlength=BARS * STEPS_PER_BAR)
    pattern = sums / np.maximum(counts, 1)
    centred: Doubles = pattern - pattern.mean()
    return centred


def chroma_similarity(one: Doubles, other: Doubles) -> float:
    """Correlation of two chroma courses (12, steps) in the transposition that makes them most alike, at least 0."""
    first = one - one.mean()
    turns = [np.roll(other, turn, axis=0) for turn in range(12)]
    return max(0.0, *(correlation(first, turned - turned.mean()) for turned in turns))


def rhythm_similarity(one: Doubles, other: Doubles) -> float:
    """Correlation of two onset patterns, at least 0."""
    return max(0.0, correlation(one, other))


def correlation(one: Doubles, other: Doubles) -> float:
    scale = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(np.sum(one * other)) / scale if scale > 0 else 0.0
