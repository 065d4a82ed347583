"""Jamo n-grams: Korean spelt out letter by letter and cut into short overlapping pieces, each hashed to a bucket.

Pieces below the syllable see stems through their endings and survive the spelling of chats, which no list of words
does. They are cut twice, with and without spaces, because people place those as they please. Hashing as in K.
Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", 2009.
"""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

SHORTEST, LONGEST = 2, 9
"""Letters of a piece; a Korean syllable has two to four."""
BITS = 24
BUCKETS = 1 << BITS

_FIRST, _LAST = 0xAC00, 0xD7A3
_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS: tuple[str, ...] = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")
_REPEATED = re.compile(r"(.)\1{2,}")
_BASE = np.uint64(0x9E3779B1)
_MIX = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(64 - BITS)


def spell(text: str) -> str:
    """Syllables as their letters; letters in a row at most twice, so that "ㅋㅋㅋㅋㅋ" is "ㅋㅋ"."""
    letters = "".join(_letters(character) for character in unicodedata.normalize("NFC", text).lower())
    return " ".join(_REPEATED.sub(r"\1\1", letters).split())


def weigh(text: str) -> tuple[Ints, Floats]:
    """The buckets that a text falls into, and how much each weighs: 1 + ln of its count, scaled to length 1."""
    spelt = spell(text)
    pieces = [*_hashes(f" {spelt} ", 0), *_hashes(f" {spelt.replace(' ', '')} ", LONGEST)]
    buckets, counts = np.unique(np.concatenate(pieces), return_counts=True)
    weights = 1.0 + np.log(counts)
    return buckets, (weights / np.linalg.norm(weights)).astype(np.float32)


def _hashes(letters: str, salt: int) -> list[Ints]:
    """Buckets of the pieces of each length. `salt` keeps those of one spelling apart from those of another."""
    codes = np.frombuffer(letters.encode("utf-32-le"), np.uint32).astype(np.uint64)
    hashes = np.zeros(len(codes), np.uint64)
    found = []
    for length in range(1, min(LONGEST, len(codes)) + 1):
        hashes = hashes[: len(codes) - length + 1] * _BASE + codes[length - 1 :]
        if length >= SHORTEST:
            found.append(((hashes + np.uint64(length + salt)) * _MIX >> _SHIFT).astype(np.int64))
    return found


def _letters(character: str) -> str:
    if not _FIRST <= ord(character) <= _LAST:
        return character
    offset = ord(character) - _FIRST
    return f"{_INITIALS[offset // 588]}{_VOWELS[offset % 588 // 28]}{_FINALS[offset % 28]}"
