"""Performance: how players turn straight notes into music — swing, pocket, human timing, dynamics, pedal, swells."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from random import Random

from core.engines.composer.form import Stretch
from core.engines.composer.plan import Chair, Plan
from core.engines.composer.score import Control, Note, Role
from core.engines.composer.style import Feel
from core.engines.composer.tone import Tone

_SWELL_STEP = 0.5
_LOOSE: dict[Role, float] = {"drums": 0.6, "bass": 0.8, "percussion": 0.9}
_MODULATION, _EXPRESSION, _PEDAL, _BRIGHTNESS = 1, 11, 64, 74
_LONG_NOTE = 1.4
_GESTURE = 0.3
_LEAN = 40.0
_LAST_CHORD = 0.4
_HEAD, _EASED = 0.1, 0.85
"""Beats at the head of a loop, and how loud they are played there: everybody's first stroke would tell the join."""
_SWELL = 34.0
"""By how many steps of velocity the middle of a section is louder than its ends where music breathes most."""


def swung(beat: float, feel: Feel) -> float:
    """Where a straight position falls when the off-beats are late; triplets stay where they are."""
    if feel.swing <= 0.5:
        return beat
    unit: float = feel.swing_unit
    place = beat / unit
    whole = math.floor(place + 1e-9)
    part = place - whole
    quarters = part * 4
    if abs(quarters - round(quarters)) > 1e-3:
        return beat
    warped = part * 2 * feel.swing if part <= 0.5 else feel.swing + (part - 0.5) * 2 * (1 - feel.swing)
    return (whole + warped) * unit


