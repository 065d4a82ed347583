"""Stereo: a part's place between left and right."""

from __future__ import annotations

from math import cos, pi, sin, sqrt

import numpy as np

from core.audio.clip import Samples


class Placement:
    """Pan and width over a stream of stereo samples.

    Pan keeps the power of a centred source. Width below a half narrows the sides, above it widens them and adds a
    delayed copy of the middle as sides, opposite on left and right: it vanishes in mono, so nothing is lost there.
    """

    def __init__(self, pan: float, width: float, sample_rate: int) -> None:
        angle = (pan + 1) * pi / 4
        self._gains = np.array([[sqrt(2) * cos(angle)], [sqrt(2) * sin(angle)]], np.float32)
        self._sides = np.float32(2 * width if width <= 0.5 else 1.0 + (width - 0.5))
        self._spread = np.float32(max(0.0, width - 0.5) * 0.9)
        self._delay = round(0.011 * sample_rate)
        self._past = np.zeros(self._delay, np.float32)

    def process(self, samples: Samples) -> Samples:
        """Place the next samples, shape (2, frames)."""
        middle = (samples[0] + samples[1]) * np.float32(0.5)
        sides = (samples[0] - samples[1]) * (np.float32(0.5) * self._sides)
        if self._spread:
            line = np.concatenate([self._past, middle])
            self._past = line[len(middle) :]
            sides = sides + self._spread * line[: len(middle)]
        placed: Samples = np.stack([middle + sides, middle - sides]) * self._gains
        return placed
