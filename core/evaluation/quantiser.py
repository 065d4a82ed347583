"""A residual vector quantiser: codebooks, each of which adds what the ones before have left over.

Zeghidour et al. 2021, arXiv:2107.03312. It stands in for a learned codec's where no weights are at hand.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Singles = npt.NDArray[np.float32]
Codes = npt.NDArray[np.int64]


def fitted_books(rest: Singles, books: int, entries: int, rounds: int, dice: np.random.Generator) -> Singles:
    """Codebooks (books, entries, size) for frames (frames, size): k-means of them, then of what is left, and so on.

    Each codebook takes so many `rounds` of Lloyd's algorithm.
    """
    found = []
    for _ in range(books):
        book = rest[dice.choice(len(rest), entries, replace=len(rest) < entries)]
        for _ in range(rounds):
            book = _moved(book, rest, nearest_to(rest, book), dice)
        rest = rest - book[nearest_to(rest, book)]
        found.append(book)
    return np.stack(found)


def quantised(rest: Singles, books: Singles) -> Codes:
    """The entry of each codebook (codebooks, frames) that comes nearest to what is left of frames (frames, size)."""
    codes = []
    for book in books:
        nearest = nearest_to(rest, book)
        rest = rest - book[nearest]
        codes.append(nearest)
    return np.stack(codes)


def sum_of(books: Singles, codes: Codes) -> Singles:
    """Frames (frames, size) that codes (codebooks, frames) stand for."""
    frames: Singles = np.sum([book[row] for book, row in zip(books, codes, strict=True)], axis=0)
    return frames


def nearest_to(frames: Singles, book: Singles) -> Codes:
    """For each frame the number of the entry nearest to it."""
    distance = (book**2).sum(axis=1) - 2 * frames @ book.T
    nearest: Codes = distance.argmin(axis=1)
    return nearest


def _moved(book: Singles, frames: Singles, nearest: Codes, dice: np.random.Generator) -> Singles:
    """Entries at the means of the frames nearest to them; those that nothing is near to, at frames drawn anew."""
    counts = np.bincount(nearest, minlength=len(book))
    sums = np.zeros_like(book)
    np.add.at(sums, nearest, frames)
    means: Singles = (sums / np.maximum(counts, 1)[:, None]).astype(np.float32)
    idle = counts == 0
    means[idle] = frames[dice.choice(len(frames), int(idle.sum()))]
    return means
