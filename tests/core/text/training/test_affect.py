from __future__ import annotations

import numpy as np

from core.text.training.affect import correlations, cross_validated, fit


def test_a_straight_relation_is_found() -> None:
    seen = np.random.default_rng(1).normal(size=(200, 5))
    ratings = seen @ np.array([[1.0, 0.0], [0.0, -2.0], [0.5, 0.0], [0.0, 0.0], [0.0, 1.0]]) + 3.0
    weights, bias = fit(seen, ratings, strength=1e-6)
    assert np.allclose(seen @ weights + bias, ratings, atol=1e-4)
    assert (cross_validated(seen, ratings, 1e-6) > 0.999).all()


def test_a_strong_ridge_predicts_the_mean() -> None:
    seen = np.random.default_rng(1).normal(size=(50, 5))
    ratings = np.stack([seen[:, 0], seen[:, 1]], axis=1) + 3.0
    weights, bias = fit(seen, ratings, strength=1e9)
    assert np.allclose(seen @ weights + bias, ratings.mean(axis=0), atol=1e-3)


def test_r_is_that_of_each_column() -> None:
    ratings = np.array([[1.0, 4.0], [2.0, 3.0], [3.0, 2.0], [4.0, 0.5]])
    assert np.allclose(correlations(np.stack([ratings[:, 0], -ratings[:, 1]], axis=1), ratings), [1.0, -1.0])
