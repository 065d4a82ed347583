"""Pitch: the frequency of a note from frame to frame."""

from __future__ import annotations

import numpy as np

from core.engines.composer.sound.voices.instrument import Stroke
from core.engines.composer.sound.voices.wavetable import Doubles


def frequencies(stroke: Stroke, frames: int, sample_rate: int) -> float | Doubles:
    """Hz at each frame; a single number for a note that keeps its pitch."""
    cents = stroke.bend(frames, sample_rate)
    if cents is None:
        return stroke.frequency
    bent: Doubles = stroke.frequency * np.exp2(cents / 1200)
    return bent


def late_vibrato(
    stroke: Stroke, frames: int, sample_rate: int, *, cents: float, onset: float, rate: float = 5.3
) -> Doubles:
    """Hz at each frame: the written bend, and where nothing is written a vibrato that comes in after `onset` seconds.

    `cents` is its widest deviation to either side, `rate` its frequency in Hz.
    """
    written = stroke.bend(frames, sample_rate)
    if written is None:
        time = np.arange(frames) / sample_rate
        speed = rate * stroke.chance.uniform(0.94, 1.06)
        depth = cents * np.clip((time - onset) / 0.5, 0.0, 1.0)
        written = depth * np.sin(2 * np.pi * speed * time)
    vibrated: Doubles = stroke.frequency * np.exp2(written / 1200)
    return vibrated


def highest(frequency: float | Doubles) -> float:
    return frequency if isinstance(frequency, float) else float(frequency.max())
