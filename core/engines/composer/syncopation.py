"""Syncopation: a band that pushes, playing into a bar half a beat before its line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core.engines.composer.form import Stretch
from core.engines.composer.plan import Plan

_EARLY = 0.5


@dataclass(frozen=True, slots=True)
class Stroke:
    """One mark of a pattern in time, in beats. `chord_at` is where its chord is: a pushed one plays the next."""

    at: float
    length: float
    mark: str
    chord_at: float


class Push:
    """Whether and how the chords and the bass of a piece anticipate the bar line; they do it together.

    Every other bar is pushed, never the first of a section, so that the form stays clear.
    """

    def __init__(self, plan: Plan) -> None:
        random = plan.dice.layer("groove", "push")
        self._pushes = random.random() < plan.style.feel.push
        self._parity = random.choice((0, 1))
        self._bar = plan.layout.bar

    def strokes(self, hits: Iterable[tuple[float, float, str]], stretch: Stretch) -> list[Stroke]:
        """The hits of a pattern in a section, those on a pushed bar line early, the ones before them making room."""
        strokes: list[Stroke] = []
        for at, length, mark in hits:
            if not self._early(at, stretch):
                strokes.append(Stroke(at, length, mark, at))
                continue
            early = at - _EARLY
            while strokes and strokes[-1].at >= early - 1e-6:
                strokes.pop()
            if strokes:
                last = strokes[-1]
                strokes[-1] = Stroke(last.at, min(last.length, early - last.at), last.mark, last.chord_at)
            strokes.append(Stroke(early, length + _EARLY, mark, at))
        return strokes

    def _early(self, at: float, stretch: Stretch) -> bool:
        bars = (at - stretch.start) / self._bar
        on_line = abs(bars - round(bars)) < 1e-6
        return self._pushes and on_line and round(bars) > 0 and round(bars) % 2 == self._parity
