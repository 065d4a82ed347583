"""Fréchet distance between two sets of embeddings (FAD: Kilgour et al. 2019, arXiv:1812.08466)."""

from __future__ import annotations

import numpy as np

from core.evaluation.metrics.mel import Doubles


def frechet_distance(reference: Doubles, found: Doubles) -> float:
    """The distance of the Gaussians that fit two sets of vectors, shapes (n, size) and (m, size), n and m at least 2.

    |μ₁ − μ₂|² + tr(Σ₁ + Σ₂ − 2 (Σ₁ Σ₂)^½); the trace of the root is the sum of the roots of the eigenvalues of
    Σ₁^½ Σ₂ Σ₁^½, which is symmetric, so sets with fewer vectors than dimensions need no exception. Small sets give
    distances that are too large: compare like with like.
    """
    if min(len(reference), len(found)) < 2:
        raise ValueError("a spread needs at least two vectors")
    first, second = np.cov(reference, rowvar=False), np.cov(found, rowvar=False)
    first, second = np.atleast_2d(first), np.atleast_2d(second)
    root = _root(first)
    crossed = np.sqrt(np.clip(np.linalg.eigvalsh(root @ second @ root), 0.0, None)).sum()
    apart = reference.mean(axis=0) - found.mean(axis=0)
    return float(max(0.0, apart @ apart + np.trace(first) + np.trace(second) - 2.0 * crossed))


def _root(matrix: Doubles) -> Doubles:
    """The square root of a symmetric matrix without negative eigenvalues."""
    values, vectors = np.linalg.eigh(matrix)
    root: Doubles = (vectors * np.sqrt(np.clip(values, 0.0, None))) @ vectors.T
    return root
