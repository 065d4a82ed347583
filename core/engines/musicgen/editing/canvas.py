"""Canvas: a recording laid out for the editor, and put back together afterwards.

The editor hears one channel at the codec's rate, at a level like that of the music it was taught with. Two channels
are heard as their sum; their difference is kept, and afterwards turned down wherever the sum has become fainter, so
that what was taken out of the middle is gone from the sides too.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import soxr

from core.audio.clip import Clip, Samples

QUIET_PEAK = 0.25
USUAL_PEAK = 0.5
"""The editor was taught with sounds of peaks from 0.1 to 1; fainter ones are heard at this peak."""

WINDOW, HOP = 2048, 512
BLOCK = 256
"""Frames of the spectrum that are worked on at once."""


class Canvas:
    """One recording. `heard` is what the editor hears: samples (samples,) at `sample_rate`."""

    def __init__(self, clip: Clip, sample_rate: int) -> None:
        sound: Samples = soxr.resample(clip.samples.T, clip.sample_rate, sample_rate).T.reshape(clip.channels, -1)
        middle = sound.mean(axis=0)
        self._middle = middle
        self._side: Samples | None = (sound[0] - sound[1]) / 2 if len(sound) == 2 else None
        peak = float(np.max(np.abs(middle), initial=0.0))
        self._gain = np.float32(USUAL_PEAK / peak if 0 < peak < QUIET_PEAK else 1.0)
        self._rate = sample_rate
        self.heard: Samples = middle * self._gain

    def finished(self, edited: Samples) -> Clip:
        """The recording with `edited` (at least as many samples as were heard) in place of what was heard."""
        middle = edited[: len(self._middle)] / self._gain
        if self._side is None:
            return Clip(np.ascontiguousarray(middle[None], np.float32), self._rate)
        side = fainter(self._side, self._middle, middle)
        return Clip(np.stack([middle + side, middle - side]).astype(np.float32), self._rate)

    def level_of(self, edited: Samples) -> float:
        """The level of an edited sound, in dB relative to the recording."""
        power, before = (float(np.mean(np.square(sound, dtype=np.float64))) for sound in (edited, self.heard))
        return float(10 * np.log10((power + 1e-20) / (before + 1e-20)))


def fainter(sound: Samples, before: Samples, after: Samples) -> Samples:
    """`sound` turned down at every time and frequency at which `after` is fainter than `before`."""
    out = np.zeros(len(sound) + 2 * WINDOW, np.float32)
    window = np.hanning(WINDOW + 1)[:-1].astype(np.float32)
    padded = [np.pad(each, (WINDOW, 2 * WINDOW)) for each in (sound, before, after)]
    for start in range(0, len(sound) + WINDOW, BLOCK * HOP):
        spectra = [_spectrum(each, start, window) for each in padded]
        size_before, size_after = np.abs(spectra[1]) + 1e-6, np.abs(spectra[2])
        turned = np.fft.irfft(spectra[0] * np.minimum(1.0, size_after / size_before), WINDOW).astype(np.float32)
        for place, frame in _placed(turned * window, start):
            end = min(len(out), place + WINDOW)
            out[place:end] += frame[: end - place]
    # Squares of a Hann window at a quarter of its length add up to 1.5.
    return out[WINDOW : WINDOW + len(sound)] / np.float32(1.5)


def _spectrum(sound: Samples, start: int, window: Samples) -> npt.NDArray[np.complex128]:
    frames = np.lib.stride_tricks.sliding_window_view(sound[start : start + BLOCK * HOP + WINDOW - HOP], WINDOW)[::HOP]
    spectrum: npt.NDArray[np.complex128] = np.fft.rfft(frames * window)
    return spectrum


def _placed(frames: Samples, start: int) -> Iterator[tuple[int, Samples]]:
    for number, frame in enumerate(frames):
        yield start + number * HOP, frame
