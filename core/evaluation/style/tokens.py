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
from core.evaluation.editing.codec import Codes, Singles, moved, nearest_to, sum_of
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
        rest = (log_mel(samples) - self.mean) / self.spread
        codes = []
        for book in self.books:
            nearest = nearest_to(rest, book)
            rest = rest - book[nearest]
            codes.append(nearest)
        return np.stack(codes)

    def decode(self, codes: Codes) -> Singles:
        """Codes as standardised log-mel frames (frames, bands)."""
        return sum_of(self.books, codes)


def fitted(sounds: Sequence[Samples], seed: int) -> Tokens:
    """k-means of the frames of these sounds, then of what is left, and so on."""
    dice = np.random.default_rng(seed)
    frames = np.concatenate([log_mel(sound) for sound in sounds])
    mean, spread = frames.mean(axis=0), frames.std(axis=0) + np.float32(1e-3)
    rest: Singles = (frames - mean) / spread
    found = []
    for _ in range(BOOKS):
        book = rest[dice.choice(len(rest), ENTRIES, replace=False)]
        for _ in range(ROUNDS):
            book = moved(book, rest, nearest_to(rest, book), dice)
        rest = rest - book[nearest_to(rest, book)]
        found.append(book)
    return Tokens(np.stack(found), mean, spread)


def log_mel(samples: Samples) -> Singles:
    """Decibels (frames, bands) below the loudest, floored at `QUIETEST`."""
    hop = RATE // FRAME_RATE
    power = librosa.feature.melspectrogram(y=samples, sr=RATE, n_fft=1024, hop_length=hop, n_mels=BANDS)
    decibels = librosa.power_to_db(power, ref=np.max, top_db=-QUIETEST)
    frames: Singles = decibels.T.astype(np.float32)
    return frames
