"""Sounds and pictures for the measures, the same in every run."""

import numpy as np

RATE = 8000


def wave(seed, frames=8000):
    """Six sines of a second."""
    dice = np.random.default_rng(seed)
    time = np.arange(frames) / RATE
    partials = (dice.normal() * np.sin(2 * np.pi * f * time + dice.uniform(0, 6)) for f in dice.uniform(100, 3000, 6))
    return sum(partials).astype(np.float32)


def chord(*notes, seconds=1.0, rate=16_000):
    """MIDI notes held together, with three harmonics each."""
    time = np.arange(round(seconds * rate)) / rate
    hertz = [440.0 * 2 ** ((note - 69) / 12) for note in notes]
    return sum(0.1 / k * np.sin(2 * np.pi * k * f * time) for f in hertz for k in (1, 2, 3)).astype(np.float32)
