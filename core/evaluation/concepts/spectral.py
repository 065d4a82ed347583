"""A codec of spectra: sound as four small tokens ten times a second, good enough to compare how it sounds.

It stands where a published model has EnCodec, whose weights are not at hand: residual vector quantisation of log-mel
spectra by k-means (Zeghidour et al., arXiv:2107.03312, give the scheme). What it decodes to are spectra, not sound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy.cluster.vq import kmeans2, vq

from core.audio.clip import Samples
from core.evaluation.concepts.subjects import RATE
from core.evaluation.metrics.mel import log_mel

FRAME_RATE = 10
BOOKS = 4
ENTRIES = 128
MEL_FRAMES = 100 // FRAME_RATE
MOST_FRAMES = 20_000

Spectra = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]


def spectra(samples: Samples) -> Spectra:
    """Mono samples as log-mel spectra (frames, 64), `FRAME_RATE` of them a second."""
    fine = log_mel(samples, RATE)
    frames = len(fine) // MEL_FRAMES
    mean: Spectra = fine[: frames * MEL_FRAMES].reshape(frames, MEL_FRAMES, -1).mean(axis=1)
    return mean


@dataclass(frozen=True, slots=True)
class SpectralCodec:
    """`books` (codebooks, entries, 64): each quantises what the ones before it left over."""

    books: npt.NDArray[np.float64]

    @classmethod
    def fit(cls, sounds: Sequence[Spectra], seed: int) -> Self:
        frames = np.concatenate(sounds)
        dice = np.random.default_rng(seed)
        rest = frames[dice.permutation(len(frames))[:MOST_FRAMES]]
        books = []
        for _ in range(BOOKS):
            book, nearest = kmeans2(rest, ENTRIES, iter=12, minit="++", seed=dice)
            books.append(book)
            rest = rest - book[nearest]
        return cls(np.stack(books))

    def encode(self, frames: Spectra) -> Codes:
        """Spectra (frames, 64) as codes (codebooks, frames)."""
        rest, codes = frames, []
        for book in self.books:
            nearest, _ = vq(rest, book)
            codes.append(nearest)
            rest = rest - book[nearest]
        return np.stack(codes).astype(np.int64)

    def decode(self, codes: Codes) -> Spectra:
        total: Spectra = np.sum([book[row] for book, row in zip(self.books, codes, strict=True)], axis=0)
        return total
