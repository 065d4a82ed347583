"""Listening to one instrument at a time."""

from __future__ import annotations

import numpy as np

from core.engines.composer.score import Control, TempoMark
from core.engines.composer.sound.clock import Clock
from core.engines.composer.sound.performance import Performance
from core.engines.composer.sound.voices.instrument import InstrumentStream
from core.engines.composer.sound.voices.roster import ROSTER
from tests.core.engines.composer.sound.conftest import part

RATE = 44_100
SECONDS = Clock([TempoMark(at=0, bpm=60)])


def play(name, *notes, seconds=2.0, controls=(), block=None):
    """What an instrument plays, shape (2, frames), rendered in blocks if asked to."""
    played = part(name, list(notes), synth=name).model_copy(update={"controls": tuple(controls)})
    stream = InstrumentStream(ROSTER[name](RATE), Performance.of(played, SECONDS), RATE, seed=1)
    frames = int(seconds * RATE)
    step = block or frames
    return np.concatenate([stream.render(min(step, frames - at)) for at in range(0, frames, step)], axis=1)


def turn(at, number, value):
    return Control(at=at, number=number, value=value)


def cents_off(samples, pitch):
    """How far the fundamental is from a MIDI pitch, from a parabola through the peak of a long spectrum."""
    frequency = 440.0 * 2 ** ((pitch - 69) / 12)
    size = 2**20
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), size))
    near = slice(int(frequency * 0.97 * size / RATE), int(frequency * 1.03 * size / RATE) + 2)
    peak = int(np.argmax(spectrum[near])) + near.start
    left, middle, right = np.log(spectrum[peak - 1 : peak + 2])
    found = (peak + (left - right) / (2 * (left - 2 * middle + right))) * RATE / size
    return 1200 * np.log2(found / frequency)


def brightness(samples):
    """Spectral centroid in Hz."""
    power = np.abs(np.fft.rfft(samples)) ** 2
    return float(np.sum(np.fft.rfftfreq(len(samples), 1 / RATE) * power) / np.sum(power))
