"""Fits kernel machines, and packs them into files."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_factor, cho_solve, eigh

from core.text.kernel import View, shape_of
from core.text.minilm import MiniLM, Vectors

Floats = npt.NDArray[np.float32]
Arrays = dict[str, npt.NDArray[Any]]

AT_ONCE = 64
LARGEST = 127


def encode(texts: list[str], encoder: MiniLM) -> Vectors:
    """Vectors of many texts."""
    return Vectors.joined([encoder.encode(texts[first : first + AT_ONCE]) for first in range(0, len(texts), AT_ONCE)])


def pack_views(vectors: Vectors, rank: int, sharpness: tuple[float, float]) -> Arrays:
    """Both views of labelled texts as they are stored. `sharpness` is that of the layers and of the sentence vector."""
    seen = {"layers": shape_of(vectors), "sentence": vectors.sentence}
    packed: Arrays = {}
    for (name, view), sharp in zip(seen.items(), sharpness, strict=True):
        packed |= {f"{name}.{key}": array for key, array in _compressed(view, min(rank, *view.shape)).items()}
        packed[f"{name}.sharpness"] = np.array([sharp], np.float32)
    return packed


def likeness(packed: Arrays, others: Vectors | None = None) -> Floats:
    """The kernel between `others`, or the labelled texts themselves, and the labelled texts."""
    total: Floats | None = None
    for name in ("layers", "sentence"):
        view = View.unpacked(widened(packed), name)
        components = view.points
        if others is not None:
            components = view.project(shape_of(others) if name == "layers" else others.sentence)
        alike = view.likeness(components)
        total = alike if total is None else total + alike
    assert total is not None  # noqa: S101 - there are two views
    return total


def solve(kernel: Floats, targets: Floats, ridge: float) -> Floats:
    """Dual variables of kernel ridge regression, shape (n, outputs)."""
    factor = cho_factor(kernel + np.float32(ridge) * np.eye(len(kernel), dtype=np.float32), lower=True)
    duals: Floats = cho_solve(factor, targets.astype(np.float32))
    return duals


def widened(packed: Arrays) -> Arrays:
    """Half precision as the reader sees it, which is single."""
    return {name: array.astype(np.float32) if array.dtype == np.float16 else array for name, array in packed.items()}


def folds(labels: npt.NDArray[np.int64], count: int) -> npt.NDArray[np.int64]:
    """The fold of each text: texts of one label are dealt out in turn, so that every fold has as many of each."""
    dealt = np.zeros(len(labels), np.int64)
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        dealt[rows] = np.arange(len(rows)) % count
    return dealt


def _compressed(view: Floats, rank: int) -> Arrays:
    middle = view.mean(axis=0)
    width = view.shape[1]
    _, vectors = eigh(np.cov((view - middle).T), subset_by_index=(width - rank, width - 1))
    basis = vectors[:, ::-1].astype(np.float16)
    points = (view - middle) @ basis.astype(np.float32)
    scale = np.maximum(np.abs(points).max(axis=0), 1e-9) / LARGEST
    return {
        "middle": middle.astype(np.float32),
        "basis": np.ascontiguousarray(basis),
        "points": np.rint(points / scale).astype(np.int8),
        "scale": scale.astype(np.float32),
    }
