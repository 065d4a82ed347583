"""Form: which sections follow each other, and how they fill an asked length exactly."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from core.brief import Key
from core.engines.composer.dice import Dice
from core.engines.composer.mood import Expression, Feeling
from core.engines.composer.score import TempoMark
from core.engines.composer.style import SectionName, Style

_ENERGY: dict[SectionName, float] = {
    "intro": 0.38, "A": 0.6, "B": 0.78, "C": 0.7, "build": 0.65, "drop": 0.95, "break": 0.35, "outro": 0.5,
}  # fmt: skip
_RAMP_STEPS = 4
_AS_WRITTEN = 0.6


@dataclass(frozen=True, slots=True)
class Movement:
    """A part of the piece with one feeling, key and tempo: the whole piece, or one section of the brief.

    `shade` 0..1 is how bright its harmony is among what its style plays in its mode.
    """

    title: str
    share: float
    feeling: Feeling
    key: Key
    scale: str
    shade: float
    bpm: float


@dataclass(frozen=True, slots=True)
class Stretch:
    """A formal section in time, in beats. `repeat` says how often it came before."""

    name: SectionName
    title: str
    start: float
    beats: float
    energy: float
    repeat: int
    movement: Movement

    @property
    def end(self) -> float:
        return self.start + self.beats

    @property
    def expression(self) -> Expression:
        return Expression.of(self.movement.feeling)

    @property
    def intensity(self) -> float:
        return self.expression.intensity(self.energy)


@dataclass(frozen=True, slots=True)
class Layout:
    """The plan of a piece in time. `final` is the beat of the last downbeat (the end, in a loop), `total` the end."""

    stretches: tuple[Stretch, ...]
    tempo: tuple[TempoMark, ...]
    bar: float
    final: float
    total: float
    seconds: float
    loop: bool

    def at(self, beat: float) -> Stretch:
        """The section that is playing at a beat; the last one during the ring-out."""
        return next((stretch for stretch in self.stretches if beat < stretch.end - 1e-9), self.stretches[-1])

    def bpm_at(self, beat: float) -> float:
        return next(mark.bpm for mark in reversed(self.tempo) if mark.at <= beat + 1e-9)


def turn_of(style: Style, dice: Dice) -> tuple[SectionName, ...]:
    """The cycle of main sections for a piece: as the style has it, or with its first section said twice."""
    first, *others = style.form.cycle
    sung = all(not part.sections or first in part.sections for part in style.part if part.role == "lead")
    if first != "A" or not others or others[0] == first or not sung or dice.layer("form").random() < _AS_WRITTEN:
        return style.form.cycle
    return (first, first, *others)


def overall(layout: Layout) -> Expression:
    """The expression of the whole piece: that of its mean feeling, weighed by time."""
    beats = sum(stretch.beats for stretch in layout.stretches)
    valence = sum(s.movement.feeling.valence * s.beats for s in layout.stretches) / beats
    arousal = sum(s.movement.feeling.arousal * s.beats for s in layout.stretches) / beats
    return Expression.of(Feeling(valence, arousal))


def energy_of(style: Style, name: SectionName) -> float:
    """How much energy 0..1 a section has in a style."""
    return style.form.energy.get(name, _ENERGY[name])


def lay_out(style: Style, movements: Sequence[Movement], seconds: float, dice: Dice, *, loop: bool) -> Layout:
    """Fill `seconds` with sections: exactly, at exactly the asked tempo.

    Whole bars (and at most one shortened one) are followed by a last downbeat that rings until the end. A loop has
    whole bars only, as many as come nearest to the asked length, and no ending.
    """
    bar = style.bar
    style = style.model_copy(update={"form": style.form.model_copy(update={"cycle": turn_of(style, dice)})})
    if loop:
        return _loop(style, movements[0], seconds)
    marks: list[TempoMark] = []
    stretches: list[Stretch] = []
    beat = elapsed = 0.0
    for index, movement in enumerate(movements):
        last = index == len(movements) - 1
        until = sum(m.share for m in movements[: index + 1]) * seconds
        marks.append(TempoMark(at=beat, bpm=movement.bpm))
        if last:
            total = beat + (seconds - elapsed) * movement.bpm / 60
            beats = _body(style, total - beat, movement.bpm)
        else:
            bars = max(1, round((until - elapsed) * movement.bpm / 60 / bar))
            beats = bars * bar
            elapsed += _glide(marks, beats, bar, movements[index + 1].bpm)
        parts = _sections(style, beats, first=index == 0, last=last, whole=len(movements) == 1, index=index)
        for name, length, energy, repeat in parts:
            stretches.append(Stretch(name, movement.title, beat, length, energy, repeat, movement))
            beat += length
    return Layout(tuple(stretches), tuple(marks), bar, beat, total, seconds, loop=False)


def _loop(style: Style, movement: Movement, seconds: float) -> Layout:
    bar_seconds = style.bar * 60 / movement.bpm
    bars = max(1, round(seconds / bar_seconds))
    beats = bars * style.bar
    stretches = []
    beat = 0.0
    for name, length, energy, repeat in _cycle(style, bars, beats):
        stretches.append(Stretch(name, movement.title, beat, length, energy, repeat, movement))
        beat += length
    marks = (TempoMark(at=0.0, bpm=movement.bpm),)
    return Layout(tuple(stretches), marks, style.bar, beats, beats, bars * bar_seconds, loop=True)


def _body(style: Style, beats: float, bpm: float) -> float:
    """How many beats pass before the last downbeat, in steps of half a bar, or of a beat in a very short piece."""
    bar = style.bar
    ring = min(style.form.ring * bpm / 60, 0.3 * beats)
    step = bar / 2 if bar in (4.0, 8.0) else 3.0 if bar in (6.0, 9.0, 12.0) else bar
    if beats < 4 * step:
        step = 1.0
    if beats - ring < step:
        step = 0.5
    return max(step, math.floor((beats - ring) / step + 1e-6) * step)


def _glide(marks: list[TempoMark], beats: float, bar: float, following: float) -> float:
    """The seconds of the movement that the last mark began; its last bar moves in steps to the tempo of the next."""
    start, bpm = marks[-1].at, marks[-1].bpm
    if abs(following - bpm) < 0.01 or beats < 2 * bar:
        return beats * 60 / bpm
    step = bar / _RAMP_STEPS
    seconds = (beats - bar) * 60 / bpm
    for index in range(_RAMP_STEPS):
        between = round(bpm + (following - bpm) * (index + 1) / (_RAMP_STEPS + 1), 2)
        marks.append(TempoMark(at=start + beats - bar + index * step, bpm=between))
        seconds += step * 60 / between
    return seconds


_Part = tuple[SectionName, float, float, int]


def _sections(style: Style, beats: float, *, first: bool, last: bool, whole: bool, index: int) -> list[_Part]:
    """The sections of a movement: (name, beats, energy, repeat)."""
    bar, phrase = style.bar, style.form.phrase
    bars = int(beats // bar)
    rest = beats - bars * bar
    if bars < 1:
        return [("A", beats, energy_of(style, "A"), 0)]
    if not whole:
        return _scene(style, bars, rest, first=first, last=last, index=index)
    phrases, odd = divmod(bars, phrase)
    if phrases == 0:
        return _cycle(style, bars, beats)
    intro = odd if odd >= 2 else 0
    tag = odd - intro
    if intro == 0 and phrases >= 3 and style.form.intro:
        intro = phrase if phrases < 12 else 2 * phrase
        phrases -= intro // phrase
    if not style.form.intro:
        tag, intro = tag + intro, 0
    outro = (phrase if phrases >= 4 else 0) * (1 if phrases < 14 else 2)
    phrases -= outro // phrase
    parts: list[_Part] = [("intro", intro * bar, energy_of(style, "intro"), 0)] if intro else []
    ending = rest + tag * bar
    if outro:
        parts += _cycle(style, phrases * phrase, phrases * phrase * bar)
        parts.append(("outro", outro * bar + ending, energy_of(style, "outro"), 0))
    else:
        parts += _cycle(style, phrases * phrase, phrases * phrase * bar + ending)
    return parts


def _scene(style: Style, bars: int, rest: float, *, first: bool, last: bool, index: int) -> list[_Part]:
    """A section of a brief: an intro in the first, an outro in the last, and one or two main sections between."""
    bar, phrase = style.bar, style.form.phrase
    parts: list[_Part] = []
    left = bars
    if first and bars >= 3 * phrase:
        parts.append(("intro", phrase * bar, energy_of(style, "intro"), 0))
        left -= phrase
    outro = phrase if last and left >= 3 * phrase else 0
    left -= outro
    main = style.form.cycle[index % len(style.form.cycle)]
    other = style.form.cycle[(index + 1) % len(style.form.cycle)]
    if left >= 4 * phrase:
        half = (left // (2 * phrase)) * phrase
        parts.append((main, half * bar, 0.62, index // 2))
        parts.append((other, (left - half) * bar, 0.74, index // 2))
    else:
        parts.append((main, left * bar, 0.66, index // 2))
    if outro:
        parts.append(("outro", outro * bar, energy_of(style, "outro"), 0))
    name, length, energy, repeat = parts[-1]
    parts[-1] = (name, length + rest, energy, repeat)
    return parts


def _cycle(style: Style, bars: int, beats: float) -> list[_Part]:
    """Main sections and, in a long piece, breaks, that fill `beats`; what `bars` leaves over goes to the last one."""
    bar, phrase = style.bar, style.form.phrase
    unit = phrase * (1 if bars < 8 * phrase else 2 if bars < 24 * phrase else 4)
    count = max(1, bars // unit)
    lengths = [unit * bar] * (count - 1)
    lengths.append(beats - sum(lengths))
    parts: list[_Part] = []
    counts: dict[SectionName, int] = {}
    for name, length in zip(_order(style, count), lengths, strict=True):
        repeat = counts.get(name, 0)
        counts[name] = repeat + 1
        lift = 0.0 if name == "break" else 0.06 * min(repeat, 3)
        parts.append((name, length, min(1.0, energy_of(style, name) + lift), repeat))
    return parts


def _sung(style: Style, cycle: Sequence[SectionName]) -> SectionName:
    """The first section of a cycle that has a tune."""
    leads = [part for part in style.part if part.role == "lead"]
    return next((n for n in cycle if any(not part.sections or n in part.sections for part in leads)), cycle[0])


def _order(style: Style, count: int) -> list[SectionName]:
    """The names of `count` sections: the cycle over and over, ending with its end, a break in the middle of many."""
    cycle = list(style.form.cycle)
    if count == 1:
        return [max(cycle, key=lambda name: energy_of(style, name)) if "drop" in cycle else _sung(style, cycle)]
    distinct = list(dict.fromkeys(cycle))
    if count == 2:
        return (distinct * 2)[:2] if cycle[:2] != distinct[:1] * 2 else cycle[:2]
    if count == 3 and len(distinct) > 1 and cycle[-1] == cycle[0]:
        return [distinct[0], distinct[1], distinct[0]]
    pause = style.form.breaks and count > 2 * len(cycle)
    turns, extra = divmod(count - pause, len(cycle))
    order = cycle[:extra] + cycle * turns
    if pause:
        order.insert(extra + len(cycle) * (turns // 2 + turns % 2), "break")
    return order
