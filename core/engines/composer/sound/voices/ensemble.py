"""Ensemble tables: seconds of many detuned voices at once, so that a chord of them costs one look-up per note.

The spectrum is written down and transformed back, as in Nasca Octavian Paul's PADsynth algorithm: what is played is
the table, faster or slower. It repeats after six seconds, and every note begins elsewhere in it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from core.audio.clip import Samples
from core.engines.composer.sound.voices.wavetable import BANDWIDTH, Doubles

SIZE = 2**18
OCTAVES_PER_TABLE = 0.5
REFERENCE = 55.0
CROSSFEED = 0.4
"""How much of each side is heard on the other: enough that in mono the sides add up rather than cancel."""

Table = npt.NDArray[np.complex64]
"""Left as real, right as imaginary parts, so that one look-up fetches both."""
Spectrum = Callable[[float, np.random.Generator], npt.NDArray[np.complex128]]
"""Amplitudes of the SIZE / 2 + 1 frequencies from 0 to half the sample rate, for a fundamental given in bins."""


class Ensemble:
    """Stereo tables of a sound, one for each half octave."""

    def __init__(self, spectrum: Spectrum, sample_rate: int) -> None:
        self._spectrum = spectrum
        self._rate = sample_rate
        self._tables: dict[int, Table] = {}

    def play(self, frequency: float | Doubles, frames: int, start: float) -> Samples:
        """Shape (2, frames), at a steady frequency in Hz or one given per frame; `start` 0..1 is where in the table."""
        middle = frequency if isinstance(frequency, float) else float(np.max(frequency))
        number = int(np.ceil(np.log2(middle / REFERENCE) / OCTAVES_PER_TABLE))
        table = self._table(number)
        pace = frequency / self._fundamental(number)
        place = start * SIZE + (np.arange(frames) * pace if isinstance(pace, float) else np.cumsum(pace))
        index = place.astype(np.int64)
        part = (place - index).astype(np.float32)
        index &= SIZE - 1
        near = table[index]
        played = near + part * (table[index + 1] - near)
        sides: Samples = played.view(np.float32).reshape(frames, 2).T
        return sides

    def _fundamental(self, number: int) -> float:
        """Hz of a table, at least that of the notes it plays: slower playing cannot alias."""
        sound: float = REFERENCE * 2.0 ** (number * OCTAVES_PER_TABLE)
        return sound

    def _table(self, number: int) -> Table:
        if number not in self._tables:
            rng = np.random.default_rng(number + 1000)
            bins = self._fundamental(number) * SIZE / self._rate
            sides = [np.fft.irfft(limited(self._spectrum(bins, rng)) * SIZE, SIZE) for _ in range(2)]
            wave = np.stack([sides[0] + CROSSFEED * sides[1], sides[1] + CROSSFEED * sides[0]])
            wave *= 0.3 / np.sqrt(np.mean(wave**2))
            both = (wave[0] + 1j * wave[1]).astype(np.complex64)
            self._tables[number] = np.append(both, both[:1])
        return self._tables[number]


def limited(spectrum: npt.NDArray[np.complex128]) -> npt.NDArray[np.complex128]:
    """Nothing at zero, nor above the bandwidth."""
    spectrum[0] = 0.0
    spectrum[int(2 * BANDWIDTH * (len(spectrum) - 1)) :] = 0.0
    return spectrum


def detuned_saws(detunes: npt.ArrayLike, tilt: float) -> Spectrum:
    """Sawtooth waves with given detunings (parts of the frequency); `tilt` in dB per octave darkens all of them."""
    spread = np.asarray(detunes, np.float64)

    def spectrum(fundamental: float, rng: np.random.Generator) -> npt.NDArray[np.complex128]:
        lines = np.zeros(SIZE // 2 + 1, np.complex128)
        for detune in spread:
            step = round(fundamental * (1 + detune))
            numbers = np.arange(1, len(lines) // step)
            start = rng.uniform(0.0, 2 * np.pi)
            lines[numbers * step] += numbers ** (-1.0 - tilt / 6.02) * np.exp(1j * numbers * start)
        return lines

    return spectrum


def blurred(partials: dict[float, float], width: float, *, growth: float = 1.0) -> Spectrum:
    """Partials (ratio to the fundamental → amplitude), each a bell of noise `width` cents wide.

    The width in Hz grows with the power `growth` of the ratio.
    """

    def spectrum(fundamental: float, rng: np.random.Generator) -> npt.NDArray[np.complex128]:
        size = np.zeros(SIZE // 2 + 1)
        for ratio, amplitude in partials.items():
            centre = ratio * fundamental
            spread = max(1.0, fundamental * ratio**growth * (2 ** (width / 1200) - 1))
            reach = np.arange(max(1, int(centre - 4 * spread)), min(len(size), int(centre + 4 * spread) + 2))
            size[reach] += amplitude / np.sqrt(spread) * np.exp(-0.5 * ((reach - centre) / spread) ** 2)
        lines: npt.NDArray[np.complex128] = size * np.exp(2j * np.pi * rng.uniform(size=len(size)))
        return lines

    return spectrum
