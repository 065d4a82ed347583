"""Harmony: from the progressions of a style to the chords of a piece."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from random import Random

from core.brief import Key, Mode
from core.engines.composer.clarity import clarity, majorness
from core.engines.composer.dice import Dice, pick_near
from core.engines.composer.form import Layout, Stretch
from core.engines.composer.style import HarmonyOfMode, Style
from core.engines.composer.theory import Chord, chord_of, chord_scale, family

_BORROWED = {"IV": "iv", "IVmaj7": "iv6", "IVadd9": "iv6", "ii7": "iiø", "ii": "iiø"}
_LIFTED = {"iv": "IV", "iv7": "IV7", "bVI": "IV", "v": "V"}
_SHORTEST_SPLIT = 2.0
_SHORT_BAR = 3.0
_SLOW = 0.15
_SPREAD = 2.4
_PLAIN, _LEAST_PLAIN, _AWAY = 0.1, 0.02, 0.08
"""How readily a progression is taken that could as well stand in another key, and one that sounds like another key."""


@dataclass(frozen=True, slots=True)
class ChordSpan:
    """A chord in time (beats), the key it stands in, and the pitch classes that fit over it.

    `scale` is for accompanying lines, `tune` for tunes: a style may sing in another scale than it harmonises in.
    """

    start: float
    end: float
    chord: Chord
    key: Key
    scale: tuple[int, ...]
    tune: tuple[int, ...]

    @property
    def beats(self) -> float:
        return self.end - self.start


class Harmony:
    """The chords of a piece, in order and without gaps; the last one rings to the end."""

    def __init__(self, spans: Sequence[ChordSpan]) -> None:
        self.spans = tuple(spans)
        self._starts = [span.start for span in spans]

    def at(self, beat: float) -> ChordSpan:
        """The chord that sounds at a beat."""
        return self.spans[max(0, bisect_right(self._starts, beat + 1e-6) - 1)]

    def after(self, beat: float) -> ChordSpan:
        """The chord that follows the one at a beat; from the last one, the first (as in a loop)."""
        index = max(0, bisect_right(self._starts, beat + 1e-6) - 1)
        return self.spans[(index + 1) % len(self.spans)]

    def between(self, start: float, end: float) -> Iterator[ChordSpan]:
        """The chords from `start` to `end`, cut to fit."""
        for span in self.spans:
            if span.end > start + 1e-6 and span.start < end - 1e-6:
                yield replace(span, start=max(span.start, start), end=min(span.end, end))


@dataclass(frozen=True, slots=True)
class _Slot:
    start: float
    end: float
    numeral: str
    stretch: Stretch


def harmonise(style: Style, layout: Layout, dice: Dice) -> Harmony:
    """Choose and place the chords of every section; outside loops, end with a cadence on the last downbeat."""
    slots: list[_Slot] = []
    bars = 0
    for index, stretch in enumerate(layout.stretches):
        before = layout.stretches[index - 1] if index else None
        # A section that follows itself goes on where it was: long forms such as the blues run through.
        bars = bars if before is not None and before.name == stretch.name else 0
        slots += _section(style, layout, index, bars, dice)
        bars += int(stretch.beats // layout.bar + 1e-6)
    random = dice.layer("harmony", "colour")
    slots = _interchange(style, slots, random)
    slots = _secondary(style, slots, random)
    return Harmony(_merged((_spelt(slot, style) for slot in slots), layout.final))


def _section(style: Style, layout: Layout, number: int, played: int, dice: Dice) -> list[_Slot]:
    """The chords of a section, which begin after the first `played` bars of its progression."""
    stretch = layout.stretches[number]
    following = layout.stretches[number + 1] if number + 1 < len(layout.stretches) else None
    harmony = _harmony_of(style, stretch)
    position = stretch.movement.shade
    random = dice.layer("harmony", f"{stretch.name}/{stretch.movement.title}")
    options = sorted(harmony.of(stretch.name), key=_majorness)
    plain = [_plainness(option, stretch.movement.key.mode) for option in options]
    progression = [bar.split() for bar in pick_near(random, options, position, _SPREAD, plain).split("|")]
    whole = max(1, int(stretch.beats // layout.bar + 1e-6))
    pace = _pace(style, progression, whole, dice)
    bars = [progression[(played + index) // pace % len(progression)] for index in range(whole)]
    slots_final: list[str] = []
    if following is None and not layout.loop:
        cadence = [bar.split() for bar in pick_near(random, harmony.cadences, position).split("|")]
        slots_final = cadence[-1]
        approach = cadence[:-1]
        keep = min(len(approach), max(1, whole // 2)) if approach else 0
        if keep and stretch.beats >= layout.bar:
            bars[-keep:] = approach[-keep:]
    elif following is None or following.name != stretch.name:
        target = following or layout.stretches[0]
        bars[-1] = _turn(style, stretch, target, bars[-1], random)
    edges = [min(stretch.end, stretch.start + index * layout.bar) for index in range(whole)] + [stretch.end]
    slots = [
        slot
        for index, bar in enumerate(bars)
        for slot in _bar(bar, edges[index], edges[index + 1], layout.bar, stretch)
    ]
    if slots_final:
        slots.append(_Slot(layout.final, layout.total, slots_final[-1], stretch))
    return slots


def _harmony_of(style: Style, stretch: Stretch) -> HarmonyOfMode:
    return style.harmony.of(family(stretch.movement.scale))


def _pace(style: Style, progression: Sequence[Sequence[str]], bars: int, dice: Dice) -> int:
    """How many bars each bar of a progression lasts: now and then a piece takes its chords at half the pace."""
    broad = bars >= 2 * len(progression) or style.bar <= _SHORT_BAR
    slow = dice.layer("harmony", "pace").random() < _SLOW
    return 2 if slow and broad and all(len(bar) == 1 for bar in progression) else 1


@lru_cache(maxsize=2048)
def _plainness(progression: str, mode: Mode) -> float:
    """How readily a progression is taken, by how plainly it states its key and how long it stays on the tonic."""
    shares = list(_shares(progression))
    at_home = sum(share for chord, share in shares if chord.degree == 0)
    return max(_LEAST_PLAIN, _PLAIN + clarity(shares, mode)) * (_AWAY + at_home)


@lru_cache(maxsize=2048)
def _majorness(progression: str) -> float:
    return majorness(_shares(progression))


def _shares(progression: str) -> Iterator[tuple[Chord, float]]:
    """The chords of a progression and the share of its time that each step of them takes."""
    bars = [bar.split() for bar in progression.split("|")]
    chord = chord_of("I", 0)
    for bar in bars:
        for numeral in bar:
            chord = chord if numeral in (".", "%") else chord_of(numeral, 0)
            yield chord, 1 / (len(bar) * len(bars))


def _turn(style: Style, stretch: Stretch, target: Stretch, bar: list[str], random: Random) -> list[str]:
    """The last bar of a section: a turnaround, or the dominant of a new key."""
    if target.movement.key != stretch.movement.key:
        away = (target.movement.key.tonic - stretch.movement.key.tonic) % 12
        if away in _RELATIVE:
            return [_RELATIVE[away]]
    turnarounds = _harmony_of(style, stretch).turnarounds
    if turnarounds and len(bar) == 1 and random.random() < 0.7:
        return pick_near(random, turnarounds, stretch.movement.shade).split()
    return bar


_RELATIVE = {9: "V7/vi", 3: "V7/bIII"}


def _bar(numerals: list[str], start: float, end: float, bar: float, stretch: Stretch) -> Iterator[_Slot]:
    """The chords of one bar; "." holds the chord before it. A shortened bar loses its end, a long one holds."""
    step = bar / len(numerals)
    groups: list[tuple[float, str]] = []
    for index, numeral in enumerate(numerals):
        if numeral not in (".", "%") or not groups:
            groups.append((start + index * step, numeral))
    starts = [at for at, _ in groups if at < end - 1e-6]
    for index, at in enumerate(starts):
        until = starts[index + 1] if index + 1 < len(starts) else end
        yield _Slot(at, until, groups[index][1], stretch)


def _interchange(style: Style, slots: list[_Slot], random: Random) -> list[_Slot]:
    """Borrow from the parallel mode: darker chords in major when the mood is low, brighter ones in minor when high."""
    result = []
    seen: dict[tuple[str, str], bool] = {}
    for slot in slots:
        table = _BORROWED if family(slot.stretch.movement.scale) == "major" else _LIFTED
        shade = slot.stretch.movement.shade
        wish = style.harmony.interchange * (1 - shade if table is _BORROWED else shade)
        key = (slot.stretch.name, slot.numeral)
        if slot.numeral in table and key not in seen:
            seen[key] = random.random() < wish
        late = slot.start - slot.stretch.start >= slot.stretch.beats / 2
        swap = slot.numeral in table and seen[key] and late
        result.append(_Slot(slot.start, slot.end, table[slot.numeral], slot.stretch) if swap else slot)
    return result


def _secondary(style: Style, slots: list[_Slot], random: Random) -> list[_Slot]:
    """Let the second half of a chord become the dominant of the next one."""
    result: list[_Slot] = []
    decided: dict[tuple[str, str, str], bool] = {}
    for index, slot in enumerate(slots):
        following = slots[index + 1] if index + 1 < len(slots) else None
        if following is None or following.stretch.movement.key != slot.stretch.movement.key:
            result.append(slot)
            continue
        now, then = chord_of(slot.numeral, 0), chord_of(following.numeral, 0)
        possible = (
            slot.end - slot.start >= _SHORTEST_SPLIT
            and then.degree not in (0, 10, now.degree)
            and "7" not in slot.numeral[1:]
            and "/" not in following.numeral + slot.numeral
            and 6 not in then.tones
            and now.degree != (then.degree + 7) % 12
        )
        key = (slot.stretch.name, slot.numeral, following.numeral)
        if possible and key not in decided:
            tension = 0.4 + slot.stretch.expression.tension
            decided[key] = random.random() < style.harmony.secondary * tension
        if possible and decided[key]:
            middle = slot.start + (slot.end - slot.start) / 2
            plain = _without_suffix(following.numeral)
            result += [
                _Slot(slot.start, middle, slot.numeral, slot.stretch),
                _Slot(middle, slot.end, f"V7/{plain}", slot.stretch),
            ]
        else:
            result.append(slot)
    return result


def _without_suffix(numeral: str) -> str:
    head = numeral.partition("@")[0]
    return head[: 1 + max(index for index, char in enumerate(head) if char in "IViv")]


def _spelt(slot: _Slot, style: Style) -> ChordSpan:
    movement = slot.stretch.movement
    chord = chord_of(slot.numeral, movement.key.tonic)
    scale = chord_scale(movement.scale, movement.key.tonic, chord)
    sung = style.melody.scales.get(movement.key.mode)
    tune = chord_scale(sung, movement.key.tonic, chord) if sung else scale
    return ChordSpan(slot.start, slot.end, chord, movement.key, scale, tune)


def _merged(spans: Iterator[ChordSpan], final: float) -> list[ChordSpan]:
    """Neighbouring spans of one chord become one, except the last downbeat; spans without length go."""
    result: list[ChordSpan] = []
    for span in spans:
        if span.beats <= 1e-6:
            continue
        same = result and result[-1].chord == span.chord and result[-1].key == span.key
        if same and abs(span.start - final) > 1e-6:
            result[-1] = replace(result[-1], end=span.end)
        else:
            result.append(span)
    return result
