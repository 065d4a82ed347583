"""Effects: risers before a section that lifts, impacts where it lands, sweeps away from it."""

from __future__ import annotations

from collections.abc import Sequence

from core.engines.composer.form import Layout, Stretch
from core.engines.composer.style import Writer
from core.engines.composer.tone import Tone

_PITCH = 60
_LIFT = 0.08


def play_effects(writer: Writer, stretches: Sequence[Stretch], layout: Layout) -> list[Tone]:
    """The effect of a writer in the sections where the part plays."""
    play = {"riser": risers, "impact": impacts, "sweep": sweeps}[writer]
    return play(stretches, layout)


def risers(stretches: Sequence[Stretch], layout: Layout) -> list[Tone]:
    """A rise over the last bars of each section before one with more energy."""
    tones = []
    for stretch in stretches:
        following = _following(stretch, layout)
        if (
            following is not None
            and following.intensity > stretch.intensity + _LIFT
            and stretch.beats >= 2 * layout.bar
        ):
            length = min(stretch.beats / 2, 4 * layout.bar)
            tones.append(Tone(stretch.end - length, length, _PITCH, 96, grid=False))
    return tones


def impacts(stretches: Sequence[Stretch], layout: Layout) -> list[Tone]:
    """A blow at the start of each section that has more energy than the one before."""
    tones = []
    for stretch in stretches:
        index = layout.stretches.index(stretch)
        before = layout.stretches[index - 1] if index else None
        if before is not None and stretch.intensity > before.intensity + _LIFT / 2:
            tones.append(Tone(stretch.start, min(4.0, stretch.beats), 36, 100, grid=False))
    return tones


def sweeps(stretches: Sequence[Stretch], layout: Layout) -> list[Tone]:
    """A fall at the start of each section that has less energy than the one before."""
    tones = []
    for stretch in stretches:
        index = layout.stretches.index(stretch)
        before = layout.stretches[index - 1] if index else None
        if before is not None and stretch.intensity < before.intensity - _LIFT / 2:
            tones.append(Tone(stretch.start, min(8.0, stretch.beats), _PITCH, 88, grid=False))
    return tones


def _following(stretch: Stretch, layout: Layout) -> Stretch | None:
    index = layout.stretches.index(stretch) + 1
    return layout.stretches[index] if index < len(layout.stretches) else None
