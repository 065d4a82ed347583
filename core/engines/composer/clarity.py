"""Clarity: how plainly a progression states its key and its mode, before a note of it is played."""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from core.brief import Mode
from core.engines.composer.theory import Chord

Doubles = npt.NDArray[np.float64]

_PROFILES: MappingProxyType[Mode, tuple[float, ...]] = MappingProxyType({
    "major": (0.748, 0.060, 0.488, 0.082, 0.670, 0.460, 0.096, 0.715, 0.104, 0.366, 0.057, 0.400),
    "minor": (0.712, 0.084, 0.474, 0.618, 0.049, 0.460, 0.105, 0.747, 0.404, 0.067, 0.133, 0.330),
})  # fmt: skip
"""How often each pitch class is heard in a bar of a key: D. Temperley, "Music and Probability", 2007, from the excerpts
of S. Kostka and D. Payne, "Tonal Harmony"."""
_BASS, _FIFTH = 0.8, 0.3
"""What the bass adds to its pitch class, and what each tone adds to the one of its third harmonic."""


def clarity(chords: Iterable[tuple[Chord, float]], mode: Mode) -> float:
    """How much better chords (in the key of C, with weights) fit their key than the best foreign one, about ±0.5.

    The relative and the parallel key are not foreign.
    """
    fits = _fits(chords)
    own: set[tuple[int, Mode]] = {(0, "major"), (0, "minor"), (9, "minor") if mode == "major" else (3, "major")}
    return max(fits[key] for key in own) - max(fit for key, fit in fits.items() if key not in own)


def majorness(chords: Iterable[tuple[Chord, float]]) -> float:
    """How much better chords with weights fit the best major key than the best minor one, about ±0.3."""
    fits = _fits(chords)
    major, minor = (max(fit for key, fit in fits.items() if key[1] == mode) for mode in ("major", "minor"))
    return major - minor


def _fits(chords: Iterable[tuple[Chord, float]]) -> dict[tuple[int, Mode], float]:
    """The correlation of what chords sound like with each key (tonic, mode)."""
    heard = np.zeros(12)
    for chord, weight in chords:
        heard[chord.bass] += _BASS * weight
        for pitch_class in chord.pitch_classes:
            heard[pitch_class] += weight
            heard[(pitch_class + 7) % 12] += _FIFTH * weight
    return {
        (tonic, name): float(np.corrcoef(np.roll(heard, -tonic), profile)[0, 1])
        for name, profile in _PROFILES.items()
        for tonic in range(12)
    }
