"""Instrument: what every synthesised voice is, and the stream of a part that it plays."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from core.audio.clip import Samples
from core.engines.composer.sound.equaliser import Band, Equaliser
from core.engines.composer.sound.performance import (
    BRIGHTNESS,
    EXPRESSION,
    MODULATION,
    Performance,
    Sounding,
    Turn,
)

EXPRESSION_STEP = 0.01
LONGEST_RING = 10.0


@dataclass(frozen=True, slots=True)
class Stroke:
    """One note as a voice gets it: controllers at its start as 0..1, and the generator for what is left to chance."""

    note: Sounding
    brightness: float
    modulation: float
    chance: np.random.Generator

    @property
    def frequency(self) -> float:
        """Hz, without the bend."""
        return 440.0 * math.pow(2.0, (self.note.pitch - 69) / 12)

    @property
    def force(self) -> float:
        """Amplitude for the velocity: 40 dB from the softest to the hardest, as soundfonts have it."""
        return (self.note.velocity / 127) ** 2

    def bend(self, frames: int, sample_rate: int) -> npt.NDArray[np.float64] | None:
        """Cents at each frame, or None for a note that keeps its pitch."""
        if not self.note.bend:
            return None
        times = np.array([at for at, _ in self.note.bend]) * sample_rate
        cents: npt.NDArray[np.float64] = np.interp(np.arange(frames), times, [cents for _, cents in self.note.bend])
        return cents


class Instrument(ABC):
    """A voice.

    `body` is the colour of the whole instrument, laid over all its notes. `chokes` names, for a key that rings until
    another is struck, the keys that cut it off.
    """

    body: Sequence[Band] = ()
    chokes: Mapping[int, frozenset[int]] = {}

    @abstractmethod
    def sound(self, stroke: Stroke) -> Samples:
        """The note with its release, float32 of shape (1 or 2, frames)."""


class InstrumentStream:
    """A part played by an instrument, rendered in order of time."""

    def __init__(self, instrument: Instrument, performance: Performance, sample_rate: int, seed: int) -> None:
        self._instrument = instrument
        self._notes = choked(performance.sustained().notes, instrument.chokes)
        self._rate = sample_rate
        self._seed = seed
        self._next = 0
        self._frame = 0
        self._ringing = np.zeros((2, 0), np.float32)
        self._body = Equaliser(instrument.body, sample_rate) if instrument.body else None
        self._brightness = Knob(performance.turns, BRIGHTNESS, 64)
        self._modulation = Knob(performance.turns, MODULATION, 0)
        self._expression = Knob(performance.turns, EXPRESSION, 127)

    def render(self, frames: int) -> Samples:
        """The next frames, shape (2, frames)."""
        end = self._frame + frames
        sounds: list[tuple[int, Samples]] = []
        while self._next < len(self._notes) and round(self._notes[self._next].start * self._rate) < end:
            note = self._notes[self._next]
            sounds.append((round(note.start * self._rate) - self._frame, self._instrument.sound(self._stroke(note))))
            self._next += 1
        longest = max([frames, self._ringing.shape[1], *(at + sound.shape[1] for at, sound in sounds)])
        line = np.zeros((2, longest), np.float32)
        line[:, : self._ringing.shape[1]] = self._ringing
        for at, sound in sounds:
            line[:, at : at + sound.shape[1]] += sound
        self._ringing = line[:, frames:].copy()
        out = line[:, :frames]
        if self._expression.turned:
            out = out * self._swell(frames)
        if self._body is not None:
            out = self._body.process(out)
        self._frame = end
        return out

    def _stroke(self, note: Sounding) -> Stroke:
        return Stroke(
            note,
            brightness=self._brightness.at(note.start) / 127,
            modulation=self._modulation.at(note.start) / 127,
            chance=np.random.default_rng([self._seed, note.number]),
        )

    def _swell(self, frames: int) -> Samples:
        """Expression as gain: 40 dB from the lowest to the highest, as General MIDI recommends."""
        times = (self._frame + np.arange(frames)) / self._rate
        grid = np.arange(times[0], times[-1] + 2 * EXPRESSION_STEP, EXPRESSION_STEP)
        values = self._expression.over(grid) / 127
        gains: Samples = np.interp(times, grid, values**2).astype(np.float32)
        return gains


def choked(notes: Sequence[Sounding], chokes: Mapping[int, frozenset[int]]) -> list[Sounding]:
    """Notes whose key can be cut off last until that happens, whatever length is written."""
    if not chokes:
        return list(notes)
    last: dict[int, float] = {}
    played = []
    for note in reversed(notes):
        if note.pitch in chokes:
            cut = min((last[key] for key in chokes[note.pitch] if key in last), default=note.start + LONGEST_RING)
            played.append(replace(note, length=max(cut - note.start, 0.01)))
        else:
            played.append(note)
        last[note.pitch] = note.start
    return played[::-1]


class Knob:
    """The value of one controller over time."""

    def __init__(self, turns: Sequence[Turn], number: int, rest: int) -> None:
        own = [turn for turn in turns if turn.number == number]
        self.turned = bool(own)
        self._times = [turn.at for turn in own]
        self._values = np.array([rest, *(turn.value for turn in own)], np.float64)

    def at(self, seconds: float) -> float:
        return float(self._values[bisect_right(self._times, seconds)])

    def over(self, times: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        values: npt.NDArray[np.float64] = self._values[np.searchsorted(self._times, times, side="right")]
        return values
