"""Wavetables: one period of a wave per octave, without the harmonics that would alias."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from core.audio.clip import Samples

SIZE = 4096
LOWEST = 27.5
BANDWIDTH = 0.45
"""Highest frequency in a table, as a part of the sample rate."""
STEPS_PER_OCTAVE = 2
SWEEP_OCTAVES = 9

Doubles = npt.NDArray[np.float64]
Complexes = npt.NDArray[np.complex128]
Table = npt.NDArray[np.complex64]
"""Samples of a wave, and as imaginary parts the step from each to the next: one look-up fetches both."""
Harmonics = Callable[[Doubles], Complexes | Doubles]
"""Amplitudes (complex, or real for sines in phase) by harmonic number, 1 being the fundamental."""


def phase(frequency: float | Doubles, frames: int, sample_rate: int, start: float = 0.0) -> Doubles:
    """Periods passed at each frame at a steady frequency in Hz, or at one given per frame."""
    if isinstance(frequency, float):
        even: Doubles = start + np.arange(frames, dtype=np.float64) * (frequency / sample_rate)
        return even
    passed: Doubles = start + np.cumsum(frequency) / sample_rate
    return passed


def octave_of(frequency: float) -> int:
    return max(0, int(np.ceil(np.log2(frequency / LOWEST))))


def period(amplitudes: Complexes) -> Table:
    """One period of SIZE samples."""
    spectrum = np.zeros(SIZE // 2 + 1, np.complex128)
    spectrum[1 : len(amplitudes) + 1] = -0.5j * SIZE * amplitudes
    wave = np.fft.irfft(spectrum, SIZE)
    table: Table = (wave + 1j * (np.roll(wave, -1) - wave)).astype(np.complex64)
    return table


def harmonic_numbers(octave: int, sample_rate: int) -> Doubles:
    """The harmonics that fit under the bandwidth for every fundamental of an octave."""
    highest = LOWEST * 2.0**octave
    count = int(np.clip(BANDWIDTH * sample_rate / highest, 1, SIZE // 4))
    return np.arange(1.0, count + 1.0)


def split(place: Doubles) -> tuple[npt.NDArray[np.int64], Samples]:
    """Where in a table places in periods lie: the sample before, and how far it is to the next."""
    scaled = place * SIZE
    index = scaled.astype(np.int64)
    part = (scaled - index).astype(np.float32)
    index &= SIZE - 1
    return index, part


def between(table: Table, index: npt.NDArray[np.int64], part: Samples) -> Samples:
    """Linear interpolation."""
    found = table[index]
    result: Samples = found.real + part * found.imag
    return result


class Wave:
    """A wave with given harmonics."""

    def __init__(self, harmonics: Harmonics, sample_rate: int) -> None:
        self._harmonics = harmonics
        self._rate = sample_rate
        self._tables: dict[int, Table] = {}

    def play(self, place: Doubles, highest: float) -> Samples:
        """The wave at places in periods; `highest` is the highest frequency in Hz that occurs."""
        octave = octave_of(highest)
        if octave not in self._tables:
            numbers = harmonic_numbers(octave, self._rate)
            self._tables[octave] = period(np.asarray(self._harmonics(numbers), np.complex128))
        return between(self._tables[octave], *split(place))


class FilteredWave:
    """A wave behind a resonant low-pass filter of 24 dB per octave, whose corner may move with every frame."""

    def __init__(self, harmonics: Harmonics, resonance: float, sample_rate: int) -> None:
        self._harmonics = harmonics
        self._q = 0.7 + resonance * 6.0
        self._rate = sample_rate
        self._tables: dict[int, Table] = {}

    def play(self, place: Doubles, corner: Samples, highest: float) -> Samples:
        """The wave at places in periods, its filter's corner given in multiples of the fundamental."""
        tables = self._tables_for(octave_of(highest))
        step = np.clip(STEPS_PER_OCTAVE * np.log2(np.maximum(corner, 1e-3)), 0, len(tables) - 1.001)
        lower = step.astype(np.int64)
        mix = (step - lower).astype(np.float32)
        index, part = split(place)
        index += lower * SIZE
        dark = between(tables.ravel(), index, part)
        bright = between(tables.ravel(), index + SIZE, part)
        swept: Samples = dark + mix * (bright - dark)
        return swept

    def _tables_for(self, octave: int) -> Table:
        if octave not in self._tables:
            numbers = harmonic_numbers(octave, self._rate)
            amplitudes = np.asarray(self._harmonics(numbers), np.complex128)
            corners = 2.0 ** (np.arange(STEPS_PER_OCTAVE * SWEEP_OCTAVES + 1) / STEPS_PER_OCTAVE)
            self._tables[octave] = np.stack([period(amplitudes * self._response(numbers / at)) for at in corners])
        return self._tables[octave]

    def _response(self, ratio: Doubles) -> Complexes:
        """Two second-order low-pass filters in a row, one with resonance and one without."""
        s = np.asarray(1j * ratio, np.complex128)
        resonant = 1 / (s**2 + s / self._q + 1)
        plain = 1 / (s**2 + s / 0.7 + 1)
        return resonant * plain


def saw(numbers: Doubles) -> Doubles:
    return 2 / np.pi / numbers


def square(numbers: Doubles) -> Doubles:
    return np.where(numbers % 2 == 1, 4 / np.pi / numbers, 0.0)


def pulse(width: float) -> Harmonics:
    """A rectangular wave that is up for a part of its period."""

    def amplitudes(numbers: Doubles) -> Complexes:
        fall: Complexes = np.exp(-2j * np.pi * numbers * width)
        up: Complexes = saw(numbers) * (1 - fall)
        return up

    return amplitudes
