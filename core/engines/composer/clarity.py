"""Clarity: how plainly a progression states its key, before a note of it is played."""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from core.brief import Mode
from core.engines.composer.theory import Chord

Doubles = npt.NDArray[np.float64]

_PROFILES: MappingProxyType[Mode, tuple[float, ...]] = MappingProxyType({
    "major": (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88),
    "minor": (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17),
})  # fmt: skip
"""How well listeners find each pitch class to fit a key: C. Krumhansl, "Cognitive Foundations of Musical Pitch", 1990,
table 2.1."""
_BASS, _FIFTH = 0.8, 0.3
"""What the bass adds to its pitch class, and what each tone adds to the one of its third harmonic."""


def clarity(chords: Iterable[tuple[Chord, float]], mode: Mode) -> float:
    """How much better chords (in the key of C, with weights) fit their key than the best foreign one, about ±0.5.

    The relative and the parallel key are not foreign.
    """
    heard = np.zeros(12)
    for chord, weight in chords:
        heard[chord.bass] += _BASS * weight
        for pitch_class in chord.pitch_classes:
            heard[pitch_class] += weight
            heard[(pitch_class + 7) % 12] += _FIFTH * weight
    fits = {
        (tonic, name): float(np.corrcoef(np.roll(heard, -tonic), profile)[0, 1])
        for name, profile in _PROFILES.items()
        for tonic in range(12)
    }
    own: set[tuple[int, Mode]] = {(0, "major"), (0, "minor"), (9, "minor") if mode == "major" else (3, "major")}
    return max(fits[key] for key in own) - max(fit for key, fit in fits.items() if key not in own)
