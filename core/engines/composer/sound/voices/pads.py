"""Pads: broad, slow, stereo."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from core.audio.clip import Samples
from core.engines.composer.sound.voices.ensemble import Ensemble, blurred
from core.engines.composer.sound.voices.envelope import Envelope
from core.engines.composer.sound.voices.instrument import Instrument, Stroke
from core.engines.composer.sound.voices.pitch import frequencies

Partials = Mapping[float, float]
"""Amplitudes by ratio to the fundamental."""

WARM = {float(number): number**-1.6 for number in range(1, 40)}
WARM_DARK = {float(number): number**-2.4 for number in range(1, 24)}
GLASS = {1.0: 1.0, 2.0: 0.32, 3.0: 0.14, 4.01: 0.22, 5.4: 0.05, 6.03: 0.07, 8.05: 0.09, 11.1: 0.03, 13.2: 0.02}
GLASS_DARK = {1.0: 1.0, 2.0: 0.22, 3.0: 0.06, 4.01: 0.08, 6.03: 0.02}


SHADES = 4


class Pad(Instrument):
    """A sound in a few shades between dark and bright, chosen by touch and brightness."""

    def __init__(
        self, dark: Partials, bright: Partials, envelope: Envelope, sample_rate: int, *, width: float, growth: float
    ) -> None:
        """Partials are amplitudes by ratio; each is blurred to `width` cents, growing with the ratio's power."""
        self._envelope = envelope
        self._rate = sample_rate
        mixes = [shade(dark, bright, step / (SHADES - 1)) for step in range(SHADES)]
        self._shades = [Ensemble(blurred(mix, width, growth=growth), sample_rate) for mix in mixes]

    def sound(self, stroke: Stroke) -> Samples:
        level = self._envelope.curve(stroke.note.length, self._rate)
        pitch = frequencies(stroke, len(level), self._rate)
        share = min(max(0.5 * stroke.note.velocity / 127 + 0.8 * stroke.brightness - 0.15, 0.0), 1.0)
        wave = self._shades[round(share * (SHADES - 1))].play(pitch, len(level), stroke.chance.random())
        wave *= level * np.float32(stroke.force)
        return wave


def shade(dark: Partials, bright: Partials, share: float) -> dict[float, float]:
    ratios = sorted({*dark, *bright})
    return {ratio: (1 - share) * dark.get(ratio, 0.0) + share * bright.get(ratio, 0.0) for ratio in ratios}


def warm_pad(sample_rate: int) -> Pad:
    envelope = Envelope(attack=0.35, decay=3.0, sustain=0.85, release=0.28)
    return Pad(WARM_DARK, WARM, envelope, sample_rate, width=22.0, growth=1.05)


def glass_pad(sample_rate: int) -> Pad:
    envelope = Envelope(attack=0.12, decay=2.0, sustain=0.6, release=0.4)
    return Pad(GLASS_DARK, GLASS, envelope, sample_rate, width=9.0, growth=0.9)
