"""Loudness of many short stems at once (ITU-R BS.1770-4), for gain staging."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from core.audio.clip import Samples
from core.engines.composer.sound.equaliser import Band, Equaliser

K_WEIGHTING = (Band("high_shelf", 1681.97, 4.0), Band("highpass", 38.14, q=0.5003))
SILENCE = -120.0
ABSOLUTE_GATE = -70.0
RELATIVE_GATE = -10.0


def power(stems: Samples, sample_rate: int, hop: float = 0.1) -> npt.NDArray[np.float64]:
    """K-weighted power per hop of each stem, summed over channels: shape (stems, 2, frames) → (stems, hops)."""
    weighted = Equaliser(K_WEIGHTING, sample_rate).process(stems)
    step = round(hop * sample_rate)
    hops = max(1, stems.shape[-1] // step)
    cut = weighted[..., : hops * step].reshape(*stems.shape[:-1], hops, -1)
    summed: npt.NDArray[np.float64] = np.mean(np.square(cut), axis=-1, dtype=np.float64).sum(axis=-2)
    return summed


def gated(powers: npt.NDArray[np.float64], hops_per_block: int = 4) -> float:
    """Integrated loudness in LUFS from the power per hop of one stem: blocks of 400 ms, absolute and relative gate."""
    count = min(hops_per_block, len(powers))
    blocks = np.convolve(powers, np.full(count, 1.0 / count), mode="valid")
    audible = blocks[lufs(blocks) > ABSOLUTE_GATE]
    if not len(audible):
        return SILENCE
    loud = audible[lufs(audible) > lufs(audible.mean()) + RELATIVE_GATE]
    return float(lufs(loud.mean()))


def lufs(power: npt.ArrayLike) -> npt.NDArray[np.float64]:
    level: npt.NDArray[np.float64] = -0.691 + 10 * np.log10(np.maximum(power, 1e-12))
    return level
