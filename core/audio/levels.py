"""Levels: loudness and true peak of a clip, or of sound that comes in blocks and is too long to be held at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.audio.clip import Clip, Samples
from core.audio.loudness import BLOCK, KWeighting, loudness_of_energies
from core.audio.true_peak import TAPS, highest_between, to_decibels


@dataclass(frozen=True, slots=True)
class Levels:
    """Integrated loudness in LUFS and true peak in dBTP; −70 stands for silence in both."""

    lufs: float
    true_peak_dbtp: float


def measure(clip: Clip) -> Levels:
    meter = Meter(clip.sample_rate, clip.channels)
    for start in range(0, clip.frames, BLOCK):
        meter.add(clip.samples[:, start : start + BLOCK])
    return meter.levels()


class Meter:
    """Measures blocks of (channels, samples) that follow each other; all but the last hold whole grains."""

    def __init__(self, sample_rate: int, channels: int) -> None:
        self._sample_rate = sample_rate
        self._weighting = KWeighting(sample_rate, channels)
        self._energies = [np.zeros(0)]
        self._before = np.zeros((channels, TAPS - 1), np.float32)
        self._peak = 0.0

    def add(self, block: Samples) -> None:
        self._energies.append(self._weighting.energies(block))
        self._look(block)

    def levels(self) -> Levels:
        """Of all that was added; to be asked once, at the end."""
        self._look(np.zeros_like(self._before))
        return Levels(loudness_of_energies(np.concatenate(self._energies), self._sample_rate), to_decibels(self._peak))

    def _look(self, block: Samples) -> None:
        joined = np.concatenate([self._before, block], axis=1)
        highest = max(float(np.max(highest_between(channel))) for channel in joined)
        self._peak = max(self._peak, float(np.max(np.abs(block))), highest)
        self._before = joined[:, 1 - TAPS :]
