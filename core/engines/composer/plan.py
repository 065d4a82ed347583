"""Plan: what is settled about a piece before its first note is written."""

from __future__ import annotations

from dataclasses import dataclass

from core.brief import Brief
from core.engines.composer.dice import Dice
from core.engines.composer.form import Layout, Stretch
from core.engines.composer.harmony import Harmony
from core.engines.composer.instrument import Timbre
from core.engines.composer.mood import Expression
from core.engines.composer.style import PartStyle, Style


@dataclass(frozen=True, slots=True)
class Chair:
    """A part with its player. `asked` tells that the instrument was asked for by name and must be heard."""

    name: str
    part: PartStyle
    timbre: Timbre
    asked: bool = False

    def plays(self, stretch: Stretch) -> bool:
        """Whether the part is written for a section, and for music as calm or driving as it is there."""
        part = self.part
        here = not part.sections or stretch.name in part.sections
        return here and part.enters <= stretch.intensity <= part.leaves


@dataclass(frozen=True, slots=True)
class Plan:
    """Style, time, harmony, band, the expression of the whole, and the dice that decide the rest."""

    brief: Brief
    style: Style
    layout: Layout
    harmony: Harmony
    chairs: tuple[Chair, ...]
    expression: Expression
    dice: Dice
