"""Motifs: the small ideas that a tune is made of, and the plan of phrases that develops them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal

from core.engines.composer.dice import Dice
from core.engines.composer.pattern import Pattern, rung
from core.engines.composer.style import Ladder, MelodyStyle

Treatment = Literal["plain", "sequence up", "sequence down", "inverted", "ending"]
Close = Literal["open", "closed"]

LEAP = 4
"""Scale steps that a contour leaps by, rather than steps or skips."""
_LONGEST_CONTOUR = 48
_HIGHEST = 6
_SHAPES = ("arch", "valley", "rise", "fall", "wave")


@dataclass(frozen=True, slots=True)
class Motif:
    """A rhythm (a ladder from sparse to busy), a contour in scale steps, and a draw 0..1 per note for rests."""

    name: str
    rhythm: Ladder
    contour: tuple[int, ...]
    silent: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A motif in its place: how many scale steps it is moved, and how it is treated."""

    motif: Motif
    treatment: Treatment
    level: int
    close: Close | None = None


def invent(name: str, random: Random, rhythm: Ladder, melody: MelodyStyle) -> Motif:
    """A contour with the intervals that the style wants, bent to one of a few natural shapes.

    A leap is filled by a step back (L. Meyer, "Explaining Music", 1973).
    """
    shape = random.choice(_SHAPES)
    height, contour, leapt = 0, [0], 0
    for index in range(1, _LONGEST_CONTOUR):
        place = (index % 8) / 8
        drift = {
            "arch": 1 if place < 0.5 else -1,
            "valley": -1 if place < 0.5 else 1,
            "rise": 1,
            "fall": -1,
            "wave": 1 if index % 4 < 2 else -1,
        }[shape]
        step = _step(random, melody, drift)
        if leapt:
            step = -1 if leapt > 0 else 1
        if abs(height + step) > _HIGHEST:
            step = -step
        leapt = step if abs(step) >= LEAP else 0
        height += step
        contour.append(height)
    return Motif(name, rhythm, tuple(contour), tuple(random.random() for _ in range(_LONGEST_CONTOUR)))


def _step(random: Random, melody: MelodyStyle, drift: int) -> int:
    direction = drift if random.random() < 0.72 else -drift
    draw = random.random()
    if draw < melody.leaps:
        return direction * random.choice((2, 3, LEAP, 5))
    if draw < melody.leaps + 0.14:
        return direction * 2
    return 0 if random.random() < 0.2 else direction


class Theme:
    """What a section is made of: motifs of each phrase letter and a plan of phrases.

    `home` is a motif from another section that is woven into this one, so that a piece has one subject.
    """

    def __init__(self, melody: MelodyStyle, section: str, dice: Dice, home: Motif | None = None) -> None:
        random = dice.layer("motif", section)
        first = random.choice(melody.cells)
        others = [cell for cell in melody.cells if cell is not first]
        # The second motif of a phrase answers the first in another rhythm; B and C come back to what A said.
        cells = {"A1": first, "A2": random.choice(others), "B1": random.choice(others), "C1": random.choice(others)}
        invented = {name: invent(f"{section}/{name}", random, rhythm, melody) for name, rhythm in cells.items()}
        self.subject = invented["A1"]
        self._motifs = {
            "A": (self.subject, invented["A2"]),
            "B": (invented["B1"], home or self.subject),
            "C": (invented["C1"], invented["A2"]),
        }
        self._plan = random.choice(melody.phrases)
        self._rise = random.choice((1, 1, 2))
        self._follow: Treatment = random.choice(("plain", "plain", "sequence up", "sequence down"))
        answer = dice.layer("answer", section)
        self._replies: list[Treatment] = ["inverted", "plain", "sequence down", "sequence up"]
        answer.shuffle(self._replies)
        self._endings: dict[Close, Pattern] = {
            "open": answer.choice(melody.endings), "closed": answer.choice(melody.endings)
        }  # fmt: skip

    def figures(self, phrase: int, bars: int, level: float, turn: int, *, last: bool) -> list[tuple[Figure, Pattern]]:
        """The figures of the `phrase`-th phrase with their rhythms, filling `bars` bars; the last closes it.

        When the section comes again (`turn` counts how often it did), it is answered in another way.
        """
        letter = self._plan[phrase % len(self._plan)]
        main, other = self._motifs[letter]
        reply = self._replies[turn % len(self._replies)]
        treatments: Sequence[tuple[Motif, Treatment]] = ((main, "plain"), (main, self._follow), (other, reply))
        close: Close = "closed" if last or phrase % 2 == 1 else "open"
        ending = self._endings[close]
        result: list[tuple[Figure, Pattern]] = []
        used = 0
        lift = 1 if letter == "B" else 0
        while used < bars - ending.bars:
            motif, treatment = treatments[len(result) % 3]
            rhythm = rung(motif.rhythm, level)
            moved = lift + {"sequence up": self._rise, "sequence down": -self._rise}.get(treatment, 0)
            result.append((Figure(motif, treatment, moved), rhythm))
            used += rhythm.bars
        result.append((Figure(main, "ending", 0, close), ending))
        return result
