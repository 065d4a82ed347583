"""Plan: what is settled about a piece before its first note is written."""

from __future__ import annotations

from dataclasses import dataclass

from core.brief import Brief
from core.engines.composer.dice import Dice, Layer
from core.engines.composer.form import Layout, Stretch
from core.engines.composer.harmony import Harmony
from core.engines.composer.instrument import Timbre
from core.engines.composer.mood import Expression
from core.engines.composer.style import PartStyle, Style

_ZEAL = 0.16
_DRIVEN = 0.7


@dataclass(frozen=True, slots=True)
class Chair:
    """A part with its player. `asked` tells that the instrument was asked for by name and must be heard."""

    name: str
    part: PartStyle
    timbre: Timbre
    asked: bool = False

    @property
    def stream(self) -> str:
        """The name of its chances: whoever of the palette takes the chair, the same seed has them play the same."""
        return f"{self.part.role}/{'/'.join(self.part.voices)}"

    def plays(self, stretch: Stretch) -> bool:
        """Whether the part is written for a section, and for music as calm or driving as it is there.

        Driven music begins with the whole band.
        """
        part = self.part
        names = {"A", "drop"} if _straight_in(stretch) else {stretch.name}
        here = not part.sections or stretch.name in part.sections or not names.isdisjoint(part.sections)
        return here and part.enters <= stretch.intensity <= part.leaves


def _straight_in(stretch: Stretch) -> bool:
    return stretch.name == "intro" and stretch.expression.activity >= _DRIVEN


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

    def zeal(self, layer: Layer, name: str) -> float:
        """What a player adds to the intensity of the music: some bands have a busy drummer, some a busy bass."""
        return self.dice.layer(layer, f"{name}/zeal").uniform(-_ZEAL, _ZEAL)
