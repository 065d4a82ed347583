"""Electronic leads: supersaw, saw, square, and the short filtered pluck."""

from __future__ import annotations

import numpy as np

from core.audio.clip import Samples
from core.engines.composer.sound.voices.ensemble import Ensemble, detuned_saws
from core.engines.composer.sound.voices.envelope import Envelope, fall
from core.engines.composer.sound.voices.instrument import Instrument, Stroke
from core.engines.composer.sound.voices.pitch import frequencies, late_vibrato
from core.engines.composer.sound.voices.wavetable import FilteredWave, phase, saw, square

SUPERSAW_SPREAD = np.array([-0.11002, -0.06288, -0.01952, 0.0, 0.01991, 0.06217, 0.10745]) * 0.16
"""The JP-8000's relative detunings, at a medium setting (Szabó, "How to Emulate the Super Saw", 2010)."""
TILTS = (4.0, 1.5, 0.0)
"""Darkening in dB per octave for a dark, a middling and a bright touch."""


class Supersaw(Instrument):
    def __init__(self, sample_rate: int) -> None:
        self._rate = sample_rate
        self._envelope = Envelope(attack=0.008, decay=0.35, sustain=0.75, release=0.07)
        self._voices = [Ensemble(detuned_saws(SUPERSAW_SPREAD, tilt), sample_rate) for tilt in TILTS]

    def sound(self, stroke: Stroke) -> Samples:
        level = self._envelope.curve(stroke.note.length, self._rate)
        bright = 0.7 * stroke.brightness + 0.5 * stroke.note.velocity / 127
        voice = self._voices[int(np.clip(bright * len(TILTS), 0, len(TILTS) - 1))]
        pitch = frequencies(stroke, len(level), self._rate)
        return voice.play(pitch, len(level), stroke.chance.random()) * (level * np.float32(stroke.force))


class SynthLead(Instrument):
    """Two slightly detuned waves behind a filter that opens with the attack; long notes get a late vibrato."""

    def __init__(self, wave: FilteredWave, sample_rate: int) -> None:
        self._rate = sample_rate
        self._wave = wave
        self._envelope = Envelope(attack=0.01, decay=0.6, sustain=0.8, release=0.05)

    def sound(self, stroke: Stroke) -> Samples:
        level = self._envelope.curve(stroke.note.length, self._rate)
        frames = len(level)
        pitch = late_vibrato(stroke, frames, self._rate, cents=14.0 + 30.0 * stroke.modulation, onset=0.35)
        open_to = 6.0 + 26.0 * stroke.brightness * (0.4 + 0.6 * stroke.note.velocity / 127)
        corner = np.float32(open_to) * (0.55 + 0.45 * fall(frames, 0.3, self._rate))
        start = stroke.chance.random(2)
        left, right = (
            self._wave.play(phase(pitch * ratio, frames, self._rate, begin), corner, stroke.frequency * 1.1)
            for ratio, begin in zip((0.9982, 1.0018), start, strict=True)
        )
        gain = level * np.float32(0.5 * stroke.force)
        sound: Samples = np.stack([left + 0.6 * right, right + 0.6 * left]) * gain
        return sound


class Pluck(Instrument):
    """Saws whose filter closes at once."""

    def __init__(self, sample_rate: int) -> None:
        self._rate = sample_rate
        self._wave = FilteredWave(saw, 0.25, sample_rate)
        self._envelope = Envelope(attack=0.002, decay=0.28, sustain=0.12, release=0.09)

    def sound(self, stroke: Stroke) -> Samples:
        level = self._envelope.curve(stroke.note.length, self._rate)
        frames = len(level)
        touch = stroke.note.velocity / 127
        reach = (3000.0 + 7000.0 * touch) * (0.5 + stroke.brightness) / stroke.frequency
        corner = np.float32(reach) * fall(frames, 0.07 + 0.05 * touch, self._rate) + np.float32(1.6)
        pitch = frequencies(stroke, frames, self._rate)
        waves = [
            self._wave.play(phase(pitch * ratio, frames, self._rate, begin), corner, stroke.frequency * 1.01)
            for ratio, begin in zip((0.9986, 1.0014), stroke.chance.random(2), strict=True)
        ]
        sound: Samples = np.stack([waves[0] + 0.5 * waves[1], waves[1] + 0.5 * waves[0]]) * (
            level * np.float32(stroke.force)
        )
        return sound


def saw_lead(sample_rate: int) -> SynthLead:
    return SynthLead(FilteredWave(saw, 0.15, sample_rate), sample_rate)


def square_lead(sample_rate: int) -> SynthLead:
    return SynthLead(FilteredWave(square, 0.1, sample_rate), sample_rate)
