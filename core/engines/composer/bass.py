"""Bass lines: patterns over the chords, walking lines, and glides."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from core.engines.composer.form import Stretch
from core.engines.composer.harmony import ChordSpan
from core.engines.composer.pattern import rung
from core.engines.composer.plan import Chair, Plan
from core.engines.composer.syncopation import Push, Stroke
from core.engines.composer.tone import Tone

_GLIDE_BEATS = 0.3


class BassPlayer:
    """Plays the bass of a piece inside the range of one instrument."""

    def __init__(self, plan: Plan, chair: Chair) -> None:
        part, timbre = chair.part, chair.timbre
        self._part = part
        self._harmony = plan.harmony
        self._layout = plan.layout
        self._choice = plan.dice.layer("bass", chair.stream)
        self._zeal = plan.zeal("bass", chair.stream)
        self._push = Push(plan)
        self._random: Random = plan.dice.layer("bass", f"{chair.stream}/notes")
        low, high = part.compass if "compass" in part.model_fields_set else (timbre.low, timbre.low + 19)
        self._low, self._high = max(low, timbre.low), min(max(high, timbre.low + 12), timbre.high)

    def play(self, stretches: Sequence[Stretch]) -> list[Tone]:
        """The line in the sections where the part plays, and the last root."""
        walking = self._part.writer == "walking"
        ladder = self._choice.choice(self._part.patterns) if self._part.patterns else ()
        tones: list[Tone] = []
        for stretch in stretches:
            if walking and (not ladder or stretch.intensity >= 0.3):
                tones += self._walk(stretch)
            else:
                pattern = rung(ladder, stretch.intensity + self._zeal)
                hits = pattern.over(stretch.start, stretch.end, self._layout.bar)
                for stroke in self._push.strokes(hits, stretch):
                    tones.append(self._mark(tones, stroke))
        if not self._layout.loop and stretches and stretches[-1] is self._layout.stretches[-1]:
            span = self._harmony.at(self._layout.final)
            pitch = self._near(span.chord.bass, tones[-1].pitch if tones else None)
            tones.append(Tone(self._layout.final, self._layout.total - self._layout.final, pitch, 100))
        return tones

    def _mark(self, before: Sequence[Tone], stroke: Stroke) -> Tone:
        at, length, mark = stroke.at, stroke.length, stroke.mark
        span = self._harmony.at(stroke.chord_at)
        home = self._near(span.chord.bass, None)
        previous = before[-1].pitch if before else home
        if mark not in "nN":
            length = min(length, span.end - at)
        held = length * self._part.legato
        match mark:
            case "s":
                tone = Tone(at, length * 0.45, home, 92)
            case "x":
                tone = Tone(at, min(length, 0.12), home, 52)
            case "n" | "N":
                tone = Tone(at, held, self._approach(span, stroke.chord_at, home, chromatic=mark == "N"), 86)
            case "G":
                cents = 100.0 * (previous - home)
                bend = ((0.0, cents), (min(_GLIDE_BEATS, length / 2), 0.0)) if cents else ()
                tone = Tone(at, held, home, 100, bend)
            case "w":
                tone = Tone(at, held, self._step(span, previous), 84)
            case _:
                tone = Tone(at, held, self._degree(span, mark, home), 96 if mark == "1" else 88)
        return tone

    def _degree(self, span: ChordSpan, mark: str, home: int) -> int:
        chord = span.chord
        if mark == "1":
            return home
        if mark == "0":
            return home + 12 if home + 12 <= self._high + 5 else home
        if mark == "l":
            fifth = home - (home - chord.fifth) % 12
            return fifth if fifth >= self._low else fifth + 12
        if mark == "5":
            return self._above(home, chord.fifth)
        if mark == "3" and chord.third is not None:
            return self._above(home, chord.third)
        steps = sorted((pitch - chord.root) % 12 for pitch in span.scale)
        wanted = {"2": 2, "3": 4, "4": 5, "6": 9, "7": 10}[mark]
        step = min(steps, key=lambda s: (abs(s - wanted), s))
        return self._above(home, (chord.root + step) % 12)

    def _above(self, home: int, pitch_class: int) -> int:
        up = home + (pitch_class - home) % 12
        return up if up <= self._high + 3 else up - 12

    def _near(self, pitch_class: int, before: int | None) -> int:
        """The note of a pitch class inside the range: the lowest, or the nearest to the note before."""
        lowest = self._low + (pitch_class - self._low) % 12
        choices = [note for note in (lowest, lowest + 12) if note <= self._high] or [lowest]
        return choices[0] if before is None else min(choices, key=lambda note: (abs(note - before), note))

    def _approach(self, span: ChordSpan, at: float, home: int, *, chromatic: bool) -> int:
        """A note that leads into the next chord's root (or back to this one) by a step."""
        following = self._harmony.after(at)
        target = self._near(following.chord.bass if following.start > span.start else span.chord.bass, home)
        if chromatic:
            return target - 1 if target - 1 >= self._low else target + 1
        scale = [note for note in (target - 2, target - 1, target + 1, target + 2) if note % 12 in span.scale]
        return min(scale, key=lambda note: (abs(note - home), note), default=target - 1)

    def _step(self, span: ChordSpan, before: int) -> int:
        steps = [
            note
            for note in range(before - 4, before + 5)
            if note != before and note % 12 in span.scale and self._low <= note <= self._high
        ]
        return self._random.choice(steps) if steps else before

    def _walk(self, stretch: Stretch) -> list[Tone]:
        """Four to the bar: the bass where the chord changes, strides between, a leading step into the next chord."""
        tones: list[Tone] = []
        previous: int | None = None
        direction = 1
        for span in self._harmony.between(stretch.start, stretch.end):
            beats = max(1, round(span.beats))
            step = span.beats / beats
            target = self._harmony.after(span.start).chord.bass
            for beat in range(beats):
                at = span.start + beat * step
                if beat == 0:
                    pitch = self._near(span.chord.bass, previous)
                elif beat == beats - 1:
                    goal = self._near(target, previous)
                    offset = self._random.choice((-1, 1, -2, 2))
                    pitch = min(max(goal + offset, self._low), self._high)
                    if pitch == previous:
                        pitch = min(max(goal - offset, self._low), self._high)
                else:
                    pitch, direction = self._stride(span, previous or self._low, direction, strong=beat % 2 == 0)
                tones.append(Tone(at, step * 0.95, pitch, 94 if beat == 0 else 88))
                if stretch.intensity > 0.72 and beat % 2 == 1 and self._random.random() < 0.25:
                    tones[-1].length = step * 0.5
                    tones.append(Tone(at + step * 0.5, step * 0.3, pitch, 60))
                previous = pitch
        return tones

    def _stride(self, span: ChordSpan, before: int, direction: int, *, strong: bool) -> tuple[int, int]:
        """The next note on the way in a direction: a chord tone on strong beats, else a scale step."""
        edge = not self._low <= before + 3 * direction <= self._high
        if edge or self._random.random() < 0.18:
            direction = -direction
        wanted = span.chord.pitch_classes if strong else span.scale
        for distance in range(1, 8):
            note = before + direction * distance
            if note % 12 in wanted and self._low <= note <= self._high:
                return note, direction
        return self._near(span.chord.root, before), direction
