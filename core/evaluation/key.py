"""Key: an estimator's opinion from chroma, and how it relates to the key that was asked for."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from core.brief import Key, Mode

Doubles = npt.NDArray[np.float64]
Relation = Literal["same", "relative", "parallel", "fifth", "other"]

PROFILES: dict[Mode, Doubles] = {
    "major": np.array([0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081]),
    "minor": np.array([0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052]),
}
"""Key profiles of J. Albrecht and D. Shanahan, "The Use of Large Corpora to Train a New Type of Key-Finding
Algorithm", Music Perception 31, 2013."""


def scores(chroma: Doubles) -> dict[Mode, Doubles]:
    """Correlation of a chroma vector (12 values from C) with each key: mode → 12 values by tonic."""
    return {
        mode: np.array([np.corrcoef(np.roll(chroma, -tonic), profile)[0, 1] for tonic in range(12)])
        for mode, profile in PROFILES.items()
    }


def estimated_key(chroma: Doubles) -> Key:
    found = scores(chroma)
    mode: Mode = max(found, key=lambda name: float(found[name].max()))
    return Key(tonic=int(np.argmax(found[mode])), mode=mode)


def majorness(chroma: Doubles) -> float:
    """How much better the best major key fits than the best minor one, about -1..1."""
    found = scores(chroma)
    return float(found["major"].max() - found["minor"].max())


def relation(found: Key, asked: Key) -> Relation:
    if found == asked:
        return "same"
    if found.tonic == asked.tonic:
        return "parallel"
    up = 9 if asked.mode == "major" else 3
    if found.mode != asked.mode and found.tonic == (asked.tonic + up) % 12:
        return "relative"
    if found.mode == asked.mode and (found.tonic - asked.tonic) % 12 in (5, 7):
        return "fifth"
    return "other"
