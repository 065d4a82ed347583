"""Equaliser: second-order sections after R. Bristow-Johnson's Audio EQ Cookbook, and the curve of each role."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin, sqrt
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import signal

from core.audio.clip import Samples
from core.engines.composer.score import Effects, Role

Sections = npt.NDArray[np.float32]
"""Shape (sections, 6), as scipy's sosfilt takes them."""


@dataclass(frozen=True, slots=True)
class Band:
    """One band: corner or centre in Hz, gain in dB (shelves and peaks), and Q."""

    kind: Literal["highpass", "lowpass", "low_shelf", "high_shelf", "peak"]
    frequency: float
    gain: float = 0.0
    q: float = 1 / sqrt(2)


ROLE_BANDS: dict[Role, tuple[Band, ...]] = {
    "lead": (Band("highpass", 110), Band("peak", 2800, 1.5, 0.8)),
    "counter": (Band("highpass", 110), Band("peak", 2800, -1.0, 0.8)),
    "chords": (Band("highpass", 110), Band("peak", 320, -1.5, 0.9)),
    "pad": (Band("highpass", 140), Band("peak", 350, -2.5, 0.8)),
    "bass": (Band("highpass", 30), Band("peak", 250, -1.5, 0.9)),
    "drums": (Band("highpass", 30), Band("peak", 350, -2.0, 0.9), Band("high_shelf", 8000, 1.5)),
    "percussion": (Band("highpass", 60),),
    "effect": (Band("highpass", 60),),
}
"""Room for the bass below, for the lead in the middle: what is cut in one role is what another lives from."""


def channel_bands(role: Role, effects: Effects) -> tuple[Band, ...]:
    """The curve of a part: its role's, with the corners that the style asks for."""
    bands = ROLE_BANDS[role]
    if effects.highpass is not None:
        bands = (Band("highpass", effects.highpass), *(band for band in bands if band.kind != "highpass"))
    if effects.lowpass is not None:
        bands = (*bands, Band("lowpass", effects.lowpass))
    return bands


class Equaliser:
    """A chain of bands over a stream of samples."""

    def __init__(self, bands: Sequence[Band], sample_rate: int) -> None:
        self._sections = np.stack([section(band, sample_rate) for band in bands])
        self._state: Samples | None = None

    def process(self, samples: Samples) -> Samples:
        """Filter the next samples, of shape (…, frames), along the last axis."""
        if self._state is None:
            self._state = np.zeros((len(self._sections), *samples.shape[:-1], 2), np.float32)
        filtered, self._state = signal.sosfilt(self._sections, samples, axis=-1, zi=self._state)
        result: Samples = filtered
        return result


def section(band: Band, sample_rate: int) -> Sections:
    """Coefficients b0 b1 b2 1 a1 a2 of one band."""
    omega = 2 * pi * min(band.frequency, 0.45 * sample_rate) / sample_rate
    alpha, turn = sin(omega) / (2 * band.q), cos(omega)
    slope = 10 ** (band.gain / 40)
    if band.kind == "highpass":
        b, a = ((1 + turn) / 2, -(1 + turn), (1 + turn) / 2), (1 + alpha, -2 * turn, 1 - alpha)
    elif band.kind == "lowpass":
        b, a = ((1 - turn) / 2, 1 - turn, (1 - turn) / 2), (1 + alpha, -2 * turn, 1 - alpha)
    elif band.kind == "peak":
        b = (1 + alpha * slope, -2 * turn, 1 - alpha * slope)
        a = (1 + alpha / slope, -2 * turn, 1 - alpha / slope)
    else:
        b, a = _shelf(slope, turn if band.kind == "high_shelf" else -turn, 2 * sqrt(slope) * alpha)
        if band.kind == "low_shelf":
            b, a = (b[0], -b[1], b[2]), (a[0], -a[1], a[2])
    return np.array([*b, *a], np.float32) / np.float32(a[0])


Triple = tuple[float, float, float]


def _shelf(slope: float, turn: float, lift: float) -> tuple[Triple, Triple]:
    """A high shelf; the low one is its mirror at half the sample rate."""
    b = (
        slope * (slope + 1 + (slope - 1) * turn + lift),
        -2 * slope * (slope - 1 + (slope + 1) * turn),
        slope * (slope + 1 + (slope - 1) * turn - lift),
    )
    a = (
        slope + 1 - (slope - 1) * turn + lift,
        2 * (slope - 1 - (slope + 1) * turn),
        slope + 1 - (slope - 1) * turn - lift,
    )
    return b, a
