"""Bags of words: a stand-in for sentence vectors where no encoder is installed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from zlib import crc32

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

WIDTH = 256
_WORD = re.compile(r"\w{3,}")


def word_vectors(texts: Sequence[str]) -> Floats:
    """Hashed word counts, shape (n, 256), rows of length 1; rare words of the document weigh more."""
    counts = np.zeros((len(texts), WIDTH), np.float32)
    for row, text in enumerate(texts):
        for word in _WORD.findall(text.lower()):
            counts[row, crc32(word.encode()) % WIDTH] += 1
    rarity = np.log((len(texts) + 1) / (np.count_nonzero(counts, axis=0) + 1)) + 1
    counts *= rarity.astype(np.float32)
    vectors: Floats = counts / np.maximum(np.linalg.norm(counts, axis=1, keepdims=True), 1e-6)
    return vectors
