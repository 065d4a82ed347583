"""A codec without weights: levels of mel bands, each range of them under a vector quantiser of its own.

It stands in for EnCodec where there is none: 25 frames a second at 8 kHz, one codebook for each quarter of the bands.
It keeps no phase, so codes alone cannot be heard; a recording is turned down at each time and band to the level that
codes tell, as a separator's mask does (Wang & Chen 2018, arXiv:1708.07524, section III).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from core.audio.clip import Samples
from core.evaluation.quantiser import Codes, Singles, fitted_books, nearest_to

RATE = 8_000
HOP = 320
FRAME_RATE = RATE // HOP
BANDS = 32
LOWEST = 0.0
"""Hz, at which the first band begins. The last one ends at half the sample rate."""

FLOOR = -50.0
"""dB that are added to every band: what is much fainter is not told from silence."""

FAINTEST = 0.01
"""The least that a recording is turned down to: −40 dB."""

ROUNDS = 10
"""Of Lloyd's algorithm for each codebook."""

Spectra = npt.NDArray[np.complex128]


@dataclass(frozen=True, slots=True)
class SmallCodec:
    """`books` (codebooks, entries, bands / codebooks): levels in dB that each entry stands for, low bands first."""

    books: Singles

    def encode(self, samples: Samples) -> Codes:
        """Mono samples at 8 kHz as codes (codebooks, frames), one frame for every 320 samples begun."""
        ranges = np.split(levels(spectra(samples)), len(self.books), axis=1)
        return np.stack([nearest_to(some, book) for some, book in zip(ranges, self.books, strict=True)])

    def decode(self, codes: Codes) -> Singles:
        """Codes as levels in dB (frames, bands)."""
        return np.concatenate([book[row] for book, row in zip(self.books, codes, strict=True)], axis=1)

    def masked(self, recording: Samples, codes: Codes) -> Samples:
        """A recording, turned down wherever codes (codebooks, frames) say less than its own. Nothing gets louder."""
        told, heard = (_amplitudes(self.decode(each)) for each in (codes, self.encode(recording)))
        gains = np.clip(told / np.maximum(heard, 1e-9), FAINTEST, 1.0) @ _shares().T
        return synthesised(spectra(recording) * gains)[: len(recording)]


def fitted(sounds: Iterable[Samples], *, books: int, entries: int, seed: int, most: int = 24_000) -> SmallCodec:
    """A codec for sounds like these: k-means of the levels in each range of bands."""
    dice = np.random.default_rng(seed)
    frames = np.concatenate([levels(spectra(sound)) for sound in sounds])
    some = frames[dice.permutation(len(frames))[:most]]
    ranges = np.split(some, books, axis=1)
    return SmallCodec(np.concatenate([fitted_books(each, 1, entries, ROUNDS, dice) for each in ranges]))


def spectra(samples: Samples) -> Spectra:
    """Short-time spectra (frames, 321) under a sine window of two hops; the last frame is padded."""
    frames = -(-len(samples) // HOP)
    padded = np.pad(samples, (HOP // 2, HOP + HOP // 2 + frames * HOP - len(samples)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * HOP)[::HOP][:frames]
    found: Spectra = np.fft.rfft(windows * _window())
    return found


def levels(found: Spectra) -> Singles:
    """The levels of spectra in dB (frames, bands)."""
    power = np.abs(found) ** 2 @ _bands() / (2 * HOP)
    told: Singles = (10 * np.log10(power + 10 ** (FLOOR / 10))).astype(np.float32)
    return told


def synthesised(found: Spectra) -> Samples:
    """The samples of spectra: 320 a frame."""
    windows = np.fft.irfft(found, 2 * HOP) * _window()
    out = np.zeros((len(windows) + 1) * HOP, np.float32)
    halves = out.reshape(-1, HOP)
    halves[:-1] += windows[:, :HOP]
    halves[1:] += windows[:, HOP:]
    return out[HOP // 2 : HOP // 2 + len(windows) * HOP]


def _amplitudes(told: Singles) -> Singles:
    amplitudes: Singles = np.sqrt(np.maximum(10 ** (told / 10) - 10 ** (FLOOR / 10), 0.0))
    return amplitudes


@cache
def _window() -> Singles:
    window: Singles = np.sin(np.pi * (np.arange(2 * HOP) + 0.5) / (2 * HOP)).astype(np.float32)
    return window


@cache
def _triangles() -> Singles:
    """Weights (bins, bands) of overlapping triangles, spaced evenly in mel."""
    pitch, (low, high) = (_mel(np.linspace(0, RATE / 2, HOP + 1)), (_mel(LOWEST), _mel(RATE / 2)))
    edges = np.linspace(low, high, BANDS + 2)
    rising = (pitch[:, None] - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - pitch[:, None]) / (edges[2:] - edges[1:-1])
    triangles: Singles = np.maximum(np.minimum(rising, falling), 0.0).astype(np.float32)
    return triangles


@cache
def _bands() -> Singles:
    """(bins, bands): what each band is the mean of."""
    weights: Singles = _triangles() / _triangles().sum(axis=0)
    return weights


@cache
def _shares() -> Singles:
    """(bins, bands): which bands' gain each bin takes. A bin below or above all bands goes with the nearest."""
    shares = _triangles().copy()
    shares[0, 0] = shares[-1, -1] = 1.0
    whole: Singles = shares / shares.sum(axis=1, keepdims=True)
    return whole


def _mel(hertz: npt.ArrayLike) -> npt.NDArray[np.float64]:
    return 1127.0 * np.log1p(np.asarray(hertz) / 700.0)
