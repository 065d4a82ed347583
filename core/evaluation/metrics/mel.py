"""Log-mel spectrograms, as VGGish takes them in (Hershey et al. 2017, arXiv:1609.09430, section 3)."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
import soxr

from core.audio.clip import Samples

Doubles = npt.NDArray[np.float64]

RATE = 16_000
WINDOW, HOP, FFT = 400, 160, 512
BANDS = 64
LOWEST, HIGHEST = 125.0, 7500.0
OFFSET = 0.01


def log_mel(samples: Samples, sample_rate: int) -> Doubles:
    """Mono samples as the logarithm of mel magnitudes, shape (frames, 64), 100 frames a second.

    Windows of 25 ms every 10 ms at 16 kHz; 64 bands from 125 to 7,500 Hz; 0.01 is added before the logarithm. Sound
    shorter than a window is padded to one.
    """
    sound = resampled(samples, sample_rate, RATE)
    sound = np.pad(sound, (0, max(0, WINDOW - len(sound))))
    frames = np.lib.stride_tricks.sliding_window_view(sound, WINDOW)[::HOP]
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)
    magnitude = np.abs(np.fft.rfft(frames * window, FFT))
    spectrum: Doubles = np.log(magnitude @ filters() + OFFSET)
    return spectrum


def resampled(samples: Samples, sample_rate: int, wanted: int) -> Doubles:
    """Mono samples at another rate, in double precision."""
    sound: Doubles = samples.astype(np.float64)
    if sample_rate != wanted:
        sound = soxr.resample(sound, sample_rate, wanted)
    return sound


@cache
def filters() -> Doubles:
    """Triangles of equal height, even on the mel scale: shape (257, 64). Nothing is taken from 0 Hz."""
    edges = np.linspace(_mel(LOWEST), _mel(HIGHEST), BANDS + 2)
    bins = _mel(np.linspace(0.0, RATE / 2, FFT // 2 + 1))[:, None]
    low, middle, high = edges[:-2], edges[1:-1], edges[2:]
    weights: Doubles = np.maximum(0.0, np.minimum((bins - low) / (middle - low), (high - bins) / (high - middle)))
    weights[0] = 0.0
    return weights


def _mel(hertz: float | Doubles) -> Doubles:
    """Frequencies on the mel scale (O'Shaughnessy 1987, as HTK has it)."""
    return np.asarray(1127.0 * np.log1p(np.asarray(hertz) / 700.0))
