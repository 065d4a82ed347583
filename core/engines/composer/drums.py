"""Drums and percussion: grooves that grow with intensity, ghost notes, fills at the ends of sections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from core.engines.composer.drum_keys import DRUM_KEYS
from core.engines.composer.form import Stretch
from core.engines.composer.pattern import Pattern, rung
from core.engines.composer.plan import Chair, Plan
from core.engines.composer.style import Ladder, PartStyle
from core.engines.composer.tone import LOUDNESS_OF_MARK, Tone

_FLAM_BEATS = 0.04
_ROLL_STEPS = 0.125
_STROKE = 0.2
_CALM = 0.45


@dataclass(frozen=True, slots=True)
class _Line:
    """What one drum of a groove plays, and how much busier than the music asks for."""

    drum: str
    ladder: Ladder
    zeal: float


def play_drums(plan: Plan, chair: Chair, stretches: Sequence[Stretch]) -> list[Tone]:
    """The strokes of a drum part in the sections where it plays.

    An instrument with drum keys of its own, asked for by name, has every stroke moved onto them.
    """
    part, layout = chair.part, plan.layout
    groove = plan.dice.layer("groove", chair.stream).choice(part.grooves)
    lines = [_Line(drum, ladder, plan.zeal("groove", f"{chair.stream}/{drum}")) for drum, ladder in groove.items()]
    chance = plan.dice.layer("performance", f"{chair.stream}/ghosts")
    fills = plan.dice.layer("fill", chair.stream)
    tones: list[Tone] = []
    for stretch in stretches:
        groove_end = stretch.end
        following = layout.at(stretch.end) if stretch.end < layout.final - 1e-6 else None
        turns = following is None or (following.name, following.title) != (stretch.name, stretch.title)
        if part.fills and turns and stretch.beats >= 2 * layout.bar:
            groove_end = stretch.end - layout.bar
            tones += _fill(fills.choice(part.fills), groove_end, layout.bar, calm=stretch.intensity < _CALM)
        tones += _groove(lines, stretch, groove_end, layout.bar, chance)
        # A loop comes back to its head as to any other bar: what opens a piece would mark the join.
        if stretch.start > 0 or not layout.loop:
            tones += _opening(part, stretch.start, layout.bar, stretch.intensity)
    if not layout.loop and stretches and stretches[-1] is layout.stretches[-1]:
        tones += _opening(part, layout.final, layout.bar, stretches[-1].intensity)
    keys = chair.timbre.keys
    return [_onto(tone, keys) for tone in tones] if keys else tones


def _groove(lines: Sequence[_Line], stretch: Stretch, end: float, bar: float, chance: Random) -> list[Tone]:
    tones: list[Tone] = []
    for line in lines:
        pattern = rung(line.ladder, stretch.intensity + line.zeal)
        for at, length, mark in pattern.over(stretch.start, end, bar):
            if mark == "g" and chance.random() < 0.25:
                continue
            tones += strokes(line.drum, at, length, mark)
    return tones


def _fill(fill: Mapping[str, Pattern], start: float, bar: float, *, calm: bool) -> list[Tone]:
    """A bar of fill; when the music is calm, only its second half."""
    begin = start + bar / 2 if calm else start
    return [
        tone
        for drum, pattern in fill.items()
        for at, length, mark in pattern.over(start, start + bar, bar)
        if at >= begin - 1e-6
        for tone in strokes(drum, at, length, mark)
    ]


def _opening(part: PartStyle, start: float, bar: float, intensity: float) -> list[Tone]:
    if not part.opening or intensity < part.opens_from:
        return []
    return [
        tone
        for drum, pattern in part.opening.items()
        for at, length, mark in pattern.over(start, start + bar, bar)
        for tone in strokes(drum, at, length, mark)
    ]


def strokes(drum: str, at: float, length: float, mark: str) -> list[Tone]:
    """A stroke, with its grace note in a flam or its repetitions in a roll."""
    key, velocity = DRUM_KEYS[drum], LOUDNESS_OF_MARK[mark]
    if mark == "f" and at > _FLAM_BEATS:
        return [
            Tone(at - _FLAM_BEATS, _FLAM_BEATS, key, 50, grid=False),
            Tone(at, max(_STROKE, length * 0.9), key, velocity),
        ]
    if mark == "r":
        count = max(2, round(length / _ROLL_STEPS))
        step = length / count
        return [Tone(at + i * step, step * 0.9, key, int(54 + 40 * i / count), grid=False) for i in range(count)]
    return [Tone(at, max(_STROKE, length * 0.9), key, velocity)]


def _onto(tone: Tone, keys: tuple[int, ...]) -> Tone:
    """Low strokes go to the first key of an instrument, high ones to its last."""
    if tone.pitch in keys:
        return tone
    low = tone.pitch in (35, 36, 41, 45, 61, 64, 66, 68, 77, 87)
    tone.pitch = keys[0] if low else keys[-1]
    return tone
