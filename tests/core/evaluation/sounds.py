"""Sounds whose every figure is known."""

from __future__ import annotations

import numpy as np

from core.audio.clip import Clip

RATE = 44_100


def clip(*channels):
    return Clip(np.stack(channels).astype(np.float32), RATE)


def clicks(bpm, seconds=12.0, offset=0.05):
    """A short noise burst on every beat, every fourth one louder."""
    rng = np.random.default_rng(1)
    wave = np.zeros(int(seconds * RATE))
    for beat in range(int(seconds * bpm / 60)):
        begin = int((offset + beat * 60 / bpm) * RATE)
        burst = rng.standard_normal(1200) * np.exp(-np.arange(1200) / 200) * (0.6 if beat % 4 else 1.0)
        wave[begin : begin + 1200] += burst[: max(0, len(wave) - begin)]
    return clip(0.3 * wave, 0.3 * wave)


def chords(progression, seconds_each=1.0, level=0.1, harmonics=4):
    """Chords given as lists of MIDI pitches, each note with a few harmonics and a soft attack."""
    time = np.arange(int(seconds_each * RATE)) / RATE
    shape = np.minimum(1.0, time / 0.02) * np.exp(-time)
    parts = []
    for pitches in progression:
        hertz = [440.0 * 2 ** ((pitch - 69) / 12) for pitch in pitches]
        tones = sum(np.sin(2 * np.pi * k * f * time) / k for f in hertz for k in range(1, harmonics + 1))
        parts.append(level * shape * tones)
    wave = np.concatenate(parts)
    return clip(wave, wave)


def triad(root, minor=False):
    return [root, root + (3 if minor else 4), root + 7]


def mixed(*clips):
    return Clip(sum(each.samples for each in clips), RATE)
