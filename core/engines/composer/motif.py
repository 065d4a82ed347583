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

_LONGEST_CONTOUR = 48
_SHAPES = ("arch", "valley", "rise", "fall", "wave")


@dataclass(frozen=True, slots=True)
class Motif:
    """A rhythm (a ladder from sparse to busy), a contour in scale steps, and a draw 0..1 per note for rests."""

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


def invent(random: Random, rhythm: Ladder, melody: MelodyStyle) -> Motif:
    """A contour with the intervals that the style wants, bent to one of a few natural shapes."""
    shape = random.choice(_SHAPES)
    height, contour = 0, [0]
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
        if abs(height + step) > 5:
            step = -step
        height += step
        contour.append(height)
    return Motif(rhythm, tuple(contour), tuple(random.random() for _ in range(_LONGEST_CONTOUR)))


def _step(random: Random, melody: MelodyStyle, drift: int) -> int:
    direction = drift if random.random() < 0.72 else -drift
    draw = random.random()
    if draw < melody.leaps:
        return direction * random.choice((3, 3, 4, 5))
    if draw < melody.leaps + 0.18:
        return direction * 2
    return 0 if random.random() < 0.2 else direction


class Theme:
    """What a section is made of: motifs of its letter and a plan of phrases."""

    def __init__(self, melody: MelodyStyle, section: str, dice: Dice) -> None:
        self._melody = melody
        random = dice.layer("motif", section)
        first = random.choice(melody.cells)
        others = [cell for cell in melody.cells if cell is not first]
        self._motifs = {
            "A": (invent(random, first, melody), invent(random, random.choice(others), melody)),
            "B": (invent(random, random.choice(others), melody), invent(random, first, melody)),
            "C": (invent(random, random.choice(others), melody), invent(random, random.choice(others), melody)),
        }
        self._plan = random.choice(melody.phrases)
        self._rise = random.choice((0, 1, 1, 2))
        self._follow: Treatment = random.choice(("plain", "sequence up", "sequence down", "plain"))
        answer = dice.layer("answer", section)
        self._reply: Treatment = answer.choice(("inverted", "plain", "sequence down", "sequence up"))
        self._endings = tuple(answer.choice(melody.endings) for _ in range(4))

    def ending(self, phrase: int) -> Pattern:
        """The rhythm that closes a phrase."""
        return self._endings[phrase % len(self._endings)]

    def figures(self, phrase: int, bars: int, level: float, *, last: bool) -> list[tuple[Figure, Pattern]]:
        """The figures of the `phrase`-th phrase with their rhythms, filling `bars` bars; the last closes it."""
        letter = self._plan[phrase % len(self._plan)]
        main, other = self._motifs[letter]
        treatments: Sequence[tuple[Motif, Treatment, int]] = (
            (main, "plain", 0), (main, self._follow, self._rise), (other, self._reply, self._rise),
        )  # fmt: skip
        ending = self.ending(phrase)
        close: Close = "closed" if last or phrase % 2 == 1 else "open"
        result: list[tuple[Figure, Pattern]] = []
        used = 0
        lift = 1 if letter == "B" else 0
        while used < bars - ending.bars:
            motif, treatment, rise = treatments[min(len(result), 2) if len(result) < 3 else len(result) % 3]
            rhythm = rung(motif.rhythm, level)
            moved = rise + lift + {"sequence up": 1, "sequence down": -1}.get(treatment, 0)
            result.append((Figure(motif, treatment, moved), rhythm))
            used += rhythm.bars
        result.append((Figure(main, "ending", 0, close), ending))
        return result
