"""Balance: figures of a mix and of its master that a mastering engineer would look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.audio.clip import Clip
from core.audio.levels import measure
from core.audio.loudness import integrated_loudness, mono_drop


@dataclass(frozen=True, slots=True)
class Balance:
    """Of the master: loudness in LUFS, true peak in dBTP, peak to loudness and peak to RMS in dB, LU lost in mono, and
    the largest offset of a channel. Of the mix: how far its quietest and its loudest stem lie below it, in LU.
    """

    lufs: float
    true_peak: float
    peak_to_loudness: float
    peak_to_rms: float
    mono_loss: float
    offset: float
    quietest_below: float
    loudest_below: float


def balance(master: Clip, mix: Clip, stems: Mapping[str, Clip]) -> Balance:
    levels = measure(master)
    rms = 10 * np.log10(np.mean(np.square(master.samples, dtype=np.float64)))
    whole = integrated_loudness(mix)
    below = [whole - integrated_loudness(stem) for stem in stems.values()]
    return Balance(
        lufs=levels.lufs,
        true_peak=levels.true_peak_dbtp,
        peak_to_loudness=levels.true_peak_dbtp - levels.lufs,
        peak_to_rms=levels.true_peak_dbtp - float(rms),
        mono_loss=mono_drop(master),
        offset=float(np.abs(master.samples.mean(axis=1)).max()),
        quietest_below=max(below, default=float("nan")),
        loudest_below=min(below, default=float("nan")),
    )
