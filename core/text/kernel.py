"""Kernel machines on sentence vectors: what a text is like follows from how near it is to texts that people labelled.

Kernel ridge regression with Gaussian kernels (C. Saunders et al., "Ridge Regression Learning Algorithm in Dual
Variables", 1998) on two views of a text, the means of the encoder's layers and its sentence vector. The labelled texts
are kept as their principal components, a byte each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from core.text.minilm import Vectors

Floats = npt.NDArray[np.float32]
Arrays = Mapping[str, npt.NDArray[Any]]

_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class View:
    """Labelled texts from one side.

    `middle`, shape (width,), and `basis`, shape (width, rank), take a text to its principal components; `points`, shape
    (n, rank), are those of the labelled texts. Likeness is exp(−sharpness · squared distance).
    """

    middle: Floats
    basis: Floats
    points: Floats
    sharpness: float

    @classmethod
    def unpacked(cls, arrays: Arrays, name: str) -> Self:
        """The view `name` of a model's file."""
        return cls(
            middle=arrays[f"{name}.middle"],
            basis=arrays[f"{name}.basis"],
            points=arrays[f"{name}.points"].astype(np.float32) * arrays[f"{name}.scale"],
            sharpness=float(arrays[f"{name}.sharpness"][0]),
        )

    def project(self, seen: Floats) -> Floats:
        """Principal components of texts, shape (texts, rank)."""
        return np.asarray((seen - self.middle) @ self.basis, np.float32)

    def likeness(self, components: Floats) -> Floats:
        """Of texts to each labelled one, shape (texts, n), 0..1."""
        lengths = np.einsum("ij,ij->i", components, components)[:, None]
        distances = lengths + np.einsum("ij,ij->i", self.points, self.points) - 2 * components @ self.points.T
        return np.asarray(np.exp(-self.sharpness * np.maximum(distances, 0.0)), np.float32)


class KernelMachine:
    """Predicts from likeness; `duals` has shape (n, outputs) and adds to `middle`, shape (outputs,)."""

    def __init__(self, layers: View, sentence: View, duals: Floats, middle: Floats) -> None:
        self._layers = layers
        self._sentence = sentence
        self._duals = duals
        self._middle = middle

    @classmethod
    def unpacked(cls, arrays: Arrays) -> Self:
        """From the arrays of a model's file."""
        views = View.unpacked(arrays, "layers"), View.unpacked(arrays, "sentence")
        return cls(*views, arrays["duals"], arrays["middle"])

    def predict(self, vectors: Vectors) -> Floats:
        """Shape (texts, outputs)."""
        layers, sentence = self._layers.project(shape_of(vectors)), self._sentence.project(vectors.sentence)
        found = np.empty((len(vectors), len(self._middle)), np.float32)
        for first in range(0, len(vectors), _AT_ONCE):
            rows = slice(first, first + _AT_ONCE)
            alike = self._layers.likeness(layers[rows]) + self._sentence.likeness(sentence[rows])
            found[rows] = self._middle + alike @ self._duals
        return found


def shape_of(vectors: Vectors) -> Floats:
    """The means of all layers side by side, each of the same length, together of length 1; shape (texts, …)."""
    lengths = np.maximum(np.linalg.norm(vectors.layers, axis=2, keepdims=True), 1e-9)
    layers = (vectors.layers / lengths).reshape(len(vectors), -1) / np.sqrt(vectors.layers.shape[1])
    return np.asarray(layers, np.float32)
