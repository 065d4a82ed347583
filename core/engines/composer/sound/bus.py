"""Bus: what happens to the whole mix, done alike to every stem so that the stems still add up to it."""

from __future__ import annotations

import numpy as np

from core.audio.clip import Samples
from core.engines.composer.score import Master
from core.engines.composer.sound.dynamics import Compression, Compressor, PeakControl

LOUDNESS = -16.0
"""LUFS of the mix as it leaves the desk; mastering makes the last step."""


class Bus:
    """Level, glue compression and peak control. Lanes are stems, or the mix alone; their sum is what it listens to.

    Only gains common to all lanes are applied, never anything that a sum of lanes would answer differently than the
    lanes themselves. Output comes `delay` frames late.
    """

    def __init__(self, master: Master, mix_loudness: float, sample_rate: int) -> None:
        self._gain = np.float32(10 ** ((LOUDNESS - mix_loudness) / 20))
        self._glue = Compressor(glue(master.glue), sample_rate) if master.glue else None
        self._peaks = PeakControl(10 ** ((LOUDNESS + master.crest) / 20), sample_rate)
        self.delay = self._peaks.delay
        self._held: Samples | None = None

    def process(self, lanes: Samples) -> Samples:
        """The next samples, shape (lanes, 2, frames) in and out."""
        lanes = lanes * self._gain
        if self._glue is not None:
            lanes = lanes * self._glue.curve(lanes.sum(axis=0))
        if self._held is None:
            self._held = np.zeros((*lanes.shape[:-1], self.delay), np.float32)
        curve = self._peaks.curve(lanes.sum(axis=0))
        line = np.concatenate([self._held, lanes], axis=-1)
        frames = lanes.shape[-1]
        self._held = line[..., frames:].copy()
        out: Samples = line[..., :frames] * curve
        return out


def glue(amount: float) -> Compression:
    """Slow and soft: at most a few dB on the loudest passages."""
    return Compression(
        threshold=LOUDNESS + 9.0 - 5.0 * amount, ratio=1.3 + 1.2 * amount, knee=8.0, attack=0.02, release=25.0
    )
