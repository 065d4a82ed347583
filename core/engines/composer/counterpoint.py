"""Counterpoint: second lines that sing under the tune, double it, echo it or answer it where it rests."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from core.engines.composer.form import Stretch
from core.engines.composer.harmony import ChordSpan
from core.engines.composer.plan import Chair, Plan
from core.engines.composer.style import Writer
from core.engines.composer.tone import Tone

_CONSONANT = frozenset({3, 4, 8, 9})
_REST_WORTH_ANSWERING = 1.4
_ECHO_BEATS = 0.75
_REACH = 8


class Counterpoint:
    """Writes second lines for one instrument, listening to the tune."""

    def __init__(self, plan: Plan, chair: Chair, tune: Sequence[Tone]) -> None:
        self._timbre = chair.timbre
        self._harmony = plan.harmony
        self._layout = plan.layout
        self._tune = sorted(tune, key=lambda tone: tone.start)
        below = plan.style.melody.centre - 5
        self._centre = min(max(below, self._timbre.low + _REACH), self._timbre.high - _REACH)

    def play(self, writer: Writer, stretches: Sequence[Stretch]) -> list[Tone]:
        """The line of a writer in the sections where the part plays."""
        match writer:
            case "thirds":
                return self.thirds(stretches)
            case "echo":
                return self.echo(stretches, _ECHO_BEATS)
            case "answer":
                return self.answer(stretches)
            case _:
                return self.guide(stretches)

    def guide(self, stretches: Sequence[Stretch]) -> list[Tone]:
        """Guide tones: thirds and sevenths in long notes, each a step or less from the last where that is possible."""
        tones: list[Tone] = []
        before = self._centre
        for stretch in stretches:
            for span in self._harmony.between(stretch.start, self._until(stretch)):
                pieces = 2 if span.beats >= self._layout.bar and stretch.intensity > 0.55 else 1
                for piece in range(pieces):
                    start = span.start + piece * span.beats / pieces
                    before = self._guide_tone(span, before, moved=piece > 0)
                    tones.append(Tone(start, span.beats / pieces * 0.98, before, 82))
        return tones

    def thirds(self, stretches: Sequence[Stretch]) -> list[Tone]:
        """The tune a third or sixth lower, in the chord's scale."""
        return [
            Tone(tone.start, tone.length, self._below(tone), max(1, tone.velocity - 10))
            for tone in self._heard(stretches)
        ]

    def echo(self, stretches: Sequence[Stretch], delay: float) -> list[Tone]:
        """The tune again, softer and later, where it still fits the chord."""
        tones = []
        for tone in self._heard(stretches):
            at = tone.start + delay
            if at < self._layout.final and tone.pitch % 12 in self._harmony.at(at).tune:
                tones.append(Tone(at, tone.length * 0.8, self._inside(tone.pitch), max(1, tone.velocity - 26)))
        return tones

    def answer(self, stretches: Sequence[Stretch]) -> list[Tone]:
        """Short runs over the chord where the tune holds a note or rests; held tones where there is no tune."""
        tones: list[Tone] = []
        for stretch in stretches:
            starts = [tone.start for tone in self._tune if stretch.start <= tone.start < stretch.end]
            if not starts:
                continue
            edges = [*starts, stretch.end]
            for start, following in pairwise(edges):
                if following - start >= _REST_WORTH_ANSWERING:
                    tones += self._run(start, following, stretch)
        return tones

    def _run(self, start: float, following: float, stretch: Stretch) -> list[Tone]:
        step = 0.5 if stretch.intensity > 0.4 else 1.0
        count = min(6, int((following - start - 0.5) / step))
        first = following - count * step
        span = self._harmony.at(first)
        notes = [n for n in range(self._centre - 9, self._centre + 10) if n % 12 in span.chord.pitch_classes]
        if count < 2 or len(notes) < 3:
            return []
        rising = int(start) % 2 == 0
        order = notes if rising else notes[::-1]
        begin = max(0, len(order) // 2 - count // 2)
        line = (order[begin:] + order[-2::-1])[:count]
        return [
            Tone(first + i * step, step * 0.9, self._fitting(note, first + i * step), 74 + 2 * i)
            for i, note in enumerate(line)
        ]

    def _fitting(self, note: int, at: float) -> int:
        scale = self._harmony.at(at).scale
        return next(n for distance in range(12) for n in (note - distance, note + distance) if n % 12 in scale)

    def _heard(self, stretches: Sequence[Stretch]) -> list[Tone]:
        return [
            tone for tone in self._tune if any(s.start - 1e-6 <= tone.start < self._until(s) - 1e-6 for s in stretches)
        ]

    def _until(self, stretch: Stretch) -> float:
        return self._layout.total if stretch is self._layout.stretches[-1] else stretch.end

    def _guide_tone(self, span: ChordSpan, before: int, *, moved: bool) -> int:
        chord = span.chord
        wanted = [chord.third] if chord.third is not None else []
        wanted += [(chord.root + tone) % 12 for tone in chord.tones if tone in (9, 10, 11, 14)] or [chord.fifth]
        if moved:
            wanted = list(chord.pitch_classes)
        choices = [
            n for n in range(self._centre - 8, self._centre + 9) if n % 12 in wanted and not (moved and n == before)
        ]
        return min(choices, key=lambda n: (abs(n - before) + 0.3 * abs(n - self._centre), n), default=before)

    def _below(self, tone: Tone) -> int:
        scale = self._harmony.at(tone.start).tune
        for distance in (3, 4, 8, 9, 5, 7):
            if distance in _CONSONANT and (tone.pitch - distance) % 12 in scale:
                return self._inside(tone.pitch - distance)
        return self._inside(tone.pitch - 12)

    def _inside(self, pitch: int) -> int:
        while pitch < self._timbre.low:
            pitch += 12
        while pitch > self._timbre.high:
            pitch -= 12
        return pitch
