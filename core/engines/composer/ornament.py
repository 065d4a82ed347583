"""Ornaments: what a player adds to the notes of a tune — graces, turns, slides, tremolo, sigimsae."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from random import Random

from core.engines.composer.dice import Dice
from core.engines.composer.harmony import Harmony
from core.engines.composer.instrument import Timbre
from core.engines.composer.style import MelodyStyle
from core.engines.composer.tone import Bend, Tone

_GRACE_BEATS = 0.11
_ROOM_FOR_GRACE = 0.24
_SLIDE_BEATS = 0.14
_TURN_BEATS = 0.12
_TREMOLO_BEATS = 0.125
_LONG = 0.9
_SHAKES_PER_BEAT = 4.0
_POINTS_PER_SHAKE = 4
_THIRDS = (-3, -4, -8, -9)


class Ornamenter:
    """Ornaments a line for one instrument; an idea that comes back is ornamented as it was at first."""

    def __init__(self, melody: MelodyStyle, timbre: Timbre, harmony: Harmony, dice: Dice, name: str) -> None:
        self._melody = melody
        self._timbre = timbre
        self._harmony = harmony
        self._dice = dice
        self._name = name
        self._random = Random(0)  # noqa: S311 - music, not secrets

    def ornament(self, line: Sequence[Tone]) -> list[Tone]:
        """The line with its ornaments."""
        result: list[Tone] = []
        line = self._chromatic(line)
        for index, tone in enumerate(line):
            self._recall(tone)
            before = line[index - 1] if index else None
            following = line[index + 1] if index + 1 < len(line) else None
            result += self._ornamented(tone, before, following)
        return result

    def _recall(self, tone: Tone) -> None:
        """Draw as the last time that this note of its motif was played."""
        self._random = self._dice.layer("ornament", f"{self._name}/{tone.idea or tone.start}")

    def _ornamented(self, tone: Tone, before: Tone | None, following: Tone | None) -> list[Tone]:
        melody, draw = self._melody, self._random.random
        long = tone.length >= _LONG
        if melody.sigimsae and draw() < melody.sigimsae:
            tone.bend = self._sigimsae(tone, following)
        if melody.slide and not tone.bend and draw() < melody.slide and (long or tone.velocity > 96):
            tone.bend = ((0.0, -180.0), (min(_SLIDE_BEATS, tone.length / 2), 0.0))
        if melody.tremolo and long and draw() < melody.tremolo:
            return _repeated(tone)
        if melody.turn and following is not None and tone.length >= 0.7 and draw() < melody.turn:
            return self._turned(tone)
        tones = [tone]
        if melody.grace and draw() < melody.grace and self._room_before(tone, before):
            tones.insert(0, self._grace(tone))
        if melody.harmonised and self._timbre.chordal and long and draw() < melody.harmonised:
            tones += self._third(tone)
        return tones

    def _chromatic(self, line: Sequence[Tone]) -> list[Tone]:
        """Weak notes before a strong one become a semitone from it, now and then."""
        if not self._melody.chromatic:
            return list(line)
        for tone, following in pairwise(line):
            weak = tone.start % 1.0 > 1e-6 and tone.length <= 0.5 and following.start - tone.end < 0.2
            self._recall(tone)
            if weak and abs(tone.pitch - following.pitch) in (2, 3) and self._random.random() < self._melody.chromatic:
                tone.pitch = following.pitch + (1 if tone.pitch > following.pitch else -1)
        return list(line)

    def _room_before(self, tone: Tone, before: Tone | None) -> bool:
        earlier = before.start if before is not None else -1.0
        return not self._timbre.slow and tone.start >= _GRACE_BEATS and tone.start - earlier >= _ROOM_FOR_GRACE

    def _grace(self, tone: Tone) -> Tone:
        """A quick note from the step above or below."""
        scale = self._harmony.at(tone.start).tune
        steps = [n for n in (tone.pitch + 2, tone.pitch + 1, tone.pitch - 1, tone.pitch - 2) if n % 12 in scale]
        pitch = self._random.choice(steps) if steps else tone.pitch + 2
        return Tone(tone.start - _GRACE_BEATS, _GRACE_BEATS, pitch, max(1, tone.velocity - 22), grid=False)

    def _turned(self, tone: Tone) -> list[Tone]:
        """The note, the step above it, and the note again for the rest of its length."""
        scale = self._harmony.at(tone.start).tune
        above = next((n for n in (tone.pitch + 1, tone.pitch + 2, tone.pitch + 3) if n % 12 in scale), tone.pitch + 2)
        rest = tone.length - 2 * _TURN_BEATS
        return [
            Tone(tone.start, _TURN_BEATS, tone.pitch, tone.velocity),
            Tone(tone.start + _TURN_BEATS, _TURN_BEATS, above, tone.velocity - 10, grid=False),
            Tone(tone.start + 2 * _TURN_BEATS, rest, tone.pitch, tone.velocity - 4, tone.bend, grid=False),
        ]

    def _third(self, tone: Tone) -> list[Tone]:
        """The same note a third or sixth lower, where the chord has it."""
        classes = self._harmony.at(tone.start).chord.pitch_classes
        for step in _THIRDS:
            pitch = tone.pitch + step
            if pitch % 12 in classes and pitch >= self._timbre.low:
                return [Tone(tone.start, tone.length, pitch, max(1, tone.velocity - 14))]
        return []

    def _sigimsae(self, tone: Tone, following: Tone | None) -> Bend:
        """How a Korean player shapes a note, by its degree in the mode.

        In gyemyeonjo the fifth degree is shaken widely (tteoneun mok) and the third breaks down a semitone (kkeokneun
        mok); in pyeongjo shaking is narrow. Otherwise long notes push up or fall away towards the next (chuseong,
        toeseong). Source: National Gugak Center, lessons on sigimsae of gayageum and daegeum.
        """
        span = self._harmony.at(tone.start)
        degree = (tone.pitch - span.key.tonic) % 12
        low_mode = span.key.mode == "minor"
        if tone.length < 0.45:
            return ()
        if low_mode and degree == 3:
            return ((0.0, 0.0), (tone.length * 0.3, 0.0), (tone.length * 0.42, -100.0), (tone.length, -100.0))
        if degree == 7:
            return _shaken(tone.length, 75.0 if low_mode else 28.0, 0.08 if low_mode else 0.35)
        if following is not None and tone.length >= _LONG and following.pitch != tone.pitch:
            cents = 60.0 if following.pitch > tone.pitch else -110.0
            return ((0.0, 0.0), (tone.length * 0.7, 0.0), (tone.length, cents))
        return _shaken(tone.length, 18.0, 0.5) if tone.length >= _LONG else ()


def _shaken(length: float, cents: float, from_share: float) -> Bend:
    """Vibrato as a bend: still at first, then growing to `cents` either way."""
    begin = length * from_share
    points: list[tuple[float, float]] = [(0.0, 0.0), (round(begin, 4), 0.0)]
    count = int((length - begin) * _SHAKES_PER_BEAT * _POINTS_PER_SHAKE)
    for index in range(1, count + 1):
        depth = cents * min(1.0, index / _POINTS_PER_SHAKE)
        at = begin + index / (_SHAKES_PER_BEAT * _POINTS_PER_SHAKE)
        points.append((round(at, 4), round(depth * math.sin(2 * math.pi * index / _POINTS_PER_SHAKE), 2)))
    return tuple(points) if count else ()


def _repeated(tone: Tone) -> list[Tone]:
    """Tremolo: the note struck again and again, swelling a little."""
    count = max(2, round(tone.length / _TREMOLO_BEATS))
    step = tone.length / count
    return [
        Tone(
            tone.start + i * step,
            step * 0.95,
            tone.pitch,
            max(1, tone.velocity - 18 + round(14 * i / count)),
            grid=i == 0,
        )
        for i in range(count)
    ]