class Performer:
    """Plays the tones of one part."""

    def __init__(self, plan: Plan, chair: Chair) -> None:
        self._feel = plan.style.feel
        self._part = chair.part
        self._timbre = chair.timbre
        self._harmony = plan.harmony
        self._layout = plan.layout
        self._following = {before.start: after for before, after in pairwise(plan.layout.stretches)}
        self._random: Random = plan.dice.layer("performance", chair.name)

    def perform(self, tones: Iterable[Tone]) -> tuple[Note, ...]:
        """The notes as played: sorted, inside the piece, no two of one pitch starting together."""
        loose = self._feel.human * _LOOSE.get(self._part.role, 1.0) / 1000
        lag = self._feel.lag.get(self._part.role, 0.0) / 1000
        end = self._layout.total
        played: dict[tuple[float, int], Note] = {}
        # Tones that start together, or spread out as a strum, are one gesture of the player and share their lateness.
        together: dict[float, float] = {}
        anchor = -1.0
        for tone in sorted(tones, key=lambda tone: (tone.start, tone.pitch)):
            at = round(tone.start, 4)
            if not tone.grid and anchor in together and at - anchor < _GESTURE:
                together.setdefault(at, together[anchor])
            anchor = at if tone.grid else anchor
            if at not in together:
                beats_per_second = self._layout.bpm_at(tone.start) / 60
                # Everybody looks up for the last chord.
                apart = loose * (_LAST_CHORD if at >= self._layout.final - 1e-6 else 1.0)
                late = (max(-2.0, min(2.0, self._random.gauss(0.0, 1.0))) * apart + lag) * beats_per_second
                # Nobody plays before the first beat, but not everybody right on it either.
                together[at] = late if at else abs(late)
            straight = swung(tone.start, self._feel) if tone.grid else tone.start
            start = round(max(0.0, straight + together[at]), 4)
            stop = swung(tone.end, self._feel) if tone.grid else tone.end
            if start >= end - 0.02:
                continue
            length = round(max(0.04, min(stop + together[at], end) - start), 4)
            velocity = self._velocity(tone)
            key = (start, tone.pitch)
            if key not in played or played[key].velocity < velocity:
                played[key] = Note(start=start, length=length, pitch=tone.pitch, velocity=velocity, bend=tone.bend)
        return tuple(note for _, note in sorted(played.items()))

    def _velocity(self, tone: Tone) -> int:
        stretch = self._layout.at(tone.start)
        dynamics = 0.7 * stretch.expression.dynamics + 0.3 * stretch.intensity
        accents = self._feel.accents
        step = int((tone.start % self._layout.bar) / self._layout.bar * len(accents) + 1e-6)
        phrase = (tone.start - stretch.start) / max(stretch.beats, 1e-6)
        arc = (2.0 + _SWELL * stretch.expression.swell) * (math.sin(math.pi * min(1.0, phrase)) - 0.5)
        loud = (tone.velocity + self._part.velocity + accents[step]) * (0.52 + 0.5 * dynamics) + arc
        loud += self._lean(stretch, tone.start)
        if self._layout.loop and tone.start < _HEAD:
            loud *= _EASED
        loud += max(-2.0, min(2.0, self._random.gauss(0.0, 1.0))) * (1.0 + 0.35 * self._feel.human)
        return min(127, max(8, round(loud)))

    def _lean(self, stretch: Stretch, at: float) -> float:
        """Into a section of another mood the players grow, or fall away, over the last two bars."""
        following = self._following.get(stretch.start)
        if following is None or following.movement is stretch.movement:
            return 0.0
        reach = min(2 * self._layout.bar, stretch.beats / 2)
        near = max(0.0, 1.0 - (stretch.end - at) / reach)
        return _LEAN * near * (following.intensity - stretch.intensity)

    def controls(self, notes: Sequence[Note]) -> tuple[Control, ...]:
        """Swells, vibrato and the fading of the last chord where tones last; the pedal where it is wanted."""
        timbre = self._timbre
        if not notes or timbre.kit:
            return ()
        marks: list[Control] = []
        if not timbre.decays:
            marks += self._swells(notes)
            if not timbre.chordal or self._part.role in ("lead", "counter"):
                marks += self._vibrato(notes)
        if timbre.synth is not None:
            marks += self._brightness()
        if self._part.pedal and timbre.decays:
            marks += self._pedalling(notes)
        return tuple(sorted(marks, key=lambda mark: (mark.at, mark.number)))

    def _swells(self, notes: Sequence[Note]) -> list[Control]:
        """Expression: breathing over each section by mood, and down to silence in the ring-out."""
        marks = []
        final, total = self._layout.final, self._layout.total
        for stretch in self._layout.stretches:
            depth = self._part.swell * (0.35 + 0.65 * stretch.expression.swell)
            period = stretch.beats / max(1, round(stretch.beats / (2 * self._layout.bar)))
            steps = int(stretch.beats / _SWELL_STEP)
            for index in range(steps if depth > 0 else 1):
                at = stretch.start + index * _SWELL_STEP
                breath = 0.5 - 0.5 * math.cos(2 * math.pi * (index * _SWELL_STEP) / period)
                marks.append(_control(at, _EXPRESSION, 112 - 62 * depth * (1 - breath)))
        if not self._layout.loop and notes[-1].start + notes[-1].length > final:
            for index in range(9):
                fade = 1.0 - (index / 8) ** 1.5
                marks.append(_control(final + (total - final) * index / 8, _EXPRESSION, 8 + 104 * fade))
        return marks

    def _brightness(self) -> list[Control]:
        """How open a synthesised voice is: as bright as the mood, and opening through sections where it sweeps."""
        marks = []
        stretches = self._layout.stretches
        for stretch, following in zip(
            stretches, (*stretches[1:], stretches[0 if self._layout.loop else -1]), strict=True
        ):
            here, there = (24 + 84 * s.expression.brightness * (0.6 + 0.5 * s.intensity) for s in (stretch, following))
            marks.append(_control(stretch.start, _BRIGHTNESS, here * (1 - 0.5 * self._part.sweep * (there > here + 1))))
            steps = int(stretch.beats / _SWELL_STEP) if self._part.sweep and there > here + 1 else 0
            for step in range(1, steps):
                rise = (
                    here * (1 - 0.5 * self._part.sweep) + (there - here * (1 - 0.5 * self._part.sweep)) * step / steps
                )
                marks.append(_control(stretch.start + step * _SWELL_STEP, _BRIGHTNESS, rise))
        return marks

    def _vibrato(self, notes: Sequence[Note]) -> list[Control]:
        marks = []
        for note in notes:
            if note.length >= _LONG_NOTE:
                marks.append(_control(note.start, _MODULATION, 0))
                marks.append(_control(note.start + note.length * 0.4, _MODULATION, 38))
                marks.append(_control(note.start + note.length * 0.75, _MODULATION, 64))
                marks.append(_control(note.start + note.length, _MODULATION, 0))
        return [mark for mark in marks if mark.at < self._layout.total]

    def _pedalling(self, notes: Sequence[Note]) -> list[Control]:
        """The pedal goes down after each change of chord and comes up just before it."""
        first, last = notes[0].start, notes[-1].start
        marks = []
        for span in self._harmony.spans:
            if span.end <= first or span.start > last + 1e-6:
                continue
            marks.append(_control(span.start + 0.06, _PEDAL, 127))
            marks.append(_control(max(span.start + 0.07, span.end - 0.02), _PEDAL, 0))
        return [mark for mark in marks if mark.at < self._layout.total]


def _control(at: float, number: int, value: float) -> Control:
    return Control(at=round(max(0.0, at), 4), number=number, value=min(127, max(0, round(value))))
