"""Loudness range after EBU Tech 3342: how far soft and loud passages lie apart."""

from __future__ import annotations

import numpy as np

from core.audio.clip import Clip
from core.audio.loudness import GRAIN, k_energies

WINDOW, HOP = 3.0, 0.1
ABSOLUTE_GATE, RELATIVE_GATE = -70.0, -20.0


def loudness_range(clip: Clip) -> float:
    """LU between the 10th and the 95th percentile of short-term loudness; 0 for clips shorter than a window."""
    per_second = clip.sample_rate / GRAIN
    cumulative = np.concatenate([[0.0], np.cumsum(k_energies(clip))])
    starts = np.arange(0.0, len(cumulative) - 1 - WINDOW * per_second, HOP * per_second).astype(int)
    if not len(starts):
        return 0.0
    window = int(WINDOW * per_second)
    power = (cumulative[starts + window] - cumulative[starts]) / (window * GRAIN)
    levels = -0.691 + 10 * np.log10(np.maximum(power, 1e-12))
    audible = levels[levels > ABSOLUTE_GATE]
    if not len(audible):
        return 0.0
    gate = 10 * np.log10(np.mean(10 ** (audible / 10))) + RELATIVE_GATE
    low, high = np.percentile(audible[audible > gate], [10, 95])
    return float(high - low)
