"""A codec without weights: the modified discrete cosine transform and a residual vector quantiser fitted to some sound.

It stands in for EnCodec where there is none: 50 frames a second and several codebooks each, at 8 kHz. It is linear up
to its quantiser, keeps the waveform's phase, and is fitted in seconds; by ear it is far worse than EnCodec.
Princen & Bradley 1986 (transform); Zeghidour et al. 2021, arXiv:2107.03312 (residual quantiser).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np

from core.audio.clip import Samples
from core.evaluation.quantiser import Codes, Singles, fitted_books, quantised, sum_of

RATE = 8_000
HOP = 160
FRAME_RATE = RATE // HOP
ROUNDS = 12
"""Of Lloyd's algorithm for each codebook."""


@dataclass(frozen=True, slots=True)
class SmallCodec:
    """`books` (codebooks, entries, 160): what each entry adds to the coefficients of a frame."""

    books: Singles

    def encode(self, samples: Samples) -> Codes:
        """Mono samples at 8 kHz as codes (codebooks, frames), one frame for every 160 samples begun."""
        return quantised(analysed(samples), self.books)

    def decode(self, codes: Codes) -> Samples:
        """Codes as samples: 160 a frame."""
        return synthesised(sum_of(self.books, codes))


def fitted(sounds: Iterable[Samples], *, books: int, entries: int, seed: int, most: int = 24_000) -> SmallCodec:
    """A codec for sounds like these: k-means of coefficients, then of what is left, and so on."""
    dice = np.random.default_rng(seed)
    frames = np.concatenate([analysed(sound) for sound in sounds])
    some = frames[dice.permutation(len(frames))[:most]]
    return SmallCodec(fitted_books(some, books, entries, ROUNDS, dice))


def analysed(samples: Samples) -> Singles:
    """Samples as coefficients (frames, 160); the last frame is padded."""
    frames = -(-len(samples) // HOP)
    padded = np.pad(samples, (HOP // 2, HOP + HOP // 2 + frames * HOP - len(samples)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * HOP)[::HOP][:frames]
    coefficients: Singles = (windows @ _basis()).astype(np.float32)
    return coefficients


def synthesised(coefficients: Singles) -> Samples:
    windows = coefficients @ _basis().T
    out = np.zeros((len(windows) + 1) * HOP, np.float32)
    halves = out.reshape(-1, HOP)
    halves[:-1] += windows[:, :HOP]
    halves[1:] += windows[:, HOP:]
    return out[HOP // 2 : HOP // 2 + len(windows) * HOP]


@cache
def _basis() -> Singles:
    """(320, 160): cosines under a sine window, orthonormal over overlapping frames."""
    time, band = np.arange(2 * HOP)[:, None], np.arange(HOP)[None]
    window = np.sin(np.pi * (time + 0.5) / (2 * HOP))
    basis: Singles = window * np.sqrt(2 / HOP) * np.cos(np.pi / HOP * (time + 0.5 + HOP / 2) * (band + 0.5))
    return basis.astype(np.float32)
