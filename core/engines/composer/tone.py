"""Tones: notes on their way into a score, before swing, human timing and dynamics are put on them."""

from __future__ import annotations

from dataclasses import dataclass

Bend = tuple[tuple[float, float], ...]

LOUDNESS_OF_MARK = {"X": 108, "x": 92, "o": 74, "g": 44, "f": 96, "r": 84}


@dataclass(slots=True)
class Tone:
    """A note in straight time. `velocity` is 1..127 at full dynamics; `grid` False keeps it out of swing.

    Tones with one `idea` are the same note of the same motif.
    """

    start: float
    length: float
    pitch: int
    velocity: int
    bend: Bend = ()
    grid: bool = True
    idea: str = ""

    @property
    def end(self) -> float:
        return self.start + self.length
