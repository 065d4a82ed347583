"""Basses: sub, 808, filtered saws, and the detuned, squelching and wobbling ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.audio.clip import Samples
from core.engines.composer.sound.equaliser import Band
from core.engines.composer.sound.voices.ensemble import Ensemble, detuned_saws
from core.engines.composer.sound.voices.envelope import Envelope, fall
from core.engines.composer.sound.voices.instrument import Instrument, Stroke
from core.engines.composer.sound.voices.pitch import frequencies, highest
from core.engines.composer.sound.voices.wavetable import FilteredWave, phase, saw, square


class SubBass(Instrument):
    """A sine with a trace of its octave, so that small speakers tell of it."""

    def __init__(self, sample_rate: int) -> None:
        self._rate = sample_rate
        self._envelope = Envelope(attack=0.008, decay=1.5, sustain=0.8, release=0.03)

    def sound(self, stroke: Stroke) -> Samples:
        level = self._envelope.curve(stroke.note.length, self._rate)
        turn = 2 * np.pi * phase(frequencies(stroke, len(level), self._rate), len(level), self._rate)
        wave = np.tanh(1.6 * (np.sin(turn) + 0.18 * np.sin(2 * turn))).astype(np.float32)
        return (wave * level * np.float32(stroke.force))[None]


class Bass808(Instrument):
    """The long kick of the TR-808 as a bass: a sine that drops into its pitch, overdriven, dying away slowly."""

    def __init__(self, sample_rate: int) -> None:
        self._rate = sample_rate
        self._envelope = Envelope(attack=0.002, decay=1.1, sustain=0.05, release=0.04)

    def sound(self, stroke: Stroke) -> Samples:
        level = self._envelope.curve(stroke.note.length, self._rate)
        frames = len(level)
        drop = 1.0 + 2.2 * fall(frames, 0.012, self._rate).astype(np.float64)
        turn = 2 * np.pi * phase(frequencies(stroke, frames, self._rate) * drop, frames, self._rate)
        drive = 1.4 + 2.0 * stroke.note.velocity / 127
        wave = np.tanh(drive * np.sin(turn) * (0.35 + 0.65 * level) + 0.12).astype(np.float32)
        return (wave * level * np.float32(stroke.force))[None]


class FilteredBass(Instrument):
    """A wave over a sine of the same pitch, its filter struck open by every note.

    `reach` and `rest` are the filter's corner at the attack and after it, in multiples of the fundamental; `closing`
    is how fast it closes, in seconds.
    """

    def __init__(
        self, wave: FilteredWave, sample_rate: int, *, reach: float, rest: float, closing: float, sub: float
    ) -> None:
        self._wave = wave
        self._rate = sample_rate
        self._reach = reach
        self._rest = rest
        self._closing = closing
        self._sub = np.float32(sub)
        self._envelope = Envelope(attack=0.003, decay=0.5, sustain=0.7, release=0.025)

    def sound(self, stroke: Stroke) -> Samples:
        level = self._envelope.curve(stroke.note.length, self._rate)
        frames = len(level)
        accent = (stroke.note.velocity / 127) ** 1.5
        corner = np.float32(self._rest) + np.float32(self._reach * accent) * fall(frames, self._closing, self._rate)
        corner *= np.float32(4.0 ** (stroke.brightness - 0.5))
        pitch = frequencies(stroke, frames, self._rate)
        place = phase(pitch, frames, self._rate)
        wave = self._wave.play(place, corner, highest(pitch))
        wave += self._sub * np.sin(2 * np.pi * place).astype(np.float32)
        return (wave * level * np.float32(stroke.force))[None]


class WobbleBass(Instrument):
    """A growling wave whose filter swings; modulation sets the pace, four swings a second by default."""

    def __init__(self, sample_rate: int) -> None:
        self._rate = sample_rate
        self._wave = FilteredWave(square, 0.55, sample_rate)
        self._envelope = Envelope(attack=0.004, decay=2.0, sustain=0.9, release=0.03)

    def sound(self, stroke: Stroke) -> Samples:
        level = self._envelope.curve(stroke.note.length, self._rate)
        frames = len(level)
        pace = 4.0 + 8.0 * stroke.modulation
        swing = 0.5 - 0.5 * np.cos(2 * np.pi * pace * np.arange(frames) / self._rate)
        corner = (1.5 * 2.0 ** (4.2 * swing * (0.5 + stroke.brightness))).astype(np.float32)
        pitch = frequencies(stroke, frames, self._rate)
        place = phase(pitch, frames, self._rate)
        wave = np.tanh(1.5 * self._wave.play(place, corner, highest(pitch)))
        wave += np.float32(0.6) * np.sin(2 * np.pi * place).astype(np.float32)
        sound: Samples = (wave * level * np.float32(stroke.force))[None]
        return sound


class ReeseBass(Instrument):
    """Detuned saws beating against each other over a steady sub: the bass of drum and bass."""

    body: Sequence[Band] = (Band("lowpass", 1400.0, q=0.9),)

    def __init__(self, sample_rate: int) -> None:
        self._rate = sample_rate
        self._saws = Ensemble(detuned_saws([-0.011, -0.004, 0.005, 0.012], 2.0), sample_rate)
        self._envelope = Envelope(attack=0.01, decay=2.0, sustain=0.85, release=0.04)

    def sound(self, stroke: Stroke) -> Samples:
        level = self._envelope.curve(stroke.note.length, self._rate)
        frames = len(level)
        pitch = frequencies(stroke, frames, self._rate)
        saws = self._saws.play(pitch, frames, stroke.chance.random())
        middle = saws.mean(axis=0)
        sub = np.sin(2 * np.pi * phase(pitch, frames, self._rate)).astype(np.float32)
        narrow = middle + np.float32(0.35) * (saws - middle) + np.float32(0.35) * sub
        sound: Samples = narrow * (level * np.float32(stroke.force))
        return sound


def synth_bass(sample_rate: int) -> FilteredBass:
    return FilteredBass(FilteredWave(saw, 0.2, sample_rate), sample_rate, reach=14, rest=2.2, closing=0.12, sub=0.5)


def acid_bass(sample_rate: int) -> FilteredBass:
    return FilteredBass(FilteredWave(saw, 1.0, sample_rate), sample_rate, reach=18, rest=1.5, closing=0.14, sub=0.1)
