"""Performance: what one part plays, in seconds, ready for a synthesizer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from core.engines.composer.score import Part
from core.engines.composer.sound.clock import Clock

MODULATION, EXPRESSION, PEDAL, BRIGHTNESS = 1, 11, 64, 74
"""MIDI controllers by number."""


@dataclass(frozen=True, slots=True)
class Sounding:
    """A note in time: seconds from the start, MIDI pitch and velocity, and its bend as (seconds after start, cents).

    `number` is the note's place in its part; whatever a voice leaves to chance is drawn from it.
    """

    start: float
    length: float
    pitch: int
    velocity: int
    bend: tuple[tuple[float, float], ...]
    number: int

    @property
    def end(self) -> float:
        return self.start + self.length


@dataclass(frozen=True, slots=True)
class Turn:
    """A MIDI controller turned to a value at a time in seconds."""

    at: float
    number: int
    value: int


@dataclass(frozen=True, slots=True)
class Performance:
    """Notes in order of their start, and controller turns in order of time."""

    part: Part
    notes: tuple[Sounding, ...]
    turns: tuple[Turn, ...]

    @classmethod
    def of(cls, part: Part, clock: Clock) -> Performance:
        starts = clock.seconds([note.start for note in part.notes])
        ends = clock.seconds([note.start + note.length for note in part.notes])
        notes = [
            Sounding(
                start=float(start),
                length=float(end - start),
                pitch=note.pitch,
                velocity=note.velocity,
                bend=tuple((float(clock.seconds(note.start + at) - start), cents) for at, cents in note.bend),
                number=number,
            )
            for number, (note, start, end) in enumerate(zip(part.notes, starts, ends, strict=True))
        ]
        moments = clock.seconds([turn.at for turn in part.controls])
        turns = [Turn(float(at), turn.number, turn.value) for at, turn in zip(moments, part.controls, strict=True)]
        return cls(part, in_order(notes), tuple(sorted(turns, key=lambda turn: turn.at)))

    def between(self, start: float, end: float) -> Performance:
        """What sounds within a stretch of time, which becomes the new beginning; controllers keep their state."""
        notes = [
            replace(note, start=max(note.start, start) - start, length=min(note.end, end) - max(note.start, start))
            for note in self.notes
            if note.start < end and note.end > start
        ]
        state = {turn.number: turn.value for turn in self.turns if turn.at <= start}
        turns = [Turn(0.0, number, value) for number, value in state.items()]
        turns += [replace(turn, at=turn.at - start) for turn in self.turns if start < turn.at < end]
        return Performance(self.part, in_order(notes), tuple(turns))

    def then(self, later: Performance, at: float) -> Performance:
        """This performance, and another one that begins `at` seconds into it."""
        notes = [replace(note, start=note.start + at) for note in later.notes]
        turns = [replace(turn, at=turn.at + at) for turn in later.turns]
        return Performance(self.part, in_order([*self.notes, *notes]), (*self.turns, *turns))

    def sustained(self) -> Performance:
        """The same with the pedal written into the notes' lengths, for voices that know no pedal."""
        presses = [(turn.at, turn.value >= 64) for turn in self.turns if turn.number == PEDAL]
        if not presses:
            return self
        times = np.array([at for at, _ in presses])
        down = [pressed for _, pressed in presses]

        def held(note: Sounding) -> Sounding:
            now = int(np.searchsorted(times, note.end, side="right")) - 1
            if now < 0 or not down[now]:
                return note
            lifted = next((at for at, pressed in presses[now + 1 :] if not pressed), note.end)
            return replace(note, length=lifted - note.start)

        return Performance(self.part, tuple(held(note) for note in self.notes), self.turns)


def in_order(notes: Iterable[Sounding]) -> tuple[Sounding, ...]:
    return tuple(sorted(notes, key=lambda note: (note.start, note.pitch)))
