"""Pads: broad, slow, stereo."""

from __future__ import annotations

import numpy as np

from core.audio.clip import Samples
from core.engines.composer.sound.voices.ensemble import Ensemble, blurred
from core.engines.composer.sound.voices.envelope import Envelope
from core.engines.composer.sound.voices.instrument import Instrument, Stroke
from core.engines.composer.sound.voices.pitch import frequencies

WARM = {float(number): number**-1.6 for number in range(1, 40)}
WARM_DARK = {float(number): number**-2.4 for number in range(1, 24)}
GLASS = {1.0: 1.0, 2.0: 0.32, 3.0: 0.14, 4.01: 0.22, 5.4: 0.05, 6.03: 0.07, 8.05: 0.09, 11.1: 0.03, 13.2: 0.02}
GLASS_DARK = {1.0: 1.0, 2.0: 0.22, 3.0: 0.06, 4.01: 0.08, 6.03: 0.02}


class Pad(Instrument):
    """Two ensembles of one sound, a dark and a bright one, mixed by touch and brightness."""

    def __init__(self, dark: Ensemble, bright: Ensemble, envelope: Envelope, sample_rate: int) -> None:
        self._dark = dark
        self._bright = bright
        self._envelope = envelope
        self._rate = sample_rate

    def sound(self, stroke: Stroke) -> Samples:
        level = self._envelope.curve(stroke.note.length, self._rate)
        frames = len(level)
        pitch = frequencies(stroke, frames, self._rate)
        start = stroke.chance.random()
        share = np.float32(np.clip(0.5 * stroke.note.velocity / 127 + 0.8 * stroke.brightness - 0.15, 0.0, 1.0))
        wave = self._bright.play(pitch, frames, start) * share
        if share < 1:
            wave += self._dark.play(pitch, frames, start) * (1 - share)
        return wave * (level * np.float32(stroke.force))


def warm_pad(sample_rate: int) -> Pad:
    envelope = Envelope(attack=0.35, decay=3.0, sustain=0.85, release=0.28)
    dark, bright = (Ensemble(blurred(partials, 22.0, growth=1.05), sample_rate) for partials in (WARM_DARK, WARM))
    return Pad(dark, bright, envelope, sample_rate)


def glass_pad(sample_rate: int) -> Pad:
    envelope = Envelope(attack=0.12, decay=2.0, sustain=0.6, release=0.4)
    dark, bright = (Ensemble(blurred(partials, 9.0, growth=0.9), sample_rate) for partials in (GLASS_DARK, GLASS))
    return Pad(dark, bright, envelope, sample_rate)
