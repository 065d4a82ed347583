"""Frequency modulation (Chowning 1973): the electric piano and the bell."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

import numpy as np

from core.audio.clip import Samples
from core.engines.composer.sound.equaliser import Band
from core.engines.composer.sound.voices.envelope import Envelope, fall, soften_end
from core.engines.composer.sound.voices.instrument import Instrument, Stroke
from core.engines.composer.sound.voices.pitch import frequencies
from core.engines.composer.sound.voices.wavetable import Doubles, phase

Floats = np.float32
BELL_SHADES = 6
BELLS_KEPT = 32


class FmKeys(Instrument):
    """An electric piano: a reed that brightens with the touch, and the tine's ping fourteen times higher."""

    body: Sequence[Band] = (Band("low_shelf", 200.0, 1.5),)

    def __init__(self, sample_rate: int) -> None:
        self._rate = sample_rate

    def sound(self, stroke: Stroke) -> Samples:
        low = max(0.0, (72 - stroke.note.pitch) / 36)
        envelope = Envelope(attack=0.002, decay=0.9 + 1.6 * low, sustain=0.0, release=0.06)
        level = envelope.curve(stroke.note.length, self._rate)
        frames = len(level)
        turn = turns(stroke, frames, self._rate)
        touch = (stroke.note.velocity / 127) ** 1.5 * (0.6 + 0.8 * stroke.brightness)
        bite = Floats(0.35 + 1.9 * touch) * fall(frames, 0.35, self._rate)
        reed = sine(turn + bite * sine(turn) / (2 * np.pi))
        tine = sine(14 * turn) * fall(frames, 0.09, self._rate) * Floats(0.10 * touch + 0.02)
        if stroke.frequency * 14 > 0.45 * self._rate:
            tine = np.zeros_like(tine)
        octave = sine(turn + Floats(0.8 * touch) * fall(frames, 0.8, self._rate) * sine(3 * turn) / (2 * np.pi))
        sound: Samples = ((0.7 * reed + 0.3 * octave + tine) * level * Floats(stroke.force))[None]
        return sound


class FmBell(Instrument):
    """Inharmonic pairs that die away at their own pace, whatever the length of the note.

    Rings are kept, as arpeggios strike the same few again and again.
    """

    def __init__(self, sample_rate: int) -> None:
        self._rate = sample_rate
        self._rings: OrderedDict[tuple[int, int], Samples] = OrderedDict()

    def sound(self, stroke: Stroke) -> Samples:
        touch = (stroke.note.velocity / 127) ** 1.5 * (0.5 + stroke.brightness)
        shade = round(touch * BELL_SHADES / 1.5)
        if stroke.note.bend:
            return self._ring(stroke, shade) * Floats(stroke.force)
        what = (stroke.note.pitch, shade)
        if what not in self._rings:
            self._rings[what] = self._ring(stroke, shade)
            if len(self._rings) > BELLS_KEPT:
                self._rings.popitem(last=False)
        self._rings.move_to_end(what)
        return self._rings[what] * Floats(stroke.force)

    def _ring(self, stroke: Stroke, shade: int) -> Samples:
        decay = min(1.1, 0.75 * 2.0 ** ((72 - stroke.note.pitch) / 30))
        frames = round(5 * decay * self._rate)
        turn = turns(stroke, frames, self._rate)
        bite = Floats(1.6 * 1.5 * shade / BELL_SHADES) * fall(frames, 0.3 * decay, self._rate)
        strike = sine(turn + bite * sine(3.5 * turn) / (2 * np.pi))
        hum = sine(turn * 1.0008) * Floats(0.6)
        shimmer = sine(2.756 * turn) * fall(frames, 0.5 * decay, self._rate) * Floats(0.25)
        ring: Samples = np.stack([strike + hum + shimmer, strike + hum - shimmer])
        ring *= Floats(0.6) * fall(frames, decay, self._rate)
        soften_end(ring, frames // 6)
        return ring


def turns(stroke: Stroke, frames: int, sample_rate: int) -> Doubles:
    """Periods passed at each frame."""
    return phase(frequencies(stroke, frames, sample_rate), frames, sample_rate)


def sine(turn: Doubles) -> Samples:
    """A sine by periods: reduced to one period first, as single precision would blur far ones."""
    return np.sin(((turn % 1.0) * (2 * np.pi)).astype(np.float32))
