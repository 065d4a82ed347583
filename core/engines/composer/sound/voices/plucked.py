"""Plucked strings: a digital waveguide, evaluated in the frequency domain.

A string is a delay of one period in a loop that loses a little each time round (Karplus and Strong, "Digital synthesis
of plucked-string and drum timbres", 1983; Jaffe and Smith, "Extensions of the Karplus-Strong plucked-string
algorithm", 1983). Its transfer function is written down on a circle just outside the unit circle and transformed back,
so that the delay is exactly one period, whatever fraction of a sample that takes, and the loss is any function of
frequency without a phase of its own: the string is in tune by construction.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import fft

from core.audio.clip import Samples
from core.engines.composer.sound.voices.envelope import soften_end

Doubles = npt.NDArray[np.float64]
ALIAS = 1e-4
"""How far what lasts longer than the transform is pushed down by evaluating outside the unit circle."""


@dataclass(frozen=True, slots=True)
class StringModel:
    """A kind of string and how it is plucked.

    `decay` is the time constant in seconds at 110 Hz, shorter by `decay_slope` for every octave up; `loss` is how much
    faster the harmonics die with their frequency in kHz; `place` is where it is plucked, as a part of its length;
    `corner` in Hz is how sharp the pluck is at full force; `knock` is the noise of the plectrum; `stiffness` is the
    inharmonicity B.
    """

    decay: float
    decay_slope: float
    loss: float
    place: float
    corner: float
    knock: float
    stiffness: float = 0.0

    def time_constant(self, frequency: float) -> float:
        return float(self.decay * self.decay_slope ** np.log2(frequency / 110.0))


def pluck(
    model: StringModel, frequency: float, force: float, *, seconds: float, sample_rate: int, chance: np.random.Generator
) -> Samples:
    """A string of a frequency in Hz plucked with a force 0..1 and left to ring, shape (frames,)."""
    frames = round(seconds * sample_rate)
    size = fft.next_fast_len(frames, real=True)
    radius = ALIAS ** (-1.0 / size)
    hertz = np.arange(size // 2 + 1) * (sample_rate / size)
    rounds = _rounds(hertz, frequency, model.stiffness)
    outside = radius ** (-sample_rate / frequency)
    once_round = outside * np.exp(-2j * np.pi * rounds)
    constant = model.time_constant(frequency)
    loss = np.exp(-(1.0 / constant + model.loss * hertz / 1000.0) / frequency)
    corner = model.corner * (0.25 + 0.75 * force) * (1 + chance.uniform(-0.1, 0.1))
    place = model.place * (1 + chance.uniform(-0.08, 0.08))
    shape = (1 - outside**place * np.exp(-2j * np.pi * place * rounds)) / (1 + (hertz / corner) ** 2)
    spectrum = shape / (1 - loss * once_round)
    ringing = fft.irfft(spectrum, size)[:frames] * radius ** np.arange(frames)
    ringing -= ringing.mean()
    sound: Samples = (ringing / np.abs(ringing).max()).astype(np.float32)
    if model.knock:
        sound[: round(0.03 * sample_rate)] += model.knock * (0.3 + 0.7 * force) * _knock(sample_rate, chance)
    soften_end(sound, frames // 8)
    return sound


def _rounds(hertz: Doubles, frequency: float, stiffness: float) -> Doubles:
    """Periods that pass in one trip round the string: 1 for the first partial, 2 for the second, … (Fletcher 1964)."""
    if not stiffness:
        return hertz / frequency
    ratio = hertz * np.sqrt(1 + stiffness) / frequency
    rounds: Doubles = np.sqrt((np.sqrt(1 + 4 * stiffness * ratio**2) - 1) / (2 * stiffness))
    return rounds


def _knock(sample_rate: int, chance: np.random.Generator) -> Samples:
    """The short noise of finger or stick on string and wood."""
    count = round(0.03 * sample_rate)
    noise = np.convolve(chance.standard_normal(count), np.hanning(9) / 4.0, mode="same")
    knock: Samples = (noise * np.exp(-np.arange(count) / (0.005 * sample_rate)) * 0.4).astype(np.float32)
    return knock
