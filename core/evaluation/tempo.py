"""Tempo: a beat tracker's opinion, and whether it agrees with the tempo that was asked for."""

from __future__ import annotations

import numpy as np

from core.audio.clip import Samples
from core.evaluation.independent import tool

TOLERANCE = 0.04
OCTAVES = (0.25, 0.5, 1.0, 2.0, 4.0)
LEVELS = (*OCTAVES, 1 / 3, 2 / 3, 1.5, 3.0)
"""Octaves, and the levels that a compound or triple metre has besides (Gouyon et al. 2006, "accuracy 2")."""


def tracked_tempo(mono: Samples, sample_rate: int) -> float:
    """Beats per minute from librosa's beat tracker (Ellis 2007): the slope of its beats, finer than its own grid.

    0 when it finds no beats.
    """
    beats = tool("librosa.beat").beat_track(y=mono, sr=sample_rate, hop_length=256, units="time", trim=False)[1]
    if len(beats) < 4:
        return 0.0
    slope = np.polyfit(np.arange(len(beats)), beats, 1)[0]
    return float(60.0 / slope)


def agrees(found: float, asked: float, levels: tuple[float, ...] = OCTAVES) -> bool:
    """The two are the same within 4 %, up to one of the given factors."""
    return any(abs(found / (asked * level) - 1) <= TOLERANCE for level in levels)
