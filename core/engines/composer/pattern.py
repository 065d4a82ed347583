"""Patterns: rhythms as people write them down, one character a step.

`"x..x ..x. | x... x..."` is two bars of eight steps: spaces are for the eye, `|` ends a bar, and a bar is divided
evenly into as many steps as it has characters, so that twelve characters in a bar of four beats are triplets. `.` is
silence and `-` holds the note before it. Every other character is a mark whose meaning depends on who plays it
(`style.PartStyle`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

_REST = "."
_HOLD = "-"


@dataclass(frozen=True, slots=True)
class Hit:
    """One mark of a pattern: where it starts and how long it lasts, in bars."""

    at: float
    length: float
    mark: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """A rhythm of one or more bars."""

    bars: int
    hits: tuple[Hit, ...]
    text: str

    def over(self, start: float, end: float, bar: float) -> Iterator[tuple[float, float, str]]:
        """The hits from `start` to `end`, repeated, as (start, length, mark) in beats; `bar` is a bar's beats."""
        period = self.bars * bar
        base = start
        while base < end - 1e-9:
            for hit in self.hits:
                at = base + hit.at * bar
                if at >= end - 1e-9:
                    break
                yield at, min(hit.length * bar, end - at), hit.mark
            base += period


@lru_cache(maxsize=8192)
def parse(text: str) -> Pattern:
    """Read a pattern.

    Raises:
        ValueError: it has an empty bar, or begins with a hold.
    """
    hits: list[Hit] = []
    bars = text.split("|")
    for index, bar in enumerate(bars):
        steps = "".join(bar.split())
        if not steps:
            raise ValueError(f"bar {index + 1} of {text!r} is empty")
        step = 1 / len(steps)
        for place, mark in enumerate(steps):
            at = index + place * step
            if mark == _HOLD:
                if not hits:
                    raise ValueError(f"{text!r} begins with a hold")
                hits[-1] = Hit(hits[-1].at, at + step - hits[-1].at, hits[-1].mark)
            elif mark != _REST:
                hits.append(Hit(at, step, mark))
    return Pattern(len(bars), tuple(hits), text)


def rung(ladder: Sequence[Pattern], level: float) -> Pattern:
    """The pattern of a ladder (from calm to driving) at a level 0..1; levels beyond stand for their end."""
    return ladder[min(len(ladder) - 1, max(0, int(level * len(ladder))))]
