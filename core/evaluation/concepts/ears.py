"""Ears: how much a sound is like another, and how well it fits a caption, judged without any model that learns here.

The field asks CLAP for both. Where its weights are not at hand, whitened statistics of the spectra stand for the
audio tower, and a ridge regression from those to the words of captions, fitted on music that nobody else hears, for
the text tower.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from core.evaluation.concepts.spectral import Spectra

Vector = npt.NDArray[np.float64]

KEPT = 32
RIDGE = 30.0
LEAST_OFTEN = 4
"""A word that fewer captions have is not listened for."""

_WORD = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class Ears:
    mean: Vector
    whitening: Vector
    words: tuple[str, ...]
    usual: Vector
    reading: Vector

    @classmethod
    def trained(cls, sounds: Sequence[Spectra], captions: Sequence[str]) -> Self:
        features = np.stack([_statistics(sound) for sound in sounds])
        mean, scale = features.mean(axis=0), features.std(axis=0) + 1e-6
        _, lengths, axes = np.linalg.svd((features - mean) / scale, full_matrices=False)
        kept = min(KEPT, len(features) // 4)
        whitening = (axes[:kept].T / (lengths[:kept] / np.sqrt(len(features)))) / scale[:, None]
        said = [_words(caption) for caption in captions]
        known = sorted({word for words in said for word in words})
        words = tuple(word for word in known if LEAST_OFTEN <= sum(word in each for each in said) <= len(said) // 2)
        bags = np.array([[float(word in each) for word in words] for each in said])
        usual = bags.mean(axis=0)
        heard = (features - mean) @ whitening
        inverse = np.linalg.inv(heard.T @ heard + RIDGE * np.eye(kept))
        return cls(mean, whitening, words, usual, inverse @ heard.T @ (bags - usual))

    def embed(self, sound: Spectra) -> Vector:
        vector: Vector = (_statistics(sound) - self.mean) @ self.whitening
        return vector

    def alike(self, sound: Spectra, reference: Spectra) -> float:
        """The cosine of two sounds, -1..1."""
        return _cosine(self.embed(sound), self.embed(reference))

    def fits(self, sound: Spectra, caption: str) -> float:
        """The cosine of what is heard in a sound and what its caption says, -1..1."""
        said = _words(caption)
        bag = np.array([float(word in said) for word in self.words]) - self.usual
        return _cosine(self.embed(sound) @ self.reading, bag)


def _statistics(sound: Spectra) -> Vector:
    """Mean and deviation of each band, and how much it moves from frame to frame."""
    moves = np.abs(np.diff(sound, axis=0)).mean(axis=0)
    return np.concatenate([sound.mean(axis=0), sound.std(axis=0), moves])


def _words(caption: str) -> frozenset[str]:
    return frozenset(_WORD.findall(caption.lower()))


def _cosine(first: Vector, second: Vector) -> float:
    return float(first @ second / (np.linalg.norm(first) * np.linalg.norm(second) + 1e-12))
