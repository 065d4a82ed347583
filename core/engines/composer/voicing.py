"""Voicing: chords laid out as notes that move as little as they can from one chord to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from core.engines.composer.style import Voicing
from core.engines.composer.theory import Chord

Notes = tuple[int, ...]

_LOW_INTERVAL_LIMIT = 52
"""Below this note (E3), intervals under a major third sound muddy."""


@dataclass(frozen=True, slots=True)
class VoiceLeader:
    """Chooses voicings inside a register (MIDI notes): least movement, clear low end, no parallels with the bass.

    `parallels` allows parallel fifths and octaves between the top voice and the bass.
    """

    voicing: Voicing
    size: int
    low: int
    high: int
    parallels: bool = False

    def lead(self, chords: Sequence[Chord]) -> list[Notes]:
        """A voicing for each chord, lowest note first."""
        result: list[Notes] = []
        known: dict[tuple[Notes | None, int | None, Chord], Notes] = {}
        before: Notes | None = None
        bass: int | None = None
        for chord in chords:
            key = (before, bass, chord)
            if key not in known:
                known[key] = self._best(chord, before, bass)
            before, bass = known[key], chord.bass
            result.append(before)
        return result

    def _best(self, chord: Chord, before: Notes | None, bass: int | None) -> Notes:
        candidates = self._candidates(chord)
        return min(candidates, key=lambda notes: (self._cost(notes, chord, before, bass), notes))

    def _candidates(self, chord: Chord) -> list[Notes]:
        classes = self._tones(chord)
        found: list[Notes] = []
        for base in range(self.low, self.low + 12):
            if base % 12 not in classes:
                continue
            for octave in range(base, self.high + 1, 12):
                notes = self._stacked(octave, classes)
                if notes[-1] <= self.high:
                    found.append(notes)
        return found or [self._squeezed(classes)]

    def _tones(self, chord: Chord) -> tuple[int, ...]:
        """The pitch classes that are played: the fifth goes first where there are too many, the root if so voiced."""
        classes = chord.pitch_classes
        match self.voicing:
            case "power":
                chosen: tuple[int, ...] = (chord.root, chord.fifth)
            case "octave":
                chosen = (chord.root,)
            case "triad":
                chosen = classes[:3]
            case "shell":
                chosen = (chord.root, *(tuple(c for c in classes[1:] if c != chord.fifth) or classes[1:]))
            case "rootless" if len(classes) > 3:
                chosen = classes[1:] if len(classes) <= self.size + 1 else (classes[1], *classes[3:])
            case _:
                chosen = classes if len(classes) <= self.size else tuple(c for c in classes if c != chord.fifth)
        return chosen[: self.size]

    def _stacked(self, base: int, classes: tuple[int, ...]) -> Notes:
        """The tones stacked upwards from a base as closely as they go, opened or doubled as the voicing wants."""
        order = sorted(classes, key=lambda c: (c - base) % 12)
        notes = [base + (c - base) % 12 for c in order]
        if self.voicing in ("power", "octave") or (self.voicing == "close" and len(notes) < min(self.size, 4)):
            notes.append(base + 12)
        if self.voicing == "open" and len(notes) >= 3:
            middle = notes.pop(1)
            notes.append(middle + 12)
        return tuple(sorted(notes))

    def _squeezed(self, classes: tuple[int, ...]) -> Notes:
        return tuple(sorted({self.low + (c - self.low) % 12 for c in classes}))

    def _cost(self, notes: Notes, chord: Chord, before: Notes | None, bass: int | None) -> float:
        centre = (self.low + self.high) / 2
        cost = 0.22 * abs(sum(notes) / len(notes) - centre)
        cost += sum(2.0 for a, b in pairwise(notes) if b - a < 4 and b < _LOW_INTERVAL_LIMIT)
        if len(notes) > 1 and notes[-1] - notes[-2] == 1 and self.voicing != "cluster":
            cost += 3.0
        if before is None:
            return cost
        cost += movement(before, notes) + 0.5 * abs(notes[-1] - before[-1])
        if not self.parallels and bass is not None and self._parallel(notes, chord, before, bass):
            cost += 12.0
        return cost

    def _parallel(self, notes: Notes, chord: Chord, before: Notes, bass: int) -> bool:
        return any(
            parallel(old, new, before[-1], notes[-1])
            for old, new in ((48 + bass, _nearest(48 + bass, chord.bass)), (before[0], notes[0]))
        )


def movement(before: Notes, notes: Notes) -> float:
    """How far the voices move in semitones, each new one from the nearest voice before."""
    if len(before) == len(notes):
        return float(sum(abs(a - b) for a, b in zip(before, notes, strict=True)))
    return float(sum(min(abs(a - b) for b in before) for a in notes))


def parallel(low_before: int, low: int, high_before: int, high: int) -> bool:
    """Whether two voices move the same way from one fifth or octave to the next."""
    if low == low_before or high == high_before or (low > low_before) != (high > high_before):
        return False
    return (high_before - low_before) % 12 == (high - low) % 12 and (high - low) % 12 in (0, 7)


def _nearest(note: int, pitch_class: int) -> int:
    """The note of a pitch class that is nearest to a note, the lower one of two."""
    up = (pitch_class - note) % 12
    return note + (up if up < 6 else up - 12)
