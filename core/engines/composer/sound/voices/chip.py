"""Chips: the pulse waves and the stepped triangle of early consoles."""

from __future__ import annotations

import numpy as np

from core.audio.clip import Samples
from core.engines.composer.sound.voices.envelope import Envelope
from core.engines.composer.sound.voices.instrument import Instrument, Stroke
from core.engines.composer.sound.voices.pitch import highest, late_vibrato
from core.engines.composer.sound.voices.wavetable import Doubles, Wave, phase, pulse

STEPS = 32
LEVELS = 16


class ChipVoice(Instrument):
    def __init__(self, wave: Wave, envelope: Envelope, sample_rate: int, *, vibrato: float) -> None:
        self._wave = wave
        self._envelope = envelope
        self._rate = sample_rate
        self._vibrato = vibrato

    def sound(self, stroke: Stroke) -> Samples:
        level = self._envelope.curve(stroke.note.length, self._rate)
        level = (np.ceil(level * LEVELS) / LEVELS).astype(np.float32)
        cents = self._vibrato + 20.0 * stroke.modulation
        pitch = late_vibrato(stroke, len(level), self._rate, cents=cents, onset=0.3, rate=6.0)
        wave = self._wave.play(phase(pitch, len(level), self._rate), highest(pitch))
        return (wave * level * np.float32(stroke.force))[None]


def chip_square(sample_rate: int) -> ChipVoice:
    envelope = Envelope(attack=0.001, decay=0.5, sustain=0.6, release=0.01)
    return ChipVoice(Wave(pulse(0.5), sample_rate), envelope, sample_rate, vibrato=8.0)


def chip_pulse(sample_rate: int) -> ChipVoice:
    envelope = Envelope(attack=0.001, decay=0.25, sustain=0.4, release=0.01)
    return ChipVoice(Wave(pulse(0.25), sample_rate), envelope, sample_rate, vibrato=8.0)


def chip_triangle(sample_rate: int) -> ChipVoice:
    envelope = Envelope(attack=0.001, decay=1.0, sustain=1.0, release=0.005)
    return ChipVoice(Wave(stepped_triangle, sample_rate), envelope, sample_rate, vibrato=0.0)


def stepped_triangle(numbers: Doubles) -> Doubles:
    """A triangle in STEPS held steps: the harmonics of a sampled triangle, under the hold's sinc."""
    bare = np.zeros(len(numbers))
    nearest = np.abs((numbers + STEPS / 2) % STEPS - STEPS / 2)
    odd = nearest % 2 == 1
    bare[odd] = 8 / np.pi**2 / nearest[odd] ** 2 * np.where(nearest[odd] % 4 == 1, 1.0, -1.0)
    held: Doubles = bare * np.sinc(numbers / STEPS)
    return held
