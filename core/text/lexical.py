"""Hashed words, pairs of words and pieces of words of an English text: what it says in letters, beside what it means.

Hashing as in K. Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", 2009.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from zlib import crc32

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

BITS = 16
BUCKETS = 1 << BITS

_SHORTEST, _LONGEST = 3, 6
"""Letters of a piece of a word, with a space on either side of the word."""
_WORD = re.compile(r"\w\w+")
_MIX = 0x9E3779B1
_SHIFT = 32 - BITS


def weigh(text: str) -> tuple[Ints, Floats]:
    """The buckets that a text falls into, and how much each weighs: 1 + ln of its count, scaled to length 1."""
    counts = Counter((crc32(piece.encode()) * _MIX & 0xFFFFFFFF) >> _SHIFT for piece in _pieces(text.lower()))
    if not counts:
        return np.zeros(0, np.int64), np.zeros(0, np.float32)
    weights = 1.0 + np.log(np.array(list(counts.values())))
    return np.array(list(counts), np.int64), (weights / np.linalg.norm(weights)).astype(np.float32)


def _pieces(text: str) -> Iterator[str]:
    words = _WORD.findall(text)
    yield from (f"w{word}" for word in words)
    yield from (f"b{first} {second}" for first, second in pairwise(words))
    for word in text.split():
        edged = f" {word} "
        for length in range(_SHORTEST, _LONGEST + 1):
            yield from (f"c{edged[first : first + length]}" for first in range(max(1, len(edged) - length + 1)))
