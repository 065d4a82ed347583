"""Melody: motifs realised as a line over the harmony.

A figure says where the line would like to go; a shortest path over all pitches in range decides where it goes, weighing
that wish against chord tones on strong beats, small steps, and dissonances left by step.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np
import numpy.typing as npt

from core.engines.composer.form import Stretch
from core.engines.composer.harmony import ChordSpan
from core.engines.composer.motif import LEAP, Close, Figure, Theme
from core.engines.composer.ornament import Ornamenter
from core.engines.composer.pattern import Pattern
from core.engines.composer.plan import Chair, Plan
from core.engines.composer.tone import Tone

_STEP_COSTS = (1.0, 0.15, 0.0, 0.35, 0.7, 1.5, 5.0, 2.2, 3.6, 4.0, 6.0, 8.0, 3.6)
_LEAP_COSTS = (4.0, 4.0, 4.0, 3.0, 2.5, 1.2, 5.0, 0.5, 0.2, 0.2, 3.0, 6.0, 0.6)
_OUT_OF_REACH = 9.0
_FORBIDDEN = 1e6
_LONG = 1.5
_LOUDNESS = {"X": 104, "x": 92, "o": 78}
_SEMITONES_PER_STEP = 1.75
_PULL = 0.42
_PULL_OF_MEMORY = 3.0
_PULL_OF_LITERAL_MEMORY = 40.0
_NEAR = 4
_THIRD = 2.2
_BEARABLE = 0.3
"""The share of strong notes that may be foreign to their chords where an idea comes back literally."""

Costs = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Wish:
    """One note of a line before its pitch is settled: `target` is where the figure would put it.

    `idea` and `number` tell which figure it belongs to and which of its notes it is; figures with one name are the same
    idea. `occasion` counts figures. `leaping` says that the figure leaps to it.
    """

    start: float
    length: float
    mark: str
    target: float
    strong: bool
    close: Close | None
    span: ChordSpan
    idea: str = ""
    number: int = 0
    occasion: int = 0
    leaping: bool = False
    pull: float = _PULL


class Melodist:
    """Writes the tune of a piece for one instrument."""

    def __init__(self, plan: Plan, chair: Chair) -> None:
        self._melody = plan.style.melody
        self._phrase = plan.style.form.phrase
        self._name = chair.stream
        self._timbre = chair.timbre
        self._harmony = plan.harmony
        self._layout = plan.layout
        self._dice = plan.dice
        self._zeal = plan.zeal("motif", chair.stream)
        self._themes: dict[str, Theme] = {}
        self._memory: dict[str, dict[int, int]] = {}

    def play(self, stretches: Sequence[Stretch]) -> list[Tone]:
        """The tune in the sections where the part plays; in the last one it ends on the last downbeat."""
        tones: list[Tone] = []
        for stretch in stretches:
            wishes = self._wishes(stretch)
            if wishes:
                low, high = self._range(stretch)
                pitches = self._settle(wishes, low, high)
                wishes = self._remembering(wishes, pitches, low, high)
                pitches = self._settle(wishes, low, high)
                tones += self._tones(wishes, pitches, stretch)
        return Ornamenter(self._melody, self._timbre, self._harmony, self._dice, self._name).ornament(tones)

    def _theme(self, section: str) -> Theme:
        if section not in self._themes:
            home = Theme(self._melody, "A", self._dice).subject if section != "A" else None
            self._themes[section] = Theme(self._melody, section, self._dice, home)
        return self._themes[section]

    def _range(self, stretch: Stretch) -> tuple[int, int]:
        """The span of the tune around its centre, moved by the mood, inside the range of the instrument."""
        centre = self._melody.centre + round(stretch.expression.register)
        half = self._melody.span // 2
        lowest, highest = self._timbre.low + 2, self._timbre.high - 2
        half = min(half, (highest - lowest) // 2)
        while centre - half < lowest - 6:
            centre += 12
        while centre + half > highest + 6:
            centre -= 12
        centre = min(max(centre, lowest + half), highest - half)
        return centre - half, centre + half

    def _wishes(self, stretch: Stretch) -> list[_Wish]:
        bar, phrase = self._layout.bar, self._phrase
        theme = self._theme(stretch.name)
        low, high = self._range(stretch)
        middle = (low + high) / 2
        final = not self._layout.loop and stretch is self._layout.stretches[-1]
        wishes: list[_Wish] = []
        start, index = stretch.start, 0
        while start < stretch.end - 1e-6:
            left = max(1, round((stretch.end - start) / bar))
            bars = left if left < phrase + max(1, phrase // 2) else phrase
            last = start + bars * bar >= stretch.end - 1e-6
            at = start
            figures = theme.figures(index, bars, stretch.intensity + self._zeal, stretch.repeat, last=last)
            for occasion, (figure, rhythm) in enumerate(figures):
                ends = min(stretch.end, start + bars * bar, at + rhythm.bars * bar)
                notes = self._figure(figure, rhythm, at, ends, middle)
                wishes += [replace(note, occasion=100 * index + occasion) for note in notes]
                at = ends
            if wishes:
                close: Close = "closed" if last or index % 2 == 1 else "open"
                tail = wishes[-1]
                wishes[-1] = replace(tail, strong=True, close=close)
            start, index = start + bars * bar, index + 1
        if final:
            wishes.append(
                self._wish(self._layout.final, self._layout.total - self._layout.final, "x", middle, "closed")
            )
        return wishes

    def _figure(self, figure: Figure, rhythm: Pattern, at: float, ends: float, middle: float) -> Iterator[_Wish]:
        """The notes of a figure in its place."""
        motif, flip = figure.motif, -1 if figure.treatment == "inverted" else 1
        idea = f"{motif.name}/{rhythm.text}/{flip}/{figure.close}"
        before: int | None = None
        for number, (begin, length, mark) in enumerate(rhythm.over(at, ends, self._layout.bar)):
            if figure.close is None and self._silent(motif.silent[number % 48], begin, mark):
                continue
            steps = -number if figure.close is not None else flip * motif.contour[number % 48]
            target = middle + _SEMITONES_PER_STEP * (figure.level + steps)
            wish = self._wish(begin, length, mark, target, None)
            leaping = before is not None and abs(steps - before) >= LEAP
            yield replace(wish, idea=idea, number=number, leaping=leaping)
            before = steps

    def _silent(self, draw: float, begin: float, mark: str) -> bool:
        strong = begin % 1.0 < 1e-6
        return draw < self._melody.rests * (0.4 if strong or mark == "X" else 1.0)

    def _wish(self, start: float, length: float, mark: str, target: float, close: Close | None) -> _Wish:
        place = start % self._layout.bar
        half = self._layout.bar / 2 if self._layout.bar % 2 == 0 else self._layout.bar
        strong = place % half < 1e-6 or length >= _LONG or close is not None
        return _Wish(start, length, mark, target, strong, close, self._harmony.at(start))

    def _settle(self, wishes: Sequence[_Wish], low: int, high: int) -> list[int]:
        """The cheapest path through all pitches in range."""
        pitches = np.arange(low, high + 1)
        steps = np.abs(pitches[:, None] - pitches[None, :])
        table = np.array([*_STEP_COSTS, *([_OUT_OF_REACH] * 24)])
        moves = table[np.minimum(steps, 30)] * (1.15 - self._melody.leaps)
        leaps = np.array([*_LEAP_COSTS, *([_OUT_OF_REACH] * 24)])[np.minimum(steps, 30)]
        leap = (steps > 2) * 2.6
        before: Costs = np.zeros(len(pitches))
        back: list[npt.NDArray[np.intp]] = []
        foreign_before = np.zeros(len(pitches), dtype=bool)
        rest_before = True
        for number, wish in enumerate(wishes):
            cost, foreign = self._costs(wish, pitches)
            if number == 0:
                before = cost
            else:
                ease = 0.45 if rest_before else 1.0
                paths = (
                    before[:, None]
                    + (leaps if wish.leaping else moves) * ease
                    + leap * (foreign_before[:, None] + 0.5 * foreign[None, :])
                )
                best = np.argmin(paths, axis=0)
                back.append(best)
                before = paths[best, np.arange(len(pitches))] + cost
            foreign_before = foreign
            following = wishes[number + 1].start if number + 1 < len(wishes) else 0.0
            rest_before = following - (wish.start + wish.length) > 0.4
        path = [int(np.argmin(before))]
        for best in reversed(back):
            path.append(int(best[path[-1]]))
        return [int(pitches[index]) for index in reversed(path)]

    def _costs(self, wish: _Wish, pitches: npt.NDArray[np.int_]) -> tuple[Costs, npt.NDArray[np.bool_]]:
        """What each pitch costs for a note, and which pitches are foreign to the chord."""
        classes = pitches % 12
        tones = wish.span.chord.pitch_classes
        foreign = ~np.isin(classes, tones)
        cost = wish.pull * np.abs(pitches - wish.target)
        cost[~np.isin(classes, wish.span.tune)] = _FORBIDDEN
        cost[foreign] += 7.0 if wish.strong else 0.5
        # The third of the key tells major from minor: the plainer the mode is to be, the more the tune leans on it.
        movement = self._layout.at(wish.start).movement
        third, plain = (4, movement.shade) if movement.key.mode == "major" else (3, 1 - movement.shade)
        cost[classes == (movement.key.tonic + third) % 12] -= _THIRD * (2 * plain - 1)
        if wish.close is not None:
            tonic = wish.span.key.tonic
            home = {tonic: 0.0, (tonic + 4) % 12: 2.5, (tonic + 3) % 12: 2.5, (tonic + 7) % 12: 4.0}
            away = {(tonic + 7) % 12: 0.0, (tonic + 2) % 12: 0.6, (tonic + 4) % 12: 1.2, (tonic + 3) % 12: 1.2}
            wanted = home if wish.close == "closed" else away
            cost += np.array([wanted.get(int(c), 5.0) for c in classes])
        return cost, foreign

    def _remembering(self, wishes: Sequence[_Wish], pitches: Sequence[int], low: int, high: int) -> list[_Wish]:
        """The wishes of a line that knows its ideas: one that comes back wants to sound as it did at first.

        It comes back literally, at some pitch, where the chords bear it; else bent to them.
        """
        result: list[_Wish] = []
        before = pitches[0]
        for _, group in groupby(zip(wishes, pitches, strict=True), key=lambda pair: pair[0].occasion):
            figure = list(group)
            idea = figure[0][0].idea
            known = self._memory.setdefault(idea, {}) if idea else {}
            if known and all(wish.number in known for wish, _ in figure):
                recalled = self._recalled([wish for wish, _ in figure], known, before, low, high)
            else:
                known.update({wish.number: pitch for wish, pitch in figure if wish.idea})
                recalled = [replace(wish, target=float(pitch), pull=_PULL_OF_MEMORY) for wish, pitch in figure]
            result += recalled
            before = round(recalled[-1].target)
        return result

    def _recalled(
        self, figure: Sequence[_Wish], known: dict[int, int], before: int, low: int, high: int
    ) -> list[_Wish]:
        """The notes of an idea that was heard before: moved as a whole to where it fits best."""
        line = np.array([known[wish.number] for wish in figure])
        wanted = float(np.mean([wish.target for wish in figure]) - np.mean(line))
        moves = range(low - int(line.min()), high - int(line.max()) + 1)
        literal = [(cost, move) for move in moves if (cost := self._strain(figure, line + move)) < _FORBIDDEN]
        if literal:
            _, move = min(
                (
                    cost + 0.35 * min(abs(move), abs(move - wanted)) + 0.15 * abs(line[0] + move - before),
                    abs(move),
                    move,
                )
                for cost, move in literal
            )[0::2]
            return [
                replace(wish, target=float(pitch + move), pull=_PULL_OF_LITERAL_MEMORY)
                for wish, pitch in zip(figure, line, strict=True)
            ]
        moved = round(wanted) if abs(wanted) > _NEAR else 0
        return [
            replace(wish, target=float(pitch + moved), pull=_PULL_OF_MEMORY)
            for wish, pitch in zip(figure, line, strict=True)
        ]

    def _strain(self, figure: Sequence[_Wish], line: npt.NDArray[np.int_]) -> float:
        """How badly a line sits on its chords; forbidden where it leaves the scale, or leans on too many of them."""
        strain, strong, leaning = 0.0, 0, 0
        for wish, pitch in zip(figure, line, strict=True):
            pitch_class = int(pitch) % 12
            tones = wish.span.chord.pitch_classes
            if pitch_class not in wish.span.tune:
                return _FORBIDDEN
            if wish.close is not None and pitch_class not in tones:
                return _FORBIDDEN
            if wish.strong:
                strong += 1
                if pitch_class not in tones:
                    leaning += 1
                    strain += 1.0
                    if (pitch_class - 1) % 12 in tones or wish.length >= _LONG:
                        return _FORBIDDEN
        return strain if leaning <= _BEARABLE * strong else _FORBIDDEN

    def _tones(self, wishes: Sequence[_Wish], pitches: Sequence[int], stretch: Stretch) -> list[Tone]:
        tones = []
        legato = self._melody.legato * stretch.expression.articulation
        for wish, pitch in zip(wishes, pitches, strict=True):
            accent = 6 if wish.strong else 0
            length = max(0.08, wish.length * min(1.0, legato)) if wish.start < self._layout.final else wish.length
            idea = f"{wish.idea}/{wish.number}" if wish.idea else ""
            tones.append(Tone(wish.start, length, pitch, _LOUDNESS[wish.mark] + accent, idea=idea))
        return tones
