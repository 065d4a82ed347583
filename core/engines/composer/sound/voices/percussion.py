"""Percussion: struck sounds by key, each made a few times and kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy import signal

from core.audio.clip import Samples
from core.engines.composer.sound.voices.envelope import fall, soften_end
from core.engines.composer.sound.voices.instrument import Instrument, Stroke

TOUCHES = 5
"""How many shades of sound there are between the softest and the hardest stroke."""
TAKES = 3
"""How often each is made, so that repeated strokes are not copies."""


@dataclass(frozen=True, slots=True)
class Hand:
    """One stroke being made: its force 0..1 as heard in the sound's colour, and what is left to chance."""

    force: float
    chance: np.random.Generator
    sample_rate: int

    def membrane(self, start: float, end: float, glide: float, decay: float, seconds: float) -> Samples:
        """A tone that slides from one frequency in Hz to another and dies away; `glide` and `decay` in seconds."""
        frames = round(seconds * self.sample_rate)
        hertz = end + (start - end) * fall(frames, glide, self.sample_rate).astype(np.float64)
        turns = np.cumsum(hertz) / self.sample_rate
        return np.sin(2 * np.pi * turns).astype(np.float32) * fall(frames, decay, self.sample_rate)

    def modes(self, base: float, partials: Mapping[float, tuple[float, float]], seconds: float) -> Samples:
        """Partials given as ratio → (amplitude, decay in seconds), each slightly out of the others' time."""
        frames = round(seconds * self.sample_rate)
        time = np.arange(frames) / self.sample_rate
        ringing = np.zeros(frames, np.float32)
        for ratio, (amplitude, decay) in partials.items():
            if base * ratio < 0.45 * self.sample_rate:
                start = self.chance.uniform(0.0, 2 * np.pi)
                wave = np.sin(2 * np.pi * base * ratio * time + start).astype(np.float32)
                ringing += np.float32(amplitude) * wave * fall(frames, decay, self.sample_rate)
        return ringing

    def noise(self, low: float, high: float, decay: float, seconds: float) -> Samples:
        """Noise between two frequencies in Hz that dies away, of about unit size at its start."""
        frames = round(seconds * self.sample_rate)
        band = (low, min(high, 0.45 * self.sample_rate))
        sections = signal.butter(2, band, "band", fs=self.sample_rate, output="sos").astype(np.float32)
        burst = signal.sosfilt(sections, self.chance.standard_normal(frames, dtype=np.float32))
        burst *= fall(frames, decay, self.sample_rate) / np.float32(2 * np.sqrt((band[1] - band[0]) / self.sample_rate))
        result: Samples = burst
        return result

    def metal(self, frequencies: tuple[float, ...], low: float, decay: float, seconds: float) -> Samples:
        """Square waves that fit no chord, high-passed: the cymbals of analogue drum machines."""
        frames = round(seconds * self.sample_rate)
        time = np.arange(frames) / self.sample_rate
        squares = np.zeros(frames)
        for frequency in frequencies:
            squares += np.sign(np.sin(2 * np.pi * frequency * time + self.chance.uniform(0.0, 6.28)))
        sections = signal.butter(3, low, "high", fs=self.sample_rate, output="sos")
        ringing = signal.sosfilt(sections, squares).astype(np.float32) / np.float32(len(frequencies))
        result: Samples = ringing * fall(frames, decay, self.sample_rate)
        return result

    def later(self, sound: Samples, seconds: float) -> Samples:
        return np.concatenate([np.zeros(round(seconds * self.sample_rate), np.float32), sound])


@dataclass(frozen=True, slots=True)
class Strike:
    """How one key sounds, how loud it is in the kit, and where it stands (-1 left … 1 right)."""

    make: Callable[[Hand], Samples]
    gain: float = 1.0
    pan: float = 0.0


class Kit(Instrument):
    """Struck instruments by MIDI key; a key that is not there is played by its stand-in, or by the first of the kit."""

    def __init__(
        self,
        strikes: Mapping[int, Strike],
        sample_rate: int,
        *,
        stand_ins: Mapping[int, int] | None = None,
        chokes: Mapping[int, frozenset[int]] | None = None,
    ) -> None:
        self._strikes = strikes
        self._rate = sample_rate
        self._stand_ins = stand_ins or {}
        self.chokes = chokes or {}
        self._made: dict[tuple[int, int, int], Samples] = {}

    def sound(self, stroke: Stroke) -> Samples:
        key = stroke.note.pitch
        if key not in self._strikes:
            key = self._stand_ins.get(key, next(iter(self._strikes)))
        touch = min(TOUCHES - 1, stroke.note.velocity * TOUCHES // 128)
        made = self._take(key, touch, stroke.note.number % TAKES) * np.float32(stroke.force)
        if key not in self.chokes:
            return made
        cut: Samples = made[:, : round((stroke.note.length + 0.03) * self._rate)]
        soften_end(cut, round(0.03 * self._rate))
        return cut

    def _take(self, key: int, touch: int, take: int) -> Samples:
        if (key, touch, take) not in self._made:
            strike = self._strikes[key]
            hand = Hand((touch + 0.5) / TOUCHES, np.random.default_rng([key, touch, take]), self._rate)
            sound = strike.make(hand) * np.float32(strike.gain)
            soften_end(sound, len(sound) // 8)
            angle = (strike.pan + 1) * np.pi / 4
            sides = np.array([[np.cos(angle)], [np.sin(angle)]], np.float32)
            self._made[key, touch, take] = sides * sound
        return self._made[key, touch, take]


def layered(*sounds: Samples) -> Samples:
    """Sounds on top of each other, whatever their lengths."""
    whole = np.zeros(max(len(sound) for sound in sounds), np.float32)
    for sound in sounds:
        whole[: len(sound)] += sound
    return whole
