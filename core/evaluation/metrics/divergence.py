"""Kullback–Leibler divergence over class posteriors: whether a classifier hears the same in two sounds."""

from __future__ import annotations

import numpy as np

from core.evaluation.metrics.mel import Doubles

FLOOR = 1e-6
"""Probabilities are no smaller than this, so that a class which one of the two rules out costs much and not all."""


def kl_divergence(reference: Doubles, found: Doubles) -> float:
    """The mean of Σ p ln(p / q) over pairs, in nats: p from `reference`, q from `found`, shapes (pairs, classes).

    Rows are probabilities of classes, by whatever classifier; MusicGen and Instruct-MusicGen are reported with
    AudioSet's classes (Copet et al. 2023, arXiv:2306.05284, section 3.2).
    """
    if reference.shape != found.shape:
        raise ValueError("each sound needs its pair")
    p, q = _positive(reference), _positive(found)
    return float(np.mean(np.sum(p * np.log(p / q), axis=1)))


def softmax(logits: Doubles) -> Doubles:
    """Posteriors over exclusive classes from what a classifier gives, shape (sounds, classes)."""
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    posteriors: Doubles = raised / raised.sum(axis=1, keepdims=True)
    return posteriors


def _positive(posteriors: Doubles) -> Doubles:
    floored = np.maximum(posteriors, FLOOR)
    positive: Doubles = floored / floored.sum(axis=1, keepdims=True)
    return positive
