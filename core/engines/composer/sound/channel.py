"""Channel: one part's way through the desk, from its dry sound to its place in the mix."""

from __future__ import annotations

import numpy as np

from core.audio.clip import Samples
from core.engines.composer.score import Part
from core.engines.composer.sound.dynamics import Compression, Compressor, saturate
from core.engines.composer.sound.equaliser import Equaliser, channel_bands
from core.engines.composer.sound.stereo import Placement

NOMINAL = -20.0
"""LUFS at which a part enters its compressor, whatever its source gives."""


class Channel:
    """Equaliser, trim to a nominal level, compression and saturation, level, pan and width."""

    def __init__(self, part: Part, sample_rate: int) -> None:
        self._equaliser = Equaliser(channel_bands(part.role, part.effects), sample_rate)
        amount = part.effects.compress
        self._compressor = Compressor(compression(amount), sample_rate) if amount else None
        self._knee = 0.5 - 0.25 * amount
        self._placement = Placement(part.effects.pan, part.effects.width, sample_rate)
        self.trim = 1.0
        self.level = 1.0

    def colour(self, samples: Samples) -> Samples:
        """The equalised sound of the next samples, shape (2, frames)."""
        return self._equaliser.process(samples)

    def shape(self, samples: Samples) -> Samples:
        """The trimmed and compressed sound of equalised samples."""
        samples = samples * np.float32(self.trim)
        if self._compressor is None:
            return samples
        return saturate(samples * self._compressor.curve(samples), self._knee)

    def place(self, samples: Samples) -> Samples:
        """Shaped samples at their level and place."""
        return self._placement.process(samples * np.float32(self.level))


def compression(amount: float) -> Compression:
    """From a touch (0) to the firm hand of a drum bus (1), for a part at its nominal level."""
    return Compression(
        threshold=NOMINAL + 14.0 - 10.0 * amount,
        ratio=1.5 + 3.5 * amount,
        attack=0.012 - 0.008 * amount,
        release=60.0 + 60.0 * amount,
    )
