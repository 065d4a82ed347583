"""Valence and arousal of English sentences, from sentence vectors alone.

The mean of two heads that were trained on the same ratings and err differently: a kernel machine on the encoder as it
is published, and a linear one on the encoder with an adapter that was trained to listen for feeling.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

import numpy as np
import numpy.typing as npt

from core.text.kernel import Arrays, KernelMachine
from core.text.minilm import LAYERS, TUNED, Vectors
from core.text.tables import read_model

Floats = npt.NDArray[np.float32]

_MIDDLE = np.array([2.98, 3.04], np.float32)
_SPREAD = np.array([0.75, 0.55], np.float32)
"""Where ratings (1..5) lie, and how far from there a sentence must be to count as strong."""
_EPSILON = 1e-5


class Affect:
    """The heads that ship with the package."""

    def __init__(self, kernel: Arrays, adapter: Mapping[str, Floats]) -> None:
        self._kernel = KernelMachine.unpacked(kernel)
        self._weights, self._bias = adapter["weights"], adapter["bias"]

    @classmethod
    def load(cls) -> Self:
        """With the models that ship with the package."""
        return cls(read_model("affect_en.safetensors"), read_model("adapter_en.safetensors"))

    def ratings(self, vectors: Vectors) -> Floats:
        """Valence and arousal as people would rate them from 1 to 5, shape (texts, 2)."""
        return np.asarray((self._kernel.predict(vectors) + self.listened(vectors)) / 2, np.float32)

    def listened(self, vectors: Vectors) -> Floats:
        """What the head with the adapter says alone; `vectors` must come from an encoder that has it."""
        if vectors.tuned is None:
            raise ValueError("these vectors were made without the adapter")
        seen = np.concatenate([vectors.layers[:, : LAYERS + 1 - TUNED], vectors.tuned], axis=1)
        seen = seen - seen.mean(axis=2, keepdims=True)
        seen /= np.sqrt((seen**2).mean(axis=2, keepdims=True) + _EPSILON)
        ratings: Floats = seen.reshape(len(vectors), -1) @ self._weights + self._bias
        return ratings

    def felt(self, vectors: Vectors) -> Floats:
        """The same on -1..1; only what is very strong is pressed together."""
        far = (self.ratings(vectors) - _MIDDLE) / _SPREAD
        return np.asarray(far / (1 + far**4) ** 0.25, np.float32)
