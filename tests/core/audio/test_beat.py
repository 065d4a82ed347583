"""The distance of beats, told from sound alone."""

import numpy as np
import pytest

from core.audio.beat import beat_period
from core.audio.clip import Clip

RATE = 32000


def drums(bpm: float, seconds: float = 12.0) -> Clip:
    """A kick on each beat and a quieter hat between them, over a soft chord."""
    time = np.arange(round(seconds * RATE)) / RATE
    noise = np.random.default_rng(0).standard_normal(len(time))
    beat = 60 / bpm
    kick = np.sin(2 * np.pi * 60 * time) * np.exp(-30 * (time % beat))
    hat = 0.3 * noise * np.exp(-80 * ((time + beat / 2) % beat))
    chord = 0.05 * sum(np.sin(2 * np.pi * pitch * time) for pitch in (220, 277, 330))
    return Clip((0.5 * kick + 0.2 * hat + chord)[None].astype(np.float32), RATE)


@pytest.mark.parametrize("bpm", [70.0, 92.0, 120.0, 133.3, 160.0])
def test_beats_are_told_to_a_few_milliseconds(bpm):
    period = beat_period(drums(bpm))
    assert any(abs(period * factor - 60 / bpm) < 0.003 for factor in (0.5, 1.0, 2.0))


def test_noise_and_silence_have_no_beat():
    noise = np.random.default_rng(1).standard_normal((2, 10 * RATE)).astype(np.float32)
    assert beat_period(Clip(0.1 * noise, RATE)) is None
    assert beat_period(Clip(np.zeros((1, 10 * RATE), np.float32), RATE)) is None


def test_what_is_too_short_has_none():
    assert beat_period(drums(120.0, 2.0)) is None
