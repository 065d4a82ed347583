"""Loudness of many short stems at once, for gain staging; `core.audio.loudness` measures finished clips."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import signal

from core.audio.clip import Samples
from core.audio.loudness import FLOOR, RELATIVE_GATE, STEPS_PER_SECOND, STEPS_PER_WINDOW, k_weighting, to_lufs

Powers = npt.NDArray[np.float64]


def powers(stems: Samples, sample_rate: int) -> Powers:
    """K-weighted power of each tenth of a second, summed over channels: shape (stems, 2, frames) → (stems, steps)."""
    weighted = signal.sosfilt(k_weighting(sample_rate).astype(np.float32), stems, axis=-1)
    step = sample_rate // STEPS_PER_SECOND
    steps = max(1, stems.shape[-1] // step)
    cut = weighted[..., : steps * step].reshape(*stems.shape[:-1], steps, -1)
    summed: Powers = np.mean(np.square(cut), axis=-1, dtype=np.float64).sum(axis=-2)
    return summed


def gated(steps: Powers) -> float:
    """Integrated loudness in LUFS of one stem: windows of 400 ms, absolute and relative gate (ITU-R BS.1770)."""
    count = min(STEPS_PER_WINDOW, len(steps))
    windows = np.convolve(steps, np.full(count, 1.0 / count), mode="valid")
    audible = windows[windows > 10 ** ((FLOOR + 0.691) / 10)]
    if not len(audible):
        return FLOOR
    return to_lufs(float(np.mean(audible[audible > np.mean(audible) * 10 ** (RELATIVE_GATE / 10)])))
