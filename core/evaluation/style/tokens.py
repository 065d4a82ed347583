"""Tokens without weights: log-mel frames, 25 a second, under a residual vector quantiser fitted to some music.

They stand in for EnCodec's where it is not at hand. They keep timbre, dynamics and rhythm and forget phase, so that
they can be compared but not heard.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import librosa
import numpy as np

from core.audio.clip import Samples
from core.evaluation.quantiser import Codes, Singles, fitted_books, quantised, sum_of
from core.evaluation.style.material import RATE

FRAME_RATE = 25
BANDS = 48
BOOKS = 4
ENTRIES = 64
ROUNDS = 10
QUIETEST = -60.0


@dataclass(frozen=True, slots=True)
class Tokens:
    """`books` (codebooks, entries, bands) add up to standardised log-mel frames."""

    books: Singles
    mean: Singles
    spread: Singles

    def encode(self, samples: Samples) -> Codes:
        """Mono samples at `RATE` as codes (codebooks, frames)."""
        return quantised((log_mel(samples) - self.mean) / self.spread, self.books)

    def decode(self, codes: Codes) -> Singles:
        """Codes as standardised log-mel frames (frames, bands)."""
        return sum_of(self.books, codes)


def fitted(sounds: Sequence[Samples], seed: int) -> Tokens:
    """k-means of the frames of these sounds, then of what is left, and so on."""
    dice = np.random.default_rng(seed)
    frames = np.concatenate([log_mel(sound) for sound in sounds])
    mean, spread = frames.mean(axis=0), frames.std(axis=0) + np.float32(1e-3)
    return Tokens(fitted_books((frames - mean) / spread, BOOKS, ENTRIES, ROUNDS, dice), mean, spread)


def log_mel(samples: Samples) -> Singles:
    """Decibels (frames, bands) below the loudest, floored at `QUIETEST`."""
    hop = RATE // FRAME_RATE
    power = librosa.feature.melspectrogram(y=samples, sr=RATE, n_fft=1024, hop_length=hop, n_mels=BANDS)
    decibels = librosa.power_to_db(power, ref=np.max, top_db=-QUIETEST)
    frames: Singles = decibels.T.astype(np.float32)
    return frames
